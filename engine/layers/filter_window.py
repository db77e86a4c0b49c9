"""What kinds with filters of their own behind one sliding window share: parameters, windows, output shape, words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.design.kinds import LayerKind, Shape, per_dimension
from engine.design.parameters import Padding, Sizes, parameter
from engine.design.windows import (
    Pads,
    SlidingWindow,
    kernel_words,
    padding_sizes,
    per_dimension_values,
    require_spatial,
    short,
    slide,
    windows_of,
)


class FilterWindow2d(LayerKind):
    """(C, H, W) to (filters, height, width), the sizes those of a convolution with the same window."""

    category: ClassVar[str] = "convolution"
    first_id: ClassVar[str] = "c1"
    has_filters: ClassVar[bool] = True
    width_field: ClassVar[str] = "filters"

    filters: int = parameter(16, "How many patterns are looked for; each gives one feature map.", low=1, high=65536)
    kernel: Sizes = parameter(3, "Height and width of the window.", low=1, high=1024, unit="px")
    stride: Sizes = parameter(1, "How far the window moves at a time.", low=1, high=1024, unit="px")
    padding: Padding = parameter(0, "Pixels put around the input; 'same' keeps its size.", low=0, high=1024, unit="px")
    dilation: Sizes = parameter(1, "Distance between neighbouring kernel elements.", low=1, high=1024, unit="px")
    bias: bool = parameter(True, "Add one learned number to each output map.")

    def _pads(self) -> tuple[Pads, ...]:
        return padding_sizes(self.padding, self.kernel, self.stride, self.dilation, 2)

    def _kernel(self) -> tuple[int, ...]:
        return per_dimension(self.kernel, 2, "kernel")

    def windows(self, inputs: Sequence[Shape]) -> tuple[SlidingWindow, ...]:
        return windows_of(self.kernel, self.stride, self._pads(), self.dilation)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        _, *sizes = require_spatial(inputs[0], 2, self.kind)
        return (self.filters, *slide(sizes, self.windows(inputs), self._pads()))

    def summary(self) -> str:
        kernel, *rest = kernel_words(self.kernel, self.stride, self.padding, 2)
        dilated = [f"dilation {short(self.dilation)}"] if per_dimension_values(self.dilation) != {1} else []
        return " · ".join([kernel, f"{self.filters} filters", *rest, *dilated])


def product(sizes: Sequence[int]) -> str:
    """ "5·5·3": a product with its numbers."""
    return "·".join(map(str, sizes))
