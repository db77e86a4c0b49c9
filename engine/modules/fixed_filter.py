"""A convolution of every channel with one kernel that is not learned."""

from __future__ import annotations

import torch
from torch import nn


class FixedFilter2d(nn.Module):
    """(N, channels, H, W) to as many maps, each filtered with the same ``kernel`` (rows of numbers).

    Its ``weight`` (channels, 1, height, width) is a buffer: kept with the weights, moved with them, never changed by training.
    ``border`` is the zeros put left, right, above and below.
    """

    weight: torch.Tensor

    def __init__(
        self,
        channels: int,
        kernel: tuple[tuple[float, ...], ...],
        stride: tuple[int, int] = (1, 1),
        border: tuple[int, int, int, int] = (0, 0, 0, 0),
    ) -> None:
        super().__init__()
        self.stride, self.border = stride, border
        self.register_buffer("weight", torch.tensor(kernel, dtype=torch.get_default_dtype()).repeat(channels, 1, 1, 1))

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        padded = nn.functional.pad(input, self.border)
        return nn.functional.conv2d(padded, self.weight, stride=self.stride, groups=len(self.weight))
