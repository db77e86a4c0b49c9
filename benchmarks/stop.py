"""How soon a run of large batches pauses and stops, against waiting for the end of the step in hand."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.base import Row, torch_threads

if TYPE_CHECKING:
    from engine.data.dataset import DataSet
    from engine.design.network import NetworkDesign

DESIGN, DATA, BATCH = "lenet5", "strokes", 4096
AIM_S = 0.2
LONGEST_WAIT_S = 60.0


def run(quick: bool) -> list[Row]:
    """Commands at random moments of endless runs, in turn with and without giving steps up; one torch thread."""
    from engine.data.load import load
    from engine.zoo import network

    design = network(DESIGN)
    data = load(DATA, design.input_shape, 0, 0.1)
    with torch_threads(1):
        gaps, step = _gaps(design, data, 3 if quick else 10)
        rows = [
            Row(_case(), "one step, processor's time", step, "s"),
            Row(_case(), "longest layer, processor's time", max(gaps), "s", f"aim: {AIM_S:g} s", AIM_S / max(gaps)),
        ]
        for command in ("pause", "stop"):
            rows += _compared(design, data, command, 4 if quick else 15)
    return rows


def _case() -> str:
    return f"{DESIGN}, batch {BATCH:,}"


def _compared(design: NetworkDesign, data: DataSet, command: str, rounds: int) -> list[Row]:
    ours, theirs = [], []
    for number in range(rounds):
        ours.append(_obeyed(design, data, command, number))
        with _steps_to_their_ends():
            theirs.append(_obeyed(design, data, command, number))
    ratio = median(b / a for a, b in zip(ours, theirs, strict=True))
    return [
        Row(_case(), f"{command}, median", median(ours), "s", f"to the end of the step: {median(theirs):.2f} s", ratio),
        Row(
            _case(), f"{command}, worst", max(ours), "s", f"to the end of the step: {max(theirs):.2f} s", max(theirs) / max(ours)
        ),
    ]


def _obeyed(design: NetworkDesign, data: DataSet, command: str, number: int) -> float:
    """Seconds from a command, at a random moment of a step, to its being obeyed."""
    from engine.training.config import training_config
    from engine.training.mailbox import Mailbox
    from engine.training.messages import RunState
    from engine.training.runner import Runner

    config = training_config(epochs=1000, batch_size=BATCH, device="cpu", schedule="constant", capture_budget=0.0)
    mailbox = Mailbox()
    runner = Runner(design, config, lambda: data, mailbox, threads=1)
    runner.start()
    try:
        _until(lambda: "train/loss" in mailbox.take().points)
        time.sleep(random.Random(number).uniform(0.0, 2.0))
        wanted = {"pause": RunState.PAUSED, "stop": RunState.STOPPED}[command]
        begun = time.perf_counter()
        getattr(runner, command)()
        _until(lambda: runner.state is wanted)
        return time.perf_counter() - begun
    finally:
        runner.stop()
        runner.join()


def _until(condition: object) -> None:
    end = time.monotonic() + LONGEST_WAIT_S
    while not condition() and time.monotonic() < end:  # type: ignore[operator]
        time.sleep(0.001)


@contextmanager
def _steps_to_their_ends() -> Iterator[None]:
    """Inside, no step is given up, as it was before."""
    from engine.training.trainer import Trainer

    giving_up = Trainer.give_up_when
    Trainer.give_up_when = lambda self, is_waited_for: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        Trainer.give_up_when = giving_up  # type: ignore[method-assign]


def _gaps(design: NetworkDesign, data: DataSet, steps: int) -> tuple[list[float], float]:
    """(seconds between two looks whether somebody waits, the median seconds of a step), both of the processor's time, so that
    other programs do not count."""
    import torch

    from engine.training.config import training_config
    from engine.training.loop import Step
    from engine.training.trainer import Trainer

    trainer = Trainer(design, training_config(epochs=1000, batch_size=BATCH, device="cpu"), data, torch.device("cpu"))
    marks: list[float] = []
    ends: list[float] = []

    def look() -> bool:
        marks.append(time.thread_time())
        return False

    trainer.give_up_when(look)
    for event in trainer.events():
        look()
        if isinstance(event, Step):
            ends.append(marks[-1])
            marks = marks[-1:] if len(ends) == 1 else marks  # the first one is a warm-up
        if len(ends) > 2 * steps:
            break
    pairs = [after - before for before, after in pairwise(ends)]
    return [after - before for before, after in pairwise(marks)], median(pairs)
