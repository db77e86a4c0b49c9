"""Fully connected layers: every output reads every input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.design.kinds import Costs, FormulaLine, LayerKind, Shape, layer_kind, require_vector
from engine.design.parameters import parameter
from engine.design.torch_call import TorchCall, changed
from engine.words import counted


@layer_kind
class Linear(LayerKind):
    """y = Wx + b on a vector, W of units × features."""

    kind: ClassVar[str] = "linear"
    title: ClassVar[str] = "Linear"
    category: ClassVar[str] = "linear"
    first_id: ClassVar[str] = "fc1"
    has_filters: ClassVar[bool] = True
    width_field: ClassVar[str] = "units"
    help: ClassVar[str] = (
        "Every unit takes the weighted sum of all inputs and adds its bias (a fully connected or dense layer). "
        "At the end of a network it turns features into one score per class; alone it can only separate classes by flat "
        "boundaries, so between two linear layers there is an activation. It reads vectors: images go through flatten first."
    )

    units: int = parameter(10, "How many outputs; in the last layer, one per class.", low=1, high=1 << 20)
    bias: bool = parameter(True, "Add one learned number to each output.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        require_vector(inputs[0], self.kind)
        return (self.units,)

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        self.output_shape(inputs)
        products = inputs[0][0] * self.units
        return Costs(products + (self.units if self.bias else 0), products, self.units)

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        costs, features = self.costs(inputs), inputs[0][0]
        bias = (" + b", " + K", f" + {self.units}") if self.bias else ("", "", "")
        return (
            FormulaLine("y", f"W·x{bias[0]}", f"({self.units} × {features})·x{bias[0]}", f"{self.units} numbers"),
            FormulaLine("parameters", f"N·K{bias[1]}", f"{features}·{self.units}{bias[2]}", f"{costs.params:,}"),
            FormulaLine("multiply-adds", "N·K", f"{features}·{self.units}", f"{costs.macs:,}"),
        )

    def summary(self) -> str:
        return counted(self.units, "unit") + ("" if self.bias else " · no bias")

    def windows(self, inputs: Sequence[Shape]) -> None:
        return None

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.Linear", (inputs[0][0], self.units), changed({"bias": self.bias}, {"bias": True}))
