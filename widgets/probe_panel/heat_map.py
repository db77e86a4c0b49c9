"""A HeatMap as pictures: the image, the signed map alone, and the map over the image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.probes.result import HeatMap
from engine.snapshot import LEVELS
from widgets.common.colour_maps import NEUTRAL, colour_table, pack
from widgets.common.mosaic import Hit
from widgets.common.pictures import Legend, Pictures
from widgets.common.words import number

_STRENGTH = 0.9  # opacity of the strongest value over the image


def heat_map_pictures(result: HeatMap) -> Pictures:
    """The tiles of a heat map, all of one size; zero is neutral, and what is not yet computed is left out.

    Values of another resolution than the image are enlarged to it, each value a block.
    """
    values, picture = result.values, result.picture
    known = values[np.isfinite(values)]
    limit = float(np.abs(known).max()) if known.size else 0.0
    height, width = _size(values, picture)
    value_rows, value_columns = _nearest(values.shape[0], height), _nearest(values.shape[1], width)
    large = values[np.ix_(value_rows, value_columns)]
    tiles = [_coloured(large, limit)]
    captions = [result.meaning or "the map"]
    if picture is not None:
        image = picture[:, _nearest(picture.shape[1], height)][:, :, _nearest(picture.shape[2], width)]
        tiles = [pack(image), *tiles, _over(image, large, limit)]
        captions = ["the image", *captions, "the map over the image"]
    unit = f" {result.unit}" if result.unit else ""

    def describe(hit: Hit) -> str:
        value = float(large[hit.row, hit.column])
        words = f"{number(value)}{unit}" if np.isfinite(value) else "not computed yet"
        return f"row {hit.row}, column {hit.column} · {words}"

    legend = Legend("diverging", number(-limit), f"{number(limit)}{unit}", "0", result.meaning)
    return Pictures(np.stack(tiles), describe, legend=legend, captions=tuple(captions))


def _size(values: NDArray[np.float32], picture: NDArray[np.uint8] | None) -> tuple[int, int]:
    if picture is None:
        return values.shape[0], values.shape[1]
    return max(values.shape[0], picture.shape[1]), max(values.shape[1], picture.shape[2])


def _nearest(count: int, wanted: int) -> NDArray[np.intp]:
    """For each of ``wanted`` pixels, which of ``count`` it shows."""
    return np.arange(wanted) * count // wanted


def _coloured(values: NDArray[np.float32], limit: float) -> NDArray[np.uint32]:
    known = np.isfinite(values)
    shares = np.where(known, values, 0) / (limit or 1.0)
    levels = np.rint(shares * (LEVELS - NEUTRAL) + NEUTRAL).astype(np.uint8)
    return np.where(known, colour_table("diverging")[levels], np.uint32(0))


def _over(image: NDArray[np.uint8], values: NDArray[np.float32], limit: float) -> NDArray[np.uint32]:
    """The image in grey, covered the more the stronger the value is; zero leaves it as it is."""
    strength = np.where(np.isfinite(values), np.abs(values), 0) / (limit or 1.0) * _STRENGTH
    colours = _coloured(np.where(np.isfinite(values), values, 0), limit)
    channels = np.stack([(colours >> np.uint32(shift)) & np.uint32(255) for shift in (16, 8, 0)])
    grey = image.mean(axis=0)
    blended = grey * (1 - strength) + channels * strength
    return pack(np.rint(blended).astype(np.uint8))
