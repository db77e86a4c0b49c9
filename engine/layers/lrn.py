"""Local response normalisation: neighbouring channels hold each other down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, layer_kind, times
from engine.design.parameters import parameter
from engine.design.torch_call import TorchCall
from engine.errors import DesignError


@layer_kind
class Lrn(LayerKind):
    """x/(k + α·Σ x² over ``size`` neighbouring channels)^β at every place. Krizhevsky, Sutskever & Hinton 2012."""

    kind: ClassVar[str] = "lrn"
    title: ClassVar[str] = "Local response normalisation"
    category: ClassVar[str] = "normalisation"
    help: ClassVar[str] = (
        "Divides every number by how active the neighbouring channels are at the same place, so that filters compete. AlexNet "
        "and GoogLeNet used it after their first convolutions; VGG's authors found that it does nothing for theirs, and batch "
        "normalisation took its place. α multiplies the sum, as in the paper; some libraries divide it by the size first."
    )

    size: int = parameter(5, "How many neighbouring channels are summed over.", low=1, high=1024)
    alpha: float = parameter(1e-4, "α, how much the neighbours' activity counts.", label="α", low=0.0, high=100.0)
    beta: float = parameter(0.75, "β, the power that the sum is raised to.", label="β", low=0.0, high=10.0)
    k: float = parameter(2.0, "Added to the sum, so that nothing is divided by zero.", low=1e-6, high=100.0)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        if len(inputs[0]) < 2:
            raise DesignError(
                f"lrn needs channels with places, but its input is {times(inputs[0])}",
                "Put it behind a convolution, before the flatten layer.",
                field="inputs",
            )
        return inputs[0]

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return (
            FormulaLine("y", "x/(k + α·Σ x²)^β", f"x/({self.k:g} + {self.alpha:g}·Σ x²)^{self.beta:g}"),
            FormulaLine("Σ", f"over {self.size} neighbouring channels at the same place"),
        )

    def summary(self) -> str:
        return f"over {self.size} channels"

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        numbers = {"alpha": self.alpha * self.size, "beta": self.beta, "k": self.k}  # torch divides α by the size
        return TorchCall("nn.LocalResponseNorm", (self.size,), numbers)
