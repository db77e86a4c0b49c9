"""Points of the plane in classes that lines do not tell apart: moons, circles, ring, three_modes, spiral, xor, blobs."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.data.meaning import Slots, slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.vector import Vector
from engine.data.source import Array, Labels, RawSet, RawSplit, Source, balanced_labels, dataset

SIZES = (2000, 1000)  # training and test points
TURNS = 1.5  # of a spiral's arm around the middle
MODES = ((-1.1, -0.7), (1.1, -0.7), (0.0, 1.2))  # the middles of three_modes' islands
RADIUS = 0.9  # of those islands
QUADRANTS = np.array([[[1, 1], [-1, -1]], [[1, -1], [-1, 1]]], np.float64)  # the signs of xor's two classes

Drawn = tuple[Array, Labels]
"""(N, 2) points and their (N,) classes."""


def _in_classes(*names: str) -> Slots:
    return slots(point=(Vector(names=("x", "y")), (2,)), label=(Classes(names=names), ()))


class PointSource(Source):
    """Points (N, 2) float32 within about −3..3, with one class each, drawn afresh for every seed."""

    def load(self, seed: int, root: Path | None = None) -> RawSet:
        train, test = (self._split(count, np.random.default_rng([seed, stream, 2])) for stream, count in enumerate(SIZES))
        return RawSet(train, test, self.slots)

    def draw(self, count: int, rng: np.random.Generator) -> Drawn:
        """``count`` points and their classes."""
        raise NotImplementedError

    def _split(self, count: int, rng: np.random.Generator) -> RawSplit:
        points, labels = self.draw(count, rng)
        return RawSplit({"point": points.astype(np.float32), "label": labels.astype(np.int64)})


@dataset
class Moons(PointSource):
    """scikit-learn's make_moons."""

    name = "moons"
    title = "Two moons"
    help = "Two half-moons that reach into one another: no line tells them apart, a bent one does."
    slots = _in_classes("upper", "lower")

    def draw(self, count: int, rng: np.random.Generator) -> Drawn:
        from sklearn.datasets import make_moons

        points, labels = make_moons(count, noise=0.15, random_state=_state(rng))
        return points, labels


@dataset
class Circles(PointSource):
    """scikit-learn's make_circles."""

    name = "circles"
    title = "Circles"
    help = "One circle within another: the distance from the middle tells the classes apart, no line does."
    slots = _in_classes("outer", "inner")

    def draw(self, count: int, rng: np.random.Generator) -> Drawn:
        from sklearn.datasets import make_circles

        points, labels = make_circles(count, noise=0.08, factor=0.5, random_state=_state(rng))
        return points, labels


@dataset
class Blobs(PointSource):
    """scikit-learn's make_blobs, around five fixed middles."""

    name = "blobs"
    title = "Blobs"
    help = "Five round clouds of points, one for each class; lines tell them apart, but for a few points."
    slots = _in_classes("middle", "north-east", "north-west", "south-west", "south-east")

    def draw(self, count: int, rng: np.random.Generator) -> Drawn:
        from sklearn.datasets import make_blobs

        middles = np.array([[0, 0], [2, 2], [-2, 2], [-2, -2], [2, -2]])
        points, labels = make_blobs(count, centers=middles, cluster_std=0.6, random_state=_state(rng))
        return points, labels


@dataset
class Ring(PointSource):
    """All points at a distance of 1 to 2 from the middle against the rest of a square."""

    name = "ring"
    title = "Ring"
    help = "A ring against what lies within and around it: one class has a hole, so no line comes near."
    slots = _in_classes("elsewhere", "ring")

    def draw(self, count: int, rng: np.random.Generator) -> Drawn:
        points = rng.uniform(-2.5, 2.5, (count, 2))
        distance = np.hypot(*points.T)
        return points, ((distance >= 1) & (distance <= 2)).astype(np.int64)


@dataset
class ThreeModes(PointSource):
    """Three islands of one class in a sea of the other."""

    name = "three_modes"
    title = "Three modes"
    help = "Three islands of one class in a sea of the other: a class of several parts, which no line can gather."
    slots = _in_classes("sea", "island")

    def draw(self, count: int, rng: np.random.Generator) -> Drawn:
        points = rng.uniform(-2.5, 2.5, (count, 2))
        distance = np.hypot(*(points[:, None] - np.array(MODES)).transpose(2, 0, 1))
        return points, (distance.min(1) <= RADIUS).astype(np.int64)


@dataset
class Spiral(PointSource):
    """Three arms, each a class, that wind around the middle."""

    name = "spiral"
    title = "Spiral"
    help = "Three arms wound around one another: the classic set that a linear classifier fails on and a small network solves."
    slots = _in_classes("first arm", "second arm", "third arm")

    def draw(self, count: int, rng: np.random.Generator) -> Drawn:
        labels = balanced_labels(count, 3, rng)
        distance = rng.uniform(0.1, 1, count)
        angle = 2 * np.pi * (labels / 3 + TURNS * distance / 2) + 0.15 * rng.standard_normal(count)
        return 2 * distance[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1), labels


@dataset
class Xor(PointSource):
    """Opposite quadrants belong together (Minsky & Papert 1969)."""

    name = "xor"
    title = "Exclusive or"
    help = "Opposite quadrants belong together: exclusive or, which one neuron cannot compute."
    slots = _in_classes("same sign", "different signs")

    def draw(self, count: int, rng: np.random.Generator) -> Drawn:
        labels = balanced_labels(count, 2, rng)
        signs = QUADRANTS[labels, rng.integers(0, 2, count)]
        return signs * rng.uniform(0.1, 2, (count, 2)) + 0.1 * rng.standard_normal((count, 2)), labels


def _state(rng: np.random.Generator) -> int:
    """The seed of one of scikit-learn's generators."""
    return int(rng.integers(1 << 31))
