"""Separable convolutions: one window in two steps, which need fewer products than one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from engine.design.kinds import Costs, FormulaLine, Shape, layer_kind, per_dimension
from engine.design.parameters import Padding, Sizes, parameter
from engine.design.torch_call import TorchCall
from engine.design.windows import size_lines
from engine.layers.conv import Conv2d
from engine.layers.depthwise import DepthwiseConv2d
from engine.layers.filter_window import FilterWindow2d, product

Step = Conv2d | DepthwiseConv2d


class TwoStep(FilterWindow2d):
    """Two convolutions, one behind the other, with nothing between them; the bias is the second one's."""

    def _steps(self) -> tuple[Step, Step]:
        raise NotImplementedError

    def _between(self, inputs: Sequence[Shape]) -> Shape:
        """The shape that the first step gives."""
        return self._steps()[0].output_shape(inputs)

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        (first, second), between = self._steps(), self._between(inputs)
        one, two = first.costs(inputs), second.costs([between])
        return Costs(one.params + two.params, one.macs + two.macs, two.activations)

    def _lines(self, inputs: Sequence[Shape], parameters: tuple[str, str], macs: tuple[str, str]) -> tuple[FormulaLine, ...]:
        """The sizes, both costs as (symbols, numbers), and what one convolution with the same window would take."""
        output, costs = self.output_shape(inputs), self.costs(inputs)
        bias = (" + K", f" + {self.filters}") if self.bias else ("", "")
        names = ("filters", "kernel", "stride", "padding", "dilation")
        full = Conv2d(**{name: getattr(self, name) for name in names}).costs(inputs).macs
        numbers = product([*self._kernel(), inputs[0][0], *output])
        return (
            *size_lines(inputs[0][1:], self.windows(inputs), self._pads(), output[1:]),
            FormulaLine("parameters", parameters[0] + bias[0], parameters[1] + bias[1], f"{costs.params:,}"),
            FormulaLine("multiply-adds", *macs, f"{costs.macs:,}"),
            FormulaLine("in one step", "F·F·D·K·H·W", numbers, f"{full:,}"),
        )

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        first, second = self._steps()
        steps = (first.torch(inputs), second.torch([self._between(inputs)]))
        return TorchCall("nn.Sequential", steps, ours="engine.modules.two_step.TwoStep")


@layer_kind
class SeparableConv2d(TwoStep):
    """A depthwise convolution and a 1×1 convolution behind it. Chollet 2017; Howard et al. 2017."""

    kind: ClassVar[str] = "separable_conv2d"
    title: ClassVar[str] = "Separable convolution"
    help: ClassVar[str] = (
        "A convolution in two steps: the first looks for patterns within each channel by itself (depthwise), the second mixes "
        "the channels at every place (1×1, pointwise). It does nearly what a full convolution does with a fraction of the "
        "products: from 8×8×3 to 256 maps with 5×5 windows 53,952 in place of 1,228,800. Xception and the MobileNets are made of "
        "it. Nothing stands between the two steps; for an activation there, use a depthwise_conv2d and a conv2d of 1×1."
    )

    multiplier: int = parameter(1, "How many patterns are looked for in each input channel.", low=1, high=1024)

    def _steps(self) -> tuple[Step, Step]:
        names = ("multiplier", "kernel", "stride", "padding", "dilation")
        depthwise = DepthwiseConv2d(bias=False, **{name: getattr(self, name) for name in names})
        return depthwise, Conv2d(filters=self.filters, kernel=1, bias=self.bias)

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        channels, places = inputs[0][0], product(self.output_shape(inputs)[1:])
        symbols = "F·F·D·M + D·M·K"
        inner = product([channels, self.multiplier])
        numbers = f"{product(self._kernel())}·{inner} + {inner}·{self.filters}"
        return self._lines(inputs, (symbols, numbers), (f"({symbols})·H·W", f"({numbers})·{places}"))

    def summary(self) -> str:
        return super().summary() + (f" · {self.multiplier} per channel" if self.multiplier > 1 else "")


@layer_kind
class SpatiallySeparableConv2d(TwoStep):
    """A convolution with a column, k×1, and one with a row, 1×k, behind it. Szegedy et al. 2016 (Inception v3)."""

    kind: ClassVar[str] = "spatially_separable_conv2d"
    title: ClassVar[str] = "Spatially separable convolution"
    help: ClassVar[str] = (
        "A convolution in two steps: first with filters one pixel wide (a column), then with filters one pixel high (a row). A "
        "3×3 window then costs 3 + 3 products in place of 9, a 7×7 one 14 in place of 49. With one channel it computes just "
        "those kernels that are a column times a row: Sobel's edge filter is one, (1, 2, 1) times (−1, 0, 1). The maps between "
        "the steps are as many as the filters."
    )

    def _part(self, at: int, bias: bool) -> Conv2d:
        """The convolution along one dimension, which leaves the other as it is."""
        values: dict[str, Any] = {}
        for name in ("kernel", "stride", "dilation"):
            values[name] = _along(at, per_dimension(getattr(self, name), 2, name)[at], 1)
        padding: Padding = self.padding
        if not isinstance(padding, str):
            padding = _along(at, per_dimension(padding, 2, "padding")[at], 0)
        return Conv2d(filters=self.filters, padding=padding, bias=bias, **values)

    def _steps(self) -> tuple[Step, Step]:
        return self._part(0, False), self._part(1, self.bias)

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        (height, width), filters = self._kernel(), self.filters
        numbers = product([height, inputs[0][0], filters]), product([width, filters, filters])
        between, output = product(self._between(inputs)[1:]), product(self.output_shape(inputs)[1:])
        macs = f"{numbers[0]}·{between} + {numbers[1]}·{output}"
        return self._lines(inputs, ("F·D·K + F·K·K", " + ".join(numbers)), ("F·D·K·H₁·W₁ + F·K·K·H·W", macs))


def _along(at: int, size: int, other: int) -> Sizes:
    """``size`` along dimension ``at``, ``other`` along the other one; one number where they are the same."""
    if size == other:
        return size
    return (size, other) if at == 0 else (other, size)
