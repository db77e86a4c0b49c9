"""Watchers: what those who look at one run want captured of it, put together."""

from __future__ import annotations

from collections.abc import Hashable

from engine.snapshot import Example, Want, WatchList


class Watchers:
    """Everybody gets what they want, of the examples that were asked for last: a run follows one set of them."""

    def __init__(self) -> None:
        self._wanted: dict[Hashable, tuple[WatchList, tuple[Example, ...]]] = {}

    def set(self, who: Hashable, wants: WatchList, pins: tuple[Example, ...]) -> None:
        """``who`` looks at the run, and wants this of it."""
        self._wanted.pop(who, None)  # to become the last
        self._wanted[who] = (wants, pins)

    def remove(self, who: Hashable) -> None:
        """``who`` looks elsewhere."""
        self._wanted.pop(who, None)

    @property
    def wants(self) -> WatchList:
        """What is to be captured."""
        return frozenset[Want]().union(*(wants for wants, _ in self._wanted.values()))

    @property
    def pins(self) -> tuple[Example, ...]:
        """The examples to capture it of, that in front first; none leaves the choice to the run."""
        return next((pins for _, pins in reversed(self._wanted.values()) if pins), ())
