"""Concat: branches laid side by side, channel after channel."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar

from engine.design.branches import branch, odd_one
from engine.design.kinds import FormulaLine, LayerKind, Shape, layer_kind, times
from engine.errors import DesignError


@layer_kind
class Concat(LayerKind):
    """The channels of all inputs, one input after another; their other sizes are equal. Szegedy et al. 2015."""

    kind: ClassVar[str] = "concat"
    title: ClassVar[str] = "Concatenate"
    category: ClassVar[str] = "joining"
    inputs_allowed: ClassVar[tuple[int, int]] = (2, 64)
    help: ClassVar[str] = (
        "Lays branches side by side: the output has the channels of the first input, then those of the second, and so on. "
        "Nothing is mixed; the next layer may weigh what it wants. Inception modules join filters of several sizes this way, "
        "and a U-Net hands fine detail past its bottleneck. Channels may differ in number, height and width have to agree."
    )

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        found = odd_one([shape[1:] for shape in inputs])
        if found:
            odd, other = found
            raise DesignError(
                f"{branch(odd)} is {times(inputs[odd])}, which cannot be joined to {branch(other)} of {times(inputs[other])}",
                _cure(inputs[other], inputs[odd]),
                field="inputs",
            )
        return (sum(shape[0] for shape in inputs), *inputs[0][1:])

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        channels = [shape[0] for shape in inputs]
        symbols = " + ".join(f"C{'₁₂₃'[index]}" for index in range(len(inputs))) if len(inputs) <= 3 else "C₁ + … + Cₙ"
        return (
            FormulaLine("channels", symbols, " + ".join(map(str, channels)), str(sum(channels))),
            FormulaLine("shape", result=times(self.output_shape(inputs))),
        )

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"torch.cat([{', '.join(names)}], dim=1)"


def _cure(first: Shape, other: Shape) -> str:
    """What makes the sizes behind the channels agree."""
    if len(first) != len(other):
        return "Bring both to one kind of shape: flatten the maps, or reshape the vector."
    large, small = (first, other) if first[1:] > other[1:] else (other, first)
    scales = {Fraction(wide, narrow) for wide, narrow in zip(large[1:], small[1:], strict=True)}
    scale = scales.pop()
    if not scales and scale.denominator == 1:
        grown = f"Put an upsample layer with scale {scale} behind the one of {times(small)}"
        return f"{grown}, or pool the one of {times(large)}."
    return "Use padding 'same' in both branches, so that they keep their sizes, or pool both alike."
