"""The training loop as the textbook has it: a generator that learns from one batch at a time and validates each epoch."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.optim import Optimizer

from engine.build import Network, Outputs
from engine.data.dataset import Batch
from engine.problem import Problem
from engine.task import Tally
from engine.training.batches import epoch_batches
from engine.training.config import TrainingConfig
from engine.training.escape import Escape, GivenUp
from engine.training.objective import Objective
from engine.training.steps import forget_gradients, take_step

EVALUATION_NUMBERS = 1 << 23
"""Validation takes batches as large as keep the activations of one forward pass below this many numbers (32 MiB)."""


@dataclass
class Place:
    """Where a run stands: ``step`` counts all steps, ``epoch`` (from 0) is in progress, ``batch`` of its batches are done."""

    step: int = 0
    epoch: int = 0
    batch: int = 0


class Step(NamedTuple):
    """One step was done. All tensors are on the training device and were computed before the weights moved."""

    loss: Tensor  # (), everything that was made smaller
    examples: int
    tallies: dict[str, Tally]  # for each metric of the task its sum and count over the batch


class Validating(NamedTuple):
    """Validation is under way: so many examples are done."""

    done: int


class Score(NamedTuple):
    """The mean loss and every metric of the task over a whole split."""

    loss: float
    metrics: dict[str, float]


class Halted(NamedTuple):
    """The step in hand was given up, because somebody waits; it is done again behind this event."""


class EpochEnd(NamedTuple):
    """An epoch is over; ``validation`` is None where no examples were held back."""

    validation: Score | None


Event = Step | Validating | Halted | EpochEnd


@dataclass(eq=False)
class Lesson:
    """What a network is to learn and how: the problem, the objective, the batches and their order. ``noise``, on the training
    device, is what tasks draw noise from. The objective may be another from one step to the next, and so may ``escape``: while
    it is there, what takes long is given up when somebody waits."""

    problem: Problem
    objective: Objective
    config: TrainingConfig
    noise: torch.Generator
    escape: Escape | None = None

    def batches(self, place: Place) -> Iterator[Batch]:
        """The training batches that are left of the epoch in progress, augmented."""
        orders, split = shuffler(self.config, place), self.problem.data.split("train")
        for batch in epoch_batches(split, self.problem.names, self.config.batch_size, orders, skip=place.batch):
            yield self._augmented(batch, place) if self.config.augment else batch

    def _augmented(self, batch: Batch, place: Place) -> Batch:
        """``batch`` changed at random, by what follows from its number: so that an epoch that is gone on with in its middle goes
        on alike."""
        changes = generator_for(self.config, place, _AUGMENTING + place.batch)
        for augmentation in self.config.augment:
            batch = augmentation.apply(batch, self.problem.data.slots, changes)
        return batch


def train(
    network: Network, optimizer: Optimizer, lesson: Lesson, place: Place, set_rate: Callable[[int], None]
) -> Iterator[Event]:
    """Train from ``place`` to the end of the last epoch. Between two events the caller may look at everything and stop.

    The examples come in an order that follows from the seed and the number of the epoch. ``set_rate`` sets the learning rate
    for the step behind a given one.
    """
    problem = lesson.problem
    while place.epoch < lesson.config.epochs:
        network.train()
        for batch in lesson.batches(place):
            while (learned := _there_and_back(network, optimizer, lesson, batch)) is None:
                yield Halted()
            loss, outputs, targets = learned
            set_rate(place.step)
            take_step(optimizer)

            place.step += 1
            place.batch += 1
            yield Step(loss.detach(), len(targets), problem.task.tallies(outputs, targets))

        validation = yield from evaluate(network, lesson, "validation")
        place.epoch += 1
        place.batch = 0
        yield EpochEnd(validation)


def _there_and_back(
    network: Network, optimizer: Optimizer, lesson: Lesson, batch: Batch
) -> tuple[Tensor, Outputs, Tensor] | None:
    """Loss, outputs and targets of ``batch``, with the gradients in place; None where it was given up."""
    try:
        with lesson.escape.open() if lesson.escape is not None else _NO_ESCAPE:
            inputs, targets = lesson.problem.prepare(batch, lesson.noise)
            outputs = network(inputs, lesson.objective.keep)
            loss = lesson.objective(network, outputs, inputs, targets)
            network.current = ""  # from here on no single layer is to blame
            forget_gradients(optimizer)
            loss.backward()  # type: ignore[no-untyped-call]
            return loss, outputs, targets
    except GivenUp:
        return None


_NO_ESCAPE = nullcontext()
_SHUFFLING, _AUGMENTING = 0, 1
_STREAMS = 1_000_003  # a prime, so that epochs of neighbouring seeds do not share a stream


def shuffler(config: TrainingConfig, place: Place) -> torch.Generator:
    """The generator that shuffles the epoch in progress: a run that is resumed finds the same order without having saved it."""
    return generator_for(config, place, _SHUFFLING)


def generator_for(config: TrainingConfig, place: Place, stream: int) -> torch.Generator:
    """A generator on the CPU that follows from the seed, the epoch in progress and the ``stream`` it is for."""
    return torch.Generator().manual_seed((config.seed * _STREAMS + place.epoch + stream * (1 << 40)) % (1 << 63))


def evaluate(network: Network, lesson: Lesson, split: str) -> Generator[Validating, None, Score | None]:
    """Measure a whole split in eval mode, announcing every batch; the network is left in the mode it was in."""
    chosen = lesson.problem.data.splits.get(split)
    if chosen is None or len(chosen) == 0:
        return None
    was_training = network.training
    network.eval()
    size = evaluation_batch(network, lesson.config.batch_size)
    sums: list[dict[str, Tally]] = []
    for start in range(0, len(chosen), size):
        while (measured := _measure(network, lesson, chosen.part(slice(start, start + size)))) is None:
            yield Validating(start)
        sums.append(measured)
        yield Validating(min(start + size, len(chosen)))
    network.train(was_training)
    return _score(lesson, sums)


@torch.no_grad()
def _measure(network: Network, lesson: Lesson, batch: Batch) -> dict[str, Tally] | None:
    """(sum, count) of the loss and of every metric over some examples, left on the device; None where it was given up."""
    inputs, targets = lesson.problem.prepare(batch)
    try:
        with lesson.escape.open() if lesson.escape is not None else _NO_ESCAPE:
            outputs = network(inputs)
    except GivenUp:
        return None
    count = float(len(targets))
    loss = lesson.objective.error(network, outputs, targets) * count
    return {"": (loss, count), **lesson.problem.task.tallies(outputs, targets)}


def _score(lesson: Lesson, parts: list[dict[str, Tally]]) -> Score:
    means = {name: _mean([part[name] for part in parts]) for name in parts[0]}
    task = lesson.problem.task
    return Score(means.pop(""), {name: task.finished(name, mean) for name, mean in means.items()})


def _mean(tallies: list[Tally]) -> float:
    """The sum of sums by the sum of counts, in double precision on the CPU, fetched from the device at once."""
    total, count = (
        float(torch.stack([torch.as_tensor(tally[place]).float() for tally in tallies]).cpu().double().sum()) for place in (0, 1)
    )
    return total / count if count else 0.0


def evaluation_batch(network: Network, batch_size: int) -> int:
    """Examples per validation batch: at least ``batch_size``, more where the network is small."""
    per_example = max(1, network.report.costs.activations)
    return max(batch_size, min(512, EVALUATION_NUMBERS // per_example))
