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


class SpatialDropout(RandomModule, nn.Dropout):
    """Dropout of whole channels of (N, C, ...) with a ``generator``; never in place. Tompson et al. 2015."""

    def forward(self, input: Tensor) -> Tensor:
        if not self.training:
            return input
        kept = input.new_empty(input.shape[:2]).bernoulli_(1 - self.p, generator=self.generator).div_(1 - self.p)
        return input * kept.reshape(*input.shape[:2], *[1] * (input.dim() - 2))
