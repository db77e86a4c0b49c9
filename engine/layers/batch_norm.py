"""Batch normalisation: every channel brought to mean 0 and deviation 1."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import ClassVar

from engine.design.kinds import Costs, FormulaLine, LayerKind, Shape, layer_kind
from engine.design.parameters import parameter
from engine.design.torch_call import TorchCall, changed

TORCH_DEFAULTS = {"eps": 1e-5, "momentum": 0.1, "affine": True}


@layer_kind
class BatchNorm(LayerKind):
    """γ(x − μ)/√(σ² + ε) + β per channel, or per feature of a vector. Ioffe & Szegedy 2015."""

    kind: ClassVar[str] = "batch_norm"
    title: ClassVar[str] = "Batch normalisation"
    category: ClassVar[str] = "normalisation"
    help: ClassVar[str] = (
        "Brings every channel to mean 0 and deviation 1 over the batch, then lets it learn a scale γ and a shift β. "
        "The next layer always sees numbers of the same size, so higher learning rates work and deep networks train. "
        "While training it uses the batch's own mean and variance and keeps running averages, which it uses otherwise. "
        "Usually put between a convolution (whose bias is then superfluous) and its activation."
    )

    momentum: float = parameter(0.1, "Weight of the newest batch in the running mean and variance.", low=0.0, high=1.0)
    eps: float = parameter(1e-5, "Added to the variance, so that nothing is divided by zero.", label="ε", low=1e-12, high=1.0)
    affine: bool = parameter(True, "Learn a scale γ and a shift β for each channel.")

    def compares_examples(self, inputs: Sequence[Shape]) -> bool:
        return prod(inputs[0][1:]) == 1

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        return Costs(params=2 * inputs[0][0] if self.affine else 0, activations=prod(inputs[0]))

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        scale, shift = ("γ·", " + β") if self.affine else ("", "")
        numbers = f"{scale}(x − μ)/√(σ² + {self.eps:g}){shift}"
        lines = [
            FormulaLine("y", f"{scale}(x − μ)/√(σ² + ε){shift}", numbers),
            FormulaLine(
                "running μ", "(1 − m)·μ + m·μ of the batch", f"{1 - self.momentum:g}·μ + {self.momentum:g}·μ of the batch"
            ),
        ]
        if self.affine:
            lines.append(FormulaLine("parameters", "2·C", f"2·{inputs[0][0]}", f"{2 * inputs[0][0]:,}"))
        return tuple(lines)

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        values = {"eps": self.eps, "momentum": self.momentum, "affine": self.affine}
        dimensions = max(1, len(inputs[0]) - 1)
        return TorchCall(f"nn.BatchNorm{dimensions}d", (inputs[0][0],), changed(values, TORCH_DEFAULTS))
