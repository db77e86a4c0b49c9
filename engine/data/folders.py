"""Where data sets lie on disk: $LAYERSCOPE_DATA, else the platform's folder for user data."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from engine.errors import DataError

VARIABLE = "LAYERSCOPE_DATA"


def data_folder() -> Path:
    """The folder that data sets are looked for in; it need not exist."""
    chosen = os.environ.get(VARIABLE, "").strip()
    if chosen:
        return Path(chosen).expanduser()
    return platformdirs.user_data_path("layerscope", appauthor=False) / "data"


def subfolder(name: str, root: Path | None = None) -> Path:
    """Where the data set ``name`` belongs below ``root`` (by default ``data_folder()``); it need not exist."""
    return (root or data_folder()) / name


def require_folder(folder: Path, owner: str) -> Path:
    """``folder`` if it is there; otherwise DataError says where ``owner`` was looked for and what to do."""
    if folder.is_dir():
        return folder
    if folder.exists():
        raise DataError(f"{owner} was looked for in '{folder}', which is a file, not a folder", "Name the folder that holds it.")
    raise DataError(
        f"{owner} was looked for in '{folder}', but there is no such folder",
        f"Put the files there, or set {VARIABLE} to the folder above it.",
    )
