"""Pace: how often the pictures may be redrawn, so that drawing takes no more than its share of the time."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """After a drawing that took t seconds the next may start t / share later, but never later than ``slowest``.

    Drawing holds Python's lock, which the training thread wants back after every kernel: what the pictures take, the
    training loses. ``clock`` is replaced in tests.
    """

    def __init__(self, share: float, slowest: float = 0.5, clock: Callable[[], float] = time.perf_counter) -> None:
        self._share, self._slowest, self._clock = share, slowest, clock
        self._next = 0.0
        self.cost = 0.0  # seconds of one drawing, smoothed

    def is_due(self) -> bool:
        """Whether the next drawing may start."""
        return self._clock() >= self._next

    @property
    def wait(self) -> float:
        """Seconds until the next drawing may start."""
        return max(0.0, self._next - self._clock())

    def draw(self, work: Callable[[], object]) -> None:
        """Do ``work`` now and set the time of the next."""
        start = self._clock()
        work()
        taken = self._clock() - start
        self.cost = taken if self.cost == 0.0 else 0.7 * self.cost + 0.3 * taken
        self._next = self._clock() + min(self._slowest, self.cost / self._share)
