"""The training loop without a window against the loop one writes by hand: what tasks, tallies, meters and orders cost."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.bare import BATCH, Bare
from benchmarks.base import Row, torch_threads

WARM_UP = 30  # steps of each turn that are not measured


def run(quick: bool) -> list[Row]:
    """LeNet-5 and a perceptron on strokes, batch 64, one torch thread, in turn: our Runner without captures, a bare loop, and
    ours once more with a folder to save the run in."""
    rows = []
    with torch_threads(1):
        for name, steps in (("lenet5", 150), ("mlp", 400)):
            rows += _measure(name, steps if quick else 4 * steps, 7 if quick else 15)
    return rows


def _measure(name: str, steps: int, rounds: int) -> list[Row]:
    from engine.data.load import load
    from engine.zoo import network

    design = network(name)
    data = load("strokes", design.input_shape, 0, 0.0)
    with _folder(design, data) as folder:
        return _compared(name, design, data, folder, steps, rounds)


def _compared(name: str, design: Any, data: Any, folder: Any, steps: int, rounds: int) -> list[Row]:
    ours, saved = _Ours(design, data), _Ours(design, data, folder)
    bare = {label: Bare(data, design, fused) for label, fused in (("torch's default SGD", False), ("fused SGD as ours", True))}
    mine: list[float] = []
    kept: list[float] = []
    theirs: dict[str, list[float]] = {label: [] for label in bare}
    for _ in range(rounds):
        mine.append(_speed(ours.train, steps))
        kept.append(_speed(saved.train, steps))
        for label, loop in bare.items():
            theirs[label].append(_speed(loop.train, steps))
    saved.end()
    case = f"{name}, batch {BATCH}, no window"
    return [
        *(_row(case, mine, f"bare loop, {label}", values) for label, values in theirs.items()),
        _row(f"{case}, saved in a folder", kept, "the same without a folder", mine),
    ]


def _row(case: str, ours: list[float], baseline: str, theirs: list[float]) -> Row:
    ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
    return Row(case, "training speed", median(ours), "steps/s", baseline, ratio)


@contextmanager
def _folder(design: Any, data: Any) -> Iterator[Any]:
    """A run's folder that is gone afterwards."""
    from engine.files.run_writer import RunWriter
    from engine.training.config import training_config

    with tempfile.TemporaryDirectory() as scratch:
        yield RunWriter.create(Path(scratch) / "run", design, training_config(), "strokes", data)


def _speed(train: Callable[[int], None], steps: int) -> float:
    """Steps a second over ``steps``, after a few that are not measured."""
    train(WARM_UP)
    start = time.perf_counter()
    train(steps)
    return steps / (time.perf_counter() - start)


class _Ours:
    """The training thread's own work, on this thread: trainer, attendant, meter, orders; no captures, and files only where
    there is a ``folder``."""

    def __init__(self, design: Any, data: Any, folder: Any = None) -> None:
        import torch

        from engine.training.attendant import Attendant
        from engine.training.config import training_config
        from engine.training.loop import Step
        from engine.training.mailbox import Mailbox
        from engine.training.observer import Observer
        from engine.training.orders import CommandSlot
        from engine.training.recording import Recording
        from engine.training.trainer import Trainer

        config = training_config(
            epochs=100_000, batch_size=BATCH, validation_share=0.0, device="cpu", schedule="constant", capture_budget=0.0
        )
        self._step = Step
        trainer = Trainer(design, config, data, torch.device("cpu"))
        mailbox = Mailbox()
        self._recording = Recording(folder, mailbox)
        observer = Observer(trainer, mailbox, keep=[self._recording.frame] if folder is not None else [])
        attendant = Attendant(trainer, mailbox, CommandSlot(), self._recording, observer, lambda state: None)
        attendant.begin()
        self._mailbox, self._attendant, self._events = mailbox, attendant, trainer.events()

    def train(self, steps: int) -> None:
        """So many steps."""
        done = 0
        while done < steps:
            event = next(self._events)
            self._attendant.after(event)
            done += isinstance(event, self._step)
        self._mailbox.take()

    def end(self) -> None:
        """Write what is left."""
        from engine.training.messages import Ended, RunState

        self._recording.end(Ended(RunState.STOPPED, "Stopped."), "")
