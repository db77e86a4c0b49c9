"""A HeatMap as pictures with words: what lies under the mouse, and what the colours mean."""

from __future__ import annotations

import numpy as np

from engine.probing.pictures import HeatTiles, heat_tiles
from engine.probing.result import HeatMap
from engine.words import number
from widgets.common.mosaic import Hit
from widgets.common.pictures import Legend, Pictures


def heat_map_pictures(result: HeatMap) -> Pictures:
    """The tiles of a heat map, all of one size, with the values below them."""
    tiles = heat_tiles(result)
    unit = f" {result.unit}" if result.unit else ""

    def describe(hit: Hit) -> str:
        value = float(tiles.values[hit.row, hit.column])
        words = f"{number(value)}{unit}" if np.isfinite(value) else "not computed yet"
        return f"row {hit.row}, column {hit.column} · {words}"

    legend = Legend(
        "diverging", number(-tiles.limit), f"{number(tiles.limit)}{unit}", "0", _note(result, tiles), ends=result.ends
    )
    return Pictures(tiles.pixels, describe, columns=len(tiles.pixels), legend=legend, captions=tiles.captions)


def _note(result: HeatMap, tiles: HeatTiles) -> str:
    """That the map is pale because nothing in it is worth a colour."""
    if tiles.largest >= result.floor or not np.isfinite(result.values).any():
        return ""
    return f"no pixel matters: {number(tiles.largest, 2)} at most"
