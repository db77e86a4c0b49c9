"""What of a layer's arithmetic is on screen: which part of the input, which channels' sums, and numbers in few figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arithmetic import Arithmetic, Axis
from engine.words import counted, number

RGB = ("red", "green", "blue")


@dataclass(frozen=True)
class Crop:
    """The ``cells`` of one dimension that are on screen, and the ``windows`` that lie on them."""

    cells: range
    windows: range


def crop(axis: Axis, window: int, most: int) -> Crop:
    """The page of at most ``most`` cells, but at least one window, that holds ``window``. The last page ends where the input
    ends, with the cells that no window reads."""
    count = max(1, min(axis.shown, (most - axis.extent) // axis.stride + 1))
    first = min(window // count * count, axis.shown - count)
    end = (first + count - 1) * axis.stride + axis.extent
    return Crop(range(first * axis.stride, len(axis.pixels) if first + count == axis.shown else end), range(first, first + count))


@dataclass(frozen=True)
class Summand:
    """One line of the sum over channels; ``channel`` is its place among those that are read, -1 where it is none of them."""

    name: str
    value: float
    channel: int = -1


def summands(numbers: Arithmetic, row: int, column: int, chosen: int, most: int) -> list[Summand]:
    """What the output cell is the sum of, in ``most`` lines at most, at least three: each channel, or of many the chosen one, the
    strongest others and all the rest together; then the bias."""
    sums = numbers.sums(row, column)
    tail = [] if numbers.bias is None else [Summand("bias", numbers.bias)]
    room = max(2, most - len(tail))
    if len(sums) <= room:
        return [*(Summand(channel_name(numbers, at), float(value), at) for at, value in enumerate(sums)), *tail]
    strongest = [int(at) for at in np.argsort(-np.abs(np.nan_to_num(sums)), kind="stable") if at != chosen]
    shown = [chosen, *strongest[: room - 2]]
    rest = float(np.delete(sums, shown).sum())
    lines = [Summand(channel_name(numbers, at), float(sums[at]), at) for at in shown]
    return [*lines, Summand(counted(len(sums) - len(shown), "other"), rest), *tail]


def channel_name(numbers: Arithmetic, at: int) -> str:
    """What channel ``at`` of those that are read is called: "red", "channel 12", or "input" where there is only one."""
    if numbers.source == "@in" and numbers.channels == 3 and numbers.dimensions == 2:
        return RGB[numbers.channel + at]
    return f"channel {numbers.channel + at}" if numbers.channels > 1 else "input"


def figures(values: Sequence[float]) -> int:
    """So many decimals show the largest of ``values`` in three figures, or below 1 in two: 2 for 0.35 and 4.71, 3 for 0.021."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest == 0:
        return 2
    exponent = math.floor(math.log10(largest))
    return min(4, max(0, 2 - exponent)) if exponent >= 0 else min(4, 1 - exponent)


def cell_text(value: float, decimals: int) -> str:
    """``value`` as it stands in a cell: "0.35", "−0.82", "0" for exactly nothing."""
    if not math.isfinite(value):
        return "?" if math.isnan(value) else number(value)
    text = "0" if value == 0 else f"{value:.{decimals}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text.replace("-", "−")
