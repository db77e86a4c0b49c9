"""Mosaics: many small pictures laid out in one array, enlarged by a whole factor; which pixel lies under a point."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

Pixels = NDArray[Any]
"""(N, H, W): uint8 levels for a colour table, or uint32 colours 0xAARRGGBB."""

_ROUND = ((0, 0), (0, 1), (1, 0))  # what a rounded corner leaves out, in screen pixels
_ROUND_FROM = 24  # smaller tiles keep square corners: every pixel of them counts
_WIDER = 0.4  # of a tile's side: so much wider gaps become to fill the space
_SCROLLED_GROWTH = 1.5  # tiles that are scrolled anyway become so much larger to fill the width

_SPARSE = 0.3  # tiles that cover less of the space may rather be larger and scrolled a little
_OVERFLOW = 1.4  # so many times the space's height at most
_MANY_ROWS = 4  # fewer rows are never scrolled for that


@dataclass(frozen=True)
class Hit:
    """A pixel of a tile: which tile, and the pixel's row and column in the tile's own pixels."""

    tile: int
    row: int
    column: int


@dataclass(frozen=True)
class Mosaic:
    """Where ``count`` tiles of ``height`` × ``width`` pixels lie when each pixel is ``factor`` screen pixels wide.

    Rows of ``columns`` tiles are filled from the left. ``gap`` screen pixels lie between neighbours, and ``below`` more between
    rows. ``group`` tiles at a time belong together, only ``inner`` pixels apart: ``columns`` is a multiple of it.
    """

    count: int
    height: int
    width: int
    columns: int
    factor: int
    gap: int
    below: int = 0
    group: int = 1
    inner: int = 0

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return -(-self.count // self.columns)

    @property
    def tile(self) -> tuple[int, int]:
        """Width and height of a tile, in screen pixels."""
        return self.width * self.factor, self.height * self.factor

    @property
    def cell(self) -> tuple[int, int]:
        """Width and height from one group to the next, in screen pixels."""
        return self.group * (self.tile[0] + self.inner) - self.inner + self.gap, self.tile[1] + self.gap + self.below

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the whole, in screen pixels."""
        across, down = self.cell
        return self.columns // self.group * across - self.gap, self.rows * down - self.gap - self.below

    def rect(self, tile: int) -> tuple[int, int, int, int]:
        """x, y, width and height of a tile, in screen pixels."""
        across, down = self.cell
        row, column = divmod(tile, self.columns)
        group, place = divmod(column, self.group)
        return group * across + place * (self.tile[0] + self.inner), row * down, *self.tile

    def hit(self, x: float, y: float) -> Hit | None:
        """The pixel under a point of the screen, or None in a gap or outside."""
        across, down = self.cell
        wide, high = self.tile
        (group, inside_x), (row, inside_y) = divmod(x, across), divmod(y, down)
        place, inside_x = divmod(inside_x, wide + self.inner)
        column = int(group) * self.group + int(place)
        tile = int(row) * self.columns + column
        if not (group >= 0 and place < self.group and column < self.columns and row >= 0 and tile < self.count):
            return None
        if inside_x >= wide or inside_y >= high:
            return None
        return Hit(tile, int(inside_y // self.factor), int(inside_x // self.factor))


def fit(
    shape: tuple[int, int, int],
    space: tuple[int, int],
    *,
    gap: int = 8,
    below: int = 0,
    columns: int = 0,
    group: int = 1,
    inner: int = 0,
    smallest: int = 24,
    largest: int = 220,
) -> Mosaic:
    """The mosaic of ``shape`` (N, H, W) tiles with the largest whole factor that fits into ``space`` (width, height).

    A tile's longer side stays between ``smallest`` and ``largest`` screen pixels where whole factors allow it; where that does
    not fit, the mosaic is as wide as ``space`` and higher than it, to be scrolled; so are many small tiles that would leave most
    of the space empty, where the next factor is only a little too high. Rows are as equally long as can be, and
    gaps, which are half as wide where that makes room for a larger factor, grow to fill what is left. ``columns`` > 0 is how
    many stand in a row if the smallest do; ``below`` is room under each tile.
    """
    count, height, width = shape
    side = max(height, width, 1)
    least = max(1, -(-smallest // side))
    group = group if count % group == 0 else 1
    begin = Mosaic(count, height, width, group, least, gap, below, group, inner)
    factors = range(max(least, largest // side), least - 1, -1)
    wanted = [replace(begin, factor=factor, gap=between) for factor in factors for between in (gap, gap // 2)]
    evenly = [_in_rows(each, space[0], columns, even=True) for each in wanted]
    fitting = [each for each in evenly if each.size[0] <= space[0] and each.size[1] + below <= space[1]]
    as_wished = [each for each in fitting if each.columns == min(columns, count)] if columns else []
    if fitting:
        chosen = (as_wished or fitting)[0]
        larger = _in_rows(replace(chosen, factor=chosen.factor + 1, gap=gap // 2), space[0], columns)
        is_better = _is_sparse(chosen, space) and _is_a_little_too_high(larger, space) and chosen.factor < largest // side
        return larger if is_better else _spread(chosen, space)
    most = max(least, min(int(least * _SCROLLED_GROWTH), largest // side))
    scrolled = [_in_rows(replace(begin, factor=factor), space[0], columns) for factor in range(least, most + 1)]
    return max(scrolled, key=lambda mosaic: (mosaic.size[0] <= space[0], mosaic.columns * mosaic.factor, -mosaic.factor))


def _is_sparse(mosaic: Mosaic, space: tuple[int, int]) -> bool:
    return mosaic.count * mosaic.tile[0] * mosaic.tile[1] < _SPARSE * space[0] * space[1]


def _is_a_little_too_high(mosaic: Mosaic, space: tuple[int, int]) -> bool:
    return mosaic.rows >= _MANY_ROWS and mosaic.size[0] <= space[0] and mosaic.size[1] <= _OVERFLOW * space[1]


def _in_rows(mosaic: Mosaic, space: int, most: int, *, even: bool = False) -> Mosaic:
    """With as many groups in a row as fit into ``space`` pixels, but ``most`` tiles (0: any number) at most; ``even``: with the
    fewest that make no more rows."""
    groups = mosaic.count // mosaic.group
    fitting = max(1, (space + mosaic.gap) // mosaic.cell[0])
    fitting = min(groups, fitting, max(1, most // mosaic.group) if most else fitting)
    if even:
        fitting = -(-groups // -(-groups // fitting))
    return replace(mosaic, columns=fitting * mosaic.group)


def _spread(mosaic: Mosaic, space: tuple[int, int]) -> Mosaic:
    """With gaps that are as much wider as there is room for, within limits."""
    across, down = mosaic.columns // mosaic.group - 1, mosaic.rows - 1
    limit = int(_WIDER * max(mosaic.tile))
    wider = min(limit, (space[0] - mosaic.size[0]) // across) if across else 0
    higher = min(limit, (space[1] - mosaic.size[1] - mosaic.below) // down) if down else 0
    return replace(mosaic, gap=mosaic.gap + wider, below=mosaic.below + higher - wider)


def compose(tiles: Pixels, mosaic: Mosaic, picture: Pixels) -> None:
    """Write all ``tiles``, enlarged, into ``picture`` (h, w) of ``mosaic.size`` or more, whose gaps keep what they hold."""
    (across, down), factor, group = mosaic.cell, mosaic.factor, mosaic.group
    wide = mosaic.tile[0]
    row, item = picture.strides
    whole, rest = divmod(mosaic.count, mosaic.columns)
    stretched = np.repeat(tiles, factor, axis=2) if factor > 1 else tiles
    for first, rows, columns in ((0, whole, mosaic.columns), (whole, 1, rest)):
        if not rows or not columns:
            continue
        target = as_strided(
            picture[first * down :],
            (rows, mosaic.height, factor, columns // group, group, wide),
            (down * row, factor * row, row, across * item, (wide + mosaic.inner) * item, item),
        )
        start = first * mosaic.columns
        source = stretched[start : start + rows * columns]
        source = source.reshape(rows, columns // group, group, mosaic.height, 1, wide)
        target[...] = source.transpose(0, 3, 4, 1, 2, 5)


def round_corners(picture: Pixels, mosaic: Mosaic, blank: int) -> None:
    """Give every tile but small ones slightly rounded corners of colour ``blank``."""
    (across, down), (wide, high) = mosaic.cell, mosaic.tile
    if min(wide, high) < _ROUND_FROM or not mosaic.gap:
        return
    width, height = mosaic.size
    for place in range(mosaic.group):
        begin = place * (wide + mosaic.inner)
        for y, x in _ROUND:
            for top in (y, high - 1 - y):
                for left in (x, wide - 1 - x):
                    picture[top:height:down, begin + left : width : across] = blank
