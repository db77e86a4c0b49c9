"""Long curves made short for the screen: the extremes of each pixel column, and the moving average over the raw points."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def min_max(x: Floats, y: Floats, low: float, high: float, pixels: int) -> tuple[Floats, Floats]:
    """At most two points per pixel column of ``low``..``high``: the smallest and largest ``y`` of each, as they come.

    ``x`` ascends; ``y`` is finite. One neighbour on either side is kept, so that lines run to the edge. Few points are
    returned as they are: no extreme is ever lost.
    """
    first = max(int(np.searchsorted(x, low)) - 1, 0)
    last = int(np.searchsorted(x, high, side="right")) + 1
    x, y = x[first:last], y[first:last]
    if len(x) <= 2 * pixels or high <= low:
        return x, y
    starts = _firsts(x, low, high, pixels)
    lowest, highest = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    rising = y[starts] <= (lowest + highest) / 2  # begin each column with the extreme nearer to where it begins
    short_y = np.empty(2 * len(starts))
    short_y[0::2] = np.where(rising, lowest, highest)
    short_y[1::2] = np.where(rising, highest, lowest)
    return np.repeat(x[starts], 2), short_y


def thinned(x: Floats, y: Floats, low: float, high: float, pixels: int) -> tuple[Floats, Floats]:
    """At most one point per pixel column of ``low``..``high``, and the last: enough for a curve that is smooth."""
    first = max(int(np.searchsorted(x, low)) - 1, 0)
    last = int(np.searchsorted(x, high, side="right")) + 1
    x, y = x[first:last], y[first:last]
    if len(x) <= pixels or high <= low:
        return x, y
    chosen = np.append(_firsts(x[:-1], low, high, pixels), len(x) - 1)
    return x[chosen], y[chosen]


def _firsts(x: Floats, low: float, high: float, pixels: int) -> NDArray[np.intp]:
    """The index of the first point in each pixel column that has one."""
    edges = np.searchsorted(x, np.linspace(low, high, pixels + 1)[:-1])
    edges[0] = 0
    return edges[(np.diff(edges, append=len(x)) > 0)]


def moving_average(values: Floats, weight: float, start: float | None = None) -> Floats:
    """The exponential moving average s[t] = weight·s[t-1] + (1 - weight)·v[t], continuing from ``start``.

    Without ``start`` it begins at the first value. ``weight`` 0 leaves the values as they are.
    """
    if weight <= 0 or not len(values):
        return values
    smooth = np.empty_like(values)
    before = float(values[0]) if start is None else start
    # Within a chunk s = w^i (s0 + (1-w) Σ v/w^i); chunks end before 1/w^i overflows.
    chunk = max(1, min(4096, int(500 / -math.log(weight)))) if weight < 1 else len(values)
    for begin in range(0, len(values), chunk):
        part = values[begin : begin + chunk]
        powers = weight ** np.arange(1, len(part) + 1)
        smooth[begin : begin + chunk] = powers * (before + (1 - weight) * np.cumsum(part / powers))
        before = float(smooth[begin + len(part) - 1])
    return smooth
