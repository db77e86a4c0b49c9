"""Convolution over images: the layer the program exists for."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from engine.design.kinds import Costs, FormulaLine, LayerKind, Shape, Window, compact, layer_kind, per_dimension
from engine.design.parameters import Padding, Sizes, parameter
from engine.errors import DesignError
from engine.layers.windows import padding_sizes, require_spatial, slide

if TYPE_CHECKING:
    from torch import nn


@layer_kind
class Conv2d(LayerKind):
    """Cross-correlation of a C×H×W input with ``filters`` kernels of C/groups × k × k, plus a bias."""

    kind: ClassVar[str] = "conv2d"
    title: ClassVar[str] = "Convolution"
    category: ClassVar[str] = "convolution"
    help: ClassVar[str] = (
        "Slides each filter over the input and writes, at every position, the sum of the products. "
        "One filter looks for one pattern everywhere; its weights are shared over all positions."
    )

    filters: int = parameter(16, "How many patterns are looked for; each gives one feature map.", low=1, high=65536)
    kernel: Sizes = parameter(3, "Height and width of the window.", low=1, high=1024, unit="px")
    stride: Sizes = parameter(1, "How far the window moves at a time.", low=1, high=1024, unit="px")
    padding: Padding = parameter(0, "Zeros put around the input; 'same' keeps its size.", low=0, high=1024, unit="px")
    dilation: Sizes = parameter(1, "Distance between neighbouring kernel elements.", low=1, high=1024, unit="px")
    groups: int = parameter(1, "Input channels are split into this many groups that do not mix.", low=1, high=65536)
    bias: bool = parameter(True, "Add one learned number to each feature map.")
    padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = parameter("zeros", "What padding is filled with.")

    def windows(self, inputs: Sequence[Shape]) -> tuple[Window, ...]:
        return tuple(
            Window(kernel, stride, before, dilation)
            for kernel, stride, (before, _), dilation in zip(
                per_dimension(self.kernel, 2, "kernel"),
                per_dimension(self.stride, 2, "stride"),
                padding_sizes(self.padding, self.kernel, self.stride, self.dilation, 2),
                per_dimension(self.dilation, 2, "dilation"),
                strict=True,
            )
        )

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *sizes = require_spatial(inputs[0], 2, self.kind)
        for field, count in (("groups", channels), ("filters", self.filters)):
            if count % self.groups:
                raise DesignError(
                    f"{self.groups} groups do not divide {count} {'filters' if field == 'filters' else 'input channels'}",
                    "Choose a number of groups that divides both.",
                    field="groups",
                )
        self._check_padding_mode(sizes)
        paddings = padding_sizes(self.padding, self.kernel, self.stride, self.dilation, 2)
        return (self.filters, *slide(sizes, self.windows(inputs), paddings))

    def _check_padding_mode(self, sizes: Sequence[int]) -> None:
        """Reflection needs more pixels than padding, circular at least as many."""
        spare = {"reflect": 1, "circular": 0}.get(self.padding_mode)
        for size, pads in zip(sizes, padding_sizes(self.padding, self.kernel, self.stride, self.dilation, 2), strict=True):
            if spare is not None and max(pads) + spare > size:
                raise DesignError(
                    f"padding {max(pads)} is too wide for {self.padding_mode} padding of an input of {size} pixels",
                    "Use less padding, or padding mode 'zeros'.",
                    field="padding",
                )

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        output = self.output_shape(inputs)
        weights = self._weights(inputs[0])
        biases = self.filters if self.bias else 0
        return Costs(weights + biases, weights * prod(output[1:]), prod(output))

    def _weights(self, shape: Shape) -> int:
        return self.filters * (shape[0] // self.groups) * prod(per_dimension(self.kernel, 2, "kernel"))

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        output, costs = self.output_shape(inputs), self.costs(inputs)
        paddings = padding_sizes(self.padding, self.kernel, self.stride, self.dilation, 2)
        lines = []
        names = ("height", "width") if len(set(inputs[0][1:])) > 1 or len(set(self.windows(inputs))) > 1 else ("out",)
        for name, size, window, pads, out in zip(names, inputs[0][1:], self.windows(inputs), paddings, output[1:], strict=False):
            extent = f"{window.kernel}" if window.dilation == 1 else f"({window.dilation}·({window.kernel} − 1) + 1)"
            symbols = "⌊(W − F + 2P)/S⌋ + 1" if window.dilation == 1 else "⌊(W − (D(F − 1) + 1) + 2P)/S⌋ + 1"
            pad = f"2·{pads[0]}" if pads[0] == pads[1] else f"{pads[0]} + {pads[1]}"
            lines.append(FormulaLine(name, symbols, f"⌊({size} − {extent} + {pad})/{window.stride}⌋ + 1", str(out)))
        per_filter = inputs[0][0] // self.groups
        kernel = per_dimension(self.kernel, 2, "kernel")
        bias = (" + K", f" + {self.filters}") if self.bias else ("", "")
        symbols = "F·F·D·K" if self.groups == 1 else "F·F·(D/groups)·K"
        numbers = f"{kernel[0]}·{kernel[1]}·{per_filter}·{self.filters}{bias[1]}"
        lines.append(FormulaLine("parameters", symbols + bias[0], numbers, f"{costs.params:,}"))
        return (*lines, FormulaLine("multiply-adds", result=f"{costs.macs:,}"))

    def summary(self) -> str:
        parts = [compact(per_dimension(self.kernel, 2, "kernel")), f"{self.filters} filters"]
        if self.stride != 1:
            parts.append(f"stride {_short(self.stride)}")
        if self.padding not in (0, "valid"):
            parts.append("same" if self.padding == "same" else f"pad {_short(self.padding)}")
        if self.dilation != 1:
            parts.append(f"dilation {_short(self.dilation)}")
        if self.groups != 1:
            parts.append(f"{self.groups} groups")
        return " · ".join(parts)

    def build(self, inputs: Sequence[Shape]) -> nn.Module:
        from torch import nn

        return nn.Conv2d(inputs[0][0], self.filters, **self._torch_arguments())

    def source(self, inputs: Sequence[Shape]) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self._torch_arguments().items())
        return f"nn.Conv2d({inputs[0][0]}, {self.filters}, {arguments})"

    def _torch_arguments(self) -> dict[str, Any]:
        return {
            "kernel_size": self.kernel,
            "stride": self.stride,
            "padding": self.padding,
            "dilation": self.dilation,
            "groups": self.groups,
            "bias": self.bias,
            "padding_mode": self.padding_mode,
        }


def _short(value: Sizes | str) -> str:
    return compact(value) if isinstance(value, tuple) else str(value)
