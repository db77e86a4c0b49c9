"""Channels over a grid: images, signals and volumes, normalised channel by channel."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from engine.data.meaning import MEANINGS, Array, Bytes, Meaning, as_float32
from engine.design.kinds import Shape
from engine.design.parameters import Reals, parameter

if TYPE_CHECKING:
    import torch
    from torch import Tensor

_LEVELS = 255


class Grid(Meaning):
    """Values (N, C, *sizes). A network reads (x − mean)/deviation per channel; bytes count as 0..1."""

    mean: Reals = parameter((), "The mean of each channel over the training split; bytes count as 0..1.")
    deviation: Reals = parameter((), "The standard deviation of each channel over the training split.")

    @property
    def levels(self) -> tuple[Reals, Reals]:
        return self.mean, self.deviation

    def measured(self, values: Tensor) -> Meaning:
        from engine.data.statistics import channel_statistics

        mean, deviation = channel_statistics(values)
        return self.model_copy(update={"mean": mean, "deviation": deviation})

    def encode(self, values: Tensor) -> Tensor:
        """Differentiable where ``values`` are floats; those of images are in 0..1."""
        import torch

        scale, shift = self._affine(values)
        if values.dtype == torch.uint8:
            # The training's hot path: one product straight from bytes and one sum in place.
            return torch.mul(values, scale / _LEVELS).add_(shift)
        return values * scale + shift

    def decode(self, encoded: Tensor) -> Tensor:
        scale, shift = self._affine(encoded)
        return (encoded - shift) / scale

    def _affine(self, like: Tensor) -> tuple[Tensor, Tensor]:
        channels = like.shape[1]
        mean, deviation = self.mean or (0.0,) * channels, self.deviation or (1.0,) * channels
        return _affine(mean, deviation, like.device, like.dim())


@lru_cache(maxsize=64)
def _affine(mean: Reals, deviation: Reals, device: torch.device, dimensions: int) -> tuple[Tensor, Tensor]:
    """(1, C, 1, ...) scale and shift, made once."""
    import torch

    from engine.data.constants import constant

    shape = (1, -1, *[1] * (dimensions - 2))
    middle, spread = constant(mean, shape, device), constant(deviation, shape, device)
    with torch.inference_mode(False):
        return 1 / spread, -middle / spread


@MEANINGS.declare
class Image(Grid):
    """Pictures (N, C, H, W) uint8, C 1 (grey) or 3 (RGB)."""

    kind: ClassVar[str] = "image"
    title: ClassVar[str] = "Image"
    levels_noun: ClassVar[str] = "Brightness"
    help: ClassVar[str] = "A grey or RGB picture of bytes; a network reads it with mean 0 and deviation 1 per channel."
    dtypes: ClassVar[tuple[str, ...]] = ("uint8",)
    dimensions: ClassVar[int] = 2
    arrays: ClassVar[str] = "bytes (N, H, W) or (N, H, W, C) or (N, C, H, W), or numbers in 0..1 with C, which is 1 or 3"

    @classmethod
    def recognised(cls, values: Array, names: tuple[str, ...], padded: bool) -> tuple[Meaning, Array] | None:
        if values.dtype == np.uint8 and values.ndim == 3:
            return cls(), values[:, None]
        if values.ndim != 4 or not {values.shape[1], values.shape[3]} & {1, 3}:
            return None
        pictures = values if values.shape[1] in (1, 3) else values.transpose(0, 3, 1, 2)
        if values.dtype == np.uint8:
            return cls(), np.ascontiguousarray(pictures)
        if values.dtype.kind != "f" or not (values >= 0).all() or not (values <= 1).all():
            return None
        return cls(), np.rint(pictures * _LEVELS).astype(np.uint8)

    def target(self, values: Tensor) -> Tensor:
        """Pixels in 0..1."""
        return values / _LEVELS

    def answered(self, outputs: Tensor) -> Tensor:
        import torch

        return (outputs.clamp(0, 1) * _LEVELS).round().to(torch.uint8)

    def fit(self, values: Tensor, shape: Sequence[int]) -> Tensor:
        from engine.data.fit import fit_images

        return fit_images(values, shape).contiguous()

    def fit_notes(self, name: str, native: Sequence[int], shape: Sequence[int]) -> tuple[str, ...]:
        from engine.data.fit import fit_notes

        return fit_notes(name, native, shape)

    def picture(self, value: Array) -> Bytes:
        picture: Bytes = value.astype(np.uint8)
        return picture

    def facts(self, shape: Shape) -> str:
        channels, height, width = shape
        return f"{height}×{width} {'grey' if channels == 1 else 'RGB'} images"


@MEANINGS.declare
class Signal(Grid):
    """Numbers over time, (N, C, length)."""

    kind: ClassVar[str] = "signal"
    title: ClassVar[str] = "Signal"
    help: ClassVar[str] = "Numbers over time, in one or several channels; a network reads them with mean 0 and deviation 1."
    dimensions: ClassVar[int] = 1
    arrays: ClassVar[str] = "real numbers (N, C, length)"

    @classmethod
    def recognised(cls, values: Array, names: tuple[str, ...], padded: bool) -> tuple[Meaning, Array] | None:
        return (cls(), as_float32(values)) if values.ndim == 3 and values.dtype.kind == "f" and not padded else None

    def picture(self, value: Array) -> Bytes:
        """Each channel as a curve, below one another."""
        from engine.data.drawing.sketch import curves

        return curves(value.astype(np.float64))

    def facts(self, shape: Shape) -> str:
        channels = f", {shape[0]} channels" if shape[0] > 1 else ""
        return f"signals of {shape[1]} samples{channels}"


@MEANINGS.declare
class Volume(Grid):
    """Numbers in space, (N, C, D, H, W)."""

    kind: ClassVar[str] = "volume"
    title: ClassVar[str] = "Volume"
    help: ClassVar[str] = "Numbers in space, slice behind slice; a network reads them with mean 0 and deviation 1 per channel."
    dimensions: ClassVar[int] = 3
    arrays: ClassVar[str] = "numbers (N, C, D, H, W)"

    @classmethod
    def recognised(cls, values: Array, names: tuple[str, ...], padded: bool) -> tuple[Meaning, Array] | None:
        return (cls(), as_float32(values)) if values.ndim == 5 and values.dtype.kind in "fiu" and not padded else None

    def picture(self, value: Array) -> Bytes:
        """The slices of the first channel side by side, from front to back."""
        from engine.data.drawing.sketch import grey, side_by_side

        return side_by_side(grey(value[0].astype(np.float64)))

    def facts(self, shape: Shape) -> str:
        return f"volumes of {'×'.join(str(size) for size in shape[1:])}"
