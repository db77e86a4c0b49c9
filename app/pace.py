"""Pace: how often a picture may be redrawn, so that drawing it takes no more than its share of the time."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], float]

# Where a thread's own time comes in coarse steps, waiting is counted too.
_BUSY: Clock = time.thread_time if time.get_clock_info("thread_time").resolution < 1e-3 else time.perf_counter


class Pace:
    """After a drawing that took t seconds the next may start t / share later, but never sooner than ``quickest`` after its start
    and never later than ``slowest``, unless ``quickest`` is longer.

    Drawing holds Python's lock, which the training thread wants back after every kernel: what the pictures take, the
    training loses. So what counts is the time that the processor worked (``busy``), not how long drawing itself had to wait
    for the lock. ``clock`` and ``busy`` are in seconds, and are replaced in tests.
    """

    def __init__(
        self,
        share: float,
        slowest: float = 0.5,
        *,
        quickest: float = 0.0,
        clock: Clock = time.perf_counter,
        busy: Clock = _BUSY,
    ) -> None:
        self._share, self._slowest, self._quickest = share, slowest, quickest
        self._clock, self._busy = clock, busy
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
        start, worked = self._clock(), self._busy()
        work()
        taken = self._busy() - worked
        self.cost = taken if self.cost == 0.0 else 0.7 * self.cost + 0.3 * taken
        self._next = max(start + self._quickest, self._clock() + min(self._slowest, self.cost / self._share))
