"""Spatial dropout: whole feature maps switched off at random while training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, layer_kind, times
from engine.design.parameters import parameter
from engine.design.torch_call import TorchCall
from engine.errors import DesignError


@layer_kind
class SpatialDropout(LayerKind):
    """Every channel as a whole is set to 0 with probability ``rate`` while training. Tompson et al. 2015."""

    kind: ClassVar[str] = "spatial_dropout"
    title: ClassVar[str] = "Spatial dropout"
    category: ClassVar[str] = "normalisation"
    help: ClassVar[str] = (
        "As dropout, but for whole feature maps: neighbouring pixels of a map say nearly the same, so that leaving out single "
        "ones hides nothing from the next layer. Used between convolutions."
    )

    rate: float = parameter(0.5, "Share of the channels that is set to 0 in each training step.", low=0.0, high=0.99)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        if len(inputs[0]) < 2:
            raise DesignError(
                f"spatial_dropout needs maps, but its input is {times(inputs[0])}", "Use dropout for vectors.", field="inputs"
            )
        return inputs[0]

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return (
            FormulaLine("training", "m·x/(1 − p)", f"m·x/{1 - self.rate:g}, one m for each of {inputs[0][0]} channels"),
            FormulaLine("m", "0 with probability p, else 1", f"0 with probability {self.rate:g}, else 1"),
            FormulaLine("otherwise", "x"),
        )

    def summary(self) -> str:
        return f"rate {self.rate:g}"

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        dimensions = len(inputs[0]) - 1
        return TorchCall(f"nn.Dropout{dimensions}d", (self.rate,), ours="engine.modules.dropout.SpatialDropout")
