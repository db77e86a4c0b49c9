"""Work on whole data sets piece by piece: little memory beside the data themselves, and an end as soon as nobody waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from threading import Event

PIECE_NUMBERS = 1 << 22
"""So many numbers of the data are worked on at once: 16 MiB as floats; with a quarter of it loading is twice as slow."""

Between = Callable[[], None]
"""Called between two pieces; what it raises ends the work."""


class Abandoned(Exception):
    """Nobody waits for the data any more; raised on the thread that loads them, for nobody to hear."""


class Interest:
    """Whether anybody still waits for some data. Any thread."""

    def __init__(self) -> None:
        self._lost = Event()

    def drop(self) -> None:
        """Nobody waits any more."""
        self._lost.set()

    def require(self) -> None:
        """A ``Between``: Abandoned where nobody waits."""
        if self._lost.is_set():
            raise Abandoned


def never() -> None:
    """The ``Between`` of work that is always wanted."""


def pieces(count: int, *shapes: tuple[int, ...], between: Between = never) -> Iterator[slice]:
    """Slices that cover ``count`` examples, at least one slice, so that of the largest of ``shapes`` not too many numbers are
    worked on at once; ``between`` is called before each."""
    step = max(1, PIECE_NUMBERS // max(1, *(prod(shape) for shape in shapes)))
    for start in range(0, max(1, count), step):
        between()
        yield slice(start, min(start + step, count))
