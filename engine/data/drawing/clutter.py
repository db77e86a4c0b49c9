"""Busy backgrounds without any figure in them: gradients, cloudy texture, soft spots and short pen strokes."""

from __future__ import annotations

import numpy as np

from engine.data.drawing.chance import normal, uniform
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
    strong, bright = uniform(rng, *saturation, (count, 1)), uniform(rng, *value, (count, 1))
    made: Reals = (1 - strong * (1 - full)) * bright
    return made


def _gradient(count: int, size: int, rng: np.random.Generator) -> Reals:
    """From one colour to a related one, in any direction."""
    axis = np.linspace(-0.5, 0.5, size, dtype=np.float32)
    angle = uniform(rng, 0, 2 * np.pi, (count, 1, 1))
    position = np.clip(np.cos(angle) * axis[None, None, :] + np.sin(angle) * axis[None, :, None] + 0.5, 0, 1)[:, None]
    one = colours(count, rng, (0.0, 0.4), (0.1, 0.6))
    other = np.clip(one + normal(rng, 0.16, one.shape), 0, 1)
    mixed: Reals = one[:, :, None, None] * (1 - position) + other[:, :, None, None] * position
    return mixed


def _clouds(count: int, size: int, rng: np.random.Generator) -> Reals:
    """Value noise of three grain sizes, mostly in brightness and a little in colour."""
    total = np.zeros((count, 3, size, size), dtype=np.float32)
    for cells, strength in ((4, 0.07), (9, 0.055), (17, 0.045)):
        amount = uniform(rng, 0.3, 1.5, (count, 1, 1, 1)) * np.float32(strength)
        shades = normal(rng, 0.35, (count, 3, cells, cells))
        shades += normal(rng, 0.9, (count, 1, cells, cells))
        across = _stretch(cells, size)
        total += across @ (shades * amount) @ across.T
    return total


def _stretch(cells: int, size: int) -> Reals:
    """(size, cells) weights that interpolate linearly between the cells' values."""
    position = np.linspace(0, cells - 1, size, dtype=np.float32)[:, None]
    weights: Reals = np.maximum(0, 1 - np.abs(position - np.arange(cells, dtype=np.float32)))
    return weights


def _spot(count: int, size: int, rng: np.random.Generator) -> Reals:
    """(count, size, size) a soft, stretched spot without an outline, 0..0.6."""
    axis = np.arange(size, dtype=np.float32)
    centre = uniform(rng, 0, size - 1, (2, count, 1, 1))
    angle = uniform(rng, 0, np.pi, (count, 1, 1))
    x, y = axis[None, None, :] - centre[0], axis[None, :, None] - centre[1]
    along = (np.cos(angle) * x + np.sin(angle) * y) / uniform(rng, 2.0, 5.0, (count, 1, 1))
    beside = (np.cos(angle) * y - np.sin(angle) * x) / uniform(rng, 1.2, 2.4, (count, 1, 1))
    spot: Reals = np.exp(-0.5 * (along**2 + beside**2)) * uniform(rng, 0.0, 0.6, (count, 1, 1))
    return spot


def _stroke(count: int, size: int, rng: np.random.Generator) -> Reals:
    """(count, size, size) a thin bent line of 3 to 9 pixels, 0..0.85."""
    start = uniform(rng, 0, size - 1, (count, 1, 2))
    angle = uniform(rng, 0, 2 * np.pi, (count, 1)) + normal(rng, 0.35, (count, 2)).cumsum(1)
    length = uniform(rng, 1.5, 4.5, (count, 1))
    steps = np.stack([np.cos(angle) * length, np.sin(angle) * length], -1)
    path = np.concatenate([start, start + steps.cumsum(1)], 1)
    distance = np.sqrt(nearest_squared(path[:, :-1], path[:, 1:], size))
    inked: Reals = np.clip(uniform(rng, 0.35, 0.8, (count, 1, 1)) + 0.5 - distance, 0, 1)
    inked *= uniform(rng, 0.2, 0.85, (count, 1, 1))
    return inked


def _near(picture: Reals, rng: np.random.Generator, spread: float) -> Reals:
    """(N, 3) a colour for each picture: its mean, moved by up to ``spread``."""
    mean = picture.mean((2, 3))
    brighter = rng.uniform(-spread, spread, (len(mean), 1)).astype(np.float32)
    tinted = rng.uniform(-spread / 2, spread / 2, mean.shape).astype(np.float32)
    colour: Reals = np.clip(mean + brighter + tinted, 0, 1)
    return colour


def _blend(picture: Reals, cover: Reals, colour: Reals) -> None:
    """Paint ``colour`` (N, 3) over ``picture``, as densely as ``cover`` (N, H, W) says, in place."""
    picture += (colour[:, :, None, None] - picture) * cover[:, None]
