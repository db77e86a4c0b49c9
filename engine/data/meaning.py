"""What numbers mean: an image, a class, a mask, a point. A Meaning says how to encode, decode, fit and picture them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from engine.design.kinds import Shape
from engine.design.parameters import Kind, Kinds, Reals
from engine.errors import DataError

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[Any]
Bytes = NDArray[np.uint8]


class Meaning(Kind):
    """What one slot of a data set holds. Subclass it in one file of engine/data/meanings/.

    Values are tensors (N, *slot shape) of ``dtypes`` as they are stored: images as bytes, classes as indices. Parameters are
    what it takes to read them (names of classes, mean and deviation); they are saved with every run. Importing a meaning
    loads no torch.
    """

    dtypes: ClassVar[tuple[str, ...]] = ("float32",)
    dimensions: ClassVar[int] = 0
    """How many spatial dimensions there are: 2 for images. What has as many can be augmented together."""
    reads: ClassVar[Literal["numbers", "tokens"]] = "numbers"
    arrays: ClassVar[str] = ""
    """Which arrays of a user's own file are taken for this, in a few words: "whole numbers or words (N,)"."""
    levels_noun: ClassVar[str] = "Mean and deviation"

    # -- stored values --

    @classmethod
    def recognised(cls, values: Array, names: tuple[str, ...], padded: bool) -> tuple[Meaning, Array] | None:
        """The meaning of an array (N, ...) from a user's file, and the values as it stores them; None where it is not this.
        ``names`` came with the array and may be empty; ``padded`` says that counts did."""
        return None

    def beside(self, others: Sequence[Meaning], shapes: Sequence[Shape]) -> Meaning:
        """This meaning, recognised in data whose slots mean ``others`` and have ``shapes``."""
        return self

    def fault(self, values: Array) -> str:
        """What is wrong with stored values of the right type and shape, in words that follow the slot's name, or ""."""
        return "" if values.dtype.kind != "f" or np.isfinite(values).all() else "holds numbers that are not finite"

    # -- networks --

    @property
    def levels(self) -> tuple[Reals, Reals]:
        """Mean and deviation by which a network reads values, for each channel or number; empty where it reads the values."""
        return (), ()

    @property
    def unit_name(self) -> str:
        """What the numbers count, "m"; "" where that is not known."""
        return ""

    @property
    def token_count(self) -> int:
        """How many different tokens there are, where values are tokens."""
        return 0

    def network_shape(self, shape: Shape) -> Shape:
        """The shape of one example as a network reads it or answers with it; ``shape`` is the stored one."""
        return shape

    def measured(self, values: Tensor) -> Meaning:
        """The same meaning with what the training split says about it, such as mean and deviation."""
        return self

    def as_trained(self, recorded: Meaning) -> Meaning:
        """This meaning where a network was trained with ``recorded``, of the same kind: the normalisation is that one's."""
        return recorded

    def encode(self, values: Tensor) -> Tensor:
        """Stored values to what a network reads, (N, *network_shape) float32 (tokens: int64)."""
        raise NotImplementedError

    def decode(self, encoded: Tensor) -> Tensor:
        """What a network reads back to natural units (images: 0..1, not clamped); the inverse of ``encode``."""
        return encoded

    def target(self, values: Tensor) -> Tensor:
        """Stored values as what outputs are compared with: classes as indices, images in 0..1, the rest as encoded."""
        return self.encode(values)

    def answered(self, outputs: Tensor) -> Tensor:
        """Outputs that were compared with ``target``, as stored values: images as bytes, masks as shares 0..1."""
        return self.decode(outputs)

    # -- changes --

    def fit(self, values: Tensor, shape: Sequence[int]) -> Tensor:
        """Stored values (N, *their shape) brought to a network's input of ``shape``, where that can be done sensibly; else the
        same ones, and the task says that they do not fit."""
        return values

    def fit_notes(self, name: str, native: Sequence[int], shape: Sequence[int]) -> tuple[str, ...]:
        """What ``fit`` does, in sentences for the user."""
        return ()

    def fitted(self, shape: Sequence[int]) -> Meaning:
        """The meaning of what ``fit`` gives."""
        return self

    def mirrored(self, values: Tensor) -> Tensor:
        """Stored values of images that were mirrored left to right; what lies on no plane stays as it is."""
        return values.flip(-1) if self.dimensions == 2 else values

    def moved(self, values: Tensor, down: Tensor, across: Tensor) -> Tensor:
        """Stored values of images of which every pixel was moved ``down`` and ``across`` (N,) int64; border pixels are
        repeated. What lies on no plane stays as it is."""
        if self.dimensions != 2:
            return values
        from engine.data.moves import moved_pixels

        return moved_pixels(values, down, across)

    # -- people --

    def picture(self, value: Array) -> Bytes:
        """One stored value as a person sees it, (C, H, W) uint8 with C 1 or 3."""
        raise NotImplementedError

    def words(self, value: Array) -> str:
        """One stored value in a few words, or "" where only a picture says it."""
        return ""

    def facts(self, shape: Shape) -> str:
        """What the slot holds, for the data card: "28×28 grey images"."""
        raise NotImplementedError


def as_float32(values: Array) -> Array:
    """``values`` as they are mostly stored; those that are too large become infinite."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


MEANINGS: Kinds[Meaning] = Kinds("meaning of data", "engine.data.meanings", DataError)


@dataclass(frozen=True)
class Slot:
    """One named part of every example: ``meaning``, and the ``shape`` of its stored value without the batch.

    A ``padded`` slot has a neighbour "NAME.count" (N,) int64 that says how many of its first entries count.
    """

    name: str
    meaning: Meaning
    shape: Shape
    padded: bool = False

    @property
    def network_shape(self) -> Shape:
        """The shape of one example as a network reads it or answers with it."""
        return self.meaning.network_shape(self.shape)

    @property
    def count_name(self) -> str:
        """The name of the counts of a padded slot."""
        return f"{self.name}.count"

    def with_meaning(self, meaning: Meaning) -> Slot:
        """The same slot read in another way."""
        return replace(self, meaning=meaning)


Slots = dict[str, Slot]


def slots(**named: tuple[Meaning, Shape] | tuple[Meaning, Shape, bool]) -> Slots:
    """Slots by name, (meaning, shape) or (meaning, shape, padded) each, in order; the first is what a network reads unless a
    task says otherwise."""
    return {name: Slot(name, *declared) for name, declared in named.items()}
