"""ProbeController: asks a probe of the network that is shown, on another thread, and hands on its growing answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.run_controller import RunController
from engine.probes.base import Probe
from engine.probes.result import ProbeResult

if TYPE_CHECKING:
    from engine.worker import Worker

POLL_MS = 30


@dataclass(frozen=True, eq=False)
class ProbeAnswer:
    """A result in progress or whole, with what was asked, and of what, in words: "step 450, test image #4"."""

    probe: Probe
    asked_of: str
    result: ProbeResult


class ProbeController(QObject):
    """GUI thread only. A newer question replaces the one being answered; late answers are dropped."""

    answered = Signal(object)  # ProbeAnswer
    failed = Signal(str)
    busy_changed = Signal(bool)

    def __init__(self, runs: RunController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._worker: Worker[ProbeAnswer] | None = None
        self.is_busy = False
        self._question = 0  # counts them, so that weights which come after a question was cancelled are not asked any more
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)

    def ask(self, probe: Probe) -> None:
        """Start answering; the weights are copied from the run between two of its steps."""
        if not self._runs.has_network:
            self.failed.emit("There is no network to ask yet. Press Space to train one.")
            return
        self._set_busy(True)
        self._question += 1
        question = self._question

        def submit(weights: dict[str, Any], step: int) -> None:
            if question == self._question:
                self._submit(probe, weights, step)

        self._runs.ask_weights(submit)

    def cancel(self) -> None:
        """Stop answering; what was shown stays."""
        self._question += 1
        if self._worker is not None:
            self._worker.cancel()
        self._set_busy(False)

    def close(self) -> None:
        """End the thread; called once, before the program leaves."""
        self._timer.stop()
        self._question += 1
        if self._worker is not None:
            self._worker.close()

    def _submit(self, probe: Probe, weights: dict[str, Any], step: int) -> None:
        from engine.worker import Worker

        runs = self._runs
        if runs.document is None or runs.data is None:
            self._set_busy(False)
            return
        design, data, pin = runs.document.design, runs.data, runs.pin
        asked_of = f"step {step}, {pin.source}" if pin is not None and probe.asks_image else f"step {step}"

        def job() -> Iterator[ProbeAnswer]:
            from engine.probes.subject import make_subject

            subject = make_subject(design, weights, data, device=str(data.device), name=f"step {step}")
            for result in probe.run(subject, pin):
                yield ProbeAnswer(probe, asked_of, result)

        if self._worker is None:
            self._worker = Worker("layerscope-probe")
        self._worker.submit(job, (probe.probe, step))

    def _poll(self) -> None:
        if self._worker is None:
            return
        for answer in self._worker.poll():
            if answer.error is not None:
                self._set_busy(False)
                if answer.trace:  # no mistake of the user's: the handler of surprises reports it
                    answer.error.add_note(answer.trace)
                    raise answer.error
                self.failed.emit(str(answer.error))
                continue
            if answer.result is not None:
                self.answered.emit(answer.result)
            if answer.done:
                self._set_busy(False)

    def _set_busy(self, busy: bool) -> None:
        """Poll for answers only while there is a question."""
        self.is_busy = busy
        if busy:
            self._timer.start()
        else:
            self._timer.stop()
        self.busy_changed.emit(busy)
