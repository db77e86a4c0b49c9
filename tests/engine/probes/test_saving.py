"""Answers as files: numbers exactly, pictures in whole enlarged pixels, refusals in sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import FileError, ProbeError
from engine.probes.result import BarChart, HeatMap, ImageStrip, Table
from engine.probes.saving import GAP, diverging, picture_of, save_result


def heat_map(values: list[list[float]], picture: int | None = None) -> HeatMap:
    array = np.array(values, np.float32)
    image = None if picture is None else np.full((1, *array.shape), picture, np.uint8)
    return HeatMap("a heat map", values=array, picture=image)


def test_zero_is_white_positive_red_negative_blue() -> None:
    colours = diverging(np.array([[-2, -1, 0, 1, 2, np.nan]], np.float32))[0]
    assert colours[2].tolist() == colours[5].tolist() == [255, 255, 255]
    assert colours[0].argmax() == 2 and colours[4].argmax() == 0
    assert (colours[1] > colours[0])[:2].all() and (colours[3] > colours[4])[1:].all()


def test_the_range_is_symmetric_about_zero() -> None:
    small, large = diverging(np.array([[0.5, -1.0]], np.float32))[0]
    half = diverging(np.array([[0.5, 1.0]], np.float32))[0][0]
    np.testing.assert_allclose(small, half)
    assert large.argmax() == 2


def test_a_heat_map_of_zeros_is_all_white() -> None:
    assert (picture_of(heat_map([[0, 0], [0, 0]])) == 255).all()


def test_untried_pixels_show_the_picture() -> None:
    pixels = picture_of(heat_map([[np.nan, 1.0]], picture=90))
    width = pixels.shape[1] // 2
    assert (pixels[:, :width] == 90).all()
    assert pixels[0, width, 0] > pixels[0, width, 1]


def test_pixels_are_enlarged_by_a_whole_factor_without_smoothing(tmp_path: Path) -> None:
    picture = np.linspace(0, 1, 3 * 5 * 7, dtype=np.float32).reshape(3, 5, 7)
    save_result(ImageStrip("two", pictures=(picture, picture[:1]), captions=("a", "b")), tmp_path / "strip.png")
    pixels = np.array(Image.open(tmp_path / "strip.png"))
    factor = pixels.shape[0] // 5
    assert factor > 1 and pixels.shape == (5 * factor, 2 * 7 * factor + GAP, 3)
    np.testing.assert_array_equal(pixels[::factor, : 7 * factor : factor], (picture * 255).round().transpose(1, 2, 0))
    assert (pixels[:, 7 * factor : 7 * factor + GAP] == 255).all()
    assert (pixels[..., 7 * factor + GAP :, :].std(axis=2) == 0).all(), "one channel is grey"


def test_a_map_of_another_size_than_the_picture_is_drawn_alone() -> None:
    result = HeatMap("a map", values=np.zeros((2, 3), np.float32), picture=np.zeros((1, 8, 8), np.uint8))
    assert (picture_of(result) == 255).all()


def test_bars_are_saved_as_numbers(tmp_path: Path) -> None:
    save_result(BarChart("bars", labels=("a", "b"), values=np.array([1, 2], np.float32)), tmp_path / "bars.NPY")
    assert np.load(tmp_path / "bars.NPY").tolist() == [1, 2]


@pytest.mark.parametrize(
    ("result", "name", "sentence"),
    [
        (BarChart("bars"), "bars.png", "has no picture"),
        (Table("rows"), "rows.npy", "no array of numbers"),
        (heat_map([[0]]), "map.jpg", "neither in .npy nor in .png"),
    ],
)
def test_what_cannot_be_saved_is_refused(result, name: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ProbeError, match=sentence):
        save_result(result, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist"):
        save_result(heat_map([[0]]), tmp_path / "nowhere" / "map.npy")
