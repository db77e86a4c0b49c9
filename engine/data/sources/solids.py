"""solids: one solid body at a random place, size and turn in a small noisy volume, as a scanner would see it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.data.drawing.chance import normal, uniform
from engine.data.drawing.pen import Reals
from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Volume
from engine.data.pieces import Between, never, within
from engine.data.source import RawSet, RawSplit, Source, balanced_labels, dataset

SIDE = 16
CHUNK = 64  # bodies drawn at once: their working arrays stay in the cache
RADII = (5.5, 7.0)  # of the ball around a body, in voxels

Body = Callable[[Reals, Reals, Reals], Reals]
"""How far a point (x, y, z) lies outside a body that just fits into the unit ball, below 0 inside; exact to first order."""


def ball(x: Reals, y: Reals, z: Reals) -> Reals:
    """A ball of radius 0.8, about as large as the others."""
    outside: Reals = np.sqrt(x**2 + y**2 + z**2) - np.float32(0.8)
    return outside


def box(x: Reals, y: Reals, z: Reals) -> Reals:
    """A cube."""
    outside: Reals = np.maximum(np.maximum(np.abs(x), np.abs(y)), np.abs(z)) - np.float32(3**-0.5)
    return outside


def cylinder(x: Reals, y: Reals, z: Reals) -> Reals:
    """A slender cylinder along z."""
    outside: Reals = np.maximum(np.sqrt(x**2 + y**2) - np.float32(0.5), np.abs(z) - np.float32(0.86))
    return outside


def cone(x: Reals, y: Reals, z: Reals) -> Reals:
    """A cone with its tip at z = 1."""
    side = (np.sqrt(x**2 + y**2) - np.float32(0.55) * (1 - z)) / np.float32(np.hypot(1, 0.55))
    outside: Reals = np.maximum(side, -z - np.float32(0.55))
    return outside


def torus(x: Reals, y: Reals, z: Reals) -> Reals:
    """A ring around z."""
    outside: Reals = np.hypot(np.sqrt(x**2 + y**2) - np.float32(0.68), z) - np.float32(0.32)
    return outside


BODIES: dict[str, Body] = {"ball": ball, "box": box, "cylinder": cylinder, "cone": cone, "torus": torus}


@dataset
class Solids(Source):
    """(1, 16, 16, 16) float32, 0 outside and 1 inside but for noise; density, place, size and turn say nothing of the class."""

    name = "solids"
    title = "Solids"
    help = "Volumes of 16×16×16 with one body, turned at random, in noise: ball, box, cylinder, cone or torus."
    slots = slots(volume=(Volume(), (1, SIDE, SIDE, SIDE)), label=(Classes(names=tuple(BODIES)), ()))

    def load(self, seed: int, root: Path | None = None) -> RawSet:
        return generate(seed)

    def load_between(self, seed: int, root: Path | None, between: Between) -> RawSet:
        return generate(seed, between=between)


def generate(seed: int, train: int = 3000, test: int = 500, between: Between = never) -> RawSet:
    """The set for ``seed``; training and test volumes come from separate random streams."""
    mostly = train / (train + test)
    return RawSet(
        _split(seed, 0, train, within(between, 0, mostly)), _split(seed, 1, test, within(between, mostly, 1)), Solids.slots
    )


def _split(seed: int, stream: int, count: int, between: Between) -> RawSplit:
    rng = np.random.default_rng([seed, stream, SIDE])
    labels = balanced_labels(count, len(BODIES), rng)
    volumes, done = np.empty((count, 1, SIDE, SIDE, SIDE), np.float32), 0
    for label, body in enumerate(BODIES.values()):
        members = np.flatnonzero(labels == label)
        for start in range(0, len(members), CHUNK):
            between(done / count)
            part = members[start : start + CHUNK]
            volumes[part, 0] = _drawn(body, len(part), rng)
            done += len(part)
    return RawSplit({"volume": volumes, "label": labels})


def _drawn(body: Body, count: int, rng: np.random.Generator) -> Reals:
    """(count, 16, 16, 16) how much of each voxel the body fills, times its density, in noise."""
    radius = uniform(rng, *RADII, (count, 1, 1))
    centre = uniform(rng, -1, 1, (count, 3, 1)) * ((SIDE - 1) / 2 - radius)
    axis = np.arange(SIDE, dtype=np.float32) - np.float32((SIDE - 1) / 2)
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij")).reshape(1, 3, -1)
    x, y, z = (_turns(count, rng) @ ((grid - centre) / radius)).transpose(1, 0, 2)
    filled = np.clip(0.5 - body(x, y, z) * radius[:, 0], 0, 1).reshape(count, SIDE, SIDE, SIDE)
    density = uniform(rng, 0.6, 1.4, (count, 1, 1, 1))
    drawn: Reals = density * filled + normal(rng, 0.1, filled.shape)
    return drawn


def _turns(count: int, rng: np.random.Generator) -> Reals:
    """(count, 3, 3) rotations, all equally likely: unit quaternions are (Shoemake 1992)."""
    quaternions = normal(rng, 1, (4, count))
    w, x, y, z = quaternions / np.linalg.norm(quaternions, axis=0)
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
        (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
        (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
    )
    return np.array(rows, np.float32).transpose(2, 0, 1)
