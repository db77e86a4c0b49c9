"""Radial basis functions with fixed centres: the output of LeNet-5 of 1998."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, layer_kind, require_vector
from engine.design.parameters import parameter


@layer_kind
class Rbf(LayerKind):
    """−Σⱼ (xⱼ − wᵢⱼ)²: how near the input is to each of ``units`` fixed codes of ±1. LeCun et al. 1998, equation 7."""

    kind: ClassVar[str] = "rbf"
    title: ClassVar[str] = "Distance to codes"
    category: ClassVar[str] = "linear"
    help: ClassVar[str] = (
        "Compares its input with a fixed code of −1 and 1 for every class and answers with the negative squared distance: the "
        "nearest code wins. It learns nothing itself; the layers before it learn to reach the codes. In LeNet-5 of 1998 the "
        "codes were small pictures of the characters; here they are drawn once, and are as different as chance makes them."
    )
    width_field: ClassVar[str] = "units"

    units: int = parameter(10, "How many codes there are: one for each class.", low=1, high=65536)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        require_vector(inputs[0], self.kind)
        return (self.units,)

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return (
            FormulaLine("yᵢ", "−Σⱼ (xⱼ − wᵢⱼ)²", f"{self.units} codes of {inputs[0][0]} numbers"),
            FormulaLine("wᵢⱼ", "−1 or 1, fixed"),
        )

    def windows(self, inputs: Sequence[Shape]) -> None:
        return None

    def summary(self) -> str:
        return f"{self.units} codes"

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None

    def call(self, module: str, names: Sequence[str]) -> str:
        """The codes are bits of a multiplicative hash of their place: the same wherever they are worked out."""
        (x,) = names
        place = f"torch.arange({self.units} * {x}.shape[1], device={x}.device)"
        bits = f"(({place} * 2654435761 + 974711) % 4294967296 // 65536 % 2)"
        codes = f"({bits} * 2 - 1).to({x}.dtype).reshape({self.units}, -1)"
        return f"-({x}[:, None] - {codes}).square().sum(dim=2)"
