"""What happens when something unforeseen happens: the user's work is saved first, then the surprise is reported."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType

import platformdirs
from PySide6.QtCore import QObject, Signal

from app.document import Document
from engine.errors import plainly

log = logging.getLogger("layerscope")


def state_folder() -> Path:
    """Where recovery files and reports go: the platform's folder for the state of a user's programs."""
    return Path(platformdirs.user_state_dir("layerscope", appauthor=False))


class Surprises(QObject):
    """Catches exceptions that nothing else caught, on any thread: saves a recovery copy, writes a report, tells the user.

    ``reported`` carries one sentence. It is emitted from the thread of the exception; Qt delivers it on the GUI thread.
    """

    reported = Signal(str)

    def __init__(self, current: Callable[[], Document], folder: Path | None = None) -> None:
        super().__init__()
        self._current = current
        self._folder = folder
        self._told: set[str] = set()  # a timer that fails does so many times a second: once is enough
        self._before = (sys.excepthook, threading.excepthook)

    def install(self) -> None:
        """Become the process's handler of uncaught exceptions."""
        sys.excepthook = self.handle
        threading.excepthook = self._handle_of_thread

    def uninstall(self) -> None:
        """Give the handlers back to whoever had them."""
        sys.excepthook, threading.excepthook = self._before

    def _handle_of_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.handle(args.exc_type, args.exc_value, args.exc_traceback)

    def handle(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Save, write the report, tell."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        log.error("unforeseen error\n%s", text)
        if text in self._told:
            return
        self._told.add(text)
        try:
            saved = self.save_recovery()
            report = saved.with_suffix(".report.txt")
            report.write_text(text, encoding="utf-8")
            told = (
                f"Something unforeseen happened ({kind.__name__}). Your design is safe in {saved}; details are in {report.name}."
            )
        except Exception as second:
            told = f"Something unforeseen happened ({kind.__name__}), and a recovery copy could not be written: {plainly(second)}"
        self.reported.emit(told)

    def save_recovery(self) -> Path:
        """A copy of the open design in the recovery folder; returns where."""
        from engine.files.design_file import save_design

        folder = self._folder or state_folder() / "recovery"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{datetime.now():%Y%m%d-%H%M%S-%f}.design.json"
        save_design(path, self._current().design)
        return path
