"""Work on whole data sets piece by piece: little memory beside the data themselves, and an end as soon as nobody waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from threading import Event
from typing import Protocol

PIECE_NUMBERS = 1 << 22
"""So many numbers of the data are worked on at once: 16 MiB as floats; with a quarter of it loading is twice as slow."""


class Between(Protocol):
    """Called between two pieces with the share of the work that is ``done``, 0..1, where that is known; what it raises ends the
    work."""

    def __call__(self, done: float | None = None, /) -> None: ...


class Abandoned(Exception):
    """Nobody waits for the data any more; raised on the thread that loads them, for nobody to hear."""


class Interest:
    """Whether anybody still waits for some data, and how far they are. Any thread. ``told`` is called, on the thread that loads,
    with each further percent."""

    def __init__(self, told: Callable[[], object] = lambda: None) -> None:
        self._lost = Event()
        self.told = told
        self.done = 0.0  # 0..1

    def drop(self) -> None:
        """Nobody waits any more."""
        self._lost.set()

    def require(self, done: float | None = None, /) -> None:
        """A ``Between``: Abandoned where nobody waits."""
        if self._lost.is_set():
            raise Abandoned
        if done is not None and done > self.done:  # each slot and split begins anew, but nobody goes back
            before, self.done = self.done, done
            if int(100 * done) > int(100 * before):
                self.told()


def never(done: float | None = None, /) -> None:
    """The ``Between`` of work that is always wanted."""


def within(between: Between, begin: float, end: float) -> Between:
    """The ``Between`` of a part of the work, which takes it from one share to another."""

    def told(done: float | None = None, /) -> None:
        between(None if done is None else begin + (end - begin) * done)

    return told


def pieces(count: int, *shapes: tuple[int, ...], between: Between = never) -> Iterator[slice]:
    """Slices that cover ``count`` examples, at least one slice, so that of the largest of ``shapes`` not too many numbers are
    worked on at once; ``between`` is called before each."""
    step = max(1, PIECE_NUMBERS // max(1, *(prod(shape) for shape in shapes)))
    for start in range(0, max(1, count), step):
        between(start / max(1, count))
        yield slice(start, min(start + step, count))
