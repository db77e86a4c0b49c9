"""A convolution whose filters are others at every place."""

from __future__ import annotations

import torch
from torch import nn


class LocallyConnected2d(nn.Module):
    """(N, in_channels, H, W) to (N, out_channels, *output_size), every place of the output having filters of its own.

    ``weight`` (places·out_channels, in_channels, *kernel_size) has one filter a row, place after place, the rows of the output
    one behind the other; ``bias`` (places·out_channels) likewise. ``border`` is the zeros put left, right, above and below. It
    begins as torch's convolutions do. A copy of every window is held while it computes: in_channels·kernel·places numbers for
    each example.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: tuple[int, int],
        output_size: tuple[int, int],
        stride: tuple[int, int] = (1, 1),
        dilation: tuple[int, int] = (1, 1),
        border: tuple[int, int, int, int] = (0, 0, 0, 0),
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size, self.output_size, self.stride, self.dilation = kernel_size, output_size, stride, dilation
        self.border, self.places = border, output_size[0] * output_size[1]
        inputs = in_channels * kernel_size[0] * kernel_size[1]
        rows, reach = self.places * out_channels, inputs**-0.5
        self.weight = nn.Parameter(torch.empty(rows, in_channels, *kernel_size).uniform_(-reach, reach))
        self.bias = nn.Parameter(torch.empty(rows).uniform_(-reach, reach)) if bias else None

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        padded = nn.functional.pad(input, self.border)
        windows = nn.functional.unfold(padded, self.kernel_size, self.dilation, 0, self.stride)  # (N, inputs, places)
        filters = self.weight.reshape(self.places, -1, windows.shape[1])
        outputs = torch.bmm(filters, windows.permute(2, 1, 0)).permute(2, 1, 0)  # (N, out_channels, places)
        if self.bias is not None:
            outputs = outputs + self.bias.reshape(self.places, -1).T
        return outputs.reshape(*outputs.shape[:2], *self.output_size)
