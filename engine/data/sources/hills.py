"""hills: points of the plane and the height of a hilly land there, for regression."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.data.meaning import slots
from engine.data.meanings.vector import Vector
from engine.data.source import Array, RawSet, RawSplit, Source, dataset

NOISE = 0.05  # standard deviation of what is measured wrong, in the height's own units


@dataset
class Hills(Source):
    """z = sin 2x · cos 2y + x/2, with a little noise, for x and y in −2..2."""

    name = "hills"
    title = "Hills"
    help = (
        "Points of the plane and the height of a hilly land there: a function to be approximated, measured with a little noise."
    )
    slots = slots(point=(Vector(names=("x", "y")), (2,)), height=(Vector(names=("height",)), (1,)))

    def load(self, seed: int, root: Path | None = None) -> RawSet:
        return RawSet(_split(seed, 0, 4000), _split(seed, 1, 1000), self.slots)


def _split(seed: int, stream: int, count: int) -> RawSplit:
    rng = np.random.default_rng([seed, stream, 2])
    points = rng.uniform(-2, 2, (count, 2)).astype(np.float32)
    measured = height(points) + NOISE * rng.standard_normal((count, 1))
    return RawSplit({"point": points, "height": measured.astype(np.float32)})


def height(points: Array) -> Array:
    """(N, 1) the true height at ``points`` (N, 2)."""
    x, y = points[:, :1], points[:, 1:]
    return np.asarray(np.sin(2 * x) * np.cos(2 * y) + x / 2)
