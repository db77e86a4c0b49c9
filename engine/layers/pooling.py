"""Pooling over windows of images: the maximum or the mean of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, Window, layer_kind, per_dimension, times
from engine.design.parameters import Padding, Sizes, parameter
from engine.errors import DesignError
from engine.layers.windows import (
    Pads,
    kernel_words,
    padding_sizes,
    require_spatial,
    short,
    size_lines,
    slide,
    windows_of,
)

if TYPE_CHECKING:
    from torch import nn


class Pool2d(LayerKind):
    """What both pools share: a window that slides over every channel on its own."""

    category: ClassVar[str] = "pooling"
    module: ClassVar[str] = ""  # torch's name of it

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
        kernels = per_dimension(self.kernel, 2, "kernel")
        if self.padding == "same":
            self._check_same(kernels)
        pads = padding_sizes(self.padding, self.kernel, self._stride(), 1, 2)
        for kernel, (before, _) in zip(kernels, pads, strict=True):
            if before > kernel // 2:
                raise DesignError(
                    f"padding {before} is more than half of the kernel {times(kernels)}",
                    f"Use {kernel // 2} or less, or a larger kernel.",
                    field="padding",
                )
        return pads

    def _check_same(self, kernels: Sequence[int]) -> None:
        if set(per_dimension(self._stride(), 2, "stride")) != {1}:
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

    def windows(self, inputs: Sequence[Shape]) -> tuple[Window, ...]:
        return windows_of(self.kernel, self._stride(), self._pads())

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *sizes = require_spatial(inputs[0], 2, self.kind)
        pads = self._pads()
        return (channels, *slide(sizes, windows_of(self.kernel, self._stride(), pads), pads, self.ceil))

    def _sizes(self, inputs: Sequence[Shape]) -> list[FormulaLine]:
        return size_lines(inputs[0][1:], self.windows(inputs), self._pads(), self.output_shape(inputs)[1:], self.ceil)

    def summary(self) -> str:
        parts = kernel_words(self.kernel, 1, self.padding)
        parts.insert(1, f"stride {short(self._stride())}")
        return " · ".join([*parts, "ceil"] if self.ceil else parts)

    def build(self, inputs: Sequence[Shape]) -> nn.Module:
        from torch import nn

        pool: nn.Module = getattr(nn, self.module)(**self._torch_arguments())
        return pool

    def source(self, inputs: Sequence[Shape]) -> str:
        return f"nn.{self.module}({', '.join(f'{name}={value!r}' for name, value in self._torch_arguments().items())})"

    def _torch_arguments(self) -> dict[str, Any]:
        """What torch's pool is to be told, beyond its own defaults."""
        arguments: dict[str, Any] = {"kernel_size": self.kernel, "stride": self._stride()}
        pads = tuple(before for before, _ in self._pads())
        if any(pads):
            arguments["padding"] = pads[0] if pads[0] == pads[1] else pads
        if self.ceil:
            arguments["ceil_mode"] = True
        return arguments


@layer_kind
class MaxPool2d(Pool2d):
    """The largest number of each window, per channel."""

    kind: ClassVar[str] = "max_pool2d"
    title: ClassVar[str] = "Max pooling"
    module: ClassVar[str] = "MaxPool2d"
    help: ClassVar[str] = (
        "Keeps the largest value of each window: whether a pattern is there, not exactly where. The map shrinks, so later "
        "layers are cheaper and see more of the image, and a small shift of the input changes little. In training only the "
        "unit that was the maximum gets the gradient. It learns nothing."
    )

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return FormulaLine("y", f"max of {times(per_dimension(self.kernel, 2, 'kernel'))} numbers"), *self._sizes(inputs)


@layer_kind
class AvgPool2d(Pool2d):
    """The mean of each window, per channel; zeros of the padding count as numbers."""

    kind: ClassVar[str] = "avg_pool2d"
    title: ClassVar[str] = "Average pooling"
    module: ClassVar[str] = "AvgPool2d"
    help: ClassVar[str] = (
        "Takes the mean of each window: the map shrinks and small shifts and noise are smoothed away. Every pixel of a window "
        "gets an equal part of the gradient. Zeros in the padding count in the mean. It learns nothing."
    )

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        height, width = per_dimension(self.kernel, 2, "kernel")
        return FormulaLine("y", "(1/F²)·Σ x" if height == width else "(1/(F·F))·Σ x", f"Σ x/{height * width}"), *self._sizes(
            inputs
        )
