"""Vectors: a few numbers with names, such as a point or a measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from engine.data.meaning import MEANINGS, Array, Bytes, Meaning, as_float32
from engine.design.kinds import Shape
from engine.design.parameters import Reals, Words, parameter
from engine.words import counted, number

if TYPE_CHECKING:
    from torch import Tensor


@MEANINGS.declare
class Vector(Meaning):
    """Numbers (N, features) float32. Networks read and answer in standard units: (x − mean)/deviation of each feature."""

    kind: ClassVar[str] = "vector"
    title: ClassVar[str] = "Numbers"
    help: ClassVar[str] = (
        "A few numbers with names, such as a point or a measurement, each with mean 0 and deviation 1 for the network."
    )

    arrays: ClassVar[str] = "numbers (N, features), or real numbers (N,)"

    names: Words = parameter((), "What each number is called.")
    unit: str = parameter("", "The unit of the numbers.")
    mean: Reals = parameter((), "The mean of each number over the training split.")
    deviation: Reals = parameter((), "The standard deviation of each number over the training split.")

    @classmethod
    def recognised(cls, values: Array, names: tuple[str, ...], padded: bool) -> tuple[Meaning, Array] | None:
        if (
            padded
            or values.dtype.kind not in "fiu"
            or (values.ndim, values.dtype.kind) not in {(1, "f"), *((2, k) for k in "fiu")}
        ):
            return None
        return cls(names=names), as_float32(values.reshape(len(values), -1))

    def fault(self, values: Array) -> str:
        if self.names and len(self.names) != values.shape[1]:
            return f"has {values.shape[1]} numbers in each example, but {len(self.names)} names"
        return super().fault(values)

    @property
    def levels(self) -> tuple[Reals, Reals]:
        return self.mean, self.deviation

    @property
    def unit_name(self) -> str:
        return self.unit

    def measured(self, values: Tensor) -> Meaning:
        from engine.data.statistics import channel_statistics

        mean, deviation = channel_statistics(values)
        return self.model_copy(update={"mean": mean, "deviation": deviation})

    def encode(self, values: Tensor) -> Tensor:
        mean, deviation = self._affine(values)
        return (values - mean) / deviation

    def decode(self, encoded: Tensor) -> Tensor:
        mean, deviation = self._affine(encoded)
        return encoded * deviation + mean

    def _affine(self, like: Tensor) -> tuple[Tensor, Tensor]:
        """(1, features) mean and deviation where ``like`` is."""
        from engine.data.constants import constant

        features = like.shape[1]
        mean, deviation = self.mean or (0.0,) * features, self.deviation or (1.0,) * features
        return constant(mean, (1, -1), like.device), constant(deviation, (1, -1), like.device)

    def picture(self, value: Array) -> Bytes:
        """A dot in the plane for a point; a row of bars for more numbers."""
        from engine.data.drawing.sketch import bars, dot

        mean, deviation = np.array(self.mean or 0.0), np.array(self.deviation or 1.0)
        standard = (value.astype(np.float64) - mean) / deviation
        return dot(standard[0], standard[1]) if len(standard) == 2 else bars(standard)

    def words(self, value: Array) -> str:
        names = self.names or tuple(str(index) for index in range(len(value)))
        unit = f" {self.unit}" if self.unit else ""
        return ", ".join(f"{name} {number(float(each))}{unit}" for name, each in zip(names, value, strict=False))

    def facts(self, shape: Shape) -> str:
        names = f" ({', '.join(self.names)})" if 0 < len(self.names) <= 6 else ""
        return f"{counted(shape[0], 'number')}{names}"
