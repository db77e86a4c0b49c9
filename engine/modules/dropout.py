"""Dropout that draws from a generator of its own."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.modules.random_module import RandomModule


class Dropout(RandomModule, nn.Dropout):
    """nn.Dropout with a ``generator``; never in place. Srivastava et al. 2014."""

    def forward(self, input: Tensor) -> Tensor:
        if not self.training:
            return input
        kept = torch.empty_like(input).bernoulli_(1 - self.p, generator=self.generator)
        return input * kept.div_(1 - self.p)
