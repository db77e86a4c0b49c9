"""Activations with a shape of their own: softer rectifiers, and the step that started it all."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import ClassVar

from engine.design.kinds import Costs, FormulaLine, LayerKind, Shape, layer_kind
from engine.design.parameters import parameter
from engine.design.torch_call import TorchCall


class Activation(LayerKind):
    """A function of each number alone: its formula and its derivative in symbols, and what torch calls it."""

    category: ClassVar[str] = "activation"
    first_id: ClassVar[str] = "a1"
    symbols: ClassVar[str] = ""
    derivative: ClassVar[str] = ""
    module: ClassVar[str] = ""

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return FormulaLine("f(x)", self.symbols), FormulaLine("f′(x)", self.derivative)

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall(f"nn.{self.module}")


@layer_kind
class Step(Activation):
    """1 where x > 0, else 0. McCulloch & Pitts 1943; Rosenblatt 1958."""

    kind: ClassVar[str] = "step"
    title: ClassVar[str] = "Step"
    symbols: ClassVar[str] = "1 if x > 0, else 0"
    derivative: ClassVar[str] = "0"
    help: ClassVar[str] = (
        "All or nothing: the activation of the first perceptrons. Its derivative is 0 everywhere, so no gradient passes and "
        "whatever lies before it learns nothing by gradient descent. It is here to show why the sigmoid took its place."
    )

    is_flat: ClassVar[bool] = True

    def torch(self, inputs: Sequence[Shape]) -> None:  # type: ignore[override]
        return None

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"{names[0]}.sign().clamp(min=0)"


@layer_kind
class LeakyRelu(Activation):
    """x where x > 0, else slope·x. Maas, Hannun & Ng 2013."""

    kind: ClassVar[str] = "leaky_relu"
    title: ClassVar[str] = "Leaky ReLU"
    help: ClassVar[str] = (
        "As ReLU, but negative numbers are only made small instead of set to 0. A little gradient passes there too, so that no "
        "unit can die for good."
    )

    slope: float = parameter(0.01, "What negative numbers are multiplied by.", low=0.0, high=1.0)

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return (
            FormulaLine("f(x)", "x if x > 0, else a·x", f"x if x > 0, else {self.slope:g}·x"),
            FormulaLine("f′(x)", "1 if x > 0, else a", f"1 if x > 0, else {self.slope:g}"),
        )

    def summary(self) -> str:
        return f"slope {self.slope:g}"

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.LeakyReLU", (self.slope,))


@layer_kind
class Prelu(Activation):
    """x where x > 0, else a·x with one learned a per channel. He et al. 2015."""

    kind: ClassVar[str] = "prelu"
    title: ClassVar[str] = "Parametric ReLU"
    help: ClassVar[str] = (
        "A leaky ReLU that learns its slope for negative numbers, one for every channel; it begins at 0.25. It costs one "
        "parameter a channel and was part of the first networks that were better than a person on ImageNet."
    )

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        return Costs(params=inputs[0][0], activations=prod(inputs[0]))

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return (
            FormulaLine("f(x)", "x if x > 0, else a·x"),
            FormulaLine("f′(x)", "1 if x > 0, else a"),
            FormulaLine("parameters", "C", result=f"{inputs[0][0]:,}"),
        )

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.PReLU", (inputs[0][0],))


@layer_kind
class Elu(Activation):
    """x where x > 0, else α(e^x − 1). Clevert, Unterthiner & Hochreiter 2016."""

    kind: ClassVar[str] = "elu"
    title: ClassVar[str] = "ELU"
    help: ClassVar[str] = (
        "As ReLU for positive numbers; negative ones fall smoothly towards −α. The mean of its outputs is nearer to 0 than "
        "that of a ReLU, which speeds up learning."
    )

    alpha: float = parameter(1.0, "What very negative numbers become, but for the sign.", label="α", low=0.01, high=10.0)

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return (
            FormulaLine("f(x)", "x if x > 0, else α·(e^x − 1)", f"x if x > 0, else {self.alpha:g}·(e^x − 1)"),
            FormulaLine("f′(x)", "1 if x > 0, else f(x) + α", f"1 if x > 0, else f(x) + {self.alpha:g}"),
        )

    def summary(self) -> str:
        return f"α {self.alpha:g}"

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.ELU", (self.alpha,))


@layer_kind
class Selu(Activation):
    """1.0507·x where x > 0, else 1.0507·1.6733·(e^x − 1). Klambauer et al. 2017."""

    kind: ClassVar[str] = "selu"
    title: ClassVar[str] = "SELU"
    module: ClassVar[str] = "SELU"
    symbols: ClassVar[str] = "λ·x if x > 0, else λ·α·(e^x − 1), λ = 1.0507, α = 1.6733"
    derivative: ClassVar[str] = "λ if x > 0, else f(x) + λ·α"
    help: ClassVar[str] = (
        "An ELU with just those two constants with which mean 0 and deviation 1 keep themselves from layer to layer, in linear "
        "layers with Gaussian weights: normalisation without a normalising layer."
    )


@layer_kind
class Gelu(Activation):
    """x·Φ(x), Φ the normal distribution function. Hendrycks & Gimpel 2016."""

    kind: ClassVar[str] = "gelu"
    title: ClassVar[str] = "GELU"
    module: ClassVar[str] = "GELU"
    symbols: ClassVar[str] = "x·Φ(x)"
    derivative: ClassVar[str] = "Φ(x) + x·φ(x)"
    help: ClassVar[str] = (
        "Weighs every number by how likely a normally distributed one is below it: a ReLU with a soft bend that dips a little "
        "below 0. The usual choice in transformers and modern convolutional networks."
    )


@layer_kind
class Silu(Activation):
    """x/(1 + e^−x), also called swish. Elfwing, Uchibe & Doya 2018; Ramachandran, Zoph & Le 2017."""

    kind: ClassVar[str] = "silu"
    title: ClassVar[str] = "SiLU (swish)"
    module: ClassVar[str] = "SiLU"
    symbols: ClassVar[str] = "x·σ(x)"
    derivative: ClassVar[str] = "σ(x)·(1 + x·(1 − σ(x)))"
    help: ClassVar[str] = (
        "Every number times its own sigmoid: smooth, and a little below 0 for small negative numbers, as GELU. It was found by a "
        "search among formulas and is used in EfficientNets."
    )


@layer_kind
class Softplus(Activation):
    """log(1 + e^x). Dugas et al. 2001."""

    kind: ClassVar[str] = "softplus"
    title: ClassVar[str] = "Softplus"
    module: ClassVar[str] = "Softplus"
    symbols: ClassVar[str] = "log(1 + e^x)"
    derivative: ClassVar[str] = "1/(1 + e^−x)"
    help: ClassVar[str] = (
        "A smooth ReLU that is always positive; its derivative is the sigmoid. Used where an output has to be positive, such as "
        "a variance, more than between layers, where ReLU is quicker and as good."
    )


@layer_kind
class Hardtanh(Activation):
    """min(1, max(−1, x)). Collobert 2004."""

    kind: ClassVar[str] = "hardtanh"
    title: ClassVar[str] = "Hard tanh"
    module: ClassVar[str] = "Hardtanh"
    symbols: ClassVar[str] = "min(1, max(−1, x))"
    derivative: ClassVar[str] = "1 if −1 < x < 1, else 0"
    help: ClassVar[str] = (
        "The tangent's cheap double: straight between −1 and 1, flat outside. Where it is flat no gradient passes at all."
    )
