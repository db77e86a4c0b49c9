"""Shuffled batches of one epoch."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from engine.data.dataset import Split


def steps_per_epoch(images: int, batch_size: int) -> int:
    """How many batches ``epoch_batches`` gives. A last batch of a single image is left out: its batch statistics say nothing."""
    full, rest = divmod(images, batch_size)
    return max(1, full + (rest > 1))


def epoch_batches(split: Split, batch_size: int, generator: torch.Generator, skip: int = 0) -> Iterator[tuple[Tensor, Tensor]]:
    """(images (N, C, H, W) uint8, labels (N,)) in the order that ``generator`` draws; the first ``skip`` batches are left out."""
    order = torch.randperm(len(split), generator=generator).to(split.images.device)
    for batch in range(skip, steps_per_epoch(len(split), batch_size)):
        chosen = order[batch * batch_size : (batch + 1) * batch_size]
        # Seven times faster than split.images[chosen] on the CPU: it copies whole images.
        yield split.images.index_select(0, chosen), split.labels.index_select(0, chosen)
