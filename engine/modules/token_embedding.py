"""Embedding with the channels first, as convolutions want them."""

from __future__ import annotations

from torch import Tensor, nn


class TokenEmbedding(nn.Embedding):
    """(N, length) whole numbers from 0 to the vocabulary's end to (N, width, length)."""

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input.long()).movedim(-1, 1)
