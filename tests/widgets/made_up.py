"""Snapshots made up for tests of views: real shapes, believable curves, pictures with something in them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.arithmetic import Arithmetic, padded
from engine.design.network import NetworkDesign, layer
from engine.snapshot import (
    LEVELS,
    Bars,
    Example,
    History,
    Metric,
    Pairs,
    PictureRows,
    Snapshot,
    TaskFacts,
    Tiles,
    Wall,
    Want,
)

DIGITS = tuple(str(digit) for digit in range(10))
CLASSIFY = TaskFacts("classify", "Classify", DIGITS, (Metric("accuracy", "Accuracy", "share"),))
RECONSTRUCT = TaskFacts("reconstruct", "Reconstruct", (), (Metric("mse", "Mean squared error", "", "lower"),))
REGRESS = TaskFacts("regress", "Regress", ("height",), (Metric("rmse", "Root mean squared error", "m", "lower"),))


def design() -> NetworkDesign:
    """A small network of the kinds there are: c1 a1 c2 f out."""
    return NetworkDesign(
        "digits",
        (1, 28, 28),
        (
            layer("c1", "conv2d", filters=12, kernel=5, padding=2),
            layer("a1", "relu"),
            layer("c2", "conv2d", filters=6, kernel=3),
            layer("f", "flatten"),
            layer("out", "linear", units=10),
        ),
    )


def digit(seed: int = 0) -> NDArray[np.uint8]:
    """A (28, 28) picture: a few bright strokes on black."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[:28, :28]
    picture = np.zeros((28, 28))
    for _ in range(3):
        (y0, x0), (y1, x1) = random.uniform(6, 22, (2, 2))
        for share in np.linspace(0, 1, 24):
            y, x = y0 + share * (y1 - y0), x0 + share * (x1 - x0)
            picture = np.maximum(picture, np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 2))
    return np.rint(picture * 255).astype(np.uint8)


def tiles_of(values: NDArray[Any], *, signed: bool = False, columns: int = 0) -> Tiles:
    """Tiles quantised from (N, H, W) values as the captures do it."""
    flat = values.reshape(len(values), -1)
    high = np.abs(flat).max(1) if signed else flat.max(1)
    low = -high if signed else flat.min(1)
    span = np.where(high > low, high - low, 1)[:, None, None]
    levels = np.rint((values - low[:, None, None]) / span * LEVELS).astype(np.uint8)
    return Tiles(levels, low.astype(np.float32), high.astype(np.float32), len(values), signed, columns)


def feature_maps() -> Tiles:
    """Twelve maps of 28 × 28: a digit, correlated with twelve different kernels, after ReLU."""
    picture = digit(4) / 255
    maps = []
    for unit in range(12):
        angle = unit * np.pi / 12
        shifted = np.roll(picture, (round(2 * np.sin(angle)), round(2 * np.cos(angle))), (0, 1))
        maps.append(np.maximum(picture - 0.7 * shifted, 0) * (1 + unit / 6))
    return tiles_of(np.stack(maps))


def filters(count: int = 12, channels: int = 1, size: int = 5) -> Tiles:
    """Filters with a direction each, one tile per filter and channel."""
    random = np.random.default_rng(1)
    rows, columns = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    tiles = []
    for filter in range(count * channels):
        angle = filter * 0.7
        tiles.append(np.sin(2 * (rows * np.sin(angle) + columns * np.cos(angle))) + random.normal(0, 0.4, (size, size)))
    return tiles_of(0.3 * np.stack(tiles), signed=True, columns=channels)


def convolution(channels: int = 1, padding: int = 2, size: int = 5) -> Arithmetic:
    """A filter of c1 on the digit; or one on more channels."""
    random = np.random.default_rng(3)
    count = 28 + 2 * padding - size + 1
    axis = padded(28, (padding, padding), size, 1, 1, count)
    patch = np.stack([np.pad(np.roll(digit(4), at, 0) / 127.5 - 1, padding) for at in range(channels)]).astype(np.float32)
    patch[:, axis.pixels < 0] = patch[:, :, axis.pixels < 0] = 0
    weights = random.normal(0, 0.2, (channels, size, size)).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(patch, (size, size), axis=(1, 2))
    output = (np.einsum("cijab,cab->ij", windows, weights) + 0.05).astype(np.float32)
    return Arithmetic(
        "sum", patch, weights, 0.05, output, axis, axis, 3, 12, 0, channels, source="@in" if channels == 1 else "a1"
    )


def wall(count: int = 64) -> Wall:
    """Test images of which every ninth is named wrongly."""
    labels = np.arange(count) % 10
    predicted = np.where(np.arange(count) % 9 == 8, (labels + 3) % 10, labels)
    pictures = np.stack([digit(seed) for seed in range(count)])[:, np.newaxis]
    return Wall(pictures, labels, predicted, np.linspace(0.5, 1, count).astype(np.float32), np.arange(count) * 2)


def history(steps: int = 800) -> History:
    """A run that learns: a noisy training loss at every step, validation every 60."""
    random = np.random.default_rng(2)
    all_steps = np.arange(1, steps + 1, dtype=float)
    made = History()
    loss = 2.3 * np.exp(-all_steps / 60) + 0.15 + random.exponential(0.08, steps)
    made.extend("train/loss", all_steps, loss)
    made.extend("train/accuracy", all_steps, np.clip(1 - loss / 3 + random.normal(0, 0.02, steps), 0, 1))
    some = all_steps[59::60]
    made.extend("validation/loss", some, 2.2 * np.exp(-some / 60) + 0.2)
    made.extend("validation/accuracy", some, 0.966 - 0.8 * np.exp(-some / 80))
    return made


def snapshot(step: int = 800, *, captured: bool | dict[Want, Any] = True, **changes: Any) -> Snapshot:
    """A snapshot of c1 and c2 with everything the first views want.

    ``captured`` False leaves all pictures and numbers out; a mapping takes the place of everything captured.
    """
    everything: dict[Want, Any] = {
        Want("feature_maps", "c1"): feature_maps(),
        Want("filters", "c1"): filters(),
        Want("feature_maps", "c2"): feature_maps(),
        Want("filters", "c2"): filters(6, 12, 3),
        Want("arithmetic", "c1", unit=3): convolution(),
        Want("arithmetic", "c2", unit=5): convolution(6, 0, 3),
        Want("answer"): Bars(DIGITS, np.array([0.001, 0, 0, 0, 0.97, 0.004, 0, 0.005, 0, 0.02], np.float32), 4, "probability"),
        Want("predictions"): wall(),
    }
    fields: dict[str, Any] = {
        "step": step,
        "epoch": step / 937,
        "design": design(),
        "task": CLASSIFY,
        "history": history(),
        "pinned": (Example(digit(4)[np.newaxis], 4, "test image #4", 4),),
        "captured": captured if isinstance(captured, dict) else everything,
    }
    if captured is False:
        fields |= {"history": History(), "pinned": (), "captured": {}}
    return Snapshot(**(fields | changes))


def pictures(count: int = 12) -> PictureRows:
    """What an autoencoder is given and gives back."""
    rows = np.stack([digit(seed) for seed in range(count)])[:, np.newaxis]
    return PictureRows((rows, rows // 2 + 40), ("input", "answer"), indices=np.arange(count) * 3)


def pairs(count: int = 40) -> Pairs:
    """Heights beside the true ones, nearly right."""
    truth = np.linspace(-1, 1, count, dtype=np.float32)[:, np.newaxis]
    return Pairs(
        ("height",), truth, truth + np.sin(np.arange(count, dtype=np.float32))[:, np.newaxis] / 10, "m", np.arange(count)
    )
