"""Curve: the points of one plotted series, grown as the run goes on: finite ones, lost ones and their moving average."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.snapshot import Series
from widgets.common.decimate import moving_average

Floats = NDArray[np.float64]


class Curve:
    """One series as it is drawn. ``update`` takes the whole series each time and looks only at what is new.

    ``colour`` names a colour of the theme. ``smooth`` asks for the moving average as an overlay.
    """

    def __init__(self, title: str, colour: str, *, smooth: bool = False) -> None:
        self.title = title
        self.colour = colour
        self.smooth = smooth
        self.weight = 0.0
        self._restart()

    def _restart(self) -> None:
        self.finite = Series()
        self.average = Series()
        self.lost: list[float] = []  # steps whose value is NaN or infinite
        self.low, self.high = np.inf, -np.inf
        self._seen = 0
        self._last = (0.0, 0.0)

    def update(self, steps: Floats, values: Floats) -> bool:
        """Take over the points that are new; returns whether there were any, or another run began."""
        seen = self._seen
        other = len(values) < seen or (seen > 0 and not _same((steps[seen - 1], values[seen - 1]), self._last))
        if other:
            self._restart()
        new_steps, new_values = steps[self._seen :], values[self._seen :]
        if not len(new_values):
            return other
        self._seen = len(values)
        self._last = (float(steps[-1]), float(values[-1]))
        fits = np.isfinite(new_values)
        if not fits.all():
            self.lost.extend(float(step) for step in new_steps[~fits])
            new_steps, new_values = new_steps[fits], new_values[fits]
        if len(new_values):
            self.finite.extend(new_steps, new_values)
            self.low = min(self.low, float(new_values.min()))
            self.high = max(self.high, float(new_values.max()))
            self._extend_average()
        return True

    def points(self) -> tuple[Floats, Floats]:
        """All points in order of step, lost ones among them as NaN."""
        steps = np.concatenate([self.finite.steps, self.lost])
        values = np.concatenate([self.finite.values, np.full(len(self.lost), np.nan)])
        order = np.argsort(steps, kind="stable")
        return steps[order], values[order]

    def set_weight(self, weight: float) -> None:
        """Smooth with another weight (0: not at all): the average of all points anew."""
        if self.smooth and weight != self.weight:
            self.weight = weight
            self.average = Series()
            self._extend_average()

    def _extend_average(self) -> None:
        if not self.smooth or self.weight <= 0:
            return
        done = len(self.average)
        start = float(self.average.values[-1]) if done else None
        new = self.finite.values[done:]
        self.average.extend(self.finite.steps[done:], moving_average(new, self.weight, start))


def _same(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(a == b or (a != a and b != b) for a, b in zip(one, other, strict=True))
