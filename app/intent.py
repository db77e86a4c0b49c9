"""Intent: keeps the Run button saying what it will do: begin, go on and from where, or pause."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.document import Document
from app.run.live_run import LiveRun
from app.run.run_record import News
from app.run.runs import Runs
from app.run.viewpoint import Viewpoint
from app.session import Session
from engine.training.messages import RunState
from engine.words import counted
from widgets.transport import Transport


class Intent(QObject):
    """GUI thread only."""

    def __init__(self, session: Session, runs: Runs, viewpoint: Viewpoint, transport: Transport) -> None:
        super().__init__(transport)
        self._session, self._runs, self._viewpoint, self._transport = session, runs, viewpoint, transport
        session.document_changed.connect(self._tell)
        runs.shown_changed.connect(self._tell)
        runs.changed.connect(self._follow)
        viewpoint.cursor_changed.connect(self._tell)
        self._tell()

    def _follow(self, run: LiveRun, news: News) -> None:
        if run is self._runs.shown and news & (News.STATE | News.DATA):
            self._tell()

    def _tell(self) -> None:
        self._transport.set_intent(intent(self._runs.shown, self._session.document, self._viewpoint.cursor))


def intent(run: LiveRun | None, document: Document, cursor: int | None) -> str:
    """What Run does now, in a few words, while the step ``cursor`` is looked at (None: the newest)."""
    if run is not None and run.is_alive:
        if run.state is RunState.READING:
            return "Pause before the first step"
        if run.state is RunState.RUNNING and cursor is not None:
            return "Return to the newest step"
        return "Pause" if run.state is RunState.RUNNING else "Go on from the newest step" if cursor is not None else "Resume"
    if run is None or run.over is None or not run.can_go_on_as(document):
        return "Run" if run is None or not run.is_begun else "Start a new run"
    if run.is_broken:
        frame = run.newest_before_divergence()
        step = cursor if cursor is not None else frame.step if frame is not None else 0
        return f"Go on from step {step:,}, {'which is shown' if cursor is not None else 'the newest before the loss blew up'}"
    again = run.state is RunState.FINISHED and run.over.epoch >= run.document.config.epochs
    epochs = document.config.epochs
    words = f"Run again: {counted(epochs, 'more epoch')}" if again else "Go on"
    return f"{words} from step {run.over.step:,}" + (", the newest" if cursor is not None else "")
