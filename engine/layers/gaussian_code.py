"""Gaussian code: the sampling in the middle of a variational autoencoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.design.kinds import Costs, FormulaLine, LayerKind, Shape, layer_kind, require_vector
from engine.design.parameters import parameter
from engine.design.torch_call import TorchCall


@layer_kind
class GaussianCode(LayerKind):
    """z = μ + σε with μ and log σ² linear in the input; adds the divergence from N(0, 1). Kingma & Welling 2014."""

    kind: ClassVar[str] = "gaussian_code"
    title: ClassVar[str] = "Gaussian code"
    category: ClassVar[str] = "linear"
    first_id: ClassVar[str] = "code"
    help: ClassVar[str] = (
        "The bottleneck of a variational autoencoder. Two linear maps turn the features into a mean μ and a variance σ² per "
        "number of the code; while training the code is drawn from that normal distribution, otherwise it is μ. A term in "
        "the loss, the divergence from the standard normal distribution, keeps the codes of all images together, so that "
        "new images can be made from random codes and blended along a line between two. Because the noise ε is drawn apart "
        "and only scaled, gradients pass through μ and σ (the reparametrisation trick)."
    )
    terms: ClassVar[tuple[str, ...]] = ("kl",)

    width: int = parameter(16, "How many numbers the code has.", low=1, high=65536)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        require_vector(inputs[0], self.kind)
        return (self.width,)

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        self.output_shape(inputs)
        products = 2 * inputs[0][0] * self.width
        return Costs(products + 2 * self.width, products, self.width)

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        features, costs = inputs[0][0], self.costs(inputs)
        return (
            FormulaLine("μ", "W·x + b", f"({self.width} × {features})·x + b", f"{self.width} numbers"),
            FormulaLine("log σ²", "V·x + c", f"({self.width} × {features})·x + c", f"{self.width} numbers"),
            FormulaLine("training", "μ + σ·ε, ε drawn from N(0, 1)"),
            FormulaLine("otherwise", "μ"),
            FormulaLine("added to the loss", "½·Σ(σ² + μ² − 1 − log σ²)"),
            FormulaLine("parameters", "2·(N·K + K)", f"2·({features}·{self.width} + {self.width})", f"{costs.params:,}"),
            FormulaLine("multiply-adds", "2·N·K", f"2·{features}·{self.width}", f"{costs.macs:,}"),
        )

    def summary(self) -> str:
        return f"width {self.width}"

    def windows(self, inputs: Sequence[Shape]) -> None:
        return None

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        linear = TorchCall("nn.Linear", (inputs[0][0], self.width))
        maps = {"mean": linear, "log_variance": linear}
        return TorchCall("nn.ModuleDict", (maps,), ours="engine.modules.gaussian_code.GaussianCode")

    def call(self, module: str, names: Sequence[str]) -> str:
        return f'{module}["mean"]({names[0]})'
