"""SessionFolder: what one window holds that no file does, where the next start finds it if the process is killed."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.document import Document
from app.keeping.kept_runs import Kept, KeptRuns, delete_held
from engine.errors import FileError, LayerscopeError

if TYPE_CHECKING:
    from engine.files.run_lock import RunLock

FORMAT = "layerscope-session/1"
_DESIGN, _ABOUT, _RUN = "document.design.json", "about.json", "run.txt"
MAX_BYTES = 1 << 16


class SessionFolder:
    """One folder of ``root``, locked as long as this process lives, so that no other window takes what is in it. It is made with
    the first thing to be kept. Methods may be called on any thread; FileError where the disk refuses."""

    def __init__(self, root: Path) -> None:
        self.id = f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        self._path = root / self.id
        self._taking = threading.Lock()
        self._lock: RunLock | None = None

    def take(self) -> None:
        """Make the folder and lock it, once."""
        from engine.files.atomic import make_folder
        from engine.files.run_lock import RunLock

        with self._taking:
            if self._lock is None:
                make_folder(self._path)
                self._lock = RunLock(self._path)

    def write(self, document: Document, path: Path | None) -> None:
        """Keep ``document`` with the file that it was opened from or saved to, instead of what was kept before."""
        from engine.files.atomic import atomic_write_text
        from engine.files.companion_file import Companion, save_companion
        from engine.files.design_file import save_design

        self.take()
        save_design(self._path / _DESIGN, document.design)
        save_companion(self._path / _DESIGN, Companion(document.data, document.config))
        about = {"format": FORMAT, "path": str(path) if path is not None else ""}
        atomic_write_text(self._path / _ABOUT, json.dumps(about) + "\n")

    def note_run(self, name: str) -> None:
        """The kept run of this ``name`` is the one that this window trains or shows."""
        from engine.files.atomic import atomic_write_text

        self.take()
        atomic_write_text(self._path / _RUN, name)

    def clear(self) -> None:
        """The document is in its file: nothing of it need be kept."""
        with suppress(OSError):
            (self._path / _ABOUT).unlink(missing_ok=True)

    def close(self, *, keep: bool = False) -> None:
        """The window ends: in good order nothing is left to be brought back, else (``keep``) all of it."""
        with self._taking:
            if self._lock is not None and keep:
                self._lock.release()
            elif self._lock is not None:
                delete_held(self._path, self._lock)
            self._lock = None


@dataclass(frozen=True, eq=False)
class Leftover:
    """What a process left behind that was killed, now held by us: a document that no file holds, a trained run, or both."""

    folder: Path
    lock: RunLock
    when: datetime
    document: Document | None
    path: Path | None
    run: Kept | None

    @property
    def sentence(self) -> str:
        """What it is, for the user."""
        name = self.document.design.name if self.document is not None else self.run.name if self.run is not None else ""
        parts = ["unsaved changes"] if self.document is not None else []
        parts += [f"a run up to step {self.run.step:,}"] if self.run is not None else []
        when = f"{self.when:%H:%M}" if self.when.date() == datetime.now().date() else f"{self.when:%Y-%m-%d %H:%M}"
        return f"An earlier session broke off at {when}. It held “{name}” with {' and '.join(parts)}."

    def discard(self) -> None:
        """Delete it; a run stays among those that are kept."""
        delete_held(self.folder, self.lock)

    def leave(self) -> None:
        """Let it be found again by the next start."""
        self.lock.release()


def newest_leftover(root: Path, kept: KeptRuns) -> Leftover | None:
    """The newest that there is and nobody holds; what is empty or damaged is deleted on the way."""
    with suppress(OSError):
        for folder in sorted((path for path in root.iterdir() if path.is_dir() and not path.is_symlink()), reverse=True):
            lock = _held(folder)
            if lock is None:
                continue
            leftover = _read(folder, lock, kept)
            if leftover.document is not None or leftover.run is not None:
                return leftover
            leftover.discard()
    return None


def _held(folder: Path) -> RunLock | None:
    from engine.files.run_lock import RunLock

    with suppress(FileError):
        return RunLock(folder)
    return None


def _read(folder: Path, lock: RunLock, kept: KeptRuns) -> Leftover:
    run = next(_runs(folder, kept), None)
    kept_at = [path.stat().st_mtime for path in (folder / _ABOUT, folder / _RUN) if path.exists()]
    when = datetime.fromtimestamp(max(kept_at, default=folder.stat().st_mtime))
    document, path = next(_documents(folder), (None, None))
    return Leftover(folder, lock, max([when, *([run.when] if run is not None else [])]), document, path, run)


def _runs(folder: Path, kept: KeptRuns) -> Iterator[Kept]:
    """The run that the window had in hand, if it is still kept."""
    from engine.files.atomic import read_bounded

    with suppress(FileError, ValueError):
        if (folder / _RUN).exists():
            name = read_bounded(folder / _RUN, MAX_BYTES, "the name of a run").decode()
            yield from (run for run in kept.newest_first() if run.path.name == name)


def _documents(folder: Path) -> Iterator[tuple[Document, Path | None]]:
    """The document that is kept in ``folder``, if there is a whole one."""
    from engine.files.atomic import read_bounded
    from engine.files.companion_file import load_companion
    from engine.files.design_file import load_design

    with suppress(LayerscopeError, OSError, ValueError, KeyError, TypeError, RecursionError):
        if (folder / _ABOUT).exists():
            about = json.loads(read_bounded(folder / _ABOUT, MAX_BYTES, "notes on a session"))
            design, companion = load_design(folder / _DESIGN), load_companion(folder / _DESIGN)
            document = Document(design, companion.data, companion.config) if companion is not None else Document(design)
            yield document, Path(about["path"]) if about["path"] else None
