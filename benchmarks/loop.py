"""The training loop without a window against the loop one writes by hand: what tasks, tallies, meters and orders cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from benchmarks.bare import BATCH, Bare
from benchmarks.base import Row, torch_threads

WARM_UP = 30  # steps of each turn that are not measured


def run(quick: bool) -> list[Row]:
    """LeNet-5 and a perceptron on strokes, batch 64, one torch thread, in turn: our Runner without captures and a bare loop."""
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
    ours = _Ours(design, data)
    bare = {label: Bare(data, design, fused) for label, fused in (("torch's default SGD", False), ("fused SGD as ours", True))}
    mine: list[float] = []
    theirs: dict[str, list[float]] = {label: [] for label in bare}
    for _ in range(rounds):
        mine.append(_speed(ours.train, steps))
        for label, loop in bare.items():
            theirs[label].append(_speed(loop.train, steps))
    return [
        Row(
            f"{name}, batch {BATCH}, no window",
            "training speed",
            median(mine),
            "steps/s",
            f"bare loop, {label}",
            median(a / b for a, b in zip(mine, values, strict=True)),
        )
        for label, values in theirs.items()
    ]


def _speed(train: Callable[[int], None], steps: int) -> float:
    """Steps a second over ``steps``, after a few that are not measured."""
    train(WARM_UP)
    start = time.perf_counter()
    train(steps)
    return steps / (time.perf_counter() - start)


class _Ours:
    """The training thread's own work, on this thread: trainer, attendant, meter, orders; no captures, no files."""

    def __init__(self, design: object, data: object) -> None:
        import torch

        from engine.design.network import NetworkDesign
        from engine.training.attendant import Attendant
        from engine.training.config import training_config
        from engine.training.loop import Step
        from engine.training.mailbox import Mailbox
        from engine.training.observer import Observer
        from engine.training.orders import CommandSlot
        from engine.training.recording import Recording
        from engine.training.trainer import Trainer

        assert isinstance(design, NetworkDesign)
        config = training_config(
            epochs=100_000, batch_size=BATCH, validation_share=0.0, device="cpu", schedule="constant", capture_budget=0.0
        )
        self._step = Step
        trainer = Trainer(design, config, data, torch.device("cpu"))  # type: ignore[arg-type]
        mailbox = Mailbox()
        observer = Observer(trainer, mailbox)
        attendant = Attendant(trainer, mailbox, CommandSlot(), Recording(None, mailbox), observer, lambda state: None)
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
