"""Where a run lies or may lie: the names of its files, what is a run's folder, and which folder is free for a new one."""

from __future__ import annotations

from pathlib import Path

from engine.errors import FileError
from engine.files.atomic import file_error, is_temporary
from engine.files.run_lock import NAME as LOCK

DESIGN, CARD, METRICS, LOG, ENDED = "design.json", "config.json", "metrics.csv", "log.txt", "ended.json"
CHECKPOINTS, FILMSTRIP = "checkpoints", "filmstrip"
_OWN = {DESIGN, METRICS, LOG, LOCK, CHECKPOINTS, FILMSTRIP}


def is_run(path: Path) -> bool:
    """Whether ``path`` is a folder that holds a run."""
    return (path / DESIGN).is_file() and (path / CARD).is_file()


def require_free(path: Path) -> None:
    """FileError unless ``path`` does not exist, or is an empty folder, or one in which a run was about to begin when its process
    was killed."""
    try:
        if path.is_dir() and (not any(path.iterdir()) or _is_unborn(path)):
            return
    except OSError as error:
        raise file_error(path, error, "read") from error
    if is_run(path):
        raise FileError(f"'{path}' already holds a run", "Choose another folder, or go on with that run: resume RUN.")
    if path.exists():
        raise FileError(f"'{path}' already exists and is not empty", "Choose a new or empty folder.")


def _is_unborn(path: Path) -> bool:
    """Whether all that is in the folder ``path`` is the beginning of a run: its lock, and nothing that was trained."""
    inside = {entry.name for entry in path.iterdir()}
    rest = {name for name in inside - _OWN if not is_temporary(name)}
    return LOCK in inside and not rest and not any(any((path / name).glob("*")) for name in (CHECKPOINTS, FILMSTRIP))


def require_no_nest(path: Path) -> None:
    """FileError where ``path`` lies in the folder of a run: saving a run again does not put it into itself."""
    around = next((folder for folder in path.absolute().parents if is_run(folder)), None)
    if around is not None:
        raise FileError(f"'{path}' lies in the folder of the run '{around.name}'", "Choose a folder beside it.")
