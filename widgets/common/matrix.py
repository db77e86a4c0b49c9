"""Matrix: weights between plain numbers, one row per unit and one column per input, stretched so that they can be looked at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.snapshot import Tiles
from engine.words import counted, number
from widgets.common.mosaic import Hit
from widgets.common.pictures import Pictures, Scale, from_tiles, value_at

_WIDE = 1.6
"""How much wider than high a matrix becomes at most by stretching: as a card is."""


def stretches(height: int, width: int) -> tuple[int, int]:
    """How many pixels (down, across) a weight becomes, whole numbers, so that a matrix that is a strip fills a card instead."""
    down = max(1, int(width / (_WIDE * height)))
    across = max(1, int(_WIDE * height / width)) if down == 1 else 1
    return down, across


UNITS, TOKENS = ("unit", "input"), ("token", "number")
"""What a row and a column is called: of a linear layer, and of an embedding."""


def matrix_pictures(tiles: Tiles, scale: Scale, nouns: tuple[str, str] = UNITS) -> Pictures:
    """The one picture of ``tiles`` (1, units, inputs), stretched."""
    down, across = stretches(*tiles.levels.shape[1:])
    plain = from_tiles(tiles, scale, str, noun="weight")

    def describe(hit: Hit) -> str:
        unit, read = hit.row // down, hit.column // across
        return f"{nouns[0]} {unit} · weight of {nouns[1]} {read} · {number(value_at(tiles, Hit(0, unit, read)))}"

    pixels = np.repeat(np.repeat(plain.pixels, down, axis=1), across, axis=2)
    return replace(plain, pixels=pixels, describe=describe, fills=True)


def unit_at(tiles: Tiles, hit: Hit) -> int:
    """Whose weight was hit."""
    return hit.row // stretches(*tiles.levels.shape[1:])[0]


def size_in_words(tiles: Tiles, nouns: tuple[str, str] = UNITS) -> str:
    """ "64 units × 2 inputs", and how much of them is shown where that is not all."""
    _, height, width = tiles.levels.shape
    first = f" (the first {height})" if height < tiles.total else ""
    return f"{counted(tiles.total, nouns[0])}{first} × {counted(width, nouns[1])}"
