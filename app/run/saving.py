"""Saving: writes runs into folders on a thread of its own, one after the other, and tells how each ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, Signal

from app.document import Document
from app.run.answers import Answers, Asker
from app.run.live_run import LiveRun
from engine.snapshot import History
from engine.training.messages import RunState

if TYPE_CHECKING:
    from engine.data.dataset import DataSet
    from engine.training.filmstrip import Frame
    from engine.training.messages import Ended
    from engine.training.state import TrainingState


@dataclass(frozen=True, eq=False)
class Order:
    """Everything of ``run`` up to ``state``, to be written to ``path``, as it was when that was asked for: the run itself may go
    on meanwhile."""

    path: Path
    run: LiveRun
    document: Document
    data: DataSet
    state: TrainingState
    history: History
    frames: tuple[Frame, ...]
    failure: Ended | None  # its last word, where it has failed: ``history`` then goes up to there


class Saving(QObject):
    """GUI thread only. ``told`` carries (sentence, kind) for the banner, ``saved`` the folder in which a run now lies."""

    told = Signal(str, str)
    saved = Signal(object)
    idle = Signal()

    def __init__(self, answers: Answers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answers = answers
        self._asker: Asker[Order] = Asker("layerscope-saver", answers)
        self._waiting: deque[Order] = deque()
        self._failed = False  # the last one could not be written

    @property
    def is_busy(self) -> bool:
        """Whether something is being written, or waits."""
        return self._asker.is_busy or bool(self._waiting)

    def save(self, path: Path, run: LiveRun, state: TrainingState) -> None:
        """Write ``run`` up to ``state``, which it has handed out, to ``path``; a run that lies there is replaced."""
        failure = run.last_word if run.state is RunState.FAILED and state is run.over else None
        history = run.history if failure is not None else run.history.up_to(state.step)
        kept = (run.filmstrip.nearest(step) for step in run.filmstrip.steps() if step <= state.step)
        frames = tuple(frame for frame in kept if frame is not None)
        assert run.data is not None  # there is no state before there are data
        self._waiting.append(Order(path, run, run.document, run.data, state, history, frames, failure))
        self.told.emit(f"Saving the run in {path.name}…", "notice")
        if not self._asker.is_busy:
            self._next()

    def finish(self) -> bool:
        """Return when all is written; meanwhile the window is painted, but takes no input. False where the last one failed."""
        if not self.is_busy:
            return True
        loop = QEventLoop()
        self.idle.connect(loop.quit)
        self._answers.expect()  # whoever waits may have been called by what hands answers on
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        return not self._failed

    def _next(self) -> None:
        order = self._waiting.popleft()
        self._asker.ask(lambda: write(order), self._written, self._refused, self._done)

    def _written(self, order: Order) -> None:
        order.run.saved_step, order.run.folder, self._failed = order.state.step, order.path, False
        evaluate = f"python main.py evaluate {quote(str(order.path))}"
        self.saved.emit(order.path)
        self.told.emit(f"Saved the run in {order.path.name}: open it again with Ctrl+O, or measure it with: {evaluate}", "good")

    def _refused(self, sentence: str) -> None:
        self._failed = True
        self.told.emit(sentence, "error")

    def _done(self) -> None:
        if self._waiting:
            self._next()
        else:
            self.idle.emit()


def write(order: Order) -> Iterator[Order]:
    """A worker's job: the run, whole or, with FileError, not at all."""
    from engine.files.whole_run import save_run

    document = order.document
    past = (document.data, order.data, order.history, order.state, order.frames)
    folder = save_run(order.path, document.design, document.config, *past, over=True)
    if order.failure is None:
        folder.rewind(order.state)
    else:
        folder.ended(order.failure)
    yield order
