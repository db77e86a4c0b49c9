"""Pins: the examples whose way through the network is followed, one of them in front."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.snapshot import PinnedImage


@dataclass(frozen=True)
class Pins:
    """``front`` moves with Left and Right, and is None until there are data; ``kept`` stay until they are unpinned."""

    front: PinnedImage | None = None
    kept: tuple[PinnedImage, ...] = ()

    @property
    def all(self) -> tuple[PinnedImage, ...]:
        """Every pinned example once, the front one first."""
        if self.front is None:
            return self.kept
        return (self.front, *(pin for pin in self.kept if not is_same(pin, self.front)))

    def with_front(self, pin: PinnedImage) -> Pins:
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

    def only(self, fits: Callable[[PinnedImage], bool]) -> Pins:
        """Without the examples that do not fit, as other data come."""
        front = self.front if self.front is not None and fits(self.front) else None
        kept = tuple(pin for pin in self.kept if fits(pin))
        return self if (front, kept) == (self.front, self.kept) else Pins(front or (kept[0] if kept else None), kept)


def is_same(one: PinnedImage, other: PinnedImage) -> bool:
    """Whether two pins hold the same example."""
    return one is other or (one.index == other.index >= 0 and one.source == other.source)
