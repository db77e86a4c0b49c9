"""shapes: one coloured figure at a random place, size and angle on a cluttered background, with its mask and its box."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.data.drawing.chance import normal, uniform
from engine.data.drawing.clutter import clutter, colours
from engine.data.drawing.figures import FIGURES, Figure
from engine.data.drawing.pen import Reals
from engine.data.meaning import slots
from engine.data.meanings.boxes import Boxes
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image
from engine.data.meanings.mask import Mask
from engine.data.pieces import Between, never, within
from engine.data.source import Bytes, Labels, Masks, RawSet, RawSplit, Source, balanced_labels, dataset

SIZE = 32
CHUNK = 50  # pictures drawn at once: their working arrays stay in the cache
RADII = (8.0, 12.0)  # of the circle around a figure, in pixels
CONTRAST = 0.4  # least distance of the figure's colour from what lies behind it; RGB in 0..1
TRIES = 8  # random colours among which that one is looked for
GRAIN = 0.018  # deviation of the noise of the camera, as it were
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataset
class Shapes(Source):
    """32 × 32 RGB; colour, place, size and angle say nothing of the class, so that only form helps."""

    name = "shapes"
    title = "Shapes"
    help = "One coloured figure on a cluttered background; where the object lies is known for every image."
    slots = slots(
        image=(Image(), (3, SIZE, SIZE)),
        label=(Classes(names=tuple(FIGURES)), ()),
        mask=(Mask(), (SIZE, SIZE)),
        box=(Boxes(names=tuple(FIGURES), height=SIZE, width=SIZE), (1, 5), True),
    )

    def load(self, seed: int, root: Path | None = None) -> RawSet:
        return generate(seed)

    def load_between(self, seed: int, root: Path | None, between: Between) -> RawSet:
        return generate(seed, between=between)


def generate(seed: int, train: int = 8000, test: int = 1000, between: Between = never) -> RawSet:
    """The set for ``seed``; training and test pictures come from separate random streams."""
    mostly = train / (train + test)
    return RawSet(
        _split(seed, 0, train, within(between, 0, mostly)), _split(seed, 1, test, within(between, mostly, 1)), Shapes.slots
    )


def _split(seed: int, stream: int, count: int, between: Between) -> RawSplit:
    rng = np.random.default_rng([seed, stream, 32])
    labels = balanced_labels(count, len(FIGURES), rng)
    pictures, masks = draw(labels, rng, between)
    counts = np.ones(count, np.int64)
    return RawSplit({"image": pictures, "label": labels, "mask": masks, "box": _boxes(masks, labels), "box.count": counts})


def _boxes(masks: Masks, labels: Labels) -> Reals:
    """(N, 1, 5) left, top, right, bottom and class of the one figure in each picture."""
    columns, rows = np.asarray(masks.any(1)), np.asarray(masks.any(2))
    edges = [columns.argmax(1), rows.argmax(1), SIZE - columns[:, ::-1].argmax(1), SIZE - rows[:, ::-1].argmax(1)]
    boxes: Reals = np.stack([*edges, labels], 1)[:, None].astype(np.float32)
    return boxes


def draw(labels: Labels, rng: np.random.Generator, between: Between = never) -> tuple[Bytes, Masks]:
    """(N, 3, 32, 32) uint8 pictures of one figure per label, and the figures' masks (N, 32, 32)."""
    pictures = np.empty((len(labels), 3, SIZE, SIZE), dtype=np.uint8)
    masks = np.empty((len(labels), SIZE, SIZE), dtype=np.bool_)
    for start in range(0, len(labels), CHUNK):
        between(start / len(labels))
        part = slice(start, start + CHUNK)
        background = clutter(len(labels[part]), SIZE, rng)
        cover = _figures(labels[part], rng)
        pictures[part] = np.rint(_painted(background, cover, rng) * 255)
        masks[part] = cover > 0.5
    return pictures, masks


def _figures(labels: Labels, rng: np.random.Generator) -> Reals:
    """(N, 32, 32) how much of each pixel the figure covers, 0..1: turned, sized and placed at random, never cut off."""
    count = len(labels)
    radius = uniform(rng, *RADII, (count, 1, 1))
    centre = (SIZE - 1) / 2 + uniform(rng, -1, 1, (2, count, 1, 1)) * ((SIZE - 1) / 2 - radius)
    angle = uniform(rng, 0, 2 * np.pi, (count, 1, 1))
    axis = np.arange(SIZE, dtype=np.float32)
    x, y = (axis[None, None, :] - centre[0]) / radius, (axis[None, :, None] - centre[1]) / radius
    x, y = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
    cover = np.empty((count, SIZE, SIZE), dtype=np.float32)
    figures: list[Figure] = list(FIGURES.values())
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        distance = figures[label](x[members], y[members]) * radius[members]
        cover[members] = np.clip(0.5 - distance, 0, 1)
    return cover


def _painted(background: Reals, cover: Reals, rng: np.random.Generator) -> Reals:
    """``background`` (N, 3, 32, 32) with the figure on it, lightly shaded from one side to the other."""
    colour = _standing_out(background, cover, rng)[:, :, None, None]
    axis = np.linspace(-1, 1, SIZE, dtype=np.float32)
    tilt = uniform(rng, -0.14, 0.14, (2, len(cover), 1, 1, 1))
    shaded: Reals = colour * (1 + tilt[0] * axis[:, None] + tilt[1] * axis)
    shaded -= background
    shaded *= cover[:, None]
    shaded += background
    shaded += normal(rng, GRAIN, background.shape)
    np.clip(shaded, 0, 1, out=shaded)
    return shaded


def _standing_out(background: Reals, cover: Reals, rng: np.random.Generator) -> Reals:
    """(N, 3) for each picture the first of several random colours that differs enough from what the figure hides."""
    count = len(cover)
    offers = colours(count * TRIES, rng, (0.5, 1.0), (0.8, 1.0)).reshape(count, TRIES, 3)
    hidden = (background * cover[:, None]).sum((2, 3)) / cover.sum((1, 2))[:, None]
    apart = offers - hidden[:, None]
    # Half of the contrast has to be in brightness, so that the figure is still there in grey.
    contrast = np.minimum(np.linalg.norm(apart, axis=-1), 2 * (apart @ LUMA))
    enough = contrast >= CONTRAST
    chosen = np.where(enough.any(1), enough.argmax(1), contrast.argmax(1))
    picked: Reals = offers[np.arange(count), chosen]
    return picked
