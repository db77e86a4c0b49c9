"""A table of named things that enrol themselves: layer kinds, probes, views, captures and built-in networks."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import reprlib
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

MANY = 20
"""Up to how many known names a message lists."""


def nearest(name: str, known: list[str]) -> str:
    """A suggestion: the known name nearest to ``name``, or the list of them all."""
    close = difflib.get_close_matches(name[:80], known, n=1, cutoff=0.5)
    if close:
        return f"Did you mean '{close[0]}'?"
    more = f" and {len(known) - MANY} more" if len(known) > MANY else ""
    return f"Known: {', '.join(known[:MANY])}{more}." if known else ""


def brief(value: object) -> str:
    """``value`` as in Python, cut to what fits into a sentence: for messages about what a user gave."""
    shown = reprlib.Repr()
    shown.maxstring = shown.maxother = shown.maxlong = 60
    return shown.repr(value)


class Registry(Generic[T]):
    """Names to things, in order of registration; every module of ``package`` is imported on first use.

    ``noun`` is what one entry is called in messages ("layer kind"). ``error`` is raised for an unknown name and takes
    (problem, suggestion). Any thread may look things up.
    """

    def __init__(self, noun: str, package: str, error: Callable[[str, str], Exception]) -> None:
        self.noun = noun
        self._package = package
        self._error = error
        self._entries: dict[str, T] = {}
        self._lock = threading.RLock()
        self._discovering = False
        self._discovered = False

    def add(self, name: str, entry: T) -> Callable[[], None]:
        """Enrol ``entry``; returns the function that takes it out again. A second entry of one name is a bug of ours."""
        if name in self._entries:
            raise ValueError(f"two {self.noun}s are called '{name}'")
        self._entries[name] = entry

        return lambda: self.remove(name)

    def remove(self, name: str) -> None:
        """Take out the entry called ``name``, if there is one: the end of an extension."""
        self._entries.pop(name, None)

    def get(self, name: str) -> T:
        """The entry called ``name``; an unknown name raises the registry's error with the nearest known one."""
        entries = self._all()
        if name not in entries:
            raise self._error(f"There is no {self.noun} {brief(name)}", nearest(name, list(entries)))
        return entries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._all()

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._all()))

    def __len__(self) -> int:
        return len(self._all())

    def entries(self) -> list[T]:
        """Every entry, in order of registration."""
        return list(self._all().values())

    def _all(self) -> dict[str, T]:
        """The entries, once every module of the package has been imported; a module being imported sees those so far."""
        if not self._discovered:
            with self._lock:
                if not self._discovered and not self._discovering:
                    self._discover()
        return self._entries

    def _discover(self) -> None:
        self._discovering = True
        try:
            package = importlib.import_module(self._package)
            for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
                importlib.import_module(f"{self._package}.{info.name}")
        finally:
            self._discovering = False
        self._discovered = True
