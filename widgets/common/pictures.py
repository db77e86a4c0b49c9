"""Pictures: a stack of small images ready to be shown in a grid, with the words and colours that belong to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.colours import pack
from engine.snapshot import LEVELS, Tiles
from engine.words import number
from widgets.common.mosaic import Hit, Pixels


@dataclass(frozen=True, eq=False)
class Legend:
    """What the colours of a picture mean: the ``table``'s name, the numbers at its ends and middle, a ``note``, and where there
    is room for them what the ``ends`` say in words."""

    table: str
    low: str
    high: str
    middle: str = ""
    note: str = ""
    ends: tuple[str, str] = ("", "")


@dataclass(frozen=True, eq=False)
class Pictures:
    """``pixels`` (N, H, W): levels of the colour ``table`` (uint8), or colours 0xAARRGGBB (uint32) with table "".

    ``describe`` says what is under the mouse. ``columns`` > 0: so many stand in a row at most. ``group`` tiles at a time belong
    together, as the channels of a filter do. ``captions`` stand below the tiles, in as many lines as leave the pictures their
    size, shortened where they need more, and whole under the mouse; with ``widest``, the longest caption there may be, tiles are
    wide enough for it and stay so, whatever the captions say. ``marks`` says of each tile whether it is right (+1), wrong (-1)
    or neither (0): a frame and a sign. ``fills``: the tiles grow as far as there is room, whatever the grid's largest are.
    """

    pixels: Pixels
    describe: Callable[[Hit], str]
    table: str = ""
    columns: int = 0
    group: int = 1
    legend: Legend | None = None
    captions: tuple[str, ...] = ()
    widest: str = ""
    marks: tuple[int, ...] = ()
    fills: bool = False


@dataclass(frozen=True)
class Scale:
    """Which range the colours of a stack of tiles span: each tile's own ("map"), all tiles' ("layer"), or ``limits``."""

    mode: str = "layer"
    limits: tuple[float, float] | None = None


def shared_limits(tiles: Tiles) -> tuple[float, float]:
    """The range that holds all tiles; symmetric about zero for signed ones."""
    if not len(tiles.levels):
        return (-1.0, 1.0) if tiles.signed else (0.0, 1.0)
    low, high = float(tiles.low.min()), float(tiles.high.max())
    if tiles.signed:
        most = max(abs(low), abs(high))
        return -most, most
    return low, high


def rescaled(tiles: Tiles, low: float, high: float) -> NDArray[np.uint8]:
    """The tiles' levels (N, H, W) for one shared range; what lies outside takes the nearest end.

    In a symmetric range the level 127 stays exactly zero.
    """
    span = high - low
    if not span > 0:
        return np.full_like(tiles.levels, LEVELS // 2 if tiles.signed else 0)
    gain = ((tiles.high - tiles.low) / span).astype(np.float32)[:, None, None]
    shift = ((tiles.low - low) * (LEVELS / span) + 0.5).astype(np.float32)[:, None, None]
    scaled = np.multiply(tiles.levels, gain, dtype=np.float32)
    scaled += shift
    if tiles.low.min() < low or tiles.high.max() > high:
        np.clip(scaled, 0, LEVELS, out=scaled)
    levels: NDArray[np.uint8] = scaled.astype(np.uint8)
    return levels


def value_at(tiles: Tiles, hit: Hit) -> float:
    """The value of one pixel in its own units."""
    low, high = float(tiles.low[hit.tile]), float(tiles.high[hit.tile])
    return low + int(tiles.levels[hit.tile, hit.row, hit.column]) * (high - low) / LEVELS


def from_tiles(tiles: Tiles, scale: Scale, name: Callable[[int], str], *, noun: str = "map") -> Pictures:
    """Tiles in the colours of ``scale``: diverging for signed values, else sequential. ``name(tile)`` says which it is."""
    table = "diverging" if tiles.signed else "sequential"
    middle = "0" if tiles.signed else ""
    if scale.mode == "map":
        levels = tiles.levels
        legend = Legend(table, "lowest", "highest", middle, f"each {noun} has its own range")
    else:
        low, high = (scale.limits or shared_limits(tiles)) if scale.mode == "fixed" else shared_limits(tiles)
        levels = rescaled(tiles, low, high)
        note = "fixed range" if scale.mode == "fixed" else f"one range for every {noun}"
        legend = Legend(table, *_ends(low, high), middle, note)

    def describe(hit: Hit) -> str:
        return f"{name(hit.tile)} · row {hit.row}, column {hit.column} · {number(value_at(tiles, hit))}"

    return Pictures(levels, describe, table, group=max(1, tiles.columns), legend=legend)


def _ends(low: float, high: float) -> tuple[str, str]:
    """Both in two figures, which stand still long enough to be read while a network learns; in three where two do not tell."""
    two = number(low, 2), number(high, 2)
    return two if two[0] != two[1] else (number(low), number(high))


def from_images(images: NDArray[np.uint8], name: Callable[[int], str]) -> Pictures:
    """Images (N, C, H, W) uint8, C 1 (grey) or 3 (RGB), as they are."""

    def describe(hit: Hit) -> str:
        values = images[hit.tile, :, hit.row, hit.column]
        return f"{name(hit.tile)} · row {hit.row}, column {hit.column} · {', '.join(str(int(v)) for v in values)}"

    return Pictures(pack(images.transpose(1, 0, 2, 3)), describe)
