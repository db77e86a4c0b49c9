"""Normalisation within one example: over all of it, over groups of channels, or over each channel."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import ClassVar

from engine.design.kinds import Costs, FormulaLine, LayerKind, Shape, layer_kind, times
from engine.design.parameters import parameter
from engine.design.torch_call import TorchCall, changed
from engine.errors import DesignError


class ExampleNorm(LayerKind):
    """γ(x − μ)/√(σ² + ε) + β, μ and σ² of some of the numbers of the same example; alike in training and evaluation."""

    category: ClassVar[str] = "normalisation"

    eps: float = parameter(1e-5, "Added to the variance, so that nothing is divided by zero.", label="ε", low=1e-12, high=1.0)
    affine: bool = parameter(True, "Learn a scale γ and a shift β.")

    def _scales(self, shape: Shape) -> int:
        """How many different γ there are."""
        return shape[0]

    def _numbers(self, shape: Shape) -> tuple[int, str]:
        """How many numbers share a mean and a variance, and the same in words."""
        raise NotImplementedError

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        count, _ = self._numbers(inputs[0])
        if count == 1:
            raise DesignError(
                f"in an input of {times(inputs[0])} each number would be normalised on its own, which makes it 0",
                "Normalise more numbers together (layer_norm takes all of them), or leave it out.",
                field="inputs",
            )
        return inputs[0]

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        return Costs(params=2 * self._scales(inputs[0]) if self.affine else 0, activations=prod(self.output_shape(inputs)))

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        scale, shift = ("γ·", " + β") if self.affine else ("", "")
        lines = [
            FormulaLine("y", f"{scale}(x − μ)/√(σ² + ε){shift}", f"{scale}(x − μ)/√(σ² + {self.eps:g}){shift}"),
            FormulaLine("μ, σ²", f"of {self._numbers(inputs[0])[1]}"),
        ]
        if self.affine:
            count = self._scales(inputs[0])
            symbols = "2·C" if count == inputs[0][0] else f"2·{'CHW' if len(inputs[0]) == 3 else 'N'}"
            lines.append(FormulaLine("parameters", symbols.replace("CHW", "C·H·W"), f"2·{count}", f"{2 * count:,}"))
        return tuple(lines)

    def _told(self, affine: str, default: bool) -> dict[str, object]:
        """The arguments that torch has to be told; ``affine`` is its name of the switch."""
        return changed({"eps": self.eps, affine: self.affine}, {"eps": 1e-5, affine: default})


@layer_kind
class LayerNorm(ExampleNorm):
    """Mean and variance of all numbers of an example, with a γ and β for each of them. Ba, Kiros & Hinton 2016."""

    kind: ClassVar[str] = "layer_norm"
    title: ClassVar[str] = "Layer normalisation"
    help: ClassVar[str] = (
        "Brings all numbers of an example together to mean 0 and deviation 1, then scales and shifts each by numbers that are "
        "learned. Unlike batch normalisation it does not look at other examples: it works with batches of one, and does the same "
        "in training and use. Usual in recurrent networks and transformers. On maps it learns two numbers for every pixel of "
        "every channel, so that the size of the image is fixed."
    )

    affine: bool = parameter(True, "Learn a scale γ and a shift β for each number.")

    def _scales(self, shape: Shape) -> int:
        return prod(shape)

    def _numbers(self, shape: Shape) -> tuple[int, str]:
        return prod(shape), f"all {prod(shape):,} numbers of an example"

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        told = self._told("elementwise_affine", True)
        return TorchCall("nn.LayerNorm", (prod(inputs[0]),), told, "engine.modules.whole_layer_norm.WholeLayerNorm")

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"{module}({names[0]}.flatten(1)).reshape({names[0]}.shape)"


class Grouped(LayerKind):
    """The number of groups, which comes first in forms and files."""

    groups: int = parameter(2, "Into how many groups the channels are split; it has to divide them.", low=1, high=65536)


@layer_kind
class GroupNorm(ExampleNorm, Grouped):
    """Mean and variance of the channels of each group, at all places. Wu & He 2018."""

    kind: ClassVar[str] = "group_norm"
    title: ClassVar[str] = "Group normalisation"
    help: ClassVar[str] = (
        "Splits the channels into groups and brings each group, over all its channels and places, to mean 0 and deviation 1; "
        "then every channel learns a scale and a shift. It does not look at other examples, so that it does as well with "
        "batches of one or two, where batch normalisation fails: for large images, volumes and segmentation."
    )

    affine: bool = parameter(True, "Learn a scale γ and a shift β for each channel.")

    def _numbers(self, shape: Shape) -> tuple[int, str]:
        channels = shape[0] // self.groups
        count = channels * prod(shape[1:])
        words = f"the {count:,} numbers of {channels} channels" if channels > 1 else f"the {count:,} numbers of one channel"
        return count, f"{words}, in each of {self.groups} groups" if self.groups > 1 else words

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels = inputs[0][0]
        if channels % self.groups:
            fits = [count for count in range(1, min(channels, 64) + 1) if channels % count == 0]
            raise DesignError(
                f"{self.groups} groups do not divide {channels} channels",
                f"Use one of {', '.join(map(str, fits))}." if len(fits) > 1 else "Use 1.",
                field="groups",
            )
        return super().output_shape(inputs)

    def summary(self) -> str:
        return " · ".join([f"{self.groups} group{'s' * (self.groups > 1)}", *([] if self.affine else ["no γ, β"])])

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.GroupNorm", (self.groups, inputs[0][0]), self._told("affine", True))


@layer_kind
class InstanceNorm(ExampleNorm):
    """Mean and variance of each channel of each example, over its places. Ulyanov, Vedaldi & Lempitsky 2016."""

    kind: ClassVar[str] = "instance_norm"
    title: ClassVar[str] = "Instance normalisation"
    help: ClassVar[str] = (
        "Brings every feature map of every image to mean 0 and deviation 1, by itself. That takes away contrast and much of the "
        "style of an image and leaves what is where: it made fast style transfer work. How strongly a map answered as a whole is "
        "lost, which a classifier may need."
    )

    affine: bool = parameter(True, "Learn a scale γ and a shift β for each channel.")

    def _numbers(self, shape: Shape) -> tuple[int, str]:
        return prod(shape[1:]), f"the {prod(shape[1:]):,} places of each channel"

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        if len(inputs[0]) == 1:
            raise DesignError(
                f"{self.kind} needs maps, but its input is {times(inputs[0])}",
                "Put it before the flatten layer, or use layer_norm for vectors.",
                field="inputs",
            )
        return super().output_shape(inputs)

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall(f"nn.InstanceNorm{len(inputs[0]) - 1}d", (inputs[0][0],), self._told("affine", False))
