"""A probe's answer as a file: the numbers as .npy, the picture as .png."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import ProbeError
from engine.files.atomic import atomic_write
from engine.probes.result import HeatMap, ImageStrip, ProbeResult

Bytes = NDArray[np.uint8]

SIDE = 320  # a picture is enlarged by a whole factor to about so many pixels
GAP = 8  # white pixels between the pictures of a strip
SHADE = 0.6  # how much of the map's light a black pixel of the picture takes away
NEGATIVE, NEUTRAL, POSITIVE = (33.0, 102.0, 172.0), (255.0, 255.0, 255.0), (178.0, 24.0, 43.0)  # blue, white, red


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


def picture_of(result: ProbeResult) -> Bytes:
    """(height, width, 3) uint8: a heat map over its picture, or the pictures of a strip in a row."""
    if isinstance(result, HeatMap):
        return _heat_map(result)
    if isinstance(result, ImageStrip) and result.pictures:
        return _strip(result)
    raise ProbeError("This answer has no picture", "Name a file that ends in .npy.")


def _heat_map(result: HeatMap) -> Bytes:
    """Red where positive, blue where negative, white at zero, shaded by the picture; untried pixels show just the picture."""
    values = result.values
    colours = diverging(values)
    if result.picture is not None and result.picture.shape[1:] == values.shape:
        light = result.picture.mean(axis=0)[..., None] / 255
        colours = np.where(np.isnan(values)[..., None], 255 * light, colours * (1 - SHADE + SHADE * light))
    return _enlarged((colours + 0.5).astype(np.uint8))


def diverging(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """(H, W, 3) colours 0..255 from blue through white (zero, and NaN) to red, symmetric about zero."""
    finite = np.nan_to_num(values.astype(np.float64))
    level = (finite / (np.abs(finite).max(initial=0.0) or 1.0))[..., None]
    ends = np.where(level < 0, NEGATIVE, POSITIVE)
    blend: NDArray[np.float64] = np.asarray(NEUTRAL) + np.abs(level) * (ends - np.asarray(NEUTRAL))
    return blend


def _strip(result: ImageStrip) -> Bytes:
    enlarged = [_enlarged(_rgb(picture)) for picture in result.pictures]
    height = max(picture.shape[0] for picture in enlarged)
    cells: list[Bytes] = []
    for picture in enlarged:
        below = np.full((height - picture.shape[0], picture.shape[1], 3), 255, np.uint8)
        cells += [np.concatenate((picture, below)), np.full((height, GAP, 3), 255, np.uint8)]
    return np.concatenate(cells[:-1], axis=1)


def _rgb(picture: NDArray[np.float32]) -> Bytes:
    """(C, H, W) in 0..1, C 1 or 3, to (H, W, 3) bytes."""
    levels = (picture.clip(0, 1) * 255).round().astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(levels, (3, *levels.shape[1:])).transpose(1, 2, 0))


def _enlarged(pixels: Bytes) -> Bytes:
    """By a whole factor and without smoothing: one pixel of the network stays one square."""
    factor = max(1, SIDE // max(pixels.shape[:2]))
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)
