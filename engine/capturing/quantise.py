"""Pictures to bytes: quantised on the device they were computed on, and copied to the CPU once."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.snapshot import LEVELS, Tiles

LARGEST = 1e30
"""Beyond this, and below its inverse, float32 has no room for the arithmetic of quantising."""


def quantise(pictures: Tensor, total: int, *, signed: bool = False, columns: int = 0) -> Tiles:
    """(N, H, W) floats to Tiles, each picture with its own range. Not-a-number counts as 0, infinity as 1e30.

    Signed pictures get a range symmetric about zero, so that zero is exactly level 127.
    """
    pictures = torch.nan_to_num(pictures.detach().float()).clamp(-LARGEST, LARGEST)
    count = len(pictures)
    low, high = _ranges(pictures.reshape(count, -1), signed)
    scale = torch.where(high - low > 1 / LARGEST, LEVELS / (high - low), 0)
    middle = LEVELS / 2 if signed else 0.0
    origin = torch.zeros_like(low) if signed else low
    levels = torch.addcmul(torch.full_like(pictures, middle), pictures - origin.view(-1, 1, 1), scale.view(-1, 1, 1))
    packed = torch.cat([torch.cat([low, high]).view(torch.uint8), levels.round_().to(torch.uint8).flatten()]).cpu().numpy()
    packed.flags.writeable = False
    limits = packed[: 8 * count].view(np.float32)
    return Tiles(packed[8 * count :].reshape(pictures.shape), limits[:count], limits[count:], total, signed, columns)


def _ranges(flat: Tensor, signed: bool) -> tuple[Tensor, Tensor]:
    """(N,) the lowest and the highest value of each picture, or minus and plus the largest magnitude."""
    low, high = torch.aminmax(flat, dim=1)
    if not signed:
        return low, high
    limit = torch.maximum(-low, high)
    return -limit, limit
