"""Drawing: when what has changed is drawn: at once while nothing trains, else within drawing's share of the time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.pace import Pace

DRAW_SHARE = 0.012  # of the GUI thread's time, while a run trains


class Drawing(QObject):
    """``draw`` draws everything that has changed since the last time; ``is_training`` says whether time must be saved.

    GUI thread only. Nothing that was asked for is forgotten: what may not be drawn yet is drawn as soon as it may.
    """

    drawn = Signal()

    def __init__(
        self, draw: Callable[[], object], is_training: Callable[[], bool], pace: Pace | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._draw, self._is_training = draw, is_training
        self.pace = pace or Pace(DRAW_SHARE)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.ask)

    def ask(self) -> None:
        """Something has changed: draw it, now or when its time comes."""
        if self._is_training() and not self.pace.is_due():
            if not self._timer.isActive():
                self._timer.start(round(1000 * self.pace.wait) + 1)
        else:
            self.now()

    def now(self) -> None:
        """Draw without regard to the pace: somebody moves through the past and waits for every picture."""
        self._timer.stop()
        self.pace.draw(self._draw)
        self.drawn.emit()
