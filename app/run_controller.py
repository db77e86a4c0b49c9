"""RunController: starts and steers a training run, empties its mailbox, and answers "what is to be seen now": live or past."""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.document import Document
from app.pace import Pace
from engine.design.check import require_valid
from engine.snapshot import History, PinnedImage, Snapshot, WatchList
from engine.training.config import LIVE_KEYS
from engine.training.messages import Ended, Progress, RunState

if TYPE_CHECKING:
    from engine.captures.develop import Darkroom
    from engine.data.dataset import ImageSet
    from engine.training.filmstrip import Filmstrip, Frame
    from engine.training.runner import Runner
    from engine.training.state import TrainingState
    from engine.worker import Worker

TICK_MS = 50  # as often as the training thread reports; every waking of this one costs the other some time
DRAW_SHARE = 0.012  # of the GUI thread's time, while a run is alive


@dataclass(frozen=True, eq=False)
class FinishedRun:
    """What is left of a run that is over, or was opened from a folder: enough to look at it and to go on with it."""

    document: Document
    state: TrainingState
    filmstrip: Filmstrip
    history: History
    epochs: int


class RunController(QObject):
    """GUI thread only. Owns the Runner of the run that is shown; the design on screen may meanwhile be edited freely."""

    state_changed = Signal()
    progress_changed = Signal()
    snapshot_changed = Signal()
    frames_changed = Signal()
    data_changed = Signal()
    developing_changed = Signal(bool)  # a past step is being drawn: what is shown is not yet what was asked for
    ended = Signal(object)  # Ended
    notice = Signal(str)
    failed = Signal(str)  # something that was asked for cannot be shown

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = RunState.READY
        self.progress: Progress | None = None
        self.snapshot: Snapshot | None = None
        self.history = History()
        self.data: ImageSet | None = None
        self.document: Document | None = None  # what the shown run was started with
        self.cursor: int | None = None  # the past step that is shown; None = live
        self.pin: PinnedImage | None = None
        self.filmstrip: Filmstrip | None = None
        self._frames: tuple[int, ...] = ()
        self._runner: Runner | None = None
        self._over: FinishedRun | None = None
        self._epochs = 0
        self._watch: WatchList = frozenset()
        self._live: Snapshot | None = None
        self._dirty = False
        self._is_closed = False
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._darkroom: Darkroom | None = None
        self._developer: Worker[Snapshot] | None = None
        self.pace = Pace(DRAW_SHARE)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    # -- steering --

    @property
    def is_alive(self) -> bool:
        """Whether a training thread exists."""
        return self._runner is not None

    @property
    def has_network(self) -> bool:
        """Whether there is a network, training or trained, that can be asked and saved."""
        return self._over is not None or (self._runner is not None and self._runner.data is not None)

    def toggle(self, document: Document) -> None:
        """Run, pause, or go on: what the big button does."""
        if self._runner is None:
            self.run(document)
        elif self.state is RunState.PAUSED:
            self._runner.resume()
        else:
            self._runner.pause()

    def run(self, document: Document) -> None:
        """Go on with the run that is over if it is still the same document, else start a new one."""
        if self._over is not None and continues(self._over.document, document):
            self._start(replace_config(document, epochs=self._total_epochs(document)), self._over)
        else:
            self.restart(document)

    def restart(self, document: Document) -> None:
        """A new run from step 0. A run that is alive is ended first."""
        require_valid(document.design)  # before the run that is alive is given up for it
        self.end()
        self._start(document, None)

    def step(self, document: Document) -> None:
        """One training step, then pause; starts a run if there is none."""
        if self._runner is None:
            self.run(document)
        if self._runner is not None:
            self._runner.step()

    def stop(self) -> None:
        """Ask the run to end; it answers with ``ended``."""
        if self._runner is not None:
            self._runner.stop()

    def change(self, **values: Any) -> None:
        """New learning rate, momentum or weight decay for the run that is alive."""
        if self._runner is not None and self.document is not None:
            self._runner.change(**values)
            self.document = replace_config(self.document, **values)

    def end(self) -> None:
        """End the run and wait for its thread (at most some seconds)."""
        if self._runner is not None:
            self._runner.stop()
            self._runner.join(10)
            self._tick()

    def close(self) -> None:
        """End everything; called once, before the program leaves."""
        self._is_closed = True
        self.end()
        self._timer.stop()
        if self._developer is not None:
            self._developer.close()

    def _total_epochs(self, document: Document) -> int:
        """Epochs of a run that goes on: what is left of it, or as many again when it had finished."""
        assert self._over is not None
        finished = self._over.state.epoch >= self._over.epochs
        return self._over.state.epoch + document.config.epochs if finished else max(self._over.epochs, document.config.epochs)

    def _start(self, document: Document, before: FinishedRun | None) -> None:
        from engine.data.load import load
        from engine.training.filmstrip import Filmstrip
        from engine.training.mailbox import Mailbox
        from engine.training.runner import Runner

        require_valid(document.design)
        config = document.config
        data_before = self.data if before is not None else None

        def load_data() -> ImageSet:
            return data_before or load(document.data, document.design.input_shape, config.seed, config.validation_share)

        self.document, self.cursor, self._epochs = document, None, config.epochs
        self.history = before.history if before else History()
        self.filmstrip = before.filmstrip if before else Filmstrip()
        self._over, self._live, self._darkroom = None, None, None
        self._mailbox = Mailbox()
        pin = self.pin if self.pin is not None and self.pin.picture.shape == tuple(document.design.input_shape) else None
        self._runner = Runner(
            document.design,
            config,
            load_data,
            self._mailbox,
            watch=self._watch,
            pin=pin,
            resume=before.state if before else None,
            filmstrip=self.filmstrip,
        )
        self._runner.start()
        self._set_state(RunState.RUNNING)
        self._note_frames()

    def adopt(self, run: FinishedRun, data: ImageSet) -> None:
        """Show a run that was opened from a folder; Run goes on with it."""
        self.end()
        self.document, self.history, self.filmstrip = run.document, run.history, run.filmstrip
        self._over, self._epochs, self.data, self._darkroom = run, run.epochs, data, None
        self.cursor, self._live, self.snapshot = None, None, None
        self.pin = data.pinned("test", 0)
        batches = -(-len(data.split("train")) // run.document.config.batch_size)
        step, epochs = run.state.step, run.epochs
        self.progress = Progress(RunState.STOPPED, step, epochs * batches, step / batches, epochs, seconds=run.state.seconds)
        self._set_state(RunState.STOPPED)
        self.data_changed.emit()
        self.progress_changed.emit()
        self._note_frames()
        self._develop()

    # -- what is to be seen --

    def set_watch(self, watch: WatchList) -> None:
        """What the visible views want captured from now on."""
        if watch == self._watch:
            return
        self._watch = watch
        if self._runner is not None and self.cursor is None:
            self._runner.set_watch(watch)
        else:
            self._develop()

    def set_pin(self, pin: PinnedImage) -> None:
        """Follow another image through the network."""
        self.pin = pin
        if self._runner is not None:
            self._runner.set_pin(pin)
        if self._runner is None or self.cursor is not None:
            self._develop()

    def pin_index(self, index: int) -> None:
        """Pin the test image ``index``, counted around the end."""
        if self.data is not None:
            self.set_pin(self.data.pinned("test", index % len(self.data.split("test"))))

    def scrub(self, step: int) -> None:
        """Show the kept step nearest to ``step`` in every view."""
        frame = self.filmstrip.nearest(step) if self.filmstrip else None
        if frame is None:
            return
        self.cursor = frame.step
        if self._runner is not None:
            self._runner.set_watch(frozenset())  # nobody looks: capture nothing
        self._develop()
        self.progress_changed.emit()

    def go_live(self) -> None:
        """Leave the past."""
        self.cursor = None
        if self._runner is not None:
            self._runner.set_watch(self._watch)
            self._show(self._live)
        else:
            self._develop()
        self.progress_changed.emit()

    @property
    def is_past(self) -> bool:
        """Whether a past step is shown."""
        return self.cursor is not None

    @property
    def frames(self) -> tuple[int, ...]:
        """The steps that were kept."""
        return self._frames

    def ask_state(self, answer: Callable[[TrainingState], None]) -> None:
        """Call ``answer`` on the GUI thread with a copy of everything at the newest step, whatever step is shown."""
        if self._over is not None:
            answer(self._over.state)
        elif self._runner is not None:
            self._runner.request_state(lambda state: self._inbox.put(lambda: answer(state)))

    def ask_weights(self, answer: Callable[[dict[str, Any], int], None]) -> None:
        """Call ``answer`` with the weights (by layer id) and the step that is shown: of the past, or the newest."""
        frame = self._frame_at_cursor()
        if frame is not None:
            answer(frame.weights, frame.step)
        else:
            self.ask_state(lambda state: answer(state.network, state.step))

    def _frame_at_cursor(self) -> Frame | None:
        """The kept weights of the past step that is shown; None while live."""
        return self.filmstrip.nearest(self.cursor) if self.filmstrip and self.cursor is not None else None

    def _develop(self) -> None:
        """Draw the cursor's step, or the end of a finished run, from kept weights, on another thread."""
        frame = self._frame_at_cursor()
        if self._is_closed or self.document is None or self.data is None:
            return
        if frame is not None:
            weights, step, epoch = frame.weights, frame.step, frame.epoch
        elif self._over is not None:
            state = self._over.state
            weights, step, epoch = state.network, state.step, float(state.epoch)
        else:
            return
        from engine.captures.develop import Darkroom
        from engine.worker import Worker

        if self._darkroom is None:
            self._darkroom = Darkroom(self.document.design, self.data)
        if self._developer is None:
            self._developer = Worker("layerscope-darkroom")
        darkroom, watch, pin = self._darkroom, self._watch, self.pin
        self.developing_changed.emit(True)
        self._developer.submit(lambda: iter([darkroom.develop(weights, watch, pin, step, epoch)]), ("past", step))

    # -- the timer --

    def _tick(self) -> None:
        answers = [self._inbox.get() for _ in range(self._inbox.qsize())]
        if self._runner is not None:
            self._read_mail()
        for give in answers:  # after the mail, so that the curves reach the step of the state that is handed out
            give()
        if self._developer is not None:
            for answer in self._developer.poll():
                if answer.error is not None and answer.trace:
                    self.developing_changed.emit(False)
                    answer.error.add_note(answer.trace)
                    raise answer.error  # no mistake of the user's: the handler of surprises reports it
                if answer.error is not None:
                    self.failed.emit(str(answer.error))
                elif answer.result is not None and (self.cursor is not None or self._runner is None):
                    self._show(answer.result)
                if answer.done:
                    self.developing_changed.emit(False)
        if self._dirty and self.pace.is_due():
            self._dirty = False
            self.pace.draw(self._draw)

    def _draw(self) -> None:
        """Have everything that changed since the last time drawn."""
        self.progress_changed.emit()
        self._note_frames()
        self.snapshot_changed.emit()

    def _read_mail(self) -> None:
        mail = self._mailbox.take()
        if mail.data is not None:
            self.data = mail.data
            self.data_changed.emit()
        for name, (steps, values) in mail.points.items():
            self.history.extend(name, steps, values)
        if mail.snapshot is not None:
            self._live = mail.snapshot
            self.pin = mail.snapshot.pinned or self.pin
        if (mail.points or mail.snapshot is not None) and self.cursor is None:
            self._show(self._live)
        if mail.progress is not None:
            self.progress = mail.progress
            self._set_state(mail.progress.state)
            self._dirty = True
        for sentence in mail.notices:
            self.notice.emit(sentence)
        if mail.ended is not None:
            self._finish(mail.ended)

    def _note_frames(self) -> None:
        frames = self.filmstrip.steps() if self.filmstrip else ()
        if frames != self._frames:
            self._frames = frames
            self.frames_changed.emit()

    def _finish(self, ended: Ended) -> None:
        runner, self._runner = self._runner, None
        assert runner is not None
        runner.join(10)
        if runner.final_state is not None and self.document is not None and self.filmstrip is not None:
            self._over = FinishedRun(self.document, runner.final_state, self.filmstrip, self.history, self._epochs)
        self._set_state(ended.state)
        self.progress_changed.emit()
        self.ended.emit(ended)
        self._note_frames()

    def _show(self, snapshot: Snapshot | None) -> None:
        if snapshot is not None:
            self.snapshot = replace(snapshot, history=self.history, cursor=self.cursor)
            self._dirty = True

    def _set_state(self, state: RunState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit()
            self.progress_changed.emit()


def replace_config(document: Document, **values: Any) -> Document:
    """``document`` with some training settings changed (already validated)."""
    return replace(document, config=document.config.model_copy(update=values))


def continues(before: Document, after: Document) -> bool:
    """Whether a run of ``before`` can go on as one of ``after``: only what may change during a run has changed."""
    free = dict.fromkeys((*LIVE_KEYS, "epochs", "capture_budget", "device"), 0)
    return (
        before.design.layers == after.design.layers
        and before.design.input_shape == after.design.input_shape
        and before.data == after.data
        and before.config.model_copy(update=free) == after.config.model_copy(update=free)
    )
