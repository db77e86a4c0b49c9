"""Moving the pixels of images and masks, each example its own way."""

from __future__ import annotations

import torch
from torch import Tensor


def moved_pixels(values: Tensor, down: Tensor, across: Tensor) -> Tensor:
    """(N, ..., H, W) with every pixel moved ``down`` and ``across`` (N,) int64; what comes in repeats the border."""
    height, width = values.shape[-2:]
    rows = (torch.arange(height, device=values.device) - down[:, None]).clamp_(0, height - 1)
    columns = (torch.arange(width, device=values.device) - across[:, None]).clamp_(0, width - 1)
    between = [1] * (values.dim() - 3)
    from_row = rows.view(len(values), *between, height, 1).expand(*values.shape[:-1], width)
    from_column = columns.view(len(values), *between, 1, width).expand_as(values)
    return values.gather(-2, from_row).gather(-1, from_column)
