"""Gaussian noise: everything a little off while training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, layer_kind
from engine.design.parameters import parameter
from engine.design.torch_call import TorchCall


@layer_kind
class GaussianNoise(LayerKind):
    """x + σε with ε drawn from N(0, 1) while training, x otherwise. Bishop 1995."""

    kind: ClassVar[str] = "gaussian_noise"
    title: ClassVar[str] = "Gaussian noise"
    category: ClassVar[str] = "normalisation"
    help: ClassVar[str] = (
        "While training, adds a random number to every one of its inputs; otherwise it does nothing. The network cannot rely on "
        "exact values and its answers change less with small changes of the input, so that it overfits less. At the input it "
        "makes a denoising autoencoder; before a sigmoid it pushes codes towards 0 and 1."
    )

    deviation: float = parameter(0.1, "The standard deviation of what is added, in units of the input.", low=0.0, high=100.0)

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return (
            FormulaLine("training", "x + σ·ε", f"x + {self.deviation:g}·ε"),
            FormulaLine("ε", "drawn from N(0, 1), for every number"),
            FormulaLine("otherwise", "x"),
        )

    def summary(self) -> str:
        return f"deviation {self.deviation:g}"

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.Identity", (self.deviation,), ours="engine.modules.gaussian_noise.GaussianNoise")

    def call(self, module: str, names: Sequence[str]) -> str:
        """``nn.Identity`` takes any argument and knows whether it trains."""
        return f"({names[0]} + {self.deviation!r} * torch.randn_like({names[0]}) if {module}.training else {names[0]})"
