"""Runs: the keeper of several runs, one of them shown, with one timer that empties all mailboxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.changes import replace_config
from app.document import Document
from app.keeping.kept_runs import KeptRuns
from app.run.forking import fork_announcement, forked
from app.run.live_run import LiveRun
from app.run.run_record import News
from app.run.starting import needs_other_data
from engine.training.messages import RunState
from engine.training.pacing import EVERY_STEP

TICK_MS = 50  # a third of the time between two reports of a training thread: every waking of this one costs it some time


class Runs(QObject):
    """GUI thread only. The signals say which run changed, and what of it; the timer sleeps while no run is alive."""

    changed = Signal(object, object)  # LiveRun, News
    shown_changed = Signal()
    ended = Signal(object, object)  # LiveRun, Ended
    notice = Signal(object, str)  # LiveRun, a sentence

    def __init__(self, parent: QObject | None = None, kept: KeptRuns | None = None) -> None:
        super().__init__(parent)
        self.may_replace: Callable[[], bool] = lambda: True  # asked before a new run takes the place of the one that is shown
        self._kept = kept  # makes a place for each run to be kept in without being asked
        self.shown: LiveRun | None = None
        self.before: LiveRun | None = None  # what comes back if the shown run ends before its first step
        self._runs: list[LiveRun] = []
        self._pace: float | None = None
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.hear)

    # -- keeping --

    @property
    def all(self) -> tuple[LiveRun, ...]:
        """Every run that is kept, in order of coming."""
        return tuple(self._runs)

    @property
    def is_training(self) -> bool:
        """Whether some thread is training now, so that the window's time costs it some; not where it waits for every step."""
        if self._pace is not None and self._pace <= EVERY_STEP:
            return False
        return any(run.is_alive and run.state is not RunState.PAUSED for run in self._runs)

    def add(self, run: LiveRun) -> None:
        """Keep one more run, beside the others."""
        run.set_pace(self._pace)
        if run not in self._runs:
            self._runs.append(run)

    def begin(self, run: LiveRun) -> None:
        """Start a run that is kept."""
        self._keep(run)
        run.begin()
        self._began(run)

    def show(self, run: LiveRun) -> None:
        """Make ``run``, which is kept, the one that is shown and steered."""
        if run is not self.shown:
            self.shown = run
            self.shown_changed.emit()

    def replace_shown(self, run: LiveRun) -> None:
        """Keep and show ``run`` in place of the one that is shown, which is ended; the others stay."""
        if self.shown is not None:
            self.end(self.shown)
        self._replace(self.shown, run)

    def _replace(self, before: LiveRun | None, run: LiveRun, *, may_come_back: bool = False) -> None:
        self._give_up_before()
        self.before = before if may_come_back else None
        self.add(run)
        self.show(run)
        if before is not None:
            self._forget(before)

    def _give_up_before(self) -> None:
        """What might have come back will not."""
        before, self.before = self.before, None
        if before is not None:
            before.let_go()

    def put_away(self) -> None:
        """End and forget the run that is shown; then none is."""
        if self.shown is not None:
            self.end(self.shown)
        self._give_up_before()
        before, self.shown = self.shown, None
        if before is not None:
            self.shown_changed.emit()
            self._forget(before)

    def remove(self, run: LiveRun) -> None:
        """End a run that is not shown, and forget it."""
        self.end(run)
        self._forget(run)

    def _keep(self, run: LiveRun) -> None:
        if run.kept is None and self._kept is not None:
            run.kept = self._kept.new()

    def _forget(self, run: LiveRun) -> None:
        if not run.is_alive:  # else its thread has not ended in time: it is still heard, and waited for once more at the end
            self._runs.remove(run)
            if run is not self.before:
                run.let_go()

    def end(self, run: LiveRun) -> None:
        """End a run and wait for its thread (at most some seconds); its last word is told."""
        if run.is_alive:
            run.stop()
            run.join()
            self._hear(run)

    def close(self) -> None:
        """End everything; called once, before the program leaves."""
        for run in self._runs:  # all at once, then wait
            run.stop()
        for run in self.all:
            self.end(run)
        self._give_up_before()
        for run in self.all:
            run.let_go()
        self._timer.stop()

    # -- steering the run that is shown --

    def toggle(self, document: Document) -> None:
        """Run, pause, or go on: what the big button does."""
        if self.shown is None or not self.shown.is_alive:
            self.run(document)
        elif self.shown.state is RunState.PAUSED:
            self.shown.resume()
        else:
            self.shown.pause()

    def run(self, document: Document) -> None:
        """Go on with the run that is over if it is still the same document, else start a new one. One whose weights are no
        numbers any more goes on from the newest ones that are."""
        shown = self.shown
        if shown is None or not shown.can_go_on_as(document):
            self.restart(document)
        elif shown.is_broken and (frame := shown.newest_before_divergence()) is not None:
            self.fork(document, frame.step)
        else:
            self._go_on(shown, document)

    def restart(self, document: Document) -> None:
        """A new run from step 0, in place of the one that is shown, which comes back if the new one does not get to its first
        step; a misfit that is known now raises as ``LiveRun`` says, and nothing changes; nor does it where the one shown may not
        be replaced. Data that were read for a look beforehand are not read twice."""
        run = LiveRun(document)
        if not self.may_replace():
            return
        if self.shown is not None:
            self.end(self.shown)  # one that had not begun gives way to the one before it
        before = self.shown
        if before is not None and not before.is_begun and not needs_other_data(before.document, document):
            run.data = before.data
        self._replace(before, run, may_come_back=before is not None and before.is_begun and before.has_network)
        self.begin(run)

    def fork(self, document: Document, step: int, changes: Mapping[str, Any] | None = None) -> bool:
        """A new run from the weights that the shown one has kept nearest to ``step``, with its past up to there, in its place;
        False where there is none. Settings are those of ``document`` where they go with it, with some of them changed."""
        shown = self.shown
        if shown is None or not shown.has_network or not self.may_replace():
            return False
        self.end(shown)
        frame = shown.frame(step)
        if frame is None or shown.over is None:
            return False
        chosen = document if shown.can_go_on_as(document) else shown.document
        run = forked(shown, replace_config(chosen, changes or {}), frame)
        sentence = fork_announcement(shown, run, frame)
        self.replace_shown(run)
        self._go_on(run, run.document)
        self.notice.emit(run, sentence)
        return True

    def _go_on(self, run: LiveRun, document: Document) -> None:
        self._keep(run)
        sentence = run.go_on(document)
        self._began(run)
        if sentence:
            self.notice.emit(run, sentence)

    def step(self, document: Document) -> None:
        """One training step, then pause; starts a run if there is none."""
        if self.shown is None or not self.shown.is_alive:
            self.run(document)
        if self.shown is not None:
            self.shown.step()

    def stop(self) -> None:
        """Ask the shown run to end; it answers with ``ended``."""
        if self.shown is not None:
            self.shown.stop()

    def set_pace(self, pace: float | None) -> None:
        """Every run, also those to come, does ``pace`` steps a second at most; None: as fast as it goes."""
        self._pace = pace
        for run in self._runs:
            run.set_pace(pace)

    def change(self, changes: Mapping[str, Any]) -> None:
        """Other values, by path, for the shown run, if it is alive."""
        if self.shown is not None:
            self.shown.change(changes)

    # -- the timer --

    def hear(self) -> None:
        """Empty every mailbox and tell what came."""
        for run in self.all:
            self._hear(run)
        if not any(run.has_more_to_say for run in self._runs):
            self._timer.stop()

    def _hear(self, run: LiveRun) -> None:
        heard = run.hear()
        if heard.news:
            self.changed.emit(run, heard.news)
        for sentence in heard.notices:
            self.notice.emit(run, sentence)
        if heard.ended is not None:
            self.ended.emit(run, heard.ended)
        if run is self.shown and run.has_begun:
            self._give_up_before()
        elif run is self.shown and self.before is not None and heard.ended is not None:
            self._bring_back(run, self.before)

    def _bring_back(self, failed: LiveRun, before: LiveRun) -> None:
        """``failed`` came to nothing: what was shown before it is shown again."""
        self.before = None
        self.add(before)
        self.show(before)
        self._forget(failed)

    def _began(self, run: LiveRun) -> None:
        self._timer.start()
        self.changed.emit(run, News.STATE | News.PROGRESS | News.FRAMES)
