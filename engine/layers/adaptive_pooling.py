"""Pooling to a size that is given, whatever that of the input."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, Window, compact, layer_kind, per_dimension, times
from engine.design.parameters import Sizes, parameter
from engine.design.torch_call import TorchCall
from engine.design.windows import require_spatial


@layer_kind
class AdaptiveAvgPool2d(LayerKind):
    """The mean of as many windows as the output has pixels, whatever the size of the input."""

    kind: ClassVar[str] = "adaptive_avg_pool2d"
    title: ClassVar[str] = "Adaptive average pooling"
    category: ClassVar[str] = "pooling"
    first_id: ClassVar[str] = "p1"
    help: ClassVar[str] = (
        "Divides the map into as many windows as the output has pixels and takes the mean of each, so that the output has the "
        "same size whatever the input's: linear layers behind it can stay as they are for images of any size. Where the sizes "
        "do not divide, windows overlap by a pixel. It learns nothing."
    )

    size: Sizes = parameter(1, "Height and width of the output.", low=1, high=1024, unit="px")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *_ = require_spatial(inputs[0], 2, self.kind)
        return (channels, *per_dimension(self.size, 2, "size"))

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        (_, height, width), (_, rows, columns) = inputs[0], self.output_shape(inputs)
        return (
            FormulaLine("y at (i, j)", "the mean of these rows and columns of x"),
            FormulaLine("rows", "⌊i·H/S⌋ to ⌈(i + 1)·H/S⌉ − 1", f"⌊i·{height}/{rows}⌋ to ⌈(i + 1)·{height}/{rows}⌉ − 1"),
            FormulaLine("columns", "⌊j·W/S⌋ to ⌈(j + 1)·W/S⌉ − 1", f"⌊j·{width}/{columns}⌋ to ⌈(j + 1)·{width}/{columns}⌉ − 1"),
            FormulaLine("shape", result=f"{times(inputs[0])} → {times(self.output_shape(inputs))}"),
        )

    def summary(self) -> str:
        return f"to {compact(per_dimension(self.size, 2, 'size'))}"

    def windows(self, inputs: Sequence[Shape]) -> tuple[Window, ...]:
        return tuple(map(_window, inputs[0][1:], self.output_shape(inputs)[1:]))

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.AdaptiveAvgPool2d", (self.size,))


@cache
def _window(size: int, count: int) -> Window:
    """The exact reach of one of ``count`` output pixels, over all of them: stride size/count, the first and last pixel relative
    to i·stride at their furthest."""
    stride = Fraction(size, count)
    starts = [(index * size) // count - index * stride for index in range(count)]
    ends = [-(-(index + 1) * size // count) - 1 - index * stride for index in range(count)]
    kernel = -(-size // count)
    return Window(kernel, stride, -min(starts), 1, max(ends) - min(starts) - (kernel - 1))
