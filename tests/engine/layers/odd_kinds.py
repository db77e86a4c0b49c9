"""Throw-away kinds, unregistered, each odd in one way; and each with versions that break one promise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn

from engine.design.kinds import Costs, LayerKind, Shape
from engine.design.torch_call import TorchCall
from engine.modules.random_module import RandomModule
from engine.modules.with_terms import WithTerms


class TwoMaps(LayerKind):
    """Several weight tensors: a bottleneck of two linear maps."""

    kind: ClassVar[str] = "two_maps"
    category: ClassVar[str] = "linear"
    counted: ClassVar[int] = 1
    products: ClassVar[int] = 1
    longer: ClassVar[int] = 0

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (5 + self.longer,)

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        macs = inputs[0][0] * 3 + 3 * 5
        return Costs(self.counted * (macs + 8), self.products * macs, 5)

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        first, second = (TorchCall("nn.Linear", sizes) for sizes in ((inputs[0][0], 3), (3, 5)))
        return TorchCall("nn.Sequential", (first, second))


class Miscounted(TwoMaps):
    """Twice the parameters that there are."""

    counted: ClassVar[int] = 2


class WrongProducts(TwoMaps):
    """No products, where there are some."""

    products: ClassVar[int] = 0


class WrongShape(TwoMaps):
    """One number more than torch gives."""

    longer: ClassVar[int] = 1


class OtherSource(TwoMaps):
    """Prints a layer with other weights than it builds."""

    def source(self, inputs: Sequence[Shape]) -> str:
        return f"nn.Linear({inputs[0][0]}, 5)"


class OtherCall(TwoMaps):
    """Prints another use of the module than it builds."""

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"2 * {module}({names[0]})"


class TokenParity(LayerKind):
    """Whole numbers in, and no parameters."""

    kind: ClassVar[str] = "token_parity"
    category: ClassVar[str] = "shape"
    reads: ClassVar[Literal["numbers", "tokens"]] = "tokens"

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"({names[0]} % 2).float()"


class Largest(LayerKind):
    """Whole numbers out: the index of the largest of each vector."""

    kind: ClassVar[str] = "largest"
    category: ClassVar[str] = "shape"

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (1,)

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"{names[0]}.argmax(dim=1, keepdim=True)"


class Unlearnable(Largest):
    """Weights in front of whole numbers, which never get a gradient."""

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        return Costs(inputs[0][0] * 2 + 2, inputs[0][0] * 2, 1)

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:  # type: ignore[override]
        return TorchCall("nn.Linear", (inputs[0][0], 2))

    def build(self, inputs: Sequence[Shape]) -> nn.Module:
        class Choice(nn.Linear):
            def forward(self, input: Tensor) -> Tensor:
                return super().forward(input).argmax(dim=1, keepdim=True)

        return Choice(inputs[0][0], 2)

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"{module}({names[0]}).argmax(dim=1, keepdim=True)"


class Blend(LayerKind):
    """Several inputs and a weight of its own: a learned mixture of two branches."""

    kind: ClassVar[str] = "blend"
    category: ClassVar[str] = "joining"
    inputs_allowed: ClassVar[tuple[int, int]] = (2, 2)
    has_filters: ClassVar[bool] = True

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        return Costs(inputs[0][0] ** 2 * 2 + inputs[0][0], inputs[0][0] ** 2 * 2, inputs[0][0])

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.Linear", (2 * inputs[0][0], inputs[0][0]), ours="tests.engine.layers.odd_kinds.BlendModule")

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"{module}(torch.cat([{', '.join(names)}], dim=1))"


class HiddenFilters(Blend):
    """Says that it has no filters, where it has some."""

    has_filters: ClassVar[bool] = False


class BlendModule(nn.Linear):
    """A linear map of both inputs side by side."""

    def forward(self, first: Tensor, second: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(torch.cat([first, second], dim=1))


class BlendBackwards(Blend):
    """Prints its two inputs in the wrong order."""

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"{module}(torch.cat([{names[1]}, {names[0]}], dim=1))"


class Measured(LayerKind):
    """A term in the loss: the mean square of what passes."""

    kind: ClassVar[str] = "measured"
    category: ClassVar[str] = "normalisation"
    terms: ClassVar[tuple[str, ...]] = ("size",)

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.Tanh", ours="tests.engine.layers.odd_kinds.MeasuredModule")


class MeasuredModule(nn.Tanh):
    """Tanh, with the mean square of its output as a term."""

    def forward(self, input: Tensor) -> Any:
        output = super().forward(input)
        return WithTerms(output, {"size": output.square().mean()})


class UndeclaredTerm(Measured):
    """Adds a term that it does not declare."""

    terms: ClassVar[tuple[str, ...]] = ()


class MissingTerm(Measured):
    """Declares a term that it does not add."""

    terms: ClassVar[tuple[str, ...]] = ("size", "other")


class Noisy(LayerKind):
    """Random, from its own generator."""

    kind: ClassVar[str] = "noisy"
    category: ClassVar[str] = "normalisation"
    module: ClassVar[str] = "PrivateNoise"

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.Sequential", ours=f"tests.engine.layers.odd_kinds.{self.module}")


class PrivateNoise(RandomModule):
    """Adds normal noise in training."""

    def forward(self, input: Tensor) -> Tensor:
        return input + torch.empty_like(input).normal_(generator=self.generator) if self.training else input


class GlobalNoise(nn.Module):
    """The same from torch's global generator."""

    def forward(self, input: Tensor) -> Tensor:
        return input + torch.randn_like(input) if self.training else input


class DisturbingNoise(Noisy):
    """Draws from torch's global generator."""

    module: ClassVar[str] = "GlobalNoise"


class InPlace(LayerKind):
    """Changes its input."""

    kind: ClassVar[str] = "in_place"
    category: ClassVar[str] = "activation"

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"{names[0]}.detach().mul_(2)"
