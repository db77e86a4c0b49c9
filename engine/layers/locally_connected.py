"""Locally connected layer: a convolution whose filters are others at every place."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, ClassVar

from engine.design.kinds import Costs, FormulaLine, Shape, layer_kind, per_dimension
from engine.design.torch_call import TorchCall, changed
from engine.design.windows import size_lines
from engine.layers.filter_window import FilterWindow2d, product

MODULE_DEFAULTS = {"stride": (1, 1), "dilation": (1, 1), "border": (0, 0, 0, 0), "bias": True}


@layer_kind
class LocallyConnected2d(FilterWindow2d):
    """``filters`` kernels and biases for every place of the output. Taigman et al. 2014 (DeepFace)."""

    kind: ClassVar[str] = "locally_connected2d"
    title: ClassVar[str] = "Locally connected"
    help: ClassVar[str] = (
        "A convolution without sharing: windows slide as they do there, but every place has filters of its own, so that eyes can "
        "be looked for above and mouths below. It suits pictures in which everything has its place, such as aligned faces. What "
        "is learned at one place is not known at another, and there are as many times more weights as there are places: memory "
        "runs out fast, and many more examples are needed. Beside a convolution it shows what sharing saves."
    )

    def _weights(self, inputs: Sequence[Shape]) -> int:
        return inputs[0][0] * prod(self._kernel()) * prod(self.output_shape(inputs))

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        output, weights = self.output_shape(inputs), self._weights(inputs)
        return Costs(weights + (prod(output) if self.bias else 0), weights, prod(output))

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        output, costs = self.output_shape(inputs), self.costs(inputs)
        places = product(output[1:])
        one = product([*self._kernel(), inputs[0][0]])
        bias = " + 1" if self.bias else ""
        shared = f"{costs.params // prod(output[1:]):,}"
        return (
            *size_lines(inputs[0][1:], self.windows(inputs), self._pads(), output[1:]),
            FormulaLine("parameters", f"(F·F·D{bias})·K·H·W", f"({one}{bias})·{self.filters}·{places}", f"{costs.params:,}"),
            FormulaLine("multiply-adds", "F·F·D·K·H·W", f"{one}·{self.filters}·{places}", f"{costs.macs:,}"),
            FormulaLine("if they were shared", f"(F·F·D{bias})·K", f"({one}{bias})·{self.filters}", f"{shared} parameters"),
        )

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        (top, bottom), (left, right) = self._pads()
        values: dict[str, Any] = {
            "stride": per_dimension(self.stride, 2, "stride"),
            "dilation": per_dimension(self.dilation, 2, "dilation"),
            "border": (left, right, top, bottom),
            "bias": self.bias,
        }
        channels, size = inputs[0][0], self.output_shape(inputs)[1:]
        told = {"kernel_size": self._kernel(), "output_size": size} | changed(values, MODULE_DEFAULTS)
        return TorchCall(
            "LocallyConnected2d", (channels, self.filters), told, "engine.modules.locally_connected.LocallyConnected2d"
        )
