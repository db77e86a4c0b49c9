"""Watchers: what those who look at one run want captured of it, put together."""

from __future__ import annotations

from collections.abc import Hashable

from engine.snapshot import PinnedImage, Want, WatchList


class Watchers:
    """Everybody gets what they want. For now a run captures one example: the one that was asked for last."""

    def __init__(self) -> None:
        self._wanted: dict[Hashable, tuple[WatchList, PinnedImage | None]] = {}

    def set(self, who: Hashable, wants: WatchList, pin: PinnedImage | None) -> None:
        """``who`` looks at the run, and wants this of it."""
        self._wanted.pop(who, None)  # to become the last
        self._wanted[who] = (wants, pin)

    def remove(self, who: Hashable) -> None:
        """``who`` looks elsewhere."""
        self._wanted.pop(who, None)

    @property
    def wants(self) -> WatchList:
        """What is to be captured."""
        return frozenset[Want]().union(*(wants for wants, _ in self._wanted.values()))

    @property
    def pin(self) -> PinnedImage | None:
        """The example to capture it of; None leaves the choice to the run."""
        return next((pin for _, pin in reversed(self._wanted.values()) if pin is not None), None)
