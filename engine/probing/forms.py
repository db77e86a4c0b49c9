"""A probe's answer in the forms that files have: the same bytes whether the window saves it or the command line."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from engine.colours import channels
from engine.errors import ProbeError
from engine.numbers import NumberArray, Numbers, NumberTable
from engine.probing.facts import facts_of
from engine.probing.pictures import heat_tiles, strip_tiles
from engine.probing.result import BarChart, HeatMap, ImageStrip, ProbeResult, Table

SIDE = 320  # a picture is enlarged by a whole factor to about so many pixels
GAP = 8  # transparent pixels between the pictures of a row


def numbers_of_answer(result: ProbeResult) -> list[Numbers]:
    """The answer as numbers: a table always, an array where it is one (float32, as in FORMATS)."""
    values = result.array()
    array = [] if values is None else [NumberArray(np.asarray(values, dtype=np.float32))]
    return [_table(result), *array]


def _table(result: ProbeResult) -> NumberTable:
    """Its rows or bars, or a map's values by row and column; else its facts with their units."""
    match result:
        case Table() if result.columns:
            return NumberTable(result.columns, result.rows)
        case BarChart() if result.labels:
            return NumberTable(("name", result.unit or "value"), list(zip(result.labels, result.values.tolist(), strict=True)))
        case HeatMap() if result.values.size:
            places = [(row, column, float(value)) for (row, column), value in np.ndenumerate(result.values)]
            return NumberTable(("row", "column", result.unit or "value"), places)
    return NumberTable(("name", "value", "unit"), [(fact.name, fact.value, fact.unit) for fact in facts_of(result)])


def numbers_file(result: ProbeResult, ending: str) -> bytes:
    """The answer as the bytes of a .csv or .npy file; ProbeError where it is no array."""
    found = {numbers.ending: numbers for numbers in numbers_of_answer(result)}
    if ending not in found:
        raise ProbeError("This answer is no array of numbers", "Name a file that ends in .csv, or use --json.")
    return found[ending].encoded()


def picture_file(result: ProbeResult) -> bytes:
    """The answer's pictures as .png; ProbeError where it has none."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(picture_of(result)).save(file, format="PNG")
    return file.getvalue()


FORMS: Mapping[str, Callable[[ProbeResult], bytes]] = {
    "npy": partial(numbers_file, ending="npy"),
    "csv": partial(numbers_file, ending="csv"),
    "png": picture_file,
}
"""By the ending of the file's name."""


def picture_of(result: ProbeResult) -> NDArray[np.uint8]:
    """(height, width, 4) uint8, red, green, blue, opacity: the tiles that the window shows, in a row, enlarged by one whole
    factor without smoothing."""
    if isinstance(result, HeatMap) and result.values.size:
        tiles = heat_tiles(result).pixels
    elif isinstance(result, ImageStrip) and result.pictures:
        tiles = strip_tiles(result)[0]
    else:
        raise ProbeError("This answer has no picture", "Name a file that ends in .csv or .npy.")
    factor = max(1, SIDE // max(tiles.shape[1:]))
    tiles = tiles.repeat(factor, axis=1).repeat(factor, axis=2)
    spaced = np.pad(tiles, ((0, 0), (0, 0), (0, GAP)))
    return channels(spaced.transpose(1, 0, 2).reshape(tiles.shape[1], -1)[:, :-GAP])
