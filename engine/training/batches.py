"""Shuffled batches of one epoch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor

from engine.data.dataset import Split


def steps_per_epoch(examples: int, batch_size: int) -> int:
    """How many batches ``epoch_batches`` gives. A last batch of a single example is left out: its statistics say nothing."""
    full, rest = divmod(examples, batch_size)
    return max(1, full + (rest > 1))


def epoch_batches(
    split: Split, names: Iterable[str], batch_size: int, generator: torch.Generator, skip: int = 0
) -> Iterator[dict[str, Tensor]]:
    """Batches of the slots ``names`` in the order that ``generator`` draws; the first ``skip`` batches are left out."""
    names = tuple(names)
    order = torch.randperm(len(split), generator=generator).to(split.device)
    for batch in range(skip, steps_per_epoch(len(split), batch_size)):
        yield split.take(order[batch * batch_size : (batch + 1) * batch_size], names)
