"""Reshape: the same numbers in another shape."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, Window, compact, layer_kind, times
from engine.design.parameters import Sizes, parameter
from engine.errors import DesignError


@layer_kind
class Reshape(LayerKind):
    """All numbers, in their order, as an array of the sizes ``shape``; the batch stays as it is."""

    kind: ClassVar[str] = "reshape"
    title: ClassVar[str] = "Reshape"
    category: ClassVar[str] = "shape"
    help: ClassVar[str] = (
        "Reads its numbers in order and writes them into an array of another shape, last size fastest: the way back from a "
        "vector to feature maps, as at the start of a decoder. 784 features become one 28 × 28 image with the shape 1, 28, 28. "
        "It computes nothing and learns nothing, and neighbours in the new shape need not have been neighbours in the old."
    )
    only_reshapes: ClassVar[bool] = True

    shape: Sizes = parameter(
        -1, "Channels first, then the sizes; −1 for one size that follows from the rest.", low=-1, high=1 << 20
    )

    def _sizes(self) -> Shape:
        return (self.shape,) if isinstance(self.shape, int) else self.shape

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        sizes, count = self._sizes(), prod(inputs[0])
        self._check_sizes(sizes)
        rest = prod(size for size in sizes if size != -1)
        if count != rest and (-1 not in sizes or count % rest):
            multiple = "a multiple of " if -1 in sizes else ""
            raise DesignError(
                f"its input of {times(inputs[0])} has {count:,} numbers, but the shape {_words(sizes)} takes {multiple}{rest:,}",
                _cure(count, sizes),
                field="shape",
            )
        return tuple(count // rest if size == -1 else size for size in sizes)

    def _check_sizes(self, sizes: Shape) -> None:
        if not 1 <= len(sizes) <= 4:
            raise DesignError(f"a shape has 1 to 4 sizes, not {len(sizes)}", "Give channels, height, width.", field="shape")
        if 0 in sizes or sizes.count(-1) > 1:
            raise DesignError(
                f"{_words(sizes)} is not a shape", "Use sizes of 1 or more, and −1 for one of them at most.", field="shape"
            )

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        output = self.output_shape(inputs)
        return (
            FormulaLine("shape", result=f"{times(inputs[0])} → {times(output)}"),
            FormulaLine("numbers", "·".join(map(str, output)), "·".join(map(str, inputs[0])), f"{prod(output):,}"),
        )

    def summary(self) -> str:
        return compact(self._sizes()).replace("-1", "?")

    def windows(self, inputs: Sequence[Shape]) -> tuple[Window, ...] | None:
        output = self.output_shape(inputs)
        return () if len(output) == 1 or output == inputs[0] else None

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"{names[0]}.flatten(1).unflatten(1, {self._sizes()})"


def _words(sizes: Shape) -> str:
    return times(sizes).replace("-", "−")


def _cure(count: int, sizes: Shape) -> str:
    """A shape near ``sizes`` that takes ``count`` numbers: the first size made to fit, or all in one."""
    rest = prod(size for size in sizes[1:] if size != -1)
    if len(sizes) > 1 and count % rest == 0 and -1 not in sizes[1:]:
        return f"Use {times((count // rest, *sizes[1:]))}, or give the layer before it {prod(map(abs, sizes)):,} outputs."
    return f"Choose sizes whose product is {count:,}, with −1 for the one that shall follow from the rest."
