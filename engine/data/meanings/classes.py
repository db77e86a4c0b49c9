"""Classes: which of a few things an example is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from engine.data.meaning import MEANINGS, Array, Bytes, Meaning
from engine.design.kinds import Shape
from engine.design.parameters import Words, parameter

if TYPE_CHECKING:
    from torch import Tensor

MOST = 32_000
"""So many classes nobody has: numbers beyond are something else."""


@MEANINGS.declare
class Classes(Meaning):
    """Class indices (N,) int64, each the place of a name."""

    kind: ClassVar[str] = "classes"
    title: ClassVar[str] = "Classes"
    help: ClassVar[str] = "One of several classes, each with a name; a network answers with one score per class."
    dtypes: ClassVar[tuple[str, ...]] = ("int64",)

    arrays: ClassVar[str] = "whole numbers from 0, or words, (N,)"

    names: Words = parameter((), "The names of the classes, in the order of their indices.")

    @classmethod
    def recognised(cls, values: Array, names: tuple[str, ...], padded: bool) -> tuple[Meaning, Array] | None:
        """Words are numbered in the order of ``names``, or of the alphabet; whole numbers are indices already."""
        if values.ndim != 1 or padded or values.dtype.kind not in "iuU":
            return None
        if values.dtype.kind == "U":
            found, indices = np.unique(values, return_inverse=True)
            if set(names) >= set(found.tolist()):
                indices = np.array([names.index(word) for word in found.tolist()], np.int64)[indices]
            return cls(names=names if set(names) >= set(found.tolist()) else tuple(found.tolist())), indices.astype(np.int64)
        highest = min(int(values.max(initial=0)), MOST)
        return cls(names=names or tuple(str(index) for index in range(highest + 1))), values.astype(np.int64)

    def fault(self, values: Array) -> str:
        wrong = values[(values < 0) | (values >= len(self.names))]
        return f"has the class {wrong[0]}, but there are only {len(self.names):,} classes, numbered from 0" if len(wrong) else ""

    def network_shape(self, shape: Shape) -> Shape:
        """One score per class, at every place where the stored value has places."""
        return (len(self.names), *shape)

    def as_trained(self, recorded: Meaning) -> Meaning:
        """Names say what the data hold, not how a network reads them."""
        return self

    def encode(self, values: Tensor) -> Tensor:
        """(N, classes, ...) 1 at the class, 0 elsewhere."""
        from torch.nn.functional import one_hot

        return one_hot(values, len(self.names)).movedim(-1, 1).float()

    def target(self, values: Tensor) -> Tensor:
        return values

    def picture(self, value: Array) -> Bytes:
        """One pixel per class, the true one white."""
        picture = np.zeros((1, 1, len(self.names)), np.uint8)
        picture[0, 0, int(value)] = 255
        return picture

    def words(self, value: Array) -> str:
        return self.name_of(int(value))

    def name_of(self, index: int) -> str:
        """The name of class ``index``, or its number where it has none."""
        return self.names[index] if 0 <= index < len(self.names) else str(index)

    def facts(self, shape: Shape) -> str:
        return f"{len(self.names)} classes"
