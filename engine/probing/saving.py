"""A probe's answer as a file: its numbers as .npy or .csv, its picture as .png."""

from __future__ import annotations

from pathlib import Path

from engine.errors import ProbeError
from engine.files.atomic import atomic_write
from engine.probing.forms import FORMS
from engine.probing.result import ProbeResult


def require_form(path: Path) -> str:
    """The ending of ``path``, one of FORMS; ProbeError names those there are."""
    form = path.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise ProbeError(f"'{path.name}' ends in none of .npy, .csv and .png", "Name a file that does.")
    return form


def save_result(result: ProbeResult, path: Path) -> None:
    """Write ``result`` to ``path``, whole or not at all.

    ProbeError where the answer has no such form, FileError where the system refuses.
    """
    data = FORMS[require_form(path)](result)
    with atomic_write(path) as file:
        file.write(data)
