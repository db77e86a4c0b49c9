"""Two convolutions as one layer."""

from __future__ import annotations

from torch import Tensor, nn


class TwoStep(nn.Sequential):
    """nn.Sequential of two convolutions, with the first one's ``weight`` to look at: what is looked for in the input."""

    @property
    def weight(self) -> Tensor:
        """(filters, channels, height, width)."""
        first = self[0]
        assert isinstance(first, nn.Conv2d)
        return first.weight
