"""How activations and weights become flat pictures."""

from __future__ import annotations

from math import isqrt

from torch import Tensor

ROW = 32  # a vector up to this long is one row of pixels


def as_pictures(volume: Tensor) -> Tensor:
    """(C, H, W) as it is; (C, L) as (C, 1, L); (C, D, H, W) as (C, D·H, W), the slices below one another."""
    return volume.reshape(len(volume), -1, volume.shape[-1])


def grid(units: int) -> tuple[int, int]:
    """(rows, columns) for a vector of ``units`` numbers: one row, or for a long one as square a rectangle as divides it."""
    if units <= ROW:
        return 1, units
    rows = next(rows for rows in range(isqrt(units), 0, -1) if units % rows == 0)
    return rows, units // rows
