"""RunPresenter: keeps transport, views and health showing what is seen of the run that is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.drawing import Drawing, Piece
from app.likeness import UNTRAINED, Likeness
from app.run.live_run import LiveRun
from app.run.run_record import News
from app.run.runs import Runs
from app.run.starting import getting_so_far
from app.run.viewpoint import Viewpoint
from app.window import MainWindow
from engine.errors import LayerscopeError
from engine.snapshot import History, Snapshot
from engine.training.messages import Ended, RunState
from engine.words import number
from widgets.banner import Way
from widgets.viewing.base import Focus, View
from widgets.views.headline import headline_words

PATIENCE_MS = 150
"""A picture that is recomputed faster than this is not tinted meanwhile: it would only flicker."""
PROGRESS_EVERY, FRAMES_EVERY, HEALTH_EVERY = 0.5, 0.5, 1.0
"""Seconds: figures and sparklines are read, and nobody reads faster; pictures are looked at (``View.every``)."""
RUN = "run"
"""The cause of what the banner says of a run: the next one, or its going on, cures it."""
ALL_OF_A_RUN = News.STATE | News.PROGRESS | News.SNAPSHOT | News.FRAMES


class RunPresenter(QObject):
    """GUI thread only. State and past steps are shown at once; what a run reports while it trains is shown at drawing's pace."""

    progressed = Signal()  # the figures of the run have been shown anew

    def __init__(
        self, runs: Runs, viewpoint: Viewpoint, window: MainWindow, focus: Callable[[], Focus], likeness: Likeness
    ) -> None:
        super().__init__(window)
        self._runs, self._viewpoint, self._window, self._focus, self._likeness = runs, viewpoint, window, focus, likeness
        self.drawing = Drawing(lambda: runs.is_training, self)
        self._progress = Piece(window.transport, self._show_progress, PROGRESS_EVERY)
        self._frames = Piece(window.transport, self._show_frames, FRAMES_EVERY)
        self._health = Piece(window.inspector, self._show_health, HEALTH_EVERY)
        self._headline = Piece(window.top_bar, self._show_headline, PROGRESS_EVERY)
        self.pieces: dict[View, Piece] = {}  # of the views that have been drawn
        self._seen: tuple[LiveRun | None, int | None, Snapshot | None] = (None, None, None)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(lambda: self._set_stale(True))
        self._waiting = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._waiting.timeout.connect(self._show_nothing_yet)
        self._shown: LiveRun | None = None
        viewpoint.run_changed.connect(self._show_run)
        likeness.changed.connect(self._show_likeness)
        runs.changed.connect(self._follow)
        viewpoint.snapshot_changed.connect(self.see)
        viewpoint.cursor_changed.connect(self._show_cursor)
        viewpoint.developing_changed.connect(self._show_developing)
        viewpoint.failed.connect(lambda sentence: window.banner.tell(sentence, "error", cause=RUN))

    def _show_run(self) -> None:
        before, self._shown = self._shown, self._viewpoint.run
        if self._shown is None or before is None or not _is_again(before, self._shown):
            self._show_nothing()
        else:
            self._waiting.start()  # the same network on the same data: its first picture comes at once, without an empty moment
        self._follow(self._viewpoint.run, (ALL_OF_A_RUN | News.DATA) & ~News.SNAPSHOT)
        self.drawing.now()

    def _show_nothing(self) -> None:
        """As before the first run: what was seen of another network says nothing of this one."""
        self._window.workspaces.clear()
        self._say_why_empty()
        self._window.network.set_history(History(), 0)
        self._window.inspector.set_health(History(), 0)
        self._window.top_bar.set_headline("", "")
        self._window.transport.set_progress(0, 0, 0.0, 0, 0.0, 0.0, 0.0)

    def _say_why_empty(self) -> None:
        """Views that have nothing to show say what is being done about it."""
        self._window.workspaces.say_why_empty(self._viewpoint.run.reading if self._viewpoint.run is not None else "")

    def _show_nothing_yet(self) -> None:
        """The data take their time: what was seen of the run before says nothing of this one."""
        if self._viewpoint.run is not None and self._viewpoint.snapshot is None:
            self._show_nothing()
            self._follow(self._viewpoint.run, ALL_OF_A_RUN & ~News.SNAPSHOT)

    def _show_likeness(self) -> None:
        """Say what the pictures are of, where that is not the document on screen, and leave its numbers off other cards."""
        self._window.origin.say(self._likeness.sentence, warns=self._likeness.sentence != UNTRAINED)
        self._window.network.set_alike(self._likeness.layers)
        self._window.inspector.set_alike(self._likeness.layers)

    def _follow(self, run: LiveRun | None, news: News) -> None:
        if run is not self._viewpoint.run:
            return
        if news & News.STATE:
            self._window.transport.set_state(str(run.state if run is not None else RunState.READY))
            self._say_why_empty()
        if news & News.DATA:
            self._window.inspector.probes.set_reasons(_why_not(run))
        self.drawing.ask(
            *([self._progress] if news & News.PROGRESS else []),
            *([self._frames] if news & News.FRAMES else []),
        )

    def see(self) -> None:
        """There is another snapshot to be seen."""
        snapshot = self._viewpoint.snapshot
        if snapshot is not None:
            outdated = self._window.workspaces.offer(snapshot)
            self.drawing.ask(*(self._piece(view) for view in outdated), self._health, self._headline)
        before, self._seen = self._seen, (self._viewpoint.run, self._viewpoint.cursor, snapshot)
        if self._is_elsewhere(before):
            self.drawing.now()

    def _is_elsewhere(self, before: tuple[LiveRun | None, int | None, Snapshot | None]) -> bool:
        """Whether another run, another past step or the present is looked at: no picture of before may stay, and nobody waits."""
        run, cursor, snapshot = self._seen
        if (run, cursor) != before[:2]:
            return True
        return cursor is not None and snapshot is not None and (before[2] is None or snapshot.captured is not before[2].captured)

    def _piece(self, view: View) -> Piece:
        if view not in self.pieces:
            self.pieces[view] = Piece(view, lambda: self._window.workspaces.draw_newest(view), view.every)
        return self.pieces[view]

    def _show_health(self) -> None:
        """What the layers' numbers have been up to the step that is seen."""
        snapshot = self._viewpoint.snapshot
        if snapshot is not None:
            step = snapshot.step if self._viewpoint.is_past else float("inf")
            self._window.network.set_history(snapshot.history, step)
            self._window.inspector.set_health(snapshot.history, step)

    def _show_headline(self) -> None:
        """How good the network is at the step that is seen."""
        if self._viewpoint.snapshot is not None:
            self._window.top_bar.set_headline(*headline_words(self._viewpoint.snapshot))

    def _show_frames(self) -> None:
        run = self._viewpoint.run
        self._window.transport.set_frames(run.frames if run is not None else ())

    def _show_progress(self) -> None:
        run = self._viewpoint.run
        progress = run.progress if run is not None else None
        done = (progress.read or 0.0) if progress is not None else 0.0
        reading = getting_so_far(run.document.data, done) if run is not None and run.reading else ""
        self._window.transport.set_reading(reading, done)
        if progress is not None:
            self._window.transport.set_progress(
                progress.step,
                progress.total_steps,
                progress.epoch,
                progress.epochs,
                progress.images_per_second,
                progress.capture_share,
                progress.seconds_left,
            )
        self.progressed.emit()

    def _show_cursor(self) -> None:
        self._window.transport.set_cursor(self._viewpoint.cursor)

    def _show_developing(self, developing: bool) -> None:
        if developing:
            self._patience.start()
        else:
            self._patience.stop()
            self._set_stale(False)

    def _set_stale(self, stale: bool) -> None:
        """Tint the pictures that do not yet show the step that was asked for."""
        for view in self._window.workspaces.stage.views:
            view.set_stale(stale and bool(view.wants(self._focus())), "recomputing")


