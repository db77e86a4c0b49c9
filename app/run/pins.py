"""Pins: the examples whose way through the network is followed, one of them in front."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from engine.snapshot import Example


@dataclass(frozen=True)
class Pins:
    """``front`` moves with Left and Right, and is None until there are data; ``kept`` stay until they are unpinned."""

    front: Example | None = None
    kept: tuple[Example, ...] = ()

    @property
    def all(self) -> tuple[Example, ...]:
        """Every pinned example once, the front one first."""
        if self.front is None:
            return self.kept
        return (self.front, *(pin for pin in self.kept if not is_same(pin, self.front)))

    def with_front(self, pin: Example) -> Pins:
        """Another example in front."""
        return replace(self, front=pin)

    def keep_front(self) -> Pins:
        """The front example stays pinned when another comes in front."""
        if self.front is None or any(is_same(pin, self.front) for pin in self.kept):
            return self
        return replace(self, kept=(*self.kept, self.front))

    def without_front(self) -> Pins:
        """The front example is unpinned; the one pinned last comes in front. Where it is the only one, it stays."""
        if self.front is None:
            return self
        kept = tuple(pin for pin in self.kept if not is_same(pin, self.front))
        return Pins(kept[-1] if kept else self.front, kept)

    def only(self, fits: Callable[[Example], bool]) -> Pins:
        """Without the examples that do not fit, as other data come."""
        front = self.front if self.front is not None and fits(self.front) else None
        kept = tuple(pin for pin in self.kept if fits(pin))
        return self if (front, kept) == (self.front, self.kept) else Pins(front or (kept[0] if kept else None), kept)


def is_same(one: Example, other: Example) -> bool:
    """Whether two pins hold the same example."""
    if one is other:
        return True
    named_alike = one.index == other.index >= 0 and one.source == other.source
    return named_alike and np.array_equal(one.picture, other.picture)  # of other data it is another
