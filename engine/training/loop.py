"""The training loop as the textbook has it: a generator that learns from one batch at a time and validates each epoch."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.optim import Optimizer

from engine.build import Network
from engine.data.dataset import ImageSet, Split
from engine.training.batches import epoch_batches
from engine.training.config import TrainingConfig
from engine.training.losses import Loss
from engine.training.optimisers import set_learning_rate

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

    loss: Tensor  # ()
    outputs: Tensor  # (N, classes) logits
    labels: Tensor  # (N,)


class Validating(NamedTuple):
    """Validation is under way: so many images are done."""

    done: int


class Score(NamedTuple):
    """The mean loss and the accuracy (0..1) over a whole split."""

    loss: float
    accuracy: float


class EpochEnd(NamedTuple):
    """An epoch is over; ``validation`` is None where no images were held back."""

    validation: Score | None


Event = Step | Validating | EpochEnd


def train(
    network: Network,
    optimizer: Optimizer,
    loss_function: Loss,
    data: ImageSet,
    config: TrainingConfig,
    place: Place,
    rate_after: Callable[[int], float],
) -> Iterator[Event]:
    """Train from ``place`` to the end of the last epoch. Between two events the caller may look at everything and stop.

    The images come in an order that follows from ``config.seed`` and the number of the epoch; ``rate_after`` tells the
    learning rate of the step behind a given one.
    """
    while place.epoch < config.epochs:
        network.train()
        for images, labels in epoch_batches(data.split("train"), config.batch_size, shuffler(config, place), skip=place.batch):
            outputs = network(data.normalise(images))
            loss = loss_function(outputs, labels)
            network.current = ""  # from here on no single layer is to blame
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            set_learning_rate(optimizer, rate_after(place.step))
            optimizer.step()

            place.step += 1
            place.batch += 1
            yield Step(loss.detach(), outputs.detach(), labels)

        validation = yield from evaluate(network, loss_function, data, "validation", config.batch_size)
        place.epoch += 1
        place.batch = 0
        yield EpochEnd(validation)


def shuffler(config: TrainingConfig, place: Place) -> torch.Generator:
    """The generator that shuffles the epoch in progress: a run that is resumed finds the same order without having saved it."""
    return torch.Generator().manual_seed(config.seed * 1_000_003 + place.epoch)


def evaluate(
    network: Network, loss_function: Loss, data: ImageSet, split: str, batch_size: int
) -> Generator[Validating, None, Score | None]:
    """Measure a whole split in eval mode, announcing every batch; the network is left in the mode it was in."""
    chosen = data.splits.get(split)
    if chosen is None or len(chosen) == 0:
        return None
    was_training = network.training
    network.eval()
    size = evaluation_batch(network, batch_size)
    losses, hits = [], []
    for start in range(0, len(chosen), size):
        loss, correct = _measure(network, loss_function, data, chosen, slice(start, start + size))
        losses.append(loss)
        hits.append(correct)
        yield Validating(min(start + size, len(chosen)))
    network.train(was_training)
    return Score(_total(losses) / len(chosen), _total(hits) / len(chosen))


def _total(values: list[Tensor]) -> float:
    """Their sum, in double precision on the CPU, fetched from the device at once."""
    return float(torch.stack(values).cpu().double().sum())


@torch.no_grad()
def _measure(network: Network, loss_function: Loss, data: ImageSet, split: Split, part: slice) -> tuple[Tensor, Tensor]:
    """(sum of the loss, number of correct answers) over some images, left on the device."""
    labels = split.labels[part]
    outputs = network(data.normalise(split.images[part]))
    return loss_function(outputs, labels) * len(labels), (outputs.argmax(1) == labels).sum()


def evaluation_batch(network: Network, batch_size: int) -> int:
    """Images per validation batch: at least ``batch_size``, more where the network is small."""
    per_image = max(1, network.report.costs.activations)
    return max(batch_size, min(512, EVALUATION_NUMBERS // per_image))
