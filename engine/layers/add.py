"""Add: the sum of several branches, as at the end of a residual block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.design.branches import branch, odd_one
from engine.design.kinds import FormulaLine, LayerKind, Shape, layer_kind, times
from engine.errors import DesignError


@layer_kind
class Add(LayerKind):
    """The sum, number by number, of inputs of one shape. He et al. 2016."""

    kind: ClassVar[str] = "add"
    title: ClassVar[str] = "Add"
    category: ClassVar[str] = "joining"
    inputs_allowed: ClassVar[tuple[int, int]] = (2, 64)
    help: ClassVar[str] = (
        "Adds two or more branches of the same shape. In a residual block one of them skips the layers in between: these "
        "then only learn the difference from their input, and the gradient has a short way back, which is what lets very "
        "deep networks train. Branches of different shape are first brought together by a 1×1 convolution."
    )

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        found = odd_one(inputs)
        if found:
            odd, other = found
            raise DesignError(
                f"{branch(odd)} is {times(inputs[odd])}, which cannot be added to {branch(other)} of {times(inputs[other])}",
                _cure(inputs[other], inputs[odd]),
                field="inputs",
            )
        return inputs[0]

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        many = len(inputs) > 3
        terms = "x₁ + … + xₙ" if many else " + ".join(f"x{'₁₂₃'[index]}" for index in range(len(inputs)))
        shape = times(inputs[0])
        numbers = f"{len(inputs)} inputs of {shape}" if many else " + ".join([f"({shape})"] * len(inputs))
        return (FormulaLine("y", terms, numbers, times(self.output_shape(inputs))),)

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None

    def call(self, module: str, names: Sequence[str]) -> str:
        return " + ".join(names)


def _cure(first: Shape, other: Shape) -> str:
    """What to put into one of the branches so that the shapes agree."""
    if len(first) != 3 or len(other) != 3:
        return "Bring both to one shape: flatten the maps, and give linear layers the same units (for maps, a 1×1 convolution)."
    if first[1:] == other[1:]:
        return f"Put a 1×1 convolution with {first[0]} filters behind the one with {other[0]} channels."
    large, small = (first, other) if first[1] * first[2] > other[1] * other[2] else (other, first)
    strides = {-(-wide // narrow) for wide, narrow in zip(large[1:], small[1:], strict=True)}
    fits = len(strides) == 1 and all(-(-w // max(strides)) == n for w, n in zip(large[1:], small[1:], strict=True))
    if fits:
        return f"Put a 1×1 convolution with {small[0]} filters and stride {max(strides)} behind the one of {times(large)}."
    return "Use padding so that both keep their height and width, and a 1×1 convolution where channels differ."
