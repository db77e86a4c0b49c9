"""A probe's answer as a file: the numbers as .npy, the picture as .png."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.colours import channels
from engine.errors import ProbeError
from engine.files.atomic import atomic_write
from engine.probing.pictures import heat_tiles, strip_tiles
from engine.probing.result import HeatMap, ImageStrip, ProbeResult

SIDE = 320  # a picture is enlarged by a whole factor to about so many pixels
GAP = 8  # transparent pixels between the pictures of a row


def save_result(result: ProbeResult, path: Path) -> None:
    """Write ``result`` to ``path``, whole or not at all: .npy (float32, as in FORMATS) or .png.

    ProbeError where the answer has no such form, FileError where the system refuses.
    """
    kind = path.suffix.lower()
    if kind == ".npy":
        _save_numbers(result, path)
    elif kind == ".png":
        pixels = picture_of(result)
        with atomic_write(path) as file:
            Image.fromarray(pixels).save(file, format="PNG")
    else:
        raise ProbeError(f"'{path.name}' ends neither in .npy nor in .png", "Name a file that does.")


def _save_numbers(result: ProbeResult, path: Path) -> None:
    values = result.array()
    if values is None:
        raise ProbeError("This answer is no array of numbers", "Use --json instead.")
    with atomic_write(path) as file:
        np.save(file, np.ascontiguousarray(values, dtype=np.float32), allow_pickle=False)


def picture_of(result: ProbeResult) -> NDArray[np.uint8]:
    """(height, width, 4) uint8, red, green, blue, opacity: the tiles that the window shows, in a row, enlarged by one whole
    factor without smoothing."""
    if isinstance(result, HeatMap) and result.values.size:
        tiles = heat_tiles(result).pixels
    elif isinstance(result, ImageStrip) and result.pictures:
        tiles = strip_tiles(result)[0]
    else:
        raise ProbeError("This answer has no picture", "Name a file that ends in .npy.")
    factor = max(1, SIDE // max(tiles.shape[1:]))
    tiles = tiles.repeat(factor, axis=1).repeat(factor, axis=2)
    spaced = np.pad(tiles, ((0, 0), (0, 0), (0, GAP)))
    return channels(spaced.transpose(1, 0, 2).reshape(tiles.shape[1], -1)[:, :-GAP])
