"""What the training split says of its values: mean and deviation of each channel, counted piece by piece."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.data.pieces import pieces

LEAST = 1e-9
"""A channel that varies less than this never changes: it gets the deviation 1, so that dividing by it is harmless."""
_WIDER = 8  # bytes that each number takes while it is counted

Numbers = tuple[float, ...]


def channel_statistics(values: Tensor) -> tuple[Numbers, Numbers]:
    """(mean, standard deviation) of each channel of (N, C, ...) values; bytes are scaled to 0..1 and counted exactly."""
    mean, spread = _of_numbers(values) if values.is_floating_point() else _of_bytes(values)
    return tuple(mean), tuple(each if each > LEAST else 1.0 for each in spread)


def _of_bytes(values: Tensor) -> tuple[list[float], list[float]]:
    """From the counts of the 256 levels, so that no float of every pixel is made."""
    counts = np.zeros((values.shape[1], 256))
    for piece in pieces(len(values), (_WIDER, *values.shape[1:])):
        for channel, found in enumerate(counts):
            found += np.bincount(values[piece, channel].reshape(-1).numpy(), minlength=256)
    each = [_of_levels(found) for found in counts]
    return [mean for mean, _ in each], [spread for _, spread in each]


def _of_levels(counts: NDArray[np.float64]) -> tuple[float, float]:
    levels = np.arange(256) / 255
    mean = float(counts @ levels / counts.sum())
    return mean, float(np.sqrt(counts @ (levels - mean) ** 2 / counts.sum()))


def _of_numbers(values: Tensor) -> tuple[list[float], list[float]]:
    """In two passes: squares of the distances from the mean can be added without loss, squares of large numbers cannot."""
    mean = _mean(values, lambda piece: piece)
    middle = mean.view(-1, *[1] * (values.dim() - 2))
    return mean.tolist(), _mean(values, lambda piece: piece.sub_(middle).square_()).sqrt().tolist()


def _mean(values: Tensor, measure: Callable[[Tensor], Tensor]) -> Tensor:
    """(C,) float64, the mean of ``measure`` over each channel; it is given copies, eight bytes for each number."""
    total = torch.zeros(values.shape[1], dtype=torch.float64, device=values.device)
    others = [dimension for dimension in range(values.dim()) if dimension != 1]
    for piece in pieces(len(values), (_WIDER, *values.shape[1:])):
        total += measure(values[piece].to(torch.float64, copy=True)).sum(others)
    return total / (values.numel() / values.shape[1])
