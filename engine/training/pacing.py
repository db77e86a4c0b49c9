"""Clocks of a run: training time without pauses, speed, how often pictures may be taken, and the beat of a slow run."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import perf_counter

from engine.snapshot import LIVE_SECONDS

SHORTEST = LIVE_SECONDS
"""Seconds between two captures at least."""
LONGEST = 5.0
"""Seconds between two captures at most, even beyond the budget: a picture that never comes is no live picture."""
SAVED = 0.5
"""Seconds of training that may have been earned before they are spent."""
LARGEST_SHARE = 0.25
"""Of the time, for captures that take so long that ``LONGEST`` would leave no time to train."""
EVERY_STEP = 8.0
"""At so many steps a second and fewer, every step is shown."""


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


class Metronome:
    """When a run that is slowed down does its next step. Beats do not drift: a step that begins late moves none behind it. After
    one that took longer than a beat, those missed are not caught up with. ``now`` is a clock, in seconds."""

    def __init__(self, now: Callable[[], float] = perf_counter) -> None:
        self._now = now
        self._last = now()  # when the last step was to begin

    def start(self) -> None:
        """The first step begins now, or the first one after a pause."""
        self._last = self._now()

    def left(self, pace: float) -> float:
        """Seconds until the next step, at ``pace`` steps a second; 0 where it is due."""
        return max(0.0, self._last + 1 / pace - self._now())

    def beat(self, pace: float) -> None:
        """A step begins now."""
        now, planned = self._now(), self._last + 1 / pace
        self._last = planned if 0 <= now - planned < 1 / pace else now


class CapturePacer:
    """Spaces captures so that they stay within the budget: what one took is earned by 1 / budget times as much training. Up to
    ``SAVED`` seconds may have been earned before, so that a costly one among many cheap ones does not hold up the pictures.
    Beyond the budget go only those that somebody waits for, and one every five seconds."""

    def __init__(self, budget: float) -> None:
        self._budget = budget
        self._due = 0.0
        self._paid = 0.0  # the training time at which all that was spent is earned
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
        self.spend(seconds, now)
        self._due = max(now + SHORTEST, now + seconds / LARGEST_SHARE, self._paid)

    def owed(self, seconds: float, now: float) -> None:
        """A capture that was due whatever it cost has just ended: it is not earned by training."""
        self.spent += seconds
        self._due = max(now + SHORTEST, now + seconds / LARGEST_SHARE)

    def spend(self, seconds: float, now: float) -> None:
        """Something small has cost ``seconds`` on the way to the next capture, which stays due."""
        self.spent += seconds
        if self.is_on:
            self._paid = min(max(self._paid, now - SAVED) + seconds / self._budget, now + LONGEST)

    def charge(self, seconds: float, now: float) -> None:
        """Something else has cost ``seconds``: the next capture waits until that is earned too."""
        self.spend(seconds, now)
        self._due = max(self._due, self._paid)
