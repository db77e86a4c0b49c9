"""Softmax: scores to probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, Window, layer_kind
from engine.design.torch_call import TorchCall


@layer_kind
class Softmax(LayerKind):
    """e^zᵢ/Σⱼ e^zⱼ over the features of a vector, or over the channels at every place of a map."""

    kind: ClassVar[str] = "softmax"
    title: ClassVar[str] = "Softmax"
    category: ClassVar[str] = "activation"
    first_id: ClassVar[str] = "a1"
    help: ClassVar[str] = (
        "Turns scores (logits) into probabilities: each becomes positive and all of them add up to 1. Used as the last "
        "layer of a classifier, one output per class; on feature maps it acts over the channels at every place. "
        "Only differences between scores matter, and a lead of a few units is already near certainty."
    )
    is_link: ClassVar[bool] = True

    def windows(self, inputs: Sequence[Shape]) -> tuple[Window, ...] | None:
        return None if len(inputs[0]) == 1 else ()

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        last = str(inputs[0][0]).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
        return (
            FormulaLine("yᵢ", "e^zᵢ/Σⱼ e^zⱼ", f"e^zᵢ/(e^z₁ + … + e^z{last})"),
            FormulaLine("∂yᵢ/∂zᵢ", "yᵢ·(1 − yᵢ)"),
            FormulaLine("∂yᵢ/∂zⱼ", "−yᵢ·yⱼ"),
        )

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.Softmax", kwargs={"dim": 1})
