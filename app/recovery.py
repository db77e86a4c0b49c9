"""Recovery: keeps a copy of what is not saved while the window is open, and offers what a killed process left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.document import Document
from app.keeping.kept_runs import KeptRuns
from app.keeping.session_folder import Leftover, SessionFolder, newest_leftover
from app.run.answers import Answers, Asker
from app.session import Session
from engine.errors import FileError

QUIET_MS = 2000
"""From an edit to its copy on the disk: what a killed process loses at most, but for the writing itself."""


class Recovery(QObject):
    """GUI thread only; what it writes and reads is done on another. ``found`` carries a Leftover, ``told`` (sentence, kind)."""

    found = Signal(object)
    told = Signal(str, str)

    def __init__(self, session: Session, root: Path, answers: Answers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._root = session, root / "sessions"
        self._folder = SessionFolder(self._root)
        self.runs = KeptRuns(root / "runs", self._folder.id, self._folder.note_run)
        self._writer: Asker[None] = Asker("layerscope-recovery", answers)
        self._finder: Asker[Leftover] = Asker("layerscope-leftovers", answers)
        self._offered: Leftover | None = None
        self._is_kept, self._has_told = False, False
        self._timer = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._timer.timeout.connect(self._copy)
        session.document_changed.connect(self._wait)
        session.title_changed.connect(self._wait)

    # -- while the window is open --

    def _wait(self) -> None:
        if not self._timer.isActive() and (self._session.modified or self._is_kept):
            self._timer.start()

    def _copy(self) -> None:
        if self._writer.is_busy:  # a disk that is slower than the hand: once more when it is done
            self._timer.start()
            return
        document, path, modified = self._session.document, self._session.path, self._session.modified
        self._is_kept = modified
        self._writer.ask(lambda: self._write(document, path, modified), lambda _: None, self._refused)

    def _write(self, document: Document, path: Path | None, modified: bool) -> Iterator[None]:
        if modified:
            self._folder.write(document, path)
        else:
            self._folder.clear()
        yield None

    def _refused(self, sentence: str) -> None:
        if not self._has_told:
            self._has_told = True
            self.told.emit(f"Unsaved changes cannot be kept for the case of a crash. {sentence}", "error")

    # -- what was left behind --

    def look(self) -> None:
        """Search for what a killed process left behind; ``found`` tells if there is something."""
        self._finder.ask(self._find, self._offer, lambda _: None)

    def _find(self) -> Iterator[Leftover]:
        leftover = newest_leftover(self._root, self.runs)
        if leftover is not None:
            yield leftover

    def _offer(self, leftover: Leftover) -> None:
        self._offered = leftover
        self.found.emit(leftover)

    def settle(self, leftover: Leftover) -> None:
        """It was brought back or is not wanted: delete it, as soon as what is open now is kept, and look for the next one."""
        self._offered = None
        document, path, modified = self._session.document, self._session.path, self._session.modified
        self._is_kept = modified

        def job() -> Iterator[None]:
            yield from self._write(document, path, modified)
            leftover.discard()

        self._writer.ask(job, lambda _: None, self._refused, self.look)

    # -- the end --

    def close(self, *, keep: bool = False) -> None:
        """The window ends, as every thread has: nothing is left behind, or (``keep``) all that is not saved."""
        self._timer.stop()
        if self._offered is not None:
            self._offered.leave()
        try:
            if keep and self._session.modified:
                self._folder.write(self._session.document, self._session.path)
            else:
                self._folder.clear()
        except FileError as error:
            self._refused(error.plainly())
        self._folder.close(keep=keep)
