"""What the training split says of its values: mean and deviation of each channel."""

from __future__ import annotations

import numpy as np
from torch import Tensor

LEAST = 1e-9
"""A channel that varies less than this never changes: it gets the deviation 1, so that dividing by it is harmless."""

Numbers = tuple[float, ...]


def channel_statistics(values: Tensor) -> tuple[Numbers, Numbers]:
    """(mean, standard deviation) of each channel of (N, C, ...) values; bytes are scaled to 0..1 and counted exactly."""
    channels = [values[:, channel].reshape(-1) for channel in range(values.shape[1])]
    each = [_of_numbers(channel) if values.is_floating_point() else _of_bytes(channel) for channel in channels]
    return tuple(mean for mean, _ in each), tuple(spread if spread > LEAST else 1.0 for _, spread in each)


def _of_bytes(channel: Tensor) -> tuple[float, float]:
    """From the counts of the 256 levels, so that no float of every pixel is made."""
    levels = np.arange(256) / 255
    counts = np.bincount(channel.numpy(), minlength=256).astype(np.float64)
    mean = float(counts @ levels / counts.sum())
    return mean, float(np.sqrt(counts @ (levels - mean) ** 2 / counts.sum()))


def _of_numbers(channel: Tensor) -> tuple[float, float]:
    numbers = channel.double()
    return float(numbers.mean()), float(numbers.std(correction=0))
