"""Design files on disk: NAME.design.json, read with suspicion and written whole."""

from __future__ import annotations

from pathlib import Path

from engine.design.document import from_json, to_json
from engine.design.network import NetworkDesign
from engine.errors import DesignError, FileError
from engine.files.atomic import atomic_write_text, read_bounded

SUFFIX = ".design.json"
MAX_BYTES = 16 << 20


def save_design(path: Path, design: NetworkDesign) -> None:
    """Write ``design`` to ``path`` in one step; FileError where that cannot be, and the old file stays."""
    atomic_write_text(path, to_json(design))


def load_design(path: Path) -> NetworkDesign:
    """The design in a file. FileError where it cannot be read, DesignError where it is no design; both name the file."""
    data = read_bounded(path, MAX_BYTES, "a design file")
    try:
        text = data.decode("utf-8-sig")  # editors on Windows put a byte order mark in front
    except UnicodeDecodeError:
        raise FileError(f"'{path}' is not a design file: it is not UTF-8 text", f"Designs are called NAME{SUFFIX}.") from None
    try:
        return from_json(text)
    except DesignError as error:
        problem = f"{error.problem.rstrip('.')} (in '{path}')"
        raise DesignError(problem, error.suggestion, layer=error.layer, field=error.field) from None
