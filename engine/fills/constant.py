"""Fills of one colour: zero, the image's mean, grey, a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.design.parameters import parameter
from engine.fill import FILLS, Fill

if TYPE_CHECKING:
    from torch import Tensor

    from engine.data.meaning import Meaning


@FILLS.declare
class Number(Fill):
    """The same value in every channel."""

    kind: ClassVar[str] = "number"
    title: ClassVar[str] = "A number"
    help: ClassVar[str] = "The same number in every channel, in units after normalisation."

    value: float = parameter(0.0, "The number, in units after normalisation.", low=-1e6, high=1e6)

    def cover(self, inputs: Tensor, meaning: Meaning, patch: tuple[int, int]) -> Tensor:
        return inputs.new_full(inputs.shape, self.value)

    def shorthand(self) -> float:
        return self.value


@FILLS.declare
class Zero(Fill):
    """0 after normalisation."""

    kind: ClassVar[str] = "zero"
    title: ClassVar[str] = "Zero"
    help: ClassVar[str] = "0 after normalisation, which is the mean colour of the data."

    def cover(self, inputs: Tensor, meaning: Meaning, patch: tuple[int, int]) -> Tensor:
        return inputs.new_zeros(inputs.shape)


@FILLS.declare
class Mean(Fill):
    """The mean of this image, channel by channel."""

    kind: ClassVar[str] = "mean"
    title: ClassVar[str] = "Mean"
    help: ClassVar[str] = "The mean colour of this image."

    def cover(self, inputs: Tensor, meaning: Meaning, patch: tuple[int, int]) -> Tensor:
        return inputs.mean(dim=(2, 3), keepdim=True).expand_as(inputs)


@FILLS.declare
class Grey(Fill):
    """The middle between black and white: Zeiler & Fergus 2014."""

    kind: ClassVar[str] = "grey"
    title: ClassVar[str] = "Grey"
    help: ClassVar[str] = "The grey in the middle between black and white, as Zeiler & Fergus 2014 covered images."

    def cover(self, inputs: Tensor, meaning: Meaning, patch: tuple[int, int]) -> Tensor:
        return meaning.encode(inputs.new_full(inputs.shape, 0.5)).to(inputs.dtype)
