"""Viewpoint: what views look through: a run, a step of it or live, and the pinned examples; it gives the Snapshot to be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.run.answers import Answers
from app.run.developing import Developing, Negative
from app.run.live_run import LiveRun
from app.run.pins import Pins
from app.run.run_record import News
from engine.snapshot import Example, Snapshot, WatchList

if TYPE_CHECKING:
    from engine.training.filmstrip import Frame


class Viewpoint(QObject):
    """GUI thread only. Several may look at one run, at different steps; whatever changes here, the training goes on as before.

    Connect ``Runs.changed`` to ``follow``.
    """

    run_changed = Signal()
    snapshot_changed = Signal()
    cursor_changed = Signal()
    pins_changed = Signal()
    developing_changed = Signal(bool)  # a past step is being drawn: what is shown is not yet what was asked for
    failed = Signal(str)  # something that was asked for cannot be shown

    def __init__(self, answers: Answers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run: LiveRun | None = None
        self.cursor: int | None = None  # the past step that is looked at; None = live
        self.pins = Pins()
        self.snapshot: Snapshot | None = None
        self._watch: WatchList = frozenset()
        self._developing = Developing(answers, self._developed, self.failed.emit, self.developing_changed.emit)

    # -- where to look --

    @property
    def is_past(self) -> bool:
        """Whether a past step is looked at."""
        return self.cursor is not None

    @property
    def front(self) -> Example | None:
        """The example in front, whose way through the network is drawn."""
        return self.pins.front

    def look_at(self, run: LiveRun | None) -> None:
        """Look at another run, live, or at its end if it is over. Pins that do not suit its data go."""
        before = self.run
        if before is not None:
            before.unwatch(self)
        self._developing.cancel()
        self.run, self.snapshot = run, None
        if run is not None:
            same_data = before is None or before.document.data == run.document.data
            self._set_pins(self.pins.only(lambda pin: _fits(pin, run) and (same_data or pin.index < 0)))
        self._set_cursor(None)
        self.run_changed.emit()
        self._look()

    def go_to(self, step: int) -> None:
        """Look at the kept step nearest to ``step``."""
        frame = self.run.frame(step) if self.run is not None else None
        if frame is not None:
            self._set_cursor(frame.step)
            self._look()

    def go_live(self) -> None:
        """Leave the past."""
        self._set_cursor(None)
        self._look()

    def set_watch(self, watch: WatchList) -> None:
        """What the visible views want captured from now on."""
        if watch != self._watch:
            self._watch = watch
            self._look()

    # -- the pinned examples --

    def pin(self, image: Example) -> None:
        """Bring another example to the front."""
        self._set_pins(self.pins.with_front(image))
        self._look()

    def pin_index(self, index: int) -> None:
        """Bring the test image ``index``, counted around the end, to the front."""
        problem = self.run.problem if self.run is not None else None
        if problem is not None and (count := len(problem.data.split("test"))):
            self.pin(problem.example("test", index % count))

    def pin_beside(self, step: int) -> None:
        """Bring the test image before (-1) or behind (1) the front one to the front."""
        at = self.front.index if self.front is not None else -1
        self.pin_index(at + step if at >= 0 else min(0, step))

    def pin_also(self) -> None:
        """The front example stays pinned when another comes to the front."""
        self._set_pins(self.pins.keep_front())
        self._look()

    def unpin(self) -> None:
        """The front example is unpinned, and the one pinned last comes to the front."""
        self._set_pins(self.pins.without_front())
        self._look()

    # -- what is seen --

    def follow(self, run: LiveRun, news: News) -> None:
        """A run has changed: see what is new of it, if this is the run that is looked at."""
        if run is not self.run:
            return
        if news & News.DATA:
            self._set_pins(self.pins.only(lambda pin: _fits(pin, run)))  # now it is known which of them belong to these data
            self._look()
        if news & News.STATE and not self.is_past and run.over is not None and not _has_seen_its_end(run):
            self._look()  # a run that failed took no last look
        if not self.is_past and news & (News.SNAPSHOT | News.POINTS):
            self._show(run.latest)
        elif news & News.POINTS and self.snapshot is not None and self.snapshot.cursor == self.cursor:
            self._show(self.snapshot)  # the past stays as it was, and its curves grow

    def ask_weights(self, answer: Callable[[Frame], object]) -> None:
        """Call ``answer`` with the weights of what is looked at: kept ones of the past, or a copy of the newest."""
        if self.run is not None:
            self.run.ask_weights(self.cursor, answer)

    def _look(self) -> None:
        """Have what is to be seen made: by the run itself while it is alive, else from kept weights."""
        run = self.run
        if run is None:
            return
        pins = tuple(pin for pin in self.pins.all if _fits(pin, run))
        if self.is_past:
            run.unwatch(self)  # nothing is captured for nobody
        else:
            run.watch(self, self._watch, pins)
        frame = run.frame(self.cursor)
        if frame is not None and run.problem is not None:
            self._developing.wish(Negative(run.document.design, run.problem, frame, self._watch, pins))
        else:
            self._developing.cancel()
            self._show(run.latest)

    def _developed(self, snapshot: Snapshot) -> None:
        if self.is_past or (self.run is not None and not self.run.is_alive):
            self._show(snapshot)

    def _show(self, snapshot: Snapshot | None) -> None:
        if snapshot is None or self.run is None:
            return
        self.snapshot = replace(snapshot, history=self.run.history, cursor=self.cursor)
        if self.front is None and snapshot.front is not None:
            self._set_pins(self.pins.with_front(snapshot.front))
        self.snapshot_changed.emit()

    def _set_cursor(self, step: int | None) -> None:
        if step != self.cursor:
            self.cursor = step
            self.cursor_changed.emit()

    def _set_pins(self, pins: Pins) -> None:
        if pins is not self.pins:
            self.pins = pins
            self.pins_changed.emit()


def _has_seen_its_end(run: LiveRun) -> bool:
    """Whether what a run that is over has captured last is of its last step."""
    return run.latest is not None and run.over is not None and run.latest.step == run.over.step


def _fits(pin: Example, run: LiveRun) -> bool:
    """Whether the example belongs to the run's data, or was opened from a file and can be read by its network. Before the data
    are there the shape must do; then the run itself passes over what is not of its data."""
    if run.problem is not None:
        return run.problem.holds(pin)
    return bool(pin.picture.shape == tuple(run.document.design.input_shape))
