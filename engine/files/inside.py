"""A run writes into its own folder only: links in it are not followed, and names make no paths."""

from __future__ import annotations

import os
import re
from pathlib import Path

from engine.errors import FileError
from engine.files.atomic import require_file

LONGEST_NAME = 100


def require_inside(folder: Path, path: Path, noun: str = "a file of a run") -> Path:
    """``path``, which is to be written, appended to or deleted; FileError where a link below ``folder`` leads elsewhere, or where
    something other than a file is there."""
    real, wanted = os.path.realpath(path), os.path.join(os.path.realpath(folder), path.relative_to(folder))  # noqa: PTH118
    if os.path.normcase(real) != os.path.normcase(wanted):
        raise FileError(
            f"'{path}' leads to '{real}', but a run writes into its own folder only", "Put a copy in place of the link."
        )
    if path.exists() and not path.is_dir():
        require_file(path, noun)
    return path


def safe_name(text: str) -> str:
    """``text`` as a file's name, without its ending: one that stays where it is put, on any system; "untitled" where nothing
    is left."""
    plain = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]+', "-", text)[:LONGEST_NAME].strip(" .-")
    return plain or "untitled"
