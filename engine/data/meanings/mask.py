"""Masks: which pixels of an image belong to the object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from engine.data.meaning import MEANINGS, Array, Bytes, Meaning
from engine.design.kinds import Shape

if TYPE_CHECKING:
    from torch import Tensor


@MEANINGS.declare
class Mask(Meaning):
    """Booleans (N, H, W), true where the object is."""

    kind: ClassVar[str] = "mask"
    title: ClassVar[str] = "Mask"
    help: ClassVar[str] = "For every pixel whether it belongs to the object; a network answers with one map of scores."
    dtypes: ClassVar[tuple[str, ...]] = ("bool",)
    dimensions: ClassVar[int] = 2
    arrays: ClassVar[str] = "true and false (N, H, W)"

    @classmethod
    def recognised(cls, values: Array, names: tuple[str, ...], padded: bool) -> tuple[Meaning, Array] | None:
        return (cls(), values) if values.ndim == 3 and values.dtype == np.bool_ else None

    def network_shape(self, shape: Shape) -> Shape:
        return (1, *shape)

    def encode(self, values: Tensor) -> Tensor:
        """(N, 1, H, W) 0 or 1."""
        return values.unsqueeze(1).float()

    def answered(self, outputs: Tensor) -> Tensor:
        """Outputs are logits, one for each pixel: what the sigmoid makes of them, 0..1."""
        return outputs[:, 0].sigmoid()

    def fit(self, values: Tensor, shape: Sequence[int]) -> Tensor:
        from engine.data.fit import fit_masks

        return fit_masks(values, shape).contiguous()

    def picture(self, value: Array) -> Bytes:
        picture: Bytes = np.rint(value.astype(np.float64) * 255).astype(np.uint8)[None]
        return picture

    def facts(self, shape: Shape) -> str:
        return "the object's mask is known for every image"
