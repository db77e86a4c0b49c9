"""Softmax and its logarithm: scores to probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, Window, layer_kind
from engine.design.torch_call import TorchCall


class OverClasses(LayerKind):
    """What softmax and its logarithm share: they act over the features of a vector, or the channels at every place of a map."""

    category: ClassVar[str] = "activation"
    first_id: ClassVar[str] = "a1"
    is_link: ClassVar[bool] = True
    module: ClassVar[str] = ""  # torch's name of it

    def windows(self, inputs: Sequence[Shape]) -> tuple[Window, ...] | None:
        return None if len(inputs[0]) == 1 else ()

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall(f"nn.{self.module}", kwargs={"dim": 1})


@layer_kind
class Softmax(OverClasses):
    """e^zᵢ/Σⱼ e^zⱼ over the features of a vector, or over the channels at every place of a map."""

    kind: ClassVar[str] = "softmax"
    title: ClassVar[str] = "Softmax"
    module: ClassVar[str] = "Softmax"
    help: ClassVar[str] = (
        "Turns scores (logits) into probabilities: each becomes positive and all of them add up to 1. Used as the last "
        "layer of a classifier, one output per class; on feature maps it acts over the channels at every place. "
        "Only differences between scores matter, and a lead of a few units is already near certainty."
    )

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return (
            FormulaLine("yᵢ", "e^zᵢ/Σⱼ e^zⱼ", f"e^zᵢ/({_sum(inputs)})"),
            FormulaLine("∂yᵢ/∂zᵢ", "yᵢ·(1 − yᵢ)"),
            FormulaLine("∂yᵢ/∂zⱼ", "−yᵢ·yⱼ"),
        )


@layer_kind
class LogSoftmax(OverClasses):
    """zᵢ − log Σⱼ e^zⱼ over the features of a vector, or over the channels at every place of a map."""

    kind: ClassVar[str] = "log_softmax"
    title: ClassVar[str] = "Log softmax"
    module: ClassVar[str] = "LogSoftmax"
    help: ClassVar[str] = (
        "The logarithm of the probabilities that softmax gives: 0 is certainty, and the less likely a class is, the further "
        "below 0. Computed in one go it neither overflows nor takes the logarithm of 0, as the two steps one after another may. "
        "The cross-entropy is minus the true class's output. As the last layer of a classifier it trains just as softmax does."
    )

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return (
            FormulaLine("yᵢ", "zᵢ − log Σⱼ e^zⱼ", f"zᵢ − log({_sum(inputs)})"),
            FormulaLine("∂yᵢ/∂zᵢ", "1 − e^yᵢ"),
            FormulaLine("∂yᵢ/∂zⱼ", "−e^yⱼ"),
        )


def _sum(inputs: Sequence[Shape]) -> str:
    """The powers of all scores added up: "e^z₁ + … + e^z₁₀"."""
    last = str(inputs[0][0]).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
    return f"e^z₁ + … + e^z{last}"
