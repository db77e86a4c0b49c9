"""Depthwise convolution: every channel has filters of its own."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, ClassVar

from engine.design.kinds import Costs, FormulaLine, LayerKind, Shape, layer_kind, per_dimension
from engine.design.parameters import Padding, Sizes, parameter
from engine.design.torch_call import TorchCall, changed
from engine.design.windows import (
    Pads,
    SlidingWindow,
    kernel_words,
    padding_sizes,
    require_spatial,
    size_lines,
    slide,
    windows_of,
)

TORCH_DEFAULTS = {"stride": 1, "padding": 0, "dilation": 1, "bias": True}


@layer_kind
class DepthwiseConv2d(LayerKind):
    """``multiplier`` filters of one channel each for every input channel. Sifre & Mallat 2014; Chollet 2017."""

    kind: ClassVar[str] = "depthwise_conv2d"
    title: ClassVar[str] = "Depthwise convolution"
    category: ClassVar[str] = "convolution"
    first_id: ClassVar[str] = "d1"
    has_filters: ClassVar[bool] = True
    help: ClassVar[str] = (
        "Filters every channel by itself: patterns are looked for within a map, and maps are not mixed. With a 1×1 convolution "
        "behind it, which mixes them at every place, it does nearly what a full convolution does for a fraction of the products: "
        "the layer that MobileNets are made of."
    )

    multiplier: int = parameter(1, "How many filters each input channel has.", low=1, high=1024)
    kernel: Sizes = parameter(3, "Height and width of the window.", low=1, high=1024, unit="px")
    stride: Sizes = parameter(1, "How far the window moves at a time.", low=1, high=1024, unit="px")
    padding: Padding = parameter(0, "Pixels put around the input; 'same' keeps its size.", low=0, high=1024, unit="px")
    dilation: Sizes = parameter(1, "Distance between neighbouring kernel elements.", low=1, high=1024, unit="px")
    bias: bool = parameter(True, "Add one learned number to each feature map.")

    def _pads(self) -> tuple[Pads, ...]:
        return padding_sizes(self.padding, self.kernel, self.stride, self.dilation, 2)

    def windows(self, inputs: Sequence[Shape]) -> tuple[SlidingWindow, ...]:
        return windows_of(self.kernel, self.stride, self._pads(), self.dilation)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *sizes = require_spatial(inputs[0], 2, self.kind)
        pads = self._pads()
        return (channels * self.multiplier, *slide(sizes, windows_of(self.kernel, self.stride, pads, self.dilation), pads))

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        output = self.output_shape(inputs)
        weights = output[0] * prod(per_dimension(self.kernel, 2, "kernel"))
        return Costs(weights + (output[0] if self.bias else 0), weights * prod(output[1:]), prod(output))

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        output, costs = self.output_shape(inputs), self.costs(inputs)
        kernel = "·".join(str(size) for size in per_dimension(self.kernel, 2, "kernel"))
        numbers = f"{kernel}·{inputs[0][0]}·{self.multiplier}"
        bias = (" + D·M", f" + {output[0]}") if self.bias else ("", "")
        positions = "·".join(str(size) for size in output[1:])
        return (
            *size_lines(inputs[0][1:], self.windows(inputs), self._pads(), output[1:]),
            FormulaLine("parameters", f"F·F·D·M{bias[0]}", f"{numbers}{bias[1]}", f"{costs.params:,}"),
            FormulaLine("multiply-adds", "F·F·D·M·H·W", f"{numbers}·{positions}", f"{costs.macs:,}"),
        )

    def summary(self) -> str:
        parts = kernel_words(self.kernel, self.stride, self.padding, 2)
        return " · ".join([*parts, *([f"{self.multiplier} per channel"] if self.multiplier > 1 else [])])

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        channels = inputs[0][0]
        values = {name: getattr(self, name) for name in TORCH_DEFAULTS}
        told: dict[str, Any] = {"kernel_size": self.kernel} | changed(values, TORCH_DEFAULTS) | {"groups": channels}
        uneven = self.padding == "same" and any(a != b for a, b in self._pads())
        return TorchCall(
            "nn.Conv2d", (channels, channels * self.multiplier), told, "engine.modules.padded_conv.PaddedConv2d" if uneven else ""
        )
