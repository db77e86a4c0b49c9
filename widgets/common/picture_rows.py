"""Pictures that belong together below one another: what goes into a network, what comes out, what was wanted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.colours import pack
from engine.snapshot import PictureRows
from widgets.common.mosaic import Hit
from widgets.common.pictures import Pictures

GAP = 1  # transparent pixels between two pictures of a column


def column_pictures(rows: PictureRows) -> Pictures:
    """One tile for each example: its pictures below one another, all enlarged to one size by whole factors."""
    high, wide = (max(row.shape[side] for row in rows.rows) for side in (2, 3))
    count = min(len(row) for row in rows.rows)
    tiles = np.zeros((count, len(rows.rows) * (high + GAP) - GAP, wide), np.uint32)
    for place, row in enumerate(rows.rows):
        packed = _packed(row[:count], high, wide)
        top = place * (high + GAP)
        tiles[:, top : top + high] = packed

    def describe(hit: Hit) -> str:
        which = f"test example #{int(rows.indices[hit.tile])}" if hit.tile < len(rows.indices) else f"example {hit.tile + 1}"
        caption = rows.captions[min(hit.row // (high + GAP), len(rows.captions) - 1)]
        note = f" · {rows.notes[hit.tile]}" if hit.tile < len(rows.notes) else ""
        return f"{which}: {caption}{note}"

    return Pictures(tiles, describe)


def side_by_side(rows: PictureRows, first: NDArray[np.uint8] | None = None) -> Pictures:
    """The first example's pictures beside one another with their captions; ``first`` (C, H, W), what goes in, goes before."""
    named = list(zip([row[0] for row in rows.rows], rows.captions, strict=True))
    if first is not None:
        named.insert(0, (first, "input"))
    high, wide = (max(picture.shape[side] for picture, _ in named) for side in (1, 2))
    tiles = np.concatenate([_packed(picture[np.newaxis], high, wide) for picture, _ in named])
    captions = tuple(caption for _, caption in named)
    return Pictures(tiles, lambda hit: captions[hit.tile], captions=captions, columns=len(captions))


def _packed(pictures: NDArray[np.uint8], high: int, wide: int) -> NDArray[np.uint32]:
    """(N, C, h, w) to colours (N, high, wide), enlarged by a whole factor and centred; the rest is transparent."""
    factor = max(1, min(high // pictures.shape[2], wide // pictures.shape[3]))
    colours = pack(pictures.transpose(1, 0, 2, 3)).repeat(factor, axis=1).repeat(factor, axis=2)
    placed = np.zeros((len(pictures), high, wide), np.uint32)
    top, left = (high - colours.shape[1]) // 2, (wide - colours.shape[2]) // 2
    placed[:, top : top + colours.shape[1], left : left + colours.shape[2]] = colours
    return placed
