"""Activations that act on each number alone: relu, sigmoid, tanh."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, layer_kind
from engine.design.torch_call import TorchCall


@layer_kind
class Relu(LayerKind):
    """max(0, x) of every number. Nair & Hinton 2010."""

    kind: ClassVar[str] = "relu"
    title: ClassVar[str] = "ReLU"
    category: ClassVar[str] = "activation"
    first_id: ClassVar[str] = "a1"
    help: ClassVar[str] = (
        "Keeps what is positive and sets the rest to 0 (rectified linear unit). The bend is what lets stacked layers "
        "compute more than one linear layer could. Where a unit is positive its derivative is 1, so gradients pass "
        "undiminished and deep networks train fast; a unit that is never positive gets no gradient and is dead."
    )
    rectifies: ClassVar[bool] = True

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return FormulaLine("f(x)", "max(0, x)"), FormulaLine("f′(x)", "1 if x > 0, else 0")

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.ReLU")


@layer_kind
class Sigmoid(LayerKind):
    """1/(1 + e^−x) of every number."""

    kind: ClassVar[str] = "sigmoid"
    title: ClassVar[str] = "Sigmoid"
    category: ClassVar[str] = "activation"
    first_id: ClassVar[str] = "a1"
    help: ClassVar[str] = (
        "Squashes every number into 0..1, as a soft switch or a probability. For large positive or negative inputs it is "
        "flat (saturated): its derivative is never above 1/4, so through many layers the gradient fades away."
    )

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return FormulaLine("f(x)", "1/(1 + e^−x)"), FormulaLine("f′(x)", "f(x)·(1 − f(x)) ≤ 1/4")

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.Sigmoid")


@layer_kind
class Tanh(LayerKind):
    """The hyperbolic tangent of every number."""

    kind: ClassVar[str] = "tanh"
    title: ClassVar[str] = "Tanh"
    category: ClassVar[str] = "activation"
    first_id: ClassVar[str] = "a1"
    help: ClassVar[str] = (
        "Squashes every number into −1..1. Unlike the sigmoid it is centred on 0 and has slope 1 there, which makes "
        "training easier; far from 0 it saturates just the same. The activation of the first LeNets."
    )

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return FormulaLine("f(x)", "(e^x − e^−x)/(e^x + e^−x)"), FormulaLine("f′(x)", "1 − f(x)² ≤ 1")

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.Tanh")
