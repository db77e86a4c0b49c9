"""A table of named things that enrol themselves: layer kinds, probes, views, captures and built-in networks."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Generic, TypeVar

T = TypeVar("T")


def nearest(name: str, known: list[str]) -> str:
    """A suggestion: the known name nearest to ``name``, or the list of them all."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"Did you mean '{close[0]}'?" if close else f"Known: {', '.join(known)}."


class Registry(Generic[T]):
    """Names to things, in order of registration; every module of ``package`` is imported on first use.

    ``noun`` is what one entry is called in messages ("layer kind"). ``error`` is raised for an unknown name and takes
    (problem, suggestion).
    """

    def __init__(self, noun: str, package: str, error: Callable[[str, str], Exception]) -> None:
        self._noun = noun
        self._package = package
        self._error = error
        self._entries: dict[str, T] = {}
        self._discovered = False

    def add(self, name: str, entry: T) -> Callable[[], None]:
        """Enrol ``entry``; returns the function that takes it out again. A second entry of one name is a bug of ours."""
        if name in self._entries:
            raise ValueError(f"two {self._noun}s are called '{name}'")
        self._entries[name] = entry

        def take_out() -> None:
            self._entries.pop(name, None)

        return take_out

    def get(self, name: str) -> T:
        """The entry called ``name``; an unknown name raises the registry's error with the nearest known one."""
        entries = self._all()
        if name not in entries:
            raise self._error(f"There is no {self._noun} '{name}'", nearest(name, list(entries)))
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

    def load_file(self, path: Path) -> ModuleType:
        """Import one Python file from outside the package, so that what it declares enrols itself."""
        name = f"layerscope_extension_{path.stem}"
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise self._error(f"'{path}' is not a Python file", "")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    def _all(self) -> dict[str, T]:
        if not self._discovered:
            self._discovered = True
            package = importlib.import_module(self._package)
            for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
                importlib.import_module(f"{self._package}.{info.name}")
        return self._entries
