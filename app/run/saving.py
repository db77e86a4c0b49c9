"""Saving: has runs written into folders, beside the training, and tells how each ended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document import Document
from app.run.live_run import LiveRun
from app.writing import Writing
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

    def __init__(self, writing: Writing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._writing = writing

    def save(self, path: Path, run: LiveRun, state: TrainingState) -> None:
        """Write ``run`` up to ``state``, which it has handed out, to ``path``; a run that lies there is replaced."""
        failure = run.last_word if run.state is RunState.FAILED and state is run.over else None
        history = run.history if failure is not None else run.history.up_to(state.step)
        kept = (run.filmstrip.nearest(step) for step in run.filmstrip.steps() if step <= state.step)
        frames = tuple(frame for frame in kept if frame is not None)
        assert run.data is not None  # there is no state before there are data
        order = Order(path, run, run.document, run.data, state, history, frames, failure)
        self.told.emit(f"Saving the run in {path.name}…", "notice")
        self._writing.write(lambda: write(order), lambda: self._written(order))

    def _written(self, order: Order) -> None:
        order.run.saved_step, order.run.folder = order.state.step, order.path
        evaluate = f"python main.py evaluate {quote(str(order.path))}"
        self.saved.emit(order.path)
        self.told.emit(f"Saved the run in {order.path.name}: open it again with Ctrl+O, or measure it with: {evaluate}", "good")


def write(order: Order) -> None:
    """Write the run, whole or, with FileError, not at all; on the thread that writes."""
    from engine.files.whole_run import save_run

    document = order.document
    past = (document.data, order.data, order.history, order.state, order.frames)
    folder = save_run(order.path, document.design, document.config, *past, over=True)
    if order.failure is None:
        folder.rewind(order.state)
    else:
        folder.ended(order.failure)
