"""ProbeController: asks a probe of the network that is shown, on another thread, and hands on its growing answer."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.changes import Part, difference
from app.document import Document
from app.run.answers import Answers, Asker
from app.run.live_run import LiveRun
from app.run.viewpoint import Viewpoint
from engine.probing.base import Probe
from engine.probing.result import ProbeResult
from engine.snapshot import Example
from engine.training.messages import RunState

if TYPE_CHECKING:
    from engine.training.filmstrip import Frame


@dataclass(frozen=True, eq=False)
class ProbeAnswer:
    """A result in progress or whole, with what was asked, at which step of which run, and of what, in words: "step 450, test
    image #4". It does not keep the run alive."""

    probe: Probe
    run: weakref.ref[LiveRun]
    step: int
    asked_of: str
    result: ProbeResult


class ProbeController(QObject):
    """GUI thread only. A newer question replaces the one being answered; late answers are dropped."""

    answered = Signal(object)  # ProbeAnswer
    failed = Signal(str)
    busy_changed = Signal(bool)
    forgotten = Signal()  # the last answer is of another network than the one that is looked at now

    def __init__(self, viewpoint: Viewpoint, answers: Answers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewpoint = viewpoint
        self._asker: Asker[ProbeAnswer] = Asker("layerscope-probe", answers)
        self.is_busy = False
        self._last: ProbeAnswer | None = None
        self._asked: Document | None = None  # that of the run that was asked last
        viewpoint.run_changed.connect(self._forget_others)
        self._question = 0  # counts them, so that weights which come after a question was cancelled are not asked any more

    def ask(self, probe: Probe) -> None:
        """Start answering; the weights are copied from the run between two of its steps."""
        run = self._viewpoint.run
        if run is None or not run.has_network:
            self.failed.emit("There is no network to ask yet. Press Space to train one.")
            return
        self._asker.cancel()
        self._set_busy(True)
        self._question += 1
        self._asked = run.document
        question, pin = self._question, self._viewpoint.front

        def submit(frame: Frame) -> None:
            if question == self._question:
                self._submit(probe, run, frame, pin)

        self._viewpoint.ask_weights(submit)

    def ask_again(self) -> None:
        """Ask what was answered last of what is looked at now."""
        if self._last is not None:
            self.ask(self._last.probe)

    def age(self) -> str:
        """How the last answer is older than what is looked at: "Asked at step 565, now 842."; "" where it is not, while one is
        being given, and while a run that is looked at trains on and no epoch lies between: then every answer is that old."""
        answer, run = self._last, self._viewpoint.run
        if answer is None or run is None or self.is_busy:
            return ""
        now = self._viewpoint.cursor if self._viewpoint.cursor is not None else _newest(run)
        if run is answer.run() or not answer.step:  # what has not learned yet is alike in all runs
            is_old = abs(now - answer.step) >= self._usual_age(run)
            return f"Asked at step {answer.step:,}, now {now:,}." if is_old else ""
        return f"Asked of the run before at step {answer.step:,}, now {now:,}."

    def _usual_age(self, run: LiveRun) -> int:
        """So many steps older than what is looked at an answer may be without being told: below an epoch while it trains."""
        progress = run.progress
        is_live = self._viewpoint.cursor is None and run.state is RunState.RUNNING
        return max(1, progress.total_steps // max(1, progress.epochs)) if is_live and progress is not None else 1

    def _forget_others(self) -> None:
        """An answer of another network or other data says nothing of the one that is looked at now."""
        run, asked = self._viewpoint.run, self._asked
        if asked is not None and (run is None or difference(asked, run.document) & (Part.DESIGN | Part.DATA)):
            self._last = self._asked = None
            self.cancel()
            self.forgotten.emit()

    def cancel(self) -> None:
        """Stop answering; what was shown stays."""
        self._question += 1
        self._asker.cancel()
        self._set_busy(False)

    def _submit(self, probe: Probe, run: LiveRun, frame: Frame, pin: Example | None) -> None:
        design, problem, name = run.document.design, run.problem, f"step {frame.step}"
        if problem is None:  # the run has ended before its data were there
            self.cancel()
            return
        asked = weakref.ref(run)
        network = f"“{design.name}” on {problem.data.name}, {name}"
        asked_of = f"{network}, {pin.source}" if pin is not None and probe.asks_image else network

        def job() -> Iterator[ProbeAnswer]:
            from engine.probing.subject import make_subject

            subject = make_subject(design, frame.weights, problem, device=str(problem.data.device), name=name)
            for result in probe.run(subject, pin):
                yield ProbeAnswer(probe, asked, frame.step, asked_of, result)

        self._asker.ask(job, self._hear, self.failed.emit, lambda: self._set_busy(False))

    def _hear(self, answer: ProbeAnswer) -> None:
        self._last = answer
        self.answered.emit(answer)

    def _set_busy(self, busy: bool) -> None:
        self.is_busy = busy
        self.busy_changed.emit(busy)


def _newest(run: LiveRun) -> int:
    """The step of the weights that are looked at live; of a run that failed there may be curves beyond them."""
    if run.over is not None:
        return run.over.step
    return run.progress.step if run.progress is not None else 0
