"""Convolutions with an uneven 'same' border."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class _Padded(nn.Module):
    """Gives the input its border of zeros, the odd pixel behind, before it convolves without padding.

    Torch's own classes do the same for ``padding="same"``, but with a warning.
    """

    kernel_size: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: str | tuple[int, ...]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        totals = [(kernel - 1) * step for kernel, step in zip(self.kernel_size, self.dilation, strict=True)]
        self.border = tuple(size for total in reversed(totals) for size in (total // 2, total - total // 2))
        self.padding = (0,) * len(totals)

    def forward(self, input: Tensor) -> Tensor:
        outputs: Tensor = super().forward(nn.functional.pad(input, self.border))
        return outputs


class PaddedConv1d(_Padded, nn.Conv1d):
    """nn.Conv1d(..., padding="same") for an even reach."""


class PaddedConv2d(_Padded, nn.Conv2d):
    """nn.Conv2d(..., padding="same") for an even reach."""


class PaddedConv3d(_Padded, nn.Conv3d):
    """nn.Conv3d(..., padding="same") for an even reach."""
