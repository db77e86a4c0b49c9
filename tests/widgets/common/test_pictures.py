"""Pictures: scales keep zero neutral and values true, and words say what is under the mouse."""

from __future__ import annotations

import numpy as np

from engine.snapshot import Tiles
from tests.widgets import made_up
from tests.widgets.made_up import tiles_of
from widgets.common.mosaic import Hit
from widgets.common.pictures import Scale, from_images, from_tiles, rescaled, shared_limits, value_at
from widgets.common.words import layer_title

VALUES = np.array([[[-1.0, 0.0], [0.5, 1.0]], [[-4.0, 0.0], [2.0, 4.0]]], np.float32)


def test_shared_limits_are_symmetric_for_signed_tiles() -> None:
    assert shared_limits(tiles_of(VALUES, signed=True)) == (-4.0, 4.0)
    assert shared_limits(tiles_of(np.abs(VALUES))) == (0.0, 4.0)
    nothing = np.zeros(0, np.float32)
    assert shared_limits(Tiles(np.zeros((0, 2, 2), np.uint8), nothing, nothing, 0, signed=True)) == (-1.0, 1.0)


def test_on_one_scale_equal_values_have_equal_levels_and_zero_is_neutral() -> None:
    tiles = tiles_of(VALUES, signed=True)
    levels = rescaled(tiles, -4.0, 4.0)
    assert levels[0, 0, 1] == levels[1, 0, 1] == 127
    assert abs(int(levels[0, 1, 1]) - (127 + 127 / 4)) <= 1
    assert levels[1].tolist() == tiles.levels[1].tolist()


def test_values_outside_a_fixed_range_take_its_ends() -> None:
    levels = rescaled(tiles_of(VALUES, signed=True), -2.0, 2.0)
    assert levels[1, 0, 0] == 0 and levels[1, 1, 1] == 254


def test_tiles_without_any_range_are_zero() -> None:
    flat = tiles_of(np.zeros((2, 3, 3)), signed=True)
    assert (rescaled(flat, 0.0, 0.0) == 127).all()
    assert (rescaled(tiles_of(np.zeros((2, 3, 3))), 0.0, 0.0) == 0).all()


def test_each_scale_says_its_range() -> None:
    tiles = tiles_of(VALUES, signed=True)
    for scale, low, note in (
        (Scale("map"), "lowest", "own range"),
        (Scale("layer"), "−4", "one range"),
        (Scale("fixed", (-2.0, 2.0)), "−2", "fixed"),
    ):
        legend = from_tiles(tiles, scale, str).legend
        assert legend is not None
        assert (legend.table, legend.low, legend.middle) == ("diverging", low, "0")
        assert note in legend.note


def test_a_pixel_is_described_in_its_own_units_on_any_scale() -> None:
    tiles = tiles_of(VALUES, signed=True)
    assert abs(value_at(tiles, Hit(1, 1, 0)) - 2.0) < 8 / 254
    for scale in (Scale("map"), Scale("layer"), Scale("fixed", (-1.0, 1.0))):
        assert from_tiles(tiles, scale, "map {}".format).describe(Hit(1, 0, 0)) == "map 1 · row 0, column 0 · −4"


def test_images_are_shown_and_described_as_they_are() -> None:
    images = np.zeros((1, 3, 2, 2), np.uint8)
    images[0, :, 1, 0] = 10, 20, 30
    pictures = from_images(images, lambda _: "the image")
    assert pictures.pixels[0, 1, 0] == 0xFF0A141E
    assert pictures.describe(Hit(0, 1, 0)) == "the image · row 1, column 0 · 10, 20, 30"


def test_layers_in_words() -> None:
    design = made_up.design()
    assert layer_title(design, "c1") == "Convolution c1"
    assert layer_title(design, "") == "Input"
    assert layer_title(design, "gone") == "gone"
