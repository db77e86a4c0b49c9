"""strokes: digits written by a simulated pen, everywhere in the picture, no two alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.data.drawing.chance import normal, uniform
from engine.data.drawing.glyphs import Glyph, glyphs
from engine.data.drawing.pen import Reals, nearest_squared
from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image
from engine.data.pieces import Between, never, within
from engine.data.source import Bytes, Labels, RawSet, RawSplit, Source, balanced_labels, dataset

SIZE = 28
CHUNK = 64  # pictures drawn at once: their working arrays stay in the cache
CHOOSING = 0.05  # of the time, for choosing how each is written
SHIFT = 3.0  # most pixels that a digit's middle lies beside the picture's, across and down
MARGIN = 2.2  # pixels that the pen's path keeps from the edge


@dataset
class Strokes(Source):
    """28 × 28 grey pen-stroke digits; a stand-in for MNIST that needs no download and is harder for a linear model."""

    name = "strokes"
    title = "Pen strokes"
    help = "Digits 0 to 9 written by a simulated pen: several hands, shifted, turned, slanted and distorted."
    slots = slots(image=(Image(), (1, SIZE, SIZE)), label=(Classes(names=tuple("0123456789")), ()))

    def load(self, seed: int, root: Path | None = None) -> RawSet:
        return generate(seed)

    def load_between(self, seed: int, root: Path | None, between: Between) -> RawSet:
        return generate(seed, between=between)


def generate(seed: int, train: int = 8000, test: int = 1000, between: Between = never) -> RawSet:
    """The set for ``seed``; training and test pictures come from separate random streams."""
    mostly = train / (train + test)
    return RawSet(
        _split(seed, 0, train, within(between, 0, mostly)), _split(seed, 1, test, within(between, mostly, 1)), Strokes.slots
    )


def _split(seed: int, stream: int, count: int, between: Between) -> RawSplit:
    rng = np.random.default_rng([seed, stream, 28])
    labels = balanced_labels(count, 10, rng)
    return RawSplit({"image": draw(labels, rng, between)[:, None], "label": labels})


def draw(labels: Labels, rng: np.random.Generator, between: Between = never) -> Bytes:
    """(N, 28, 28) uint8: one digit per label, white ink on black."""
    ways = glyphs()
    chosen = _chosen(labels, ways, rng, within(between, 0, CHOOSING))
    drawing, done = within(between, CHOOSING, 1), 0
    pictures = np.empty((len(labels), SIZE, SIZE), dtype=np.uint8)
    for index, way in enumerate(ways):
        members = np.flatnonzero(chosen == index)
        for start in range(0, len(members), CHUNK):
            drawing(done / len(labels))
            part = members[start : start + CHUNK]
            pictures[part] = _ink(way, len(part), rng)
            done += len(part)
    return pictures


def _chosen(labels: Labels, ways: Sequence[Glyph], rng: np.random.Generator, between: Between) -> Labels:
    """(N,) for each label the index of a way to write it."""
    of_digit = [[index for index, way in enumerate(ways) if way.digit == digit] for digit in range(10)]
    chosen = np.empty(len(labels), dtype=np.int64)
    for place, label in enumerate(labels):
        if place % CHUNK == 0:
            between(place / len(labels))
        chosen[place] = rng.choice(of_digit[label])
    return chosen


def _ink(way: Glyph, count: int, rng: np.random.Generator) -> Bytes:
    """(count, 28, 28) uint8: one glyph written ``count`` times."""
    path = _place(_write(way, count, rng), rng)
    radius = uniform(rng, 0.95, 1.55, (count, 1))
    pressure = 1 + normal(rng, 0.12, (count, len(way.weights)))
    pressure = _smooth(pressure) * (1 - 0.25 * way.tips)
    width = radius * np.clip(pressure, 0.6, 1.4)
    middle = (width[:, way.starts] + width[:, way.ends]) / np.float32(2)
    squared = nearest_squared(path[:, way.starts], path[:, way.ends], SIZE, np.float32(1) / middle**2)
    soft = uniform(rng, 0.8, 1.2, (count, 1, 1))  # how many pixels wide the edge of the ink is
    inside = (1 - np.sqrt(squared)) * radius[:, :, None] / soft + 0.5
    peak = uniform(rng, 190, 255, (count, 1, 1))
    ink: Bytes = np.rint(np.clip(inside, 0, 1) * peak).astype(np.uint8)
    return ink


def _write(way: Glyph, count: int, rng: np.random.Generator) -> Reals:
    """(count, P, 2) the pen's path in glyph units: shaken control points, then turned, slanted and bent."""
    shaken = way.points + normal(rng, 0.055, (count, *way.points.shape))
    path = way.weights @ shaken
    turn, slant = uniform(rng, -0.35, 0.35, (count,)), uniform(rng, -0.35, 0.25, (count,))
    height, breadth = uniform(rng, 6.3, 9.0, (count,)), uniform(rng, 0.85, 1.2, (count,))
    cos, sin = np.cos(turn), np.sin(turn)
    slanted = np.stack([np.stack([breadth, slant], -1), np.stack([np.zeros_like(slant), np.ones_like(slant)], -1)], 1)
    turned = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], 1)
    matrix = (turned @ slanted) * height[:, None, None]
    return _bend(path, rng) @ matrix.transpose(0, 2, 1)


def _bend(path: Reals, rng: np.random.Generator, waves: int = 3) -> Reals:
    """Elastic distortion: every point moved by a smooth random field, a sum of a few plane waves."""
    count = len(path)
    vectors = normal(rng, 1.3, (count, 2, waves))  # radians per glyph unit
    phases = uniform(rng, 0, 2 * np.pi, (count, 1, waves))
    strength = normal(rng, 0.075, (count, waves, 2))
    bent: Reals = path + np.sin(path @ vectors + phases) @ strength
    return bent


def _place(path: Reals, rng: np.random.Generator) -> Reals:
    """The path moved to a random place near the middle at which all of it is in the picture, shrunk where it has to be."""
    low, high = path.min(1, keepdims=True), path.max(1, keepdims=True)
    room = np.float32(SIZE - 1 - 2 * MARGIN)
    scale = np.minimum(1, room / (high - low).max(-1, keepdims=True))
    spare = (room - (high - low) * scale) / 2
    where = np.minimum(spare, np.float32(SHIFT)) * uniform(rng, -1, 1, (len(path), 1, 2))
    placed: Reals = (path - (low + high) / 2) * scale + np.float32((SIZE - 1) / 2) + where
    return placed


def _smooth(values: Reals) -> Reals:
    """(N, P) averaged over three neighbours."""
    padded = np.pad(values, ((0, 0), (1, 1)), mode="edge")
    averaged: Reals = (padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]) / np.float32(3)
    return averaged
