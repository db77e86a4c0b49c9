"""The real program in a window, for benchmarks: opened, brought to a state, and lived in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.design.network import NetworkDesign


class OpenWindow:
    """The program with its window shown and torch loaded. ``painted`` is called after each painting of the window."""

    def __init__(self, scratch: Path, design: NetworkDesign, **config: Any) -> None:
        from PySide6.QtCore import QEvent, QObject, QTimer

        from app.document import Document
        from app.program import Program
        from app.settings import SettingsFile
        from app.start import make_application
        from engine.training.config import TrainingConfig

        self.app = make_application()
        document = Document(design, "strokes", TrainingConfig(device="cpu", **config))
        self.program = Program(self.app, SettingsFile(scratch / "settings.json"), document)
        self.parts = self.program.parts
        self.painted: Callable[[], object] = lambda: None
        outer = self

        class Painted(QObject):
            def eventFilter(self, watched: QObject, event: QEvent) -> bool:
                if event.type() is QEvent.Type.UpdateRequest:
                    QTimer.singleShot(0, self, lambda: outer.painted())
                return False

        self._filter = Painted()
        self.parts.window.show()
        self.parts.window.installEventFilter(self._filter)
        self.parts.loader.start()
        self.parts.loader.finish()
        self.parts.collector.settle()  # as the program's own start does

    def live(self, until: Callable[[], bool]) -> None:
        """Let the window live until a condition holds."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop, poll = QEventLoop(), QTimer(interval=2)
        poll.timeout.connect(lambda: until() and loop.quit())
        poll.start()
        loop.exec()

    def live_for(self, seconds: float) -> None:
        """Let the window live for a while."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()

    def close(self) -> None:
        """End the program."""
        self.program.leave()
        self.parts.window.hide()
