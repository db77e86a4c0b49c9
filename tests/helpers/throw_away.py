"""Kinds that are there for one test: each a file of its own, written, loaded and in the end taken out again."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def run(path: Path) -> None:
    """Import the Python file ``path``, so that what it declares enrols itself, as a module of a kind's own folder does."""
    name = f"layerscope_throw_away_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


@contextmanager
def loaded(files: Iterable[tuple[Any, str, str]], folder: Path) -> Iterator[None]:
    """``files`` are (registry, name of the kind, text of its file); they are written to ``folder``."""
    files = tuple(files)
    for registry, name, text in files:
        path = folder / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        list(registry)  # those of the program come first
        run(path)
    yield
    for registry, name, _ in files:
        registry.remove(name)
        assert name not in registry
