"""Multiply: branches times one another, as where one of them says how much of the other passes."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, layer_kind, times
from engine.errors import DesignError


@layer_kind
class Multiply(LayerKind):
    """The product, number by number; a vector of one number per channel scales whole maps. Hu, Shen & Sun 2018."""

    kind: ClassVar[str] = "multiply"
    title: ClassVar[str] = "Multiply"
    category: ClassVar[str] = "joining"
    inputs_allowed: ClassVar[tuple[int, int]] = (2, 64)
    help: ClassVar[str] = (
        "Multiplies branches of one shape, or maps by a vector that has one number for each of their channels. So one branch "
        "becomes a gate for another: in squeeze-and-excitation blocks it says how much each feature map counts in this image."
    )

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        largest = max(inputs, key=lambda shape: (len(shape), prod(shape)))
        per_channel = (largest[:1], (*largest[:1], *[1] * (len(largest) - 1))) if len(inputs) == 2 else ()
        for number, shape in enumerate(inputs, 1):
            if shape != largest and shape not in per_channel:
                gate = f", or one number for each of the {largest[0]} channels" if len(inputs) == 2 else ""
                raise DesignError(
                    f"input {number} is {times(shape)}, which cannot be multiplied with {times(largest)}",
                    f"Give it the shape {times(largest)}{gate}.",
                    field="inputs",
                )
        return largest

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        many = len(inputs) > 3
        terms = "x₁·…·xₙ" if many else "·".join(f"x{'₁₂₃'[index]}" for index in range(len(inputs)))
        shapes = f"{len(inputs)} inputs" if many else " · ".join(f"({times(shape)})" for shape in inputs)
        return (FormulaLine("y", terms, shapes, times(self.output_shape(inputs))),)

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None

    def call(self, module: str, names: Sequence[str]) -> str:
        if len(names) != 2:
            return " * ".join(names)
        (one, other), ones = names, "*[1] * ({} - {})"
        return " * ".join(
            f"{each}.reshape(*{each}.shape, {ones.format(f'{beside}.dim()', f'{each}.dim()')})"
            for each, beside in ((one, other), (other, one))
        )
