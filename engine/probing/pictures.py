"""A probe's answer as tiles of coloured pixels, one and the same for window and files. Plain numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.colours import covered, pack, signed_colours
from engine.probing.result import HeatMap, ImageStrip

Colours = NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class HeatTiles:
    """``pixels`` (N, H, W) colours 0xAARRGGBB with their ``captions``; ``values`` (H, W) as large as they; the colours span
    -``limit``..``limit``. ``largest`` is the largest value regardless of sign: where it is below the map's floor, no place
    matters."""

    pixels: Colours
    captions: tuple[str, ...]
    values: NDArray[np.float32]
    limit: float
    largest: float


@dataclass(frozen=True)
class Place:
    """Where a picture lies in its tile: its first row and column, and by how much it is enlarged."""

    factor: int
    top: int
    left: int


def heat_tiles(result: HeatMap) -> HeatTiles:
    """The map alone, or the image, the map, and the map over the image. Zero is neutral; what is not yet computed is
    transparent, or just the image. What is small against the map's floor is pale, however small the largest value is.

    Values of another resolution than the image are enlarged to it, each value a block.
    """
    values, picture = result.values, result.picture
    known = values[np.isfinite(values)]
    largest = float(np.abs(known).max()) if known.size else 0.0
    limit = max(largest, result.floor)
    height, width = _size(values, picture)
    large = values[np.ix_(_nearest(values.shape[0], height), _nearest(values.shape[1], width))]
    tiles, captions = [signed_colours(large, limit)], ["Map"]
    if picture is not None:
        image = picture[:, _nearest(picture.shape[1], height)][:, :, _nearest(picture.shape[2], width)]
        tiles = [pack(image), *tiles, covered(image, large, limit)]
        captions = ["Image", *captions, "Map over the image"]
    return HeatTiles(np.stack(tiles), tuple(captions), large, limit, largest)


def strip_tiles(result: ImageStrip) -> tuple[Colours, tuple[Place, ...]]:
    """The pictures as tiles (N, H, W) of one size: smaller ones are enlarged by whole factors and centred, around them
    it is transparent."""
    high = max(picture.shape[1] for picture in result.pictures)
    wide = max(picture.shape[2] for picture in result.pictures)
    pixels, places = np.zeros((len(result.pictures), high, wide), np.uint32), []
    for tile, picture in zip(pixels, result.pictures, strict=True):
        factor = max(1, min(high // picture.shape[1], wide // picture.shape[2]))
        packed = pack(np.rint(np.clip(np.nan_to_num(picture), 0, 1) * 255).astype(np.uint8))
        packed = packed.repeat(factor, axis=0).repeat(factor, axis=1)
        top, left = (high - packed.shape[0]) // 2, (wide - packed.shape[1]) // 2
        tile[top : top + packed.shape[0], left : left + packed.shape[1]] = packed
        places.append(Place(factor, top, left))
    return pixels, tuple(places)


def _size(values: NDArray[np.float32], picture: NDArray[np.uint8] | None) -> tuple[int, int]:
    if picture is None:
        return values.shape[0], values.shape[1]
    return max(values.shape[0], picture.shape[1]), max(values.shape[1], picture.shape[2])


def _nearest(count: int, wanted: int) -> NDArray[np.intp]:
    """For each of ``wanted`` pixels, which of ``count`` it shows."""
    return np.arange(wanted) * count // wanted
