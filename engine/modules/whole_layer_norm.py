"""Layer normalisation over all that an example has."""

from __future__ import annotations

from torch import Tensor, nn


class WholeLayerNorm(nn.LayerNorm):
    """(N, ...) to the same shape: nn.LayerNorm over all numbers of each example, written out as one vector. Its ``weight`` and
    ``bias`` are vectors too: one number for each."""

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input.flatten(1)).reshape(input.shape)
