"""Saving beside the training: a thread writes what the training thread has copied, as often as that is worth its cost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import perf_counter, thread_time

SHORTEST_S = 0.4
"""Between two saves of a run that is quickly saved: what a killed process loses at most, but for the writing itself."""
SHARE = 0.02
"""Of the time, for saves that cost more."""


class Saver:
    """One save at a time, each on a thread of its own. Training thread only.

    What saves cost is measured: the copying, which holds the training up, and the processor's time for the writing, which takes
    it from the training where all processors are busy. ``now`` is a clock, in seconds.
    """

    def __init__(self, now: Callable[[], float] = perf_counter) -> None:
        self._now = now
        self._in_hand: _Save | None = None
        self._due = 0.0

    @property
    def is_due(self) -> bool:
        """Whether the last save is done, and what it cost is earned."""
        if self._in_hand is not None and not self._in_hand.is_alive():
            self.wait()
        return self._in_hand is None and self._now() >= self._due

    def save(self, write: Callable[[], object], copying: float = 0.0) -> None:
        """Have ``write`` called as soon as the save in hand is done, which is waited for; it raises nothing. ``copying`` is how
        many seconds it took to copy what is written."""
        self.wait()
        self._in_hand = _Save(write, self._now() - copying, copying)
        self._in_hand.start()

    def wait(self) -> None:
        """Return when nothing is being written."""
        if self._in_hand is not None:
            self._in_hand.join()
            self._due = max(self._due, self._in_hand.begun + max(SHORTEST_S, self._in_hand.cost / SHARE))
            self._in_hand = None

    def rest(self, seconds: float) -> None:
        """Let so many seconds go by before the next save is due."""
        self._due = max(self._due, self._now() + seconds)


class _Save(threading.Thread):
    """One save: when it was begun, and what it has cost so far, in seconds."""

    def __init__(self, write: Callable[[], object], begun: float, cost: float) -> None:
        super().__init__(name="layerscope-saving")
        self.begun = begun
        self.cost = cost
        self._write = write

    def run(self) -> None:
        """Write, and count the processor's time; waiting for the disk costs the training nothing."""
        start = thread_time()
        self._write()
        self.cost += thread_time() - start
