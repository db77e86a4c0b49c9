"""Kinds that are there for one test: each a file of its own, written, loaded and in the end taken out again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def loaded(files: Iterable[tuple[Any, str, str]], folder: Path) -> Iterator[None]:
    """``files`` are (registry, name of the kind, text of its file); they are written to ``folder``."""
    files = tuple(files)
    for registry, name, text in files:
        path = folder / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        registry.load_file(path)
    yield
    for registry, name, _ in files:
        registry.remove(name)
        assert name not in registry
