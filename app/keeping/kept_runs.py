"""KeptRuns: the runs that the program has kept by itself, a bounded number of them, newest first."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.keeping.kept_run import KeptRun
from engine.errors import FileError

if TYPE_CHECKING:
    from engine.files.run_lock import RunLock
    from engine.training.state import TrainingState

COUNT, BYTES = 10, 1 << 30
"""So many runs stay, of so many bytes together, but always the newest."""
LONG_S = 60.0
"""A run that trained for so long is no trial: shorter ones go first."""
MAX_BYTES = 16 << 20
_TAIL = 4096  # bytes, in which the last line of metrics lies


@dataclass(frozen=True)
class Kept:
    """A run that was kept: where it lies, what it is of, how far it is, and when it was last written."""

    path: Path
    name: str
    data: str
    step: int
    when: datetime

    @property
    def title(self) -> str:
        """It in a line: "tiny on digits, step 940, 14:32"."""
        today = self.when.date() == datetime.now().date()
        return f"{self.name} on {Path(self.data).name}, step {self.step:,}, {self.when:{'%H:%M' if today else '%Y-%m-%d %H:%M'}}"


class KeptRuns:
    """The folders SESSION-NUMBER in ``folder``. Those that some window has in hand are never deleted. ``note`` is called, on the
    thread that saves, with the name of a run of this session as soon as it lies there."""

    def __init__(self, folder: Path, session: str, note: Callable[[str], object]) -> None:
        self._folder, self._session, self._note, self._numbers = folder, session, note, itertools.count(1)

    def new(self) -> KeptRun:
        """A recorder for one more run of this session."""
        return KeptRun(self._free(), self._made)

    def adopt(self, path: Path, state: TrainingState) -> KeptRun | None:
        """A recorder that goes on in ``path``, where a run was kept up to ``state``; None where it is none of these. It has
        yet to ``take`` it."""
        if path.parent != self._folder:
            return None
        kept = KeptRun(path, self._made, elsewhere=self._free)
        kept.adopt(state)
        return kept

    def _free(self) -> Path:
        """A folder for one more run of this session. Any thread."""
        return self._folder / f"{self._session}-{next(self._numbers):03d}"

    def _made(self, path: Path) -> None:
        self._note(path.name)
        self.trim()

    def newest_first(self) -> tuple[Kept, ...]:
        """All that can be opened again. It reads each of them: not on the GUI's thread."""
        return tuple(kept for path in self._paths() if (kept := _read(path)) is not None)

    def trim(self) -> None:
        """Delete what is beyond the bounds: trials first, and of these and the others the oldest. Any thread."""
        sizes = {path: _size(path) for path in self._paths()}
        count, total = len(sizes), sum(sizes.values())
        for path in sorted(list(sizes)[1:], key=lambda path: (_seconds(path) >= LONG_S, _written(path))):
            if count <= COUNT and total <= BYTES:
                break
            if _delete(path):
                count, total = count - 1, total - sizes[path]

    def _paths(self) -> list[Path]:
        with suppress(OSError):
            found = [path for path in self._folder.iterdir() if path.is_dir() and not path.is_symlink()]
            return sorted(found, key=_written, reverse=True)
        return []


def _written(path: Path) -> float:
    """When the run's newest state was written."""
    with suppress(OSError):
        return (path / "checkpoints").stat().st_mtime
    return 0.0


def _seconds(path: Path) -> float:
    """How long the run trained, as the last of its metrics say; 0 where they do not."""
    with suppress(OSError, ValueError, IndexError), (path / "metrics.csv").open("rb") as file:
        file.seek(max(0, file.seek(0, 2) - _TAIL))
        return float(file.read().splitlines()[-1].split(b",")[2])
    return 0.0


def _read(path: Path) -> Kept | None:
    try:
        names = [json.loads(_bytes(path / name)) for name in ("design.json", "config.json")]
        steps = [int(file.stem.removeprefix("step-")) for file in (path / "checkpoints").glob("step-*.safetensors")]
        when = datetime.fromtimestamp(_written(path))
        return Kept(path, str(names[0]["name"]), str(names[1]["data"]["name"]), max(steps), when)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None  # half of one, of a process that was killed just then


def _bytes(path: Path) -> bytes:
    from engine.files.atomic import read_bounded

    try:
        return read_bounded(path, MAX_BYTES, "a run")
    except FileError as error:
        raise OSError(str(error)) from None


def _size(path: Path) -> int:
    return sum(_sizes(path))


def _sizes(path: Path) -> Iterator[int]:
    for file in path.rglob("*"):
        with suppress(OSError):
            yield file.lstat().st_size


def _delete(path: Path) -> bool:
    """Delete a run, unless somebody has it in hand; whether it is gone."""
    from engine.files.run_lock import RunLock

    try:
        lock = RunLock(path)
    except FileError:
        return False
    delete_held(path, lock)
    return True


def delete_held(path: Path, lock: RunLock) -> None:
    """Delete a folder whose ``lock`` is ours; on Windows an open file goes only when it is closed."""
    shutil.rmtree(path, ignore_errors=True)
    lock.release()
    shutil.rmtree(path, ignore_errors=True)
