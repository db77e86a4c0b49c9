"""Flatten: feature maps written out as one vector."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, layer_kind
from engine.design.torch_call import TorchCall


@layer_kind
class Flatten(LayerKind):
    """C×H×W to a vector of C·H·W features, channel by channel, row by row."""

    kind: ClassVar[str] = "flatten"
    title: ClassVar[str] = "Flatten"
    category: ClassVar[str] = "shape"
    help: ClassVar[str] = (
        "Writes all feature maps one after another into a single vector: the bridge from convolutions, which keep places "
        "apart, to linear layers, which read everything. It computes nothing and learns nothing."
    )
    only_reshapes: ClassVar[bool] = True

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (prod(inputs[0]),)

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        symbols = {3: "C·H·W", 1: "N"}.get(len(inputs[0]), "")
        return (FormulaLine("features", symbols, "·".join(str(size) for size in inputs[0]), str(prod(inputs[0]))),)

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.Flatten")
