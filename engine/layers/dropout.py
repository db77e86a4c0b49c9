"""Dropout: units switched off at random while training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, layer_kind
from engine.design.parameters import parameter
from engine.design.torch_call import TorchCall


@layer_kind
class Dropout(LayerKind):
    """Every number is set to 0 with probability ``rate`` while training. Srivastava et al. 2014."""

    kind: ClassVar[str] = "dropout"
    title: ClassVar[str] = "Dropout"
    category: ClassVar[str] = "normalisation"
    help: ClassVar[str] = (
        "While training, sets a random share of its inputs to 0 and enlarges the others to make up for it; otherwise it does "
        "nothing. No unit can rely on one other unit being there, so the network learns several ways to the answer and "
        "overfits less. Mostly put between linear layers."
    )

    rate: float = parameter(0.5, "Share of the inputs that is set to 0 in each training step.", low=0.0, high=0.99)

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return (
            FormulaLine("training", "m·x/(1 − p)", f"m·x/{1 - self.rate:g}"),
            FormulaLine("m", "0 with probability p, else 1", f"0 with probability {self.rate:g}, else 1"),
            FormulaLine("otherwise", "x"),
        )

    def summary(self) -> str:
        return f"rate {self.rate:g}"

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.Dropout", (self.rate,), ours="engine.modules.dropout.Dropout")
