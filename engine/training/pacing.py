"""Clocks of a run: training time without pauses, speed, and how often pictures may be taken."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import perf_counter

SHORTEST = 1 / 10
"""Seconds between two captures at least: more pictures than this nobody sees."""
LONGEST = 5.0
"""Seconds between two captures at most, even beyond the budget: a picture that never comes is no live picture."""
LARGEST_SHARE = 0.25
"""Of the time, for captures that take so long that ``LONGEST`` would leave no time to train."""


class Stopwatch:
    """Training time: runs while the run does, and starts from what an earlier run had used. ``now`` is a clock, in seconds."""

    def __init__(self, seconds: float = 0.0, now: Callable[[], float] = perf_counter) -> None:
        self._before = seconds
        self._now = now
        self._since: float | None = None

    def start(self) -> None:
        """Go on."""
        if self._since is None:
            self._since = self._now()

    def pause(self) -> None:
        """Hold."""
        self._before, self._since = self.seconds, None

    @property
    def is_running(self) -> bool:
        """Whether time is counted now."""
        return self._since is not None

    @property
    def seconds(self) -> float:
        """What has been counted so far."""
        return self._before + (self._now() - self._since if self._since is not None else 0.0)


class Speed:
    """Images per second over the last ``window`` seconds of training time, which began at ``seconds``."""

    def __init__(self, seconds: float = 0.0, window: float = 2.0) -> None:
        self._window = window
        self._marks: deque[tuple[float, int]] = deque([(seconds, 0)])

    def mark(self, seconds: float, images: int) -> None:
        """``images`` have been trained on since the beginning, after ``seconds`` of training time."""
        self._marks.append((seconds, images))
        while len(self._marks) > 2 and self._marks[1][0] <= seconds - self._window:
            self._marks.popleft()

    @property
    def images_per_second(self) -> float:
        """0 as long as nothing is known."""
        (start, before), (end, after) = self._marks[0], self._marks[-1]
        return (after - before) / (end - start) if end > start else 0.0


class CapturePacer:
    """Spaces captures so that each is followed by enough training: after one that took c seconds, the next is due c / budget
    later. So their share stays within the budget, except for those that somebody waits for, and one every five seconds."""

    def __init__(self, budget: float) -> None:
        self._budget = budget
        self._due = 0.0
        self.spent = 0.0

    @property
    def is_on(self) -> bool:
        """Whether pictures are taken at all; not where the budget is 0."""
        return self._budget > 0

    def is_due(self, now: float) -> bool:
        """Whether it is time for the next one. ``now`` is training time in seconds."""
        return self.is_on and now >= self._due

    def took(self, seconds: float, now: float) -> None:
        """A capture that took ``seconds`` has just ended, at training time ``now``."""
        self.spent += seconds
        wanted = seconds / self._budget if self.is_on else LONGEST
        bearable = seconds / LARGEST_SHARE
        self._due = now + max(SHORTEST, bearable, min(LONGEST, wanted))

    def spend(self, seconds: float, now: float) -> None:
        """Something small has cost ``seconds`` on the way to the next capture, which stays due."""
        self.spent += seconds

    def charge(self, seconds: float, now: float) -> None:
        """Something else has cost ``seconds``: put the next capture off by as much as that takes to earn."""
        self.spent += seconds
        if self.is_on:
            self._due = min(max(self._due, now) + seconds / self._budget, now + LONGEST)
