"""Busy backgrounds without any figure in them: gradients, cloudy texture, soft spots, short pen strokes and grain."""

from __future__ import annotations

import numpy as np

from engine.data.drawing.pen import Reals, nearest_squared

STROKES = 6
SPOTS = 3


def clutter(count: int, size: int, rng: np.random.Generator) -> Reals:
    """(count, 3, size, size) colours in 0..1."""
    picture = _gradient(count, size, rng)
    picture += _clouds(count, size, rng)
    for _ in range(SPOTS):
        _blend(picture, _spot(count, size, rng), _near(picture, rng, 0.3))
    for _ in range(STROKES):
        _blend(picture, _stroke(count, size, rng), _near(picture, rng, 0.55))
    return np.clip(picture, 0, 1)


def colours(count: int, rng: np.random.Generator, saturation: tuple[float, float], value: tuple[float, float]) -> Reals:
    """(count, 3) RGB in 0..1 of evenly spread hue; saturation and value in the given ranges."""
    hue = rng.random((count, 1), dtype=np.float32) * 6
    away = np.abs(np.mod(hue - np.array([0, 2, 4], np.float32) + 3, 6) - 3)  # from pure red, green and blue, in sixths
    full = 1 - np.clip(away - 1, 0, 1)
    strong, bright = _between(rng, *saturation, (count, 1)), _between(rng, *value, (count, 1))
    made: Reals = (1 - strong * (1 - full)) * bright
    return made


def _between(rng: np.random.Generator, low: float, high: float, shape: tuple[int, ...]) -> Reals:
    return rng.random(shape, dtype=np.float32) * np.float32(high - low) + np.float32(low)


def _gradient(count: int, size: int, rng: np.random.Generator) -> Reals:
    """From one colour to a related one, in any direction."""
    axis = np.linspace(-0.5, 0.5, size, dtype=np.float32)
    angle = _between(rng, 0, 2 * np.pi, (count, 1, 1))
    position = np.clip(np.cos(angle) * axis[None, None, :] + np.sin(angle) * axis[None, :, None] + 0.5, 0, 1)[:, None]
    one = colours(count, rng, (0.05, 0.6), (0.2, 0.95))
    other = np.clip(one + rng.normal(0, 0.16, one.shape).astype(np.float32), 0, 1)
    mixed: Reals = one[:, :, None, None] * (1 - position) + other[:, :, None, None] * position
    return mixed


def _clouds(count: int, size: int, rng: np.random.Generator) -> Reals:
    """Value noise of three grain sizes, mostly in brightness and a little in colour."""
    total = np.zeros((count, 3, size, size), dtype=np.float32)
    for cells, strength in ((4, 0.07), (9, 0.055), (17, 0.045)):
        amount = _between(rng, 0.3, 1.5, (count, 1, 1, 1)) * np.float32(strength)
        shades = rng.standard_normal((count, 3, cells, cells), dtype=np.float32) * np.float32(0.35)
        shades += rng.standard_normal((count, 1, cells, cells), dtype=np.float32) * np.float32(0.9)
        across = _stretch(cells, size)
        total += across @ (shades * amount) @ across.T
    total += rng.standard_normal(total.shape, dtype=np.float32) * np.float32(0.018)
    return total


def _stretch(cells: int, size: int) -> Reals:
    """(size, cells) weights that interpolate linearly between the cells' values."""
    position = np.linspace(0, cells - 1, size, dtype=np.float32)[:, None]
    return np.maximum(0, 1 - np.abs(position - np.arange(cells, dtype=np.float32)))


def _spot(count: int, size: int, rng: np.random.Generator) -> Reals:
    """(count, size, size) a soft, stretched spot without an outline, 0..0.6."""
    axis = np.arange(size, dtype=np.float32)
    centre = _between(rng, 0, size - 1, (2, count, 1, 1))
    angle = _between(rng, 0, np.pi, (count, 1, 1))
    x, y = axis[None, None, :] - centre[0], axis[None, :, None] - centre[1]
    along = (np.cos(angle) * x + np.sin(angle) * y) / _between(rng, 2.0, 5.0, (count, 1, 1))
    beside = (np.cos(angle) * y - np.sin(angle) * x) / _between(rng, 1.2, 2.4, (count, 1, 1))
    spot: Reals = np.exp(-0.5 * (along**2 + beside**2)) * _between(rng, 0.0, 0.6, (count, 1, 1))
    return spot


def _stroke(count: int, size: int, rng: np.random.Generator) -> Reals:
    """(count, size, size) a thin bent line of 3 to 9 pixels, 0..0.85."""
    start = _between(rng, 0, size - 1, (count, 1, 2))
    angle = _between(rng, 0, 2 * np.pi, (count, 1)) + rng.normal(0, 0.35, (count, 2)).astype(np.float32).cumsum(1)
    length = _between(rng, 1.5, 4.5, (count, 1))
    steps = np.stack([np.cos(angle) * length, np.sin(angle) * length], -1)
    path = np.concatenate([start, start + steps.cumsum(1)], 1)
    distance = np.sqrt(np.maximum(nearest_squared(path[:, :-1], path[:, 1:], size), 0))
    inked = np.clip(_between(rng, 0.35, 0.8, (count, 1, 1)) + 0.5 - distance, 0, 1)
    return inked * _between(rng, 0.2, 0.85, (count, 1, 1))


def _near(picture: Reals, rng: np.random.Generator, spread: float) -> Reals:
    """(N, 3) a colour for each picture: its mean, moved by up to ``spread``."""
    mean = picture.mean((2, 3))
    brighter = rng.uniform(-spread, spread, (len(mean), 1)).astype(np.float32)
    tinted = rng.uniform(-spread / 2, spread / 2, mean.shape).astype(np.float32)
    return np.clip(mean + brighter + tinted, 0, 1)


def _blend(picture: Reals, cover: Reals, colour: Reals) -> None:
    """Paint ``colour`` (N, 3) over ``picture``, as densely as ``cover`` (N, H, W) says, in place."""
    picture += (colour[:, :, None, None] - picture) * cover[:, None]
