"""Channel shuffle: lets the groups of a grouped convolution exchange what they found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, layer_kind, times
from engine.design.parameters import parameter
from engine.design.torch_call import TorchCall
from engine.errors import DesignError


@layer_kind
class ChannelShuffle(LayerKind):
    """Channel g·(C/groups) + i becomes channel i·groups + g: one of each group in turn. Zhang et al. 2018 (ShuffleNet)."""

    kind: ClassVar[str] = "channel_shuffle"
    title: ClassVar[str] = "Channel shuffle"
    category: ClassVar[str] = "shape"
    help: ClassVar[str] = (
        "Deals the channels out anew, like cards: the first of each group, then the second of each, and so on. A convolution in "
        "groups is cheap because its groups do not mix; with a shuffle behind it, every group of the next one reads a little of "
        "all. It computes nothing and learns nothing: ShuffleNets are built on it."
    )

    groups: int = parameter(2, "How many groups of channels are mixed; C must be a multiple.", low=1, high=65536)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels = inputs[0][0]
        if len(inputs[0]) < 2:
            raise DesignError(
                f"{self.kind} needs maps, but its input is a vector of {channels}",
                "Put it before the flatten layer, or a reshape layer before it.",
                field="inputs",
            )
        if channels % self.groups:
            fitting = [size for size in range(2, min(channels, 64) + 1) if channels % size == 0][:4]
            other = f"Use {' or '.join(map(str, fitting))} groups, or" if fitting else "Use 1 group, or"
            raise DesignError(
                f"{self.groups} groups do not divide {channels} channels",
                f"{other} give the layer before it a multiple of {self.groups} channels.",
                field="groups",
            )
        return inputs[0]

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        each = inputs[0][0] // self.groups
        return (
            FormulaLine("channel g·(C/G) + i", "becomes channel i·G + g", f"{self.groups} groups of {each}"),
            FormulaLine("shape", result=times(self.output_shape(inputs))),
        )

    def summary(self) -> str:
        return f"{self.groups} groups"

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.ChannelShuffle", (self.groups,))
