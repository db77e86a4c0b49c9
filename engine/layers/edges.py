"""Crop and pad: what is cut off a map or put around it, and channels taken away or added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from engine.design.kinds import FormulaLine, LayerKind, Shape, Window, compact, layer_kind, per_dimension, times
from engine.design.parameters import Sizes, parameter
from engine.design.torch_call import TorchCall
from engine.errors import DesignError


class Edges(LayerKind):
    """What crop and pad share: a number of pixels before and behind, along every dimension."""

    category: ClassVar[str] = "shape"

    before: Sizes = parameter(0, "Pixels at the beginning of each dimension: left, top, front.", low=0, high=4096, unit="px")
    after: Sizes = parameter(0, "Pixels at the end of each dimension: right, bottom, back.", low=0, high=4096, unit="px")

    def _edges(self, shape: Shape) -> list[tuple[int, int]]:
        """(before, after) along each dimension; DesignError where there are none."""
        if len(shape) < 2:
            raise DesignError(
                f"{self.kind} needs maps, but its input is {times(shape)}", "Put it before the flatten layer.", field="inputs"
            )
        count = len(shape) - 1
        return list(zip(per_dimension(self.before, count, "before"), per_dimension(self.after, count, "after"), strict=True))

    def summary(self) -> str:
        parts = [f"{word} {_words(value)}" for word, value in (("before", self.before), ("after", self.after)) if value != 0]
        return " · ".join(parts)


@layer_kind
class Crop(Edges):
    """Cuts pixels off the edges of every map, and keeps some channels only. Ronneberger, Fischer & Brox 2015."""

    kind: ClassVar[str] = "crop"
    title: ClassVar[str] = "Crop"
    help: ClassVar[str] = (
        "Cuts the edges off maps, so that they go with smaller ones: a U-Net whose convolutions have no padding crops what it "
        "hands past its bottleneck. With channels given, only these are kept, in that order: so a filter can be connected to "
        "some of the maps before it, as in LeNet-5 of 1998."
    )

    before: Sizes = parameter(1, "Pixels cut off at the beginning of each dimension.", low=0, high=4096, unit="px")
    after: Sizes = parameter(1, "Pixels cut off at the end of each dimension.", low=0, high=4096, unit="px")
    channels: Sizes | None = parameter(None, "The channels that are kept, counted from 0.", low=0, high=1 << 20, none_text="all")

    def _kept(self, count: int) -> tuple[int, ...]:
        kept = range(count) if self.channels is None else (self.channels,) if isinstance(self.channels, int) else self.channels
        for channel in kept:
            if channel >= count:
                raise DesignError(f"there is no channel {channel}", f"The input has channels 0 to {count - 1}.", field="channels")
        if not kept:
            raise DesignError("no channel is kept", "Name one or more, or leave it empty for all.", field="channels")
        return tuple(kept)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        edges, (count, *sizes) = self._edges(inputs[0]), inputs[0]
        left = [size - sum(edge) for size, edge in zip(sizes, edges, strict=True)]
        if min(left) < 1:
            raise DesignError(f"nothing is left of {times(sizes)} when so much is cut off", "Cut off less.", field="before")
        return (len(self._kept(count)), *left)

    def windows(self, inputs: Sequence[Shape]) -> tuple[Window, ...]:
        return tuple(Window(padding=-before) for before, _ in self._edges(inputs[0]))

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return (FormulaLine("shape", result=f"{times(inputs[0])} → {times(self.output_shape(inputs))}"),)

    def summary(self) -> str:
        kept = "" if self.channels is None else f"channels {_words(self.channels)}"
        return " · ".join(filter(None, [super().summary(), kept]))

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None

    def call(self, module: str, names: Sequence[str]) -> str:
        """An index for the batch, one for the channels, and a slice along each dimension."""
        kept = "slice(None)" if self.channels is None else str(list(self._kept(1 << 24)))
        if isinstance(self.before, int) and isinstance(self.after, int):
            slices = f"*[{_slice(self.before, self.after)}] * ({names[0]}.dim() - 2)"
        else:
            count = len(self.before) if isinstance(self.before, tuple) else len(self.after)  # type: ignore[arg-type]
            edges = (per_dimension(self.before, count, "before"), per_dimension(self.after, count, "after"))
            slices = ", ".join(_slice(*edge) for edge in zip(*edges, strict=True))
        return f"{names[0]}[(slice(None), {kept}, {slices})]"


def _slice(before: int, after: int) -> str:
    return f"slice({before}, {-after if after else None})"


MODULES = {"zeros": "ZeroPad", "reflect": "ReflectionPad", "replicate": "ReplicationPad", "circular": "CircularPad"}


@layer_kind
class Pad(Edges):
    """Puts pixels around every map, and channels of zeros before and behind the others."""

    kind: ClassVar[str] = "pad"
    title: ClassVar[str] = "Pad"
    help: ClassVar[str] = (
        "Puts a border around maps, of zeros or of what lies inside. Convolutions pad by themselves; a layer of its own is for "
        "borders that are not the same on both sides, and for channels: the first residual networks on CIFAR-10 add channels of "
        "zeros to what skips a block, where the block has more of them, so that the skip needs no weights."
    )

    before: Sizes = parameter(1, "Pixels put before the beginning of each dimension.", low=0, high=4096, unit="px")
    after: Sizes = parameter(1, "Pixels put behind the end of each dimension.", low=0, high=4096, unit="px")
    mode: Literal["zeros", "reflect", "replicate", "circular"] = parameter("zeros", "What the border is filled with.")
    channels_before: int = parameter(0, "Channels of zeros put before the others.", low=0, high=65536)
    channels_after: int = parameter(0, "Channels of zeros put behind the others.", low=0, high=65536)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        edges, (channels, *sizes) = self._edges(inputs[0]), inputs[0]
        spare = {"reflect": 1, "circular": 0}.get(self.mode)
        for size, edge in zip(sizes, edges, strict=True):
            if spare is not None and max(edge) + spare > size:
                raise DesignError(
                    f"a border of {max(edge)} is too wide for {self.mode} padding of {size} pixels",
                    f"Use {size - spare} or less, or the mode 'zeros'.",
                    field="before" if edge[0] == max(edge) else "after",
                )
        if self._more and len(sizes) > 2:
            raise DesignError("channels cannot be added to volumes", "Use a convolution of 1×1×1.", field="channels_after")
        return (channels + self._more, *(size + sum(edge) for size, edge in zip(sizes, edges, strict=True)))

    @property
    def _more(self) -> int:
        return self.channels_before + self.channels_after

    def windows(self, inputs: Sequence[Shape]) -> tuple[Window, ...]:
        return tuple(Window(padding=before) for before, _ in self._edges(inputs[0]))

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return (FormulaLine("shape", result=f"{times(inputs[0])} → {times(self.output_shape(inputs))}"),)

    def summary(self) -> str:
        more = f"+{self._more} channels" if self._more else ""
        return " · ".join(filter(None, [super().summary(), "" if self.mode == "zeros" else self.mode, more]))

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        dimensions = len(inputs[0]) - 1
        border = TorchCall(
            f"nn.{MODULES[self.mode]}{dimensions}d", (tuple(size for edge in reversed(self._edges(inputs[0])) for size in edge),)
        )
        if not self._more:
            return border
        is_framed = any(map(any, self._edges(inputs[0])))
        widths = (*[0] * (2 * dimensions), self.channels_before, self.channels_after)
        wider = TorchCall(f"nn.ZeroPad{dimensions + 1}d", (widths,))
        return TorchCall("nn.Sequential", (border, wider)) if is_framed else wider


def _words(value: Sizes) -> str:
    """One number, or several: "1", "1×2"."""
    return str(value) if isinstance(value, int) else compact(value)
