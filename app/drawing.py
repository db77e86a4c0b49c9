"""Drawing: when what has changed is drawn: at once while nothing trains, else piece by piece, each within its share."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.pace import Pace
from widgets.common.soon import do_all

DRAW_SHARE = 0.01  # of the GUI thread's time, for each piece, while a run trains
GAP = 0.008  # seconds between two pieces
SLOWEST = 0.5  # seconds after which a costly piece may be drawn again in any case


class Piece:
    """A part of the window that is drawn by itself: by ``draw``, and while a run trains at most once in ``every`` seconds."""

    def __init__(self, draw: Callable[[], object], every: float) -> None:
        self.draw = draw
        self.pace = Pace(DRAW_SHARE, SLOWEST, quickest=every)


class Drawing(QObject):
    """``is_training`` says whether time must be saved. GUI thread only.

    While a run trains one piece is drawn at a time, with a gap behind it: Python's lock is then free again before the training
    thread has long waited for it, where all pieces in a row would keep it waiting. Nothing that was asked for is forgotten:
    what may not be drawn yet is drawn as soon as it may. ``drawn`` carries the piece.
    """

    drawn = Signal(object)

    def __init__(self, is_training: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_training = is_training
        self._waiting: dict[Piece, None] = {}  # in the order in which they were asked for
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
        if not self._is_training():
            self.now()
            return
        due = next((piece for piece in self._waiting if piece.pace.is_due()), None)
        if due is not None:
            self._draw(due)
        self._plan()

    def _plan(self) -> None:
        """Set the timer for the first piece that may be drawn."""
        if self._waiting:
            self._timer.start(round(1000 * max(GAP, min(piece.pace.wait for piece in self._waiting))))

    def _draw(self, piece: Piece) -> None:
        del self._waiting[piece]
        piece.pace.draw(lambda: _to_the_end(piece.draw))
        self.drawn.emit(piece)


def _to_the_end(draw: Callable[[], object]) -> None:
    """Draw, and do at once what that has put off, so that Qt paints once."""
    draw()
    do_all()
