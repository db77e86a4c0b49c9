"""Convolution along one, two or three dimensions: the layer the program exists for."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, ClassVar, Literal

from engine.design.kinds import Costs, FormulaLine, LayerKind, Shape, layer_kind, per_dimension
from engine.design.parameters import Padding, Sizes, parameter
from engine.design.torch_call import TorchCall, changed
from engine.design.windows import (
    Pads,
    SlidingWindow,
    kernel_words,
    padding_sizes,
    per_dimension_values,
    require_spatial,
    short,
    size_lines,
    slide,
    windows_of,
)
from engine.errors import DesignError

TORCH_DEFAULTS = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "bias": True, "padding_mode": "zeros"}
POSITIONS = {1: "L", 2: "H·W", 3: "Z·H·W"}
"""The number of positions in formulas, by dimensions."""


class Conv(LayerKind):
    """Cross-correlation of a C×(sizes) input with ``filters`` kernels of C/groups × (kernel), plus a bias."""

    category: ClassVar[str] = "convolution"
    first_id: ClassVar[str] = "c1"
    has_filters: ClassVar[bool] = True
    width_field: ClassVar[str] = "filters"
    dimensions: ClassVar[int]

    filters: int = parameter(16, "How many patterns are looked for; each gives one feature map.", low=1, high=65536)
    kernel: Sizes = parameter(3, "Height and width of the window.", low=1, high=1024, unit="px")
    stride: Sizes = parameter(1, "How far the window moves at a time.", low=1, high=1024, unit="px")
    padding: Padding = parameter(0, "Pixels put around the input; 'same' keeps its size.", low=0, high=1024, unit="px")
    dilation: Sizes = parameter(1, "Distance between neighbouring kernel elements.", low=1, high=1024, unit="px")
    groups: int = parameter(1, "Input channels are split into this many groups that do not mix.", low=1, high=65536)
    bias: bool = parameter(True, "Add one learned number to each feature map.")
    padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = parameter("zeros", "What padding is filled with.")

    def _pads(self) -> tuple[Pads, ...]:
        return padding_sizes(self.padding, self.kernel, self.stride, self.dilation, self.dimensions)

    def windows(self, inputs: Sequence[Shape]) -> tuple[SlidingWindow, ...]:
        return windows_of(self.kernel, self.stride, self._pads(), self.dilation)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *sizes = require_spatial(inputs[0], self.dimensions, self.kind)
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
        return self.filters * (shape[0] // self.groups) * prod(per_dimension(self.kernel, self.dimensions, "kernel"))

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        output, costs = self.output_shape(inputs), self.costs(inputs)
        lines = size_lines(inputs[0][1:], self.windows(inputs), self._pads(), output[1:])
        depth = "D" if self.groups == 1 else "(D/groups)"
        channels = f"{inputs[0][0]}" if self.groups == 1 else f"({inputs[0][0]}/{self.groups})"
        kernel = "·".join(str(size) for size in per_dimension(self.kernel, self.dimensions, "kernel"))
        products, numbers = f"{'F·' * self.dimensions}{depth}·K", f"{kernel}·{channels}·{self.filters}"
        bias = (" + K", f" + {self.filters}") if self.bias else ("", "")
        positions = "·".join(str(size) for size in output[1:])
        return (
            *lines,
            FormulaLine("parameters", products + bias[0], numbers + bias[1], f"{costs.params:,}"),
            FormulaLine("multiply-adds", f"{products}·{POSITIONS[self.dimensions]}", f"{numbers}·{positions}", f"{costs.macs:,}"),
        )

    def summary(self) -> str:
        kernel, *rest = kernel_words(self.kernel, self.stride, self.padding, self.dimensions)
        parts = [kernel, f"{self.filters} filters", *rest]
        if per_dimension_values(self.dilation) != {1}:
            parts.append(f"dilation {short(self.dilation)}")
        if self.groups != 1:
            parts.append(f"{self.groups} groups")
        return " · ".join(parts)

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        values = {name: getattr(self, name) for name in TORCH_DEFAULTS}
        told: dict[str, Any] = {"kernel_size": self.kernel} | changed(values, TORCH_DEFAULTS)
        ours = f"engine.modules.padded_conv.PaddedConv{self.dimensions}d" if self._is_uneven() else ""
        return TorchCall(f"nn.Conv{self.dimensions}d", (inputs[0][0], self.filters), told, ours)

    def _is_uneven(self) -> bool:
        """Whether 'same' puts a zero more behind than before: torch does it, but warns."""
        return self.padding == "same" and self.padding_mode == "zeros" and any(a != b for a, b in self._pads())


@layer_kind
class Conv1d(Conv):
    """Convolution along the length of a sequence or signal, (channels, length)."""

    kind: ClassVar[str] = "conv1d"
    title: ClassVar[str] = "Convolution 1-D"
    dimensions: ClassVar[int] = 1
    help: ClassVar[str] = (
        "Slides each filter along a sequence (a signal over time, the words of a sentence) and writes, at every position, the "
        "sum of the products of filter and numbers, all channels together. One filter looks for one short pattern wherever "
        "it occurs: with a kernel of 3 on embedded words, for one kind of three-word phrase. Padding keeps the length, a "
        "stride above 1 shrinks it, and dilation lets a small kernel see far."
    )

    kernel: Sizes = parameter(3, "Length of the window.", low=1, high=1024)
    stride: Sizes = parameter(1, "How far the window moves at a time.", low=1, high=1024)
    padding: Padding = parameter(0, "Numbers put before and behind the input; 'same' keeps its length.", low=0, high=1024)
    dilation: Sizes = parameter(1, "Distance between neighbouring kernel elements.", low=1, high=1024)


@layer_kind
class Conv2d(Conv):
    """Convolution over the height and width of an image, (channels, height, width)."""

    kind: ClassVar[str] = "conv2d"
    title: ClassVar[str] = "Convolution"
    dimensions: ClassVar[int] = 2
    help: ClassVar[str] = (
        "Slides each filter over the input and writes, at every position, the sum of the products of filter and pixels. "
        "One filter looks for one pattern everywhere, because its weights are shared over all positions: so a layer needs "
        "few weights, and a shifted input gives a shifted feature map. Padding keeps the map's size, a stride above 1 "
        "shrinks it, dilation lets a small kernel see far, and a 1×1 kernel mixes channels without looking sideways."
    )


@layer_kind
class Conv3d(Conv):
    """Convolution through a volume or a film, (channels, depth, height, width)."""

    kind: ClassVar[str] = "conv3d"
    title: ClassVar[str] = "Convolution 3-D"
    dimensions: ClassVar[int] = 3
    help: ClassVar[str] = (
        "Slides each filter through a volume (the slices of a scan, the frames of a film) and writes, at every position, the "
        "sum of the products of filter and voxels. It finds patterns that no single slice shows, such as a motion or a "
        "surface. A 3×3×3 kernel has three times the weights of a 3×3 one, and as each map is a volume too, memory runs out "
        "fast: start with few filters and shrink the volume early."
    )

    kernel: Sizes = parameter(3, "Depth, height and width of the window.", low=1, high=1024, unit="px")
