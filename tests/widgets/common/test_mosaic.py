"""Mosaics: where tiles lie, which pixel is under a point, and that every pixel arrives enlarged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.common.mosaic import Hit, Mosaic, compose, fit, round_corners


def test_the_largest_whole_factor_that_fits_is_taken() -> None:
    mosaic = fit((12, 28, 28), (650, 260), gap=8)
    assert mosaic.factor == 3
    assert mosaic.columns == 6, "two rows of seven would be ragged"
    assert mosaic.size[0] <= 650 and mosaic.size[1] <= 260
    assert fit((12, 28, 28), (1300, 520), gap=8).factor > 3


def test_small_kernels_grow_up_to_the_limit() -> None:
    mosaic = fit((4, 3, 3), (2000, 2000), gap=6, largest=96)
    assert mosaic.factor == 32


def test_what_cannot_fit_keeps_a_visible_size_and_is_scrolled() -> None:
    mosaic = fit((512, 7, 7), (200, 100), gap=4, smallest=24)
    assert mosaic.factor in (4, 5) and mosaic.size[0] <= 200 < mosaic.size[1]
    assert 200 - mosaic.size[0] < 40, "it fills the width"


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 8, 12, 16, 24, 32, 48, 64])
@pytest.mark.parametrize("space", [(640, 260), (300, 220), (950, 400), (1500, 700), (260, 500)])
def test_no_third_of_the_panel_stays_empty_at_the_right(count: int, space: tuple[int, int]) -> None:
    """Unless the pictures are as high as the panel, or alone."""
    mosaic = fit((count, 28, 28), space, largest=400)
    assert mosaic.size[0] <= space[0]
    full = mosaic.size[1] + mosaic.tile[1] / 28 > space[1] - 28 * mosaic.rows
    assert mosaic.size[0] > space[0] * 2 / 3 or full or count < 3
    assert mosaic.columns * mosaic.rows - count < mosaic.rows + mosaic.columns, "rows are evenly long"


def test_gaps_grow_to_fill_what_is_left_and_captions_keep_their_room() -> None:
    plain, captioned = (fit((12, 28, 28), (650, 280), gap=8, below=below) for below in (0, 14))
    for mosaic in (plain, captioned):
        assert mosaic.gap > 8 and 650 - mosaic.size[0] < mosaic.columns
    assert captioned.cell[1] - captioned.tile[1] >= 8 + 14 and captioned.size[1] + 14 <= 280


def test_what_belongs_together_stays_together_and_fills_the_row() -> None:
    mosaic = fit((36, 7, 7), (600, 200), gap=6, group=3, inner=1, smallest=24, largest=96)
    assert mosaic.columns % 3 == 0 and mosaic.columns > 3, "filters of colour pictures do not stand in one narrow column"
    (x0, *_), (x1, *_), (x3, *_) = (mosaic.rect(tile) for tile in (0, 1, 3))
    assert x1 - x0 == mosaic.tile[0] + 1 and x3 == mosaic.cell[0]


def test_columns_can_be_fixed() -> None:
    assert fit((12, 3, 3), (1000, 1000), columns=4).columns == 4
    assert fit((2, 3, 3), (1000, 1000), columns=4).columns == 2


def test_hits_name_tile_row_and_column() -> None:
    mosaic = Mosaic(5, 4, 6, columns=2, factor=3, gap=2)
    assert mosaic.hit(0, 0) == Hit(0, 0, 0)
    assert mosaic.hit(20 + 17, 11) == Hit(1, 3, 5)
    assert mosaic.hit(18.5, 0) is None, "between two tiles"
    assert mosaic.hit(5, 12.5) is None, "between two rows"
    assert mosaic.hit(25, 2 * 14 + 1) is None, "the sixth place is empty"
    assert mosaic.hit(-1, 0) is None and mosaic.hit(0, 500) is None


@given(
    count=st.integers(1, 9),
    height=st.integers(1, 5),
    width=st.integers(1, 5),
    columns=st.integers(1, 4),
    factor=st.integers(1, 4),
    gap=st.integers(0, 3),
    below=st.integers(0, 2),
    group=st.integers(1, 3),
    inner=st.integers(0, 2),
)
def test_every_pixel_is_a_square_at_its_place(
    count: int, height: int, width: int, columns: int, factor: int, gap: int, below: int, group: int, inner: int
) -> None:
    mosaic = Mosaic(count * group, height, width, min(columns, count) * group, factor, gap, below, group, inner)
    count = mosaic.count
    tiles = np.arange(1, count * height * width + 1, dtype=np.uint32).reshape(count, height, width)
    wide, high = mosaic.size
    picture = np.zeros((high + 2, wide + 3), np.uint32)
    compose(tiles, mosaic, picture[1 : 1 + high, 2 : 2 + wide])
    for y in range(high):
        for x in range(wide):
            hit = mosaic.hit(x, y)
            assert picture[1 + y, 2 + x] == (0 if hit is None else tiles[hit.tile, hit.row, hit.column])
    assert not picture[0].any() and not picture[:, :2].any() and not picture[-1].any(), "nothing outside is touched"


def test_large_tiles_get_rounded_corners_and_small_ones_keep_every_pixel() -> None:
    for factor, left_out in ((1, 0), (8, 12)):
        mosaic = Mosaic(2, 4, 4, columns=2, factor=factor, gap=2)
        picture = np.zeros(mosaic.size[::-1], np.uint32)
        compose(np.ones((2, 4, 4), np.uint32), mosaic, picture)
        before = int(picture.sum())
        round_corners(picture, mosaic, 0)
        assert before - int(picture.sum()) == 2 * left_out


@pytest.mark.parametrize("tile", [0, 1, 3])
def test_rects_agree_with_hits(tile: int) -> None:
    mosaic = Mosaic(4, 5, 7, columns=2, factor=3, gap=4)
    x, y, width, height = mosaic.rect(tile)
    assert mosaic.hit(x, y) == Hit(tile, 0, 0)
    assert mosaic.hit(x + width - 1, y + height - 1) == Hit(tile, 4, 6)
    assert mosaic.hit(x + width, y) is None


def test_narrower_gaps_make_room_for_larger_tiles() -> None:
    """Three rows of 56 pixels and two gaps of 8 are 184 pixels high; with gaps of 4, 176."""
    assert fit((12, 28, 28), (320, 184), gap=8).factor == fit((12, 28, 28), (320, 178), gap=8).factor == 2
    assert fit((12, 28, 28), (320, 175), gap=8).factor == 1


def test_many_small_tiles_are_larger_and_scrolled_a_little_rather_than_lost_in_a_large_panel() -> None:
    """The wall of predictions at 2560 × 1440: 64 pictures of 28 pixels covered a sixth of their card."""
    wall = fit((64, 28, 28), (560, 500), gap=8, below=14, largest=160)
    assert wall.factor == 2 and wall.size[0] <= 560 and 500 < wall.size[1] <= 1.4 * 500
    small = fit((64, 28, 28), (560, 400), gap=8, below=14, largest=160)
    assert small.factor == 1, "twice as large they would be scrolled far"
    assert fit((2, 28, 28), (560, 60), gap=8).factor == 2, "few are never scrolled for that"
