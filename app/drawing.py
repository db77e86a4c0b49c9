"""Drawing: when what has changed is drawn: at once while nothing trains, else piece by piece, each within its share."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.pace import Pace
from widgets.common.soon import do_all

DRAW_SHARE = 0.01  # of the processor's time at most, for each piece, while a run trains; most pieces need much less
ALL_SHARE = 0.12  # for all of them together, however many views are open
GAP = 0.008  # seconds from one piece to the next at least
SLOWEST = 0.5  # seconds after which a costly piece may be drawn again in any case


class Piece:
    """A part of the window, below ``root``, that is drawn by itself: while a run trains at most once in ``every`` seconds."""

    def __init__(self, root: QWidget, draw: Callable[[], object], every: float) -> None:
        self._root, self._draw = root, draw
        self.pace = Pace(DRAW_SHARE, SLOWEST, quickest=every)

    def draw(self) -> None:
        """Draw, and do at once what that has put off, so that Qt paints once."""
        self._draw()
        do_all(self._root)


class Drawing(QObject):
    """``is_training`` says whether time must be saved. GUI thread only.

    While a run trains one piece is drawn at a time, with a gap behind it: Python's lock is then free again before the training
    thread has long waited for it, where all pieces in a row would keep it waiting. The gaps grow with what drawing costs, so
    that the more and the costlier the pieces are, the less often each is drawn. Nothing that was asked for is forgotten:
    what may not be drawn yet is drawn as soon as it may. ``drawn`` carries the piece.
    """

    drawn = Signal(object)

    def __init__(self, is_training: Callable[[], bool], parent: QObject | None = None, pace: Pace | None = None) -> None:
        super().__init__(parent)
        self._is_training = is_training
        self._waiting: dict[Piece, None] = {}  # in the order in which they were asked for
        self._pace = pace or Pace(ALL_SHARE, SLOWEST, quickest=GAP)
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._turn)

    def ask(self, *pieces: Piece) -> None:
        """These have changed: draw them, now or when their time comes."""
        self._waiting |= dict.fromkeys(pieces)
        if not self._is_training():
            self.now()
        else:
            self._plan()

    def now(self) -> None:
        """Draw all that waits without regard to any pace: somebody moves through the past and waits for every picture."""
        self._timer.stop()
        while self._waiting:
            self._draw(next(iter(self._waiting)))

    def _turn(self) -> None:
        self._timer.stop()
        if not self._is_training():
            self.now()
            return
        due = next((piece for piece in self._waiting if piece.pace.is_due()), None)
        if due is not None:
            self._draw(due)
        self._plan()

    def _plan(self) -> None:
        """Have the timer fire when the first piece may be drawn, if it would not fire before."""
        if self._waiting:
            wait = math.ceil(1000 * max(self._pace.wait, min(piece.pace.wait for piece in self._waiting)))
            if not self._timer.isActive() or wait < self._timer.remainingTime():
                self._timer.start(wait)

    def _draw(self, piece: Piece) -> None:
        del self._waiting[piece]
        self._pace.draw(lambda: piece.pace.draw(piece.draw))
        self.drawn.emit(piece)
