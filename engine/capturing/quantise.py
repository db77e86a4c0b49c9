"""Pictures to bytes. The arithmetic is numpy's: on so few numbers torch's operators take more than twice as long."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.snapshot import LEVELS, Tiles

LARGEST = 1e30
"""Beyond this, and below its inverse, float32 has no room for the arithmetic of quantising."""

Floats = NDArray[np.float32]


def quantise(pictures: Tensor, total: int, *, signed: bool | None = None, columns: int = 0) -> Tiles:
    """(N, H, W) floats on any device to Tiles, each picture with its own range. Not-a-number counts as 0, infinity as 1e30.

    Signed pictures get a range symmetric about zero, so that zero is exactly level 127; by default those are signed that
    have negative values.
    """
    values: Floats = pictures.detach().float().cpu().numpy()
    flat = values.reshape(len(values), -1)
    low, high = flat.min(axis=1), flat.max(axis=1)
    if not (low.min() >= -LARGEST and high.max() <= LARGEST):  # or something is not a number
        flat = np.nan_to_num(flat, nan=0.0).clip(-LARGEST, LARGEST)
        low, high = flat.min(axis=1), flat.max(axis=1)
    signed = bool(low.min() < 0) if signed is None else signed
    if signed:
        high = np.maximum(-low, high)
        low = -high
    levels = _levels(flat, low, high, signed).reshape(values.shape)
    return Tiles(levels, low, high, total, signed, columns)


def _levels(flat: Floats, low: Floats, high: Floats, signed: bool) -> NDArray[np.uint8]:
    """(N, pixels) as levels between ``low`` and ``high`` (N,); where these are one, the middle or the lowest."""
    span = high - low
    scale = np.divide(np.float32(LEVELS), span, out=np.zeros_like(span), where=span > 1 / LARGEST)
    levels: Floats = flat * scale[:, None] if signed else (flat - low[:, None]) * scale[:, None]
    if signed:
        levels += np.float32(LEVELS / 2)
    whole: NDArray[np.uint8] = np.rint(levels, out=levels).astype(np.uint8)
    return whole
