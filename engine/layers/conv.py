"""Convolution over images: the layer the program exists for."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from engine.design.kinds import Costs, FormulaLine, LayerKind, Shape, Window, layer_kind, per_dimension
from engine.design.parameters import Padding, Sizes, parameter
from engine.errors import DesignError
from engine.layers.windows import (
    Pads,
    kernel_words,
    padding_sizes,
    per_dimension_values,
    require_spatial,
    short,
    size_lines,
    slide,
    windows_of,
)

if TYPE_CHECKING:
    from torch import Tensor, nn


@layer_kind
class Conv2d(LayerKind):
    """Cross-correlation of a C×H×W input with ``filters`` kernels of C/groups × k × k, plus a bias."""

    kind: ClassVar[str] = "conv2d"
    title: ClassVar[str] = "Convolution"
    category: ClassVar[str] = "convolution"
    help: ClassVar[str] = (
        "Slides each filter over the input and writes, at every position, the sum of the products of filter and pixels. "
        "One filter looks for one pattern everywhere, because its weights are shared over all positions: so a layer needs "
        "few weights, and a shifted input gives a shifted feature map. Padding keeps the map's size, a stride above 1 "
        "shrinks it, dilation lets a small kernel see far, and a 1×1 kernel mixes channels without looking sideways."
    )

    filters: int = parameter(16, "How many patterns are looked for; each gives one feature map.", low=1, high=65536)
    kernel: Sizes = parameter(3, "Height and width of the window.", low=1, high=1024, unit="px")
    stride: Sizes = parameter(1, "How far the window moves at a time.", low=1, high=1024, unit="px")
    padding: Padding = parameter(0, "Pixels put around the input; 'same' keeps its size.", low=0, high=1024, unit="px")
    dilation: Sizes = parameter(1, "Distance between neighbouring kernel elements.", low=1, high=1024, unit="px")
    groups: int = parameter(1, "Input channels are split into this many groups that do not mix.", low=1, high=65536)
    bias: bool = parameter(True, "Add one learned number to each feature map.")
    padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = parameter("zeros", "What padding is filled with.")

    def _pads(self) -> tuple[Pads, ...]:
        return padding_sizes(self.padding, self.kernel, self.stride, self.dilation, 2)

    def windows(self, inputs: Sequence[Shape]) -> tuple[Window, ...]:
        return windows_of(self.kernel, self.stride, self._pads(), self.dilation)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *sizes = require_spatial(inputs[0], 2, self.kind)
        pads = self._pads()
        self._check_groups(channels)
        self._check_padding_mode(sizes, pads)
        return (self.filters, *slide(sizes, windows_of(self.kernel, self.stride, pads, self.dilation), pads))

    def _check_groups(self, channels: int) -> None:
        for count, noun in ((channels, "input channels"), (self.filters, "filters")):
            if count % self.groups:
                raise DesignError(
                    f"{self.groups} groups do not divide {count} {noun}",
                    "Choose a number of groups that divides both the input channels and the filters.",
                    field="groups",
                )

    def _check_padding_mode(self, sizes: Sequence[int], all_pads: Sequence[Pads]) -> None:
        """Reflection needs more pixels than padding, circular at least as many."""
        if self.padding_mode not in ("reflect", "circular"):
            return
        spare = 1 if self.padding_mode == "reflect" else 0
        for size, pads in zip(sizes, all_pads, strict=True):
            if max(pads) + spare > size:
                raise DesignError(
                    f"padding {max(pads)} is too wide for {self.padding_mode} padding of an input of {size} pixels",
                    f"Use a padding of {size - spare} or less, or padding mode 'zeros'.",
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
        lines = size_lines(inputs[0][1:], self.windows(inputs), self._pads(), output[1:])
        depth = "D" if self.groups == 1 else "(D/groups)"
        channels = f"{inputs[0][0]}" if self.groups == 1 else f"({inputs[0][0]}/{self.groups})"
        kernel = "·".join(str(size) for size in per_dimension(self.kernel, 2, "kernel"))
        products, numbers = f"F·F·{depth}·K", f"{kernel}·{channels}·{self.filters}"
        bias = (" + K", f" + {self.filters}") if self.bias else ("", "")
        positions = "·".join(str(size) for size in output[1:])
        return (
            *lines,
            FormulaLine("parameters", products + bias[0], numbers + bias[1], f"{costs.params:,}"),
            FormulaLine("multiply-adds", f"{products}·H·W", f"{numbers}·{positions}", f"{costs.macs:,}"),
        )

    def summary(self) -> str:
        kernel, *rest = kernel_words(self.kernel, self.stride, self.padding)
        parts = [kernel, f"{self.filters} filters", *rest]
        if per_dimension_values(self.dilation) != {1}:
            parts.append(f"dilation {short(self.dilation)}")
        if self.groups != 1:
            parts.append(f"{self.groups} groups")
        return " · ".join(parts)

    def build(self, inputs: Sequence[Shape]) -> nn.Module:
        from torch import nn

        border = self._border()
        if not border:
            return nn.Conv2d(inputs[0][0], self.filters, **self._torch_arguments())

        class PaddedConv2d(nn.Conv2d):
            """A convolution of an input that is first given an uneven border."""

            def forward(self, input: Tensor) -> Tensor:
                return super().forward(nn.functional.pad(input, border))

        return PaddedConv2d(inputs[0][0], self.filters, **self._torch_arguments())

    def source(self, inputs: Sequence[Shape]) -> str:
        arguments = "".join(f", {name}={value!r}" for name, value in self._torch_arguments().items())
        return f"nn.Conv2d({inputs[0][0]}, {self.filters}{arguments})"

    def call(self, module: str, names: Sequence[str]) -> str:
        border = self._border()
        return f"{module}(nn.functional.pad({names[0]}, {border}))" if border else f"{module}({names[0]})"

    def _border(self) -> tuple[int, ...]:
        """(left, right, top, bottom) zeros where 'same' is uneven: torch would make this very copy, but with a warning."""
        pads = self._pads()
        uneven = self.padding == "same" and self.padding_mode == "zeros" and any(before != after for before, after in pads)
        return (*pads[1], *pads[0]) if uneven else ()

    def _torch_arguments(self) -> dict[str, Any]:
        """What nn.Conv2d is to be told, beyond its own defaults."""
        given: dict[str, tuple[Any, Any]] = {
            "kernel_size": (self.kernel, None),
            "stride": (self.stride, 1),
            "padding": (0 if self._border() else self.padding, 0),
            "dilation": (self.dilation, 1),
            "groups": (self.groups, 1),
            "bias": (self.bias, True),
            "padding_mode": (self.padding_mode, "zeros"),
        }
        return {name: value for name, (value, default) in given.items() if value != default}
