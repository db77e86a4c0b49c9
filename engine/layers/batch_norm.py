"""Batch normalisation: every channel brought to mean 0 and deviation 1."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

from engine.design.kinds import Costs, FormulaLine, LayerKind, Shape, layer_kind
from engine.design.parameters import parameter

if TYPE_CHECKING:
    from torch import nn


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

    def build(self, inputs: Sequence[Shape]) -> nn.Module:
        from torch import nn

        norm: nn.Module = getattr(nn, self._module(inputs[0]))(inputs[0][0], **self._torch_arguments())
        return norm

    def source(self, inputs: Sequence[Shape]) -> str:
        arguments = "".join(f", {name}={value!r}" for name, value in self._torch_arguments().items())
        return f"nn.{self._module(inputs[0])}({inputs[0][0]}{arguments})"

    @staticmethod
    def _module(shape: Shape) -> str:
        """torch's name for this number of spatial dimensions."""
        return f"BatchNorm{max(1, len(shape) - 1)}d"

    def _torch_arguments(self) -> dict[str, Any]:
        """What torch is to be told, beyond its own defaults (which are ours)."""
        defaults = {"eps": 1e-5, "momentum": 0.1, "affine": True}
        return {name: getattr(self, name) for name, default in defaults.items() if getattr(self, name) != default}
