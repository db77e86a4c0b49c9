"""Flat figures as signed distances: negative inside, positive outside, in units of the figure's own radius."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

import numpy as np

from engine.data.drawing.pen import Reals

Figure = Callable[[Reals, Reals], Reals]
"""From x and y (any shape, the figure centred at 0 and within radius 1) to the distance to its outline."""


def circle(x: Reals, y: Reals) -> Reals:
    """A filled disc."""
    return np.hypot(x, y) - np.float32(0.82)


def square(x: Reals, y: Reals) -> Reals:
    """A filled square."""
    return _box(x, y, 0.72, 0.72)


def triangle(x: Reals, y: Reals) -> Reals:
    """A filled triangle with three equal sides."""
    sides = [_side(x, y, angle, 0.52) for angle in (pi / 2, pi / 2 + 2 * pi / 3, pi / 2 + 4 * pi / 3)]
    return np.maximum(np.maximum(sides[0], sides[1]), sides[2])


def star(x: Reals, y: Reals) -> Reals:
    """A star with five points."""
    wedge = 2 * pi / 5
    radius = np.hypot(x, y)
    angle = np.abs(np.mod(np.arctan2(x, -y) + wedge / 2, wedge) - wedge / 2).astype(np.float32)
    return _edge(radius * np.cos(angle), radius * np.sin(angle), (1.05, 0.0), (0.45 * cos(wedge / 2), 0.45 * sin(wedge / 2)))


def cross(x: Reals, y: Reals) -> Reals:
    """A plus sign."""
    return np.minimum(_box(x, y, 0.95, 0.28), _box(x, y, 0.28, 0.95))


def ring(x: Reals, y: Reals) -> Reals:
    """A disc with a hole."""
    return np.abs(np.hypot(x, y) - np.float32(0.7)) - np.float32(0.21)


def moon(x: Reals, y: Reals) -> Reals:
    """A crescent: a disc with another disc cut from its side."""
    whole = np.hypot(x + np.float32(0.12), y) - np.float32(0.88)
    bite = np.hypot(x - np.float32(0.4), y) - np.float32(0.72)
    crescent: Reals = np.maximum(whole, -bite)
    return crescent


def heart(x: Reals, y: Reals) -> Reals:
    """A square on its corner with a half disc on each upper side."""
    half, down = 0.5, y - np.float32(0.2)
    u, v = (x + down) * np.float32(0.5**0.5), (down - x) * np.float32(0.5**0.5)
    left = np.hypot(u + np.float32(half), v) - np.float32(half)
    right = np.hypot(u, v + np.float32(half)) - np.float32(half)
    joined: Reals = np.minimum(np.minimum(_box(u, v, half, half), left), right)
    return joined


FIGURES: dict[str, Figure] = {
    "circle": circle,
    "square": square,
    "triangle": triangle,
    "star": star,
    "cross": cross,
    "ring": ring,
    "moon": moon,
    "heart": heart,
}


def _box(x: Reals, y: Reals, width: float, height: float) -> Reals:
    """A box of half ``width`` and half ``height``; exact inside and beside the edges."""
    return np.maximum(np.abs(x) - np.float32(width), np.abs(y) - np.float32(height))


def _side(x: Reals, y: Reals, angle: float, distance: float) -> Reals:
    """The half plane whose border lies ``distance`` from the centre in the direction ``angle``."""
    return x * np.float32(cos(angle)) + y * np.float32(sin(angle)) - np.float32(distance)


def _edge(x: Reals, y: Reals, start: tuple[float, float], end: tuple[float, float]) -> Reals:
    """The half plane to the right of the line from ``start`` to ``end`` (y upwards), positive."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5
    return (x - np.float32(start[0])) * np.float32(dy / length) - (y - np.float32(start[1])) * np.float32(dx / length)