def _is_again(before: LiveRun, run: LiveRun) -> bool:
    """Whether a run is of the same network, data and seed as the one before it, or neither has begun: what is seen of the one
    then stays until there is something of the other."""
    if not before.is_begun and not run.is_begun:
        return True
    old, new = before.document, run.document
    return (old.design, old.data, old.config.seed) == (new.design, new.data, new.config.seed)


def _why_not(run: LiveRun | None) -> dict[str, str]:
    """Why some probes cannot be asked of what ``run`` learns; empty before its data are there."""
    from engine.probing.base import PROBES

    try:
        problem = run.problem if run is not None else None
    except LayerscopeError:  # the data do not go with the task: the run itself says so
        problem = None
    return {kind.kind: kind().fits(problem) for kind in PROBES.entries()} if problem is not None else {}


def end_in_words(ended: Ended, again: Callable[[dict[str, Any]], object]) -> tuple[str, str, list[Way]]:
    """What the banner says of the end of a run: a sentence, its kind, and a way on where there is one: ``again`` with changes."""
    changes = dict(ended.changes)
    good = "error" if changes else "good"
    kind = {RunState.FAILED: "error", RunState.FINISHED: good}.get(ended.state, "notice")
    ways: list[Way] = []
    if changes:
        ways.append((f"Start again with {changed_in_words(changes)}", lambda: again(changes)))
    return f"{ended.reason} {ended.suggestion}".strip(), kind, ways


def changed_in_words(changes: dict[str, Any]) -> str:
    """Changed settings in words: "learning rate 0.005"."""
    return ", ".join(f"{name.replace('_', ' ')} {number(value)}" for name, value in changes.items())
