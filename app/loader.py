"""Loader: brings torch in on a thread of its own while the window is already on screen, and then does what had to wait."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

MODULES = (
    "torch",
    "engine.build",
    "engine.data.load",
    "engine.training.runner",
    "engine.capturing.develop",
    "engine.probing.base",
)
POLL_MS = 15


class Loader(QObject):
    """``when_loaded`` runs its work at once if everything is there, else as soon as it is. GUI thread only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._waiting: list[Callable[[], object]] = []
        self._error: BaseException | None = None
        self.is_done = False
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)

    def start(self) -> None:
        """Begin loading in the background."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._load, name="layerscope-loader")
            self._thread.start()
            self._timer.start()

    def when_loaded(self, work: Callable[[], object]) -> None:
        """Do ``work`` on the GUI thread once torch is there, in the order of asking."""
        if self.is_done:
            work()
        else:
            self._waiting.append(work)

    def finish(self) -> None:
        """Wait for the loading and do what waited; for programs without an event loop, and before leaving."""
        if self._thread is not None:
            self._thread.join()
            self._poll()

    def _load(self) -> None:
        try:
            for module in MODULES:
                importlib.import_module(module)
        except BaseException as error:
            self._error = error

    def _poll(self) -> None:
        if self._thread is None or self._thread.is_alive():
            return
        self._thread = None
        self._timer.stop()
        if self._error is not None:
            raise RuntimeError("torch could not be loaded; run 'python main.py doctor'") from self._error
        self.is_done = True
        self._do_waiting()

    def _do_waiting(self) -> None:
        try:
            while self._waiting:
                self._waiting.pop(0)()
        finally:
            if self._waiting:  # one of them failed: that is reported, and the others have their turn
                QTimer.singleShot(0, self, self._do_waiting)
