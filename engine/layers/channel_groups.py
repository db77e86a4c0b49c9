"""The largest of neighbouring channels at every place: maxout, and pooling across channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, Window, layer_kind, times
from engine.design.parameters import parameter
from engine.errors import DesignError


class ChannelGroups(LayerKind):
    """(C, ...) to (C/n, ...): of every n channels that follow one another, the largest number at each place."""

    group_field: ClassVar[str]  # the parameter that is n

    @property
    def _count(self) -> int:
        count: int = getattr(self, self.group_field)
        return count

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *sizes = inputs[0]
        if channels % self._count:
            raise DesignError(
                f"its {channels} channels cannot be put into groups of {self._count}",
                self._cure(channels),
                field=self.group_field,
            )
        return (channels // self._count, *sizes)

    def _cure(self, channels: int) -> str:
        """Numbers of channels that would fit, and group sizes that fit these channels."""
        below = channels // self._count * self._count
        wanted = f"{below} or {below + self._count}" if below else str(self._count)
        divisors = [size for size in range(2, min(channels, 32) + 1) if channels % size == 0]
        sizes = f", or choose groups of {', '.join(map(str, divisors[:4]))}" if divisors else ""
        return f"Give the layer before it {wanted} outputs{sizes}."

    def windows(self, inputs: Sequence[Shape]) -> tuple[Window, ...] | None:
        return None if len(inputs[0]) == 1 else ()

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        (channels, *_), n = inputs[0], self._count
        return (
            FormulaLine("yᵢ", "max(xₙᵢ, …, xₙᵢ₊ₙ₋₁)", f"the largest of {n} channels, at every place"),
            FormulaLine("channels", "C/n", f"{channels}/{n}", str(channels // n)),
            FormulaLine("shape", result=f"{times(inputs[0])} → {times(self.output_shape(inputs))}"),
        )

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"{names[0]}.unflatten(1, (-1, {self._count})).max(dim=2).values"


@layer_kind
class Maxout(ChannelGroups):
    """max(w₁ᵀx + b₁, …, wₙᵀx + bₙ), the affine maps being the layer before it. Goodfellow et al. 2013."""

    kind: ClassVar[str] = "maxout"
    title: ClassVar[str] = "Maxout"
    category: ClassVar[str] = "activation"
    first_id: ClassVar[str] = "a1"
    group_field: ClassVar[str] = "pieces"
    help: ClassVar[str] = (
        "An activation that is learned: of every few outputs of the layer before it only the largest is kept. Each of these "
        "is a straight line in the input, and the largest of them bends where they cross, so that a unit can become a ReLU, an "
        "absolute value or any other convex curve. It never saturates, but the linear layer or convolution before it has to "
        "have as many times more outputs as there are pieces."
    )

    pieces: int = parameter(2, "How many channels that follow one another compete; C must be a multiple.", low=2, high=1024)

    def summary(self) -> str:
        return f"{self.pieces} pieces"


@layer_kind
class ChannelMaxPool(ChannelGroups):
    """The largest of some neighbouring channels at every place. Goodfellow et al. 2013."""

    kind: ClassVar[str] = "channel_max_pool"
    title: ClassVar[str] = "Channel max pooling"
    category: ClassVar[str] = "pooling"
    first_id: ClassVar[str] = "p1"
    group_field: ClassVar[str] = "size"
    help: ClassVar[str] = (
        "Pools across feature maps instead of across places: of every few neighbouring maps the largest number is kept at each "
        "place, and height and width stay. Filters of one group can then specialise in the same thing in different guises, such "
        "as turned this way and that, and the answer does not depend on which of them found it. It computes what maxout does."
    )

    size: int = parameter(2, "How many neighbouring channels are pooled; C must be a multiple.", low=2, high=1024)

    def summary(self) -> str:
        return f"over {self.size} channels"
