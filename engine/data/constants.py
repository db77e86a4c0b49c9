"""Numbers as tensors, made once for each device: making them takes longer than using them, above all on a GPU."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor


@lru_cache(maxsize=256)
def constant(numbers: tuple[float, ...], shape: tuple[int, ...], device: torch.device) -> Tensor:
    """``numbers`` as float32 in ``shape`` on ``device``; not to be written to. Any thread."""
    with torch.inference_mode(False):  # or gradients could never flow through them
        return torch.tensor(numbers, device=device, dtype=torch.float32).view(shape)
