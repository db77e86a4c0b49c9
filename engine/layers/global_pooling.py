"""Pooling over a whole map: one number per channel, wherever the feature was."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, layer_kind, times
from engine.errors import DesignError


class GlobalPool(LayerKind):
    """(C, ...) to (C,): all places of a channel become one number."""

    category: ClassVar[str] = "pooling"
    first_id: ClassVar[str] = "gap"
    word: ClassVar[str] = ""
    symbols: ClassVar[str] = ""

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        if len(inputs[0]) < 2:
            raise DesignError(
                f"{self.kind} needs maps, but its input is {times(inputs[0])}", "Put it before the flatten layer.", field="inputs"
            )
        return inputs[0][:1]

    def windows(self, inputs: Sequence[Shape]) -> None:
        return None

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        channels, *sizes = inputs[0]
        return (
            FormulaLine("y", self.symbols, f"{self.word} of {prod(sizes)} numbers"),
            FormulaLine("shape", result=f"{times(inputs[0])} → {channels}"),
        )

    def summary(self) -> str:
        return ""

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None


@layer_kind
class GlobalAvgPool(GlobalPool):
    """The mean of each channel over all places. Lin, Chen & Yan 2014."""

    kind: ClassVar[str] = "global_avg_pool"
    title: ClassVar[str] = "Global average pooling"
    word: ClassVar[str] = "the mean"
    symbols: ClassVar[str] = "(1/P)·Σ x over all P places"
    help: ClassVar[str] = (
        "The mean of every feature map, one number each. At the end of a network it takes the place of a flatten and large "
        "linear layers: no parameters, any image size, and each map has to stand for something as a whole. ResNets and "
        "GoogLeNet end this way."
    )

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"{names[0]}.flatten(2).mean(dim=2)"


@layer_kind
class GlobalMaxPool(GlobalPool):
    """The largest number of each channel, wherever it is. Collobert et al. 2011."""

    kind: ClassVar[str] = "global_max_pool"
    title: ClassVar[str] = "Global max pooling"
    word: ClassVar[str] = "the largest"
    symbols: ClassVar[str] = "max x over all places"
    help: ClassVar[str] = (
        "The strongest answer of every filter, wherever it was: whether a phrase occurs in a sentence (max over time), whatever "
        "the sentence's length, or a pattern in an image. The gradient goes to that one place only."
    )

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"{names[0]}.flatten(2).amax(dim=2)"
