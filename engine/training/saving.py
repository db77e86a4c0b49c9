"""Saving beside the training: one thread writes what the training thread has copied, as often as that is worth its cost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from time import perf_counter, thread_time

SHORTEST_S = 0.5
"""Between two saves of a run that is quickly saved: what a killed process loses at most, but for the writing itself."""
SHARE = 0.02
"""Of the time, for saves that cost more."""


class Saver:
    """One save at a time, each on a thread of this object's own, which ``close`` ends. Training thread only.

    What saves cost is measured: the copying, which holds the training up, and the processor's time for the writing, which takes
    it from the training where all processors are busy. ``now`` is a clock, in seconds.
    """

    def __init__(self, now: Callable[[], float] = perf_counter) -> None:
        self._now = now
        self._pool: ThreadPoolExecutor | None = None
        self._in_hand: Future[float] | None = None
        self._begun = 0.0
        self._copying = 0.0
        self._due = 0.0

    @property
    def is_due(self) -> bool:
        """Whether the last save is done, and what it cost is earned."""
        self._look()
        return self._in_hand is None and self._now() >= self._due

    def save(self, write: Callable[[], object], copying: float = 0.0) -> None:
        """Have ``write`` called as soon as the save in hand is done, which is waited for; it raises nothing. ``copying`` is how
        many seconds it took to copy what is written."""
        self.wait()
        self._begun, self._copying = self._now() - copying, copying
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="layerscope-saving")
        self._in_hand = self._pool.submit(partial(_timed, write))

    def wait(self) -> None:
        """Return when nothing is being written."""
        if self._in_hand is not None:
            self._in_hand.result()
            self._look()

    def rest(self, seconds: float) -> None:
        """Let so many seconds go by before the next save is due."""
        self._due = max(self._due, self._now() + seconds)

    def close(self) -> None:
        """Finish the save in hand and end the thread."""
        self.wait()
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def _look(self) -> None:
        """See whether the save in hand is done, and when the next one is worth it."""
        if self._in_hand is not None and self._in_hand.done():
            cost = self._copying + self._in_hand.result()
            self._due = max(self._due, self._begun + max(SHORTEST_S, cost / SHARE))
            self._in_hand = None


def _timed(write: Callable[[], object]) -> float:
    """The seconds of a processor that ``write`` took; waiting for the disk costs the training nothing."""
    begun = thread_time()
    write()
    return thread_time() - begun
