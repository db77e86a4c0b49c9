"""Noise that is drawn from a generator of its own."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.modules.random_module import RandomModule


class GaussianNoise(RandomModule):
    """Adds normal numbers of the standard deviation ``deviation`` while training; never in place. Bishop 1995."""

    def __init__(self, deviation: float) -> None:
        super().__init__()
        self.deviation = deviation

    def forward(self, input: Tensor) -> Tensor:
        if not self.training:
            return input
        return input + self.deviation * torch.empty_like(input).normal_(generator=self.generator)

    def extra_repr(self) -> str:
        return str(self.deviation)
