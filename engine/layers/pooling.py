"""Pooling over windows along one, two or three dimensions: the maximum or the mean of each."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, layer_kind, per_dimension, times
from engine.design.parameters import Padding, Sizes, parameter
from engine.design.torch_call import TorchCall
from engine.design.windows import (
    Pads,
    SlidingWindow,
    kernel_words,
    padding_sizes,
    require_spatial,
    short,
    size_lines,
    slide,
    windows_of,
)
from engine.errors import DesignError


class Pool(LayerKind):
    """What all pools share: a window that slides over every channel on its own."""

    category: ClassVar[str] = "pooling"
    first_id: ClassVar[str] = "p1"
    dimensions: ClassVar[int]
    module: ClassVar[str] = ""  # torch's name of it, without the dimensions

    kernel: Sizes = parameter(2, "Height and width of the window.", low=1, high=1024, unit="px")
    stride: Sizes | None = parameter(
        None, "How far the window moves at a time.", low=1, high=1024, unit="px", none_text="as the kernel"
    )
    padding: Padding = parameter(
        0, "Pixels put around the input, half a kernel at most; 'same' keeps its size.", low=0, high=512, unit="px"
    )
    ceil: bool = parameter(False, "Let a last window hang over the edge, so that no pixel is left out.")

    def _stride(self) -> Sizes:
        return self.kernel if self.stride is None else self.stride

    def _pads(self) -> tuple[Pads, ...]:
        """(before, after) per dimension, no more than torch takes: half of the kernel, the same on both sides."""
        kernels = per_dimension(self.kernel, self.dimensions, "kernel")
        if self.padding == "same":
            self._check_same(kernels)
        pads = padding_sizes(self.padding, self.kernel, self._stride(), 1, self.dimensions)
        for kernel, (before, _) in zip(kernels, pads, strict=True):
            if before > kernel // 2:
                raise DesignError(
                    f"padding {before} is more than half of the kernel {times(kernels)}",
                    f"Use {kernel // 2} or less, or a larger kernel.",
                    field="padding",
                )
        return pads

    def _check_same(self, kernels: Sequence[int]) -> None:
        if set(per_dimension(self._stride(), self.dimensions, "stride")) != {1}:
            unset = " (left empty, the stride is the kernel)" if self.stride is None else ""
            raise DesignError(
                f"padding 'same' needs stride 1{unset}", "Set the stride to 1, or give the padding as a number.", field="padding"
            )
        if any(kernel % 2 == 0 for kernel in kernels):
            raise DesignError(
                f"padding 'same' needs an odd kernel, not {times(kernels)}",
                "Use 3 or 5, or give the padding as a number.",
                field="padding",
            )

    def windows(self, inputs: Sequence[Shape]) -> tuple[SlidingWindow, ...]:
        return windows_of(self.kernel, self._stride(), self._pads())

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *sizes = require_spatial(inputs[0], self.dimensions, self.kind)
        pads = self._pads()
        return (channels, *slide(sizes, windows_of(self.kernel, self._stride(), pads), pads, self.ceil))

    def _sizes(self, inputs: Sequence[Shape]) -> list[FormulaLine]:
        return size_lines(inputs[0][1:], self.windows(inputs), self._pads(), self.output_shape(inputs)[1:], self.ceil)

    def summary(self) -> str:
        parts = kernel_words(self.kernel, 1, self.padding, self.dimensions)
        parts.insert(1, f"stride {short(self._stride())}")
        return " · ".join([*parts, "ceil"] if self.ceil else parts)

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        told: dict[str, Any] = {"kernel_size": self.kernel, "stride": self._stride()}
        pads = tuple(before for before, _ in self._pads())
        if any(pads):
            told["padding"] = pads[0] if len(set(pads)) == 1 else pads
        if self.ceil:
            told["ceil_mode"] = True
        return TorchCall(f"nn.{self.module}{self.dimensions}d", kwargs=told)


class MaxPool(Pool):
    """The largest number of each window, per channel."""

    module: ClassVar[str] = "MaxPool"

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        kernels = per_dimension(self.kernel, self.dimensions, "kernel")
        return FormulaLine("y", f"max of {times(kernels)} numbers"), *self._sizes(inputs)


class AvgPool(Pool):
    """The mean of each window, per channel; zeros of the padding count as numbers."""

    module: ClassVar[str] = "AvgPool"

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        kernels = per_dimension(self.kernel, self.dimensions, "kernel")
        area = "F" if self.dimensions == 1 else f"F{'²³'[self.dimensions - 2]}"
        count = area if len(set(kernels)) == 1 else f"({'·'.join('F' * self.dimensions)})"
        return FormulaLine("y", f"(1/{count})·Σ x", f"Σ x/{prod(kernels)}"), *self._sizes(inputs)


class Pool1d(Pool):
    """What pools along a sequence share."""

    dimensions: ClassVar[int] = 1

    kernel: Sizes = parameter(2, "Length of the window.", low=1, high=1024)
    stride: Sizes | None = parameter(None, "How far the window moves at a time.", low=1, high=1024, none_text="as the kernel")
    padding: Padding = parameter(
        0, "Numbers put before and behind the input, half a kernel at most; 'same' keeps its length.", low=0, high=512
    )


class Pool3d(Pool):
    """What pools of volumes share."""

    dimensions: ClassVar[int] = 3

    kernel: Sizes = parameter(2, "Depth, height and width of the window.", low=1, high=1024, unit="px")


@layer_kind
class MaxPool1d(Pool1d, MaxPool):
    """The largest number of each stretch of a sequence."""

    kind: ClassVar[str] = "max_pool1d"
    title: ClassVar[str] = "Max pooling 1-D"
    help: ClassVar[str] = (
        "Keeps the largest value of each stretch of a sequence: whether a pattern is there, not exactly when. The sequence "
        "gets shorter, so later layers are cheaper and see more of it. In training only the place that was the maximum gets "
        "the gradient. It learns nothing."
    )


@layer_kind
class MaxPool2d(MaxPool):
    """The largest number of each window of a map."""

    kind: ClassVar[str] = "max_pool2d"
    title: ClassVar[str] = "Max pooling"
    dimensions: ClassVar[int] = 2
    help: ClassVar[str] = (
        "Keeps the largest value of each window: whether a pattern is there, not exactly where. The map shrinks, so later "
        "layers are cheaper and see more of the image, and a small shift of the input changes little. In training only the "
        "unit that was the maximum gets the gradient. It learns nothing."
    )


@layer_kind
class MaxPool3d(Pool3d, MaxPool):
    """The largest number of each box of a volume."""

    kind: ClassVar[str] = "max_pool3d"
    title: ClassVar[str] = "Max pooling 3-D"
    help: ClassVar[str] = (
        "Keeps the largest value of each box of a volume: whether a pattern is there, not exactly where. A 2×2×2 window "
        "leaves an eighth of the numbers, which volumes need early. In training only the voxel that was the maximum gets "
        "the gradient. It learns nothing."
    )


@layer_kind
class AvgPool1d(Pool1d, AvgPool):
    """The mean of each stretch of a sequence."""

    kind: ClassVar[str] = "avg_pool1d"
    title: ClassVar[str] = "Average pooling 1-D"
    help: ClassVar[str] = (
        "Takes the mean of each stretch of a sequence: it gets shorter, and small shifts and noise are smoothed away, as by a "
        "moving average. Every number of a stretch gets an equal part of the gradient. Zeros in the padding count in the "
        "mean. It learns nothing."
    )


@layer_kind
class AvgPool2d(AvgPool):
    """The mean of each window of a map."""

    kind: ClassVar[str] = "avg_pool2d"
    title: ClassVar[str] = "Average pooling"
    dimensions: ClassVar[int] = 2
    help: ClassVar[str] = (
        "Takes the mean of each window: the map shrinks and small shifts and noise are smoothed away. Every pixel of a window "
        "gets an equal part of the gradient. Zeros in the padding count in the mean. It learns nothing."
    )


@layer_kind
class AvgPool3d(Pool3d, AvgPool):
    """The mean of each box of a volume."""

    kind: ClassVar[str] = "avg_pool3d"
    title: ClassVar[str] = "Average pooling 3-D"
    help: ClassVar[str] = (
        "Takes the mean of each box of a volume: it shrinks, and small shifts and noise are smoothed away. Every voxel of a "
        "box gets an equal part of the gradient. Zeros in the padding count in the mean. It learns nothing."
    )

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        output = super().output_shape(inputs)
        kernels, sizes = per_dimension(self.kernel, 3, "kernel"), inputs[0][1:]
        if any(kernel > size for kernel, size in zip(kernels, sizes, strict=True)):
            raise DesignError(
                f"torch takes no mean over {times(kernels)} of a smaller volume of {times(sizes)}, not even with padding",
                f"Use a kernel of {times(list(map(min, kernels, sizes)))} at most.",
                field="kernel",
            )
        return output
