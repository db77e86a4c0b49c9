"""Mosaics: many small pictures laid out in one array, enlarged by a whole factor; which pixel lies under a point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

Pixels = NDArray[Any]
"""(N, H, W): uint8 levels for a colour table, or uint32 colours 0xAARRGGBB."""

_ROUND = ((0, 0), (0, 1), (1, 0))  # what a rounded corner leaves out, in screen pixels
_ROUND_FROM = 24  # smaller tiles keep square corners: every pixel of them counts


@dataclass(frozen=True)
class Hit:
    """A pixel of a tile: which tile, and the pixel's row and column in the tile's own pixels."""

    tile: int
    row: int
    column: int


@dataclass(frozen=True)
class Mosaic:
    """Where ``count`` tiles of ``height`` × ``width`` pixels lie when each pixel is ``factor`` screen pixels wide.

    Rows are filled from the left; ``gap`` screen pixels lie between neighbours.
    """

    count: int
    height: int
    width: int
    columns: int
    factor: int
    gap: int

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return -(-self.count // self.columns)

    @property
    def cell(self) -> tuple[int, int]:
        """Width and height from one tile to the next, in screen pixels."""
        return self.width * self.factor + self.gap, self.height * self.factor + self.gap

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the whole, in screen pixels."""
        across, down = self.cell
        return self.columns * across - self.gap, self.rows * down - self.gap

    def rect(self, tile: int) -> tuple[int, int, int, int]:
        """x, y, width and height of a tile, in screen pixels."""
        across, down = self.cell
        row, column = divmod(tile, self.columns)
        return column * across, row * down, across - self.gap, down - self.gap

    def hit(self, x: float, y: float) -> Hit | None:
        """The pixel under a point of the screen, or None in a gap or outside."""
        across, down = self.cell
        column, row = int(x // across), int(y // down)
        tile = row * self.columns + column
        inside_x, inside_y = x - column * across, y - row * down
        if not (0 <= column < self.columns and row >= 0 and tile < self.count):
            return None
        if inside_x >= across - self.gap or inside_y >= down - self.gap:
            return None
        return Hit(tile, int(inside_y // self.factor), int(inside_x // self.factor))


def fit(
    shape: tuple[int, int, int],
    space: tuple[int, int],
    *,
    gap: int = 8,
    columns: int = 0,
    smallest: int = 24,
    largest: int = 220,
) -> Mosaic:
    """The mosaic of ``shape`` (N, H, W) tiles with the largest whole factor that fits into ``space`` (width, height).

    A tile's longer side stays between ``smallest`` and ``largest`` screen pixels where whole factors allow it; where
    that does not fit, the mosaic is as wide as ``space`` and higher than it, to be scrolled. ``columns`` > 0 fixes the
    number in a row.
    """
    _, height, width = shape
    side = max(height, width, 1)
    least = max(1, -(-smallest // side))
    for factor in range(max(least, largest // side), least, -1):
        mosaic = _at(factor, shape, space[0], gap, columns)
        if mosaic.size[0] <= space[0] and mosaic.size[1] <= space[1]:
            return mosaic
    return _at(least, shape, space[0], gap, columns)


def _at(factor: int, shape: tuple[int, int, int], space: int, gap: int, columns: int) -> Mosaic:
    count, height, width = shape
    fitting = max(1, (space + gap) // (width * factor + gap))
    return Mosaic(count, height, width, max(1, min(count, columns or fitting)), factor, gap)


def compose(tiles: Pixels, mosaic: Mosaic, picture: Pixels) -> None:
    """Write all ``tiles``, enlarged, into ``picture`` (h, w) of ``mosaic.size`` or more, whose gaps keep what they hold."""
    across, down = mosaic.cell
    factor = mosaic.factor
    row, item = picture.strides
    whole, rest = divmod(mosaic.count, mosaic.columns)
    stretched = np.repeat(tiles, factor, axis=2) if factor > 1 else tiles
    for first, rows, columns in ((0, whole, mosaic.columns), (whole, 1, rest)):
        if not rows or not columns:
            continue
        target = as_strided(
            picture[first * down :],
            (rows, mosaic.height, factor, columns, mosaic.width * factor),
            (down * row, factor * row, row, across * item, item),
        )
        start = first * mosaic.columns
        source = stretched[start : start + rows * columns]
        source = source.reshape(rows, columns, mosaic.height, 1, mosaic.width * factor)
        target[...] = source.transpose(0, 2, 3, 1, 4)


def round_corners(picture: Pixels, mosaic: Mosaic, blank: int) -> None:
    """Give every tile but small ones slightly rounded corners of colour ``blank``."""
    across, down = mosaic.cell
    wide, high = across - mosaic.gap, down - mosaic.gap
    if min(wide, high) < _ROUND_FROM or not mosaic.gap:
        return
    width, height = mosaic.size
    for y, x in _ROUND:
        for top in (y, high - 1 - y):
            for left in (x, wide - 1 - x):
                picture[top:height:down, left:width:across] = blank
