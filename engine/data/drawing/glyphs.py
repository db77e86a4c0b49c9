"""The ten digits as a pen writes them: control points in several hands, and the smooth lines through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.drawing.pen import Reals

Point = tuple[float, float]
Strokes = tuple[tuple[Point, ...], ...]
"""Smooth curves; one that starts where the last ended makes a corner there, another place lifts the pen."""

SPACING = 0.17  # of the samples along a curve; a digit is 2 high

# x to the right -0.6..0.6, y downwards -1..1
DIGITS: tuple[tuple[Strokes, ...], ...] = (
    (
        (((0.12, -0.97), (-0.36, -0.76), (-0.6, 0.02), (-0.36, 0.8), (0.08, 0.98), (0.5, 0.62), (0.6, -0.1), (0.4, -0.78), (0.04, -0.96)),),
        (((0.3, -0.98), (-0.2, -0.7), (-0.46, 0.1), (-0.3, 0.86), (0.02, 0.96), (0.36, 0.5), (0.5, -0.3), (0.42, -0.85), (0.1, -0.9)),),
        (((-0.12, -0.96), (-0.55, -0.5), (-0.56, 0.45), (-0.1, 0.97), (0.4, 0.75), (0.58, 0.05), (0.4, -0.7), (-0.02, -0.99), (-0.3, -0.86)),),
    ),
    (
        (((0.12, -1.0), (0.03, 0.0), (-0.08, 1.0)),),
        (((-0.32, -0.58), (-0.1, -0.74), (0.08, -1.0)), ((0.08, -1.0), (0.04, 0.0), (0.0, 1.0))),
        (((-0.3, -0.62), (0.05, -1.0)), ((0.05, -1.0), (0.03, 0.0), (0.02, 0.98)), ((-0.36, 0.98), (0.4, 0.97))),
    ),
    (
        (((-0.52, -0.58), (-0.14, -0.98), (0.4, -0.72), (0.38, -0.22), (-0.02, 0.35), (-0.56, 0.93)), ((-0.56, 0.93), (0.0, 0.87), (0.6, 0.93))),
        (((-0.46, -0.66), (-0.06, -1.0), (0.42, -0.7), (0.28, -0.12), (-0.12, 0.5), (-0.46, 0.9), (-0.58, 0.66), (-0.3, 0.58), (0.14, 0.86), (0.62, 0.84)),),
        (((-0.5, -0.8), (0.05, -0.98), (0.44, -0.6), (0.2, 0.05), (-0.5, 0.96)), ((-0.5, 0.96), (0.55, 0.96))),
    ),
    (
        (((-0.46, -0.76), (-0.02, -1.0), (0.42, -0.7), (0.28, -0.26), (-0.14, -0.06)), ((-0.14, -0.06), (0.38, 0.12), (0.52, 0.56), (0.12, 0.97), (-0.52, 0.74))),
        (((-0.44, -0.95), (0.42, -0.95)), ((0.42, -0.95), (-0.08, -0.22)), ((-0.08, -0.22), (0.4, 0.02), (0.5, 0.5), (0.1, 0.97), (-0.5, 0.8))),
        (((-0.4, -0.9), (0.2, -0.98), (0.4, -0.6), (0.0, -0.1), (-0.06, -0.02), (0.42, 0.22), (0.4, 0.76), (-0.06, 1.0), (-0.48, 0.86)),),
    ),
    (
        (((-0.3, -0.95), (-0.42, -0.3), (-0.54, 0.16)), ((-0.54, 0.16), (0.0, 0.12), (0.58, 0.1)), ((0.28, -0.72), (0.22, 0.1), (0.16, 1.0))),
        (((0.26, -1.0), (-0.2, -0.3), (-0.58, 0.3)), ((-0.58, 0.3), (0.6, 0.28)), ((0.26, -1.0), (0.25, 0.0), (0.23, 1.0))),
        (((-0.4, -0.9), (-0.5, -0.2), (-0.3, 0.08), (0.1, 0.02), (0.42, -0.2)), ((0.46, -0.94), (0.4, 0.0), (0.3, 1.0))),
    ),
    (
        (((0.52, -0.95), (-0.34, -0.93)), ((-0.34, -0.93), (-0.42, -0.16)), ((-0.42, -0.16), (0.12, -0.28), (0.52, 0.16), (0.34, 0.78), (-0.12, 0.98), (-0.56, 0.74))),
        (((-0.26, -0.9), (-0.38, -0.2)), ((-0.38, -0.2), (0.1, -0.22), (0.46, 0.22), (0.26, 0.82), (-0.2, 0.96), (-0.5, 0.8)), ((-0.28, -0.9), (0.2, -0.94), (0.56, -0.98))),
        (((0.5, -0.9), (-0.1, -0.94), (-0.36, -0.5), (0.0, -0.12), (0.42, 0.26), (0.26, 0.84), (-0.2, 0.98), (-0.54, 0.78)),),
    ),
    (
        (((0.34, -0.96), (-0.16, -0.56), (-0.5, 0.16), (-0.38, 0.82), (0.08, 0.98), (0.48, 0.62), (0.3, 0.12), (-0.1, 0.1), (-0.46, 0.46)),),
        (((0.06, -1.0), (-0.32, -0.3), (-0.44, 0.4), (-0.16, 0.94), (0.26, 0.92), (0.46, 0.5), (0.16, 0.14), (-0.24, 0.32), (-0.4, 0.62)),),
        (((0.44, -0.8), (0.1, -0.98), (-0.36, -0.55), (-0.52, 0.2), (-0.3, 0.88), (0.16, 0.96), (0.46, 0.56), (0.2, 0.06), (-0.2, 0.1), (-0.48, 0.36)),),
    ),
    (
        (((-0.52, -0.9), (0.0, -0.9), (0.52, -0.94)), ((0.52, -0.94), (0.14, -0.1), (-0.14, 1.0))),
        (((-0.5, -0.88), (0.5, -0.94)), ((0.5, -0.94), (0.12, 0.0), (-0.2, 1.0)), ((-0.24, 0.04), (0.4, -0.02))),
        (((-0.54, -0.62), (-0.48, -0.9)), ((-0.48, -0.9), (0.0, -0.84), (0.5, -0.92)), ((0.5, -0.92), (0.22, -0.3), (0.06, 0.3), (0.02, 1.0))),
    ),
    (
        (((0.36, -0.72), (-0.04, -1.0), (-0.4, -0.7), (-0.2, -0.26), (0.28, 0.16), (0.46, 0.62), (0.0, 1.0), (-0.46, 0.64), (-0.26, 0.18), (0.2, -0.24), (0.42, -0.66), (0.24, -0.9)),),
        (((0.02, -0.08), (-0.38, -0.3), (-0.34, -0.82), (0.06, -0.98), (0.4, -0.7), (0.32, -0.26), (0.02, -0.08)), ((0.02, -0.08), (-0.44, 0.26), (-0.42, 0.78), (0.02, 0.98), (0.46, 0.72), (0.4, 0.2), (0.02, -0.08))),
        (((0.46, -0.86), (0.0, -0.98), (-0.36, -0.66), (0.0, -0.14), (0.34, 0.36), (0.24, 0.9), (-0.22, 0.94), (-0.36, 0.46), (0.0, -0.06), (0.36, -0.46), (0.5, -0.84)),),
    ),
    (
        (((0.42, -0.6), (0.02, -0.98), (-0.44, -0.62), (-0.32, -0.1), (0.1, -0.06), (0.42, -0.56)), ((0.42, -0.56), (0.4, 0.2), (0.26, 1.0))),
        (((0.4, -0.7), (-0.06, -0.98), (-0.46, -0.56), (-0.26, -0.08), (0.16, -0.16), (0.42, -0.66)), ((0.42, -0.66), (0.44, 0.3), (0.12, 0.94), (-0.42, 0.84))),
        (((0.36, -0.86), (-0.1, -0.94), (-0.4, -0.46), (-0.12, -0.12), (0.3, -0.44), (0.42, -0.92)), ((0.42, -0.92), (0.3, 0.0), (0.1, 1.0))),
    ),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Glyph:
    """One way to write one digit. Samples on the pen's path are ``weights`` (P, K) times the control points ``points``
    (K, 2); the pen is down on the segments ``starts[i]`` to ``ends[i]`` (indices of samples), and ``tips`` (P,) says how
    near, 0..1, a sample is to where the pen was set down or lifted."""

    digit: int
    points: Reals
    weights: Reals
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    tips: Reals


def glyphs() -> tuple[Glyph, ...]:
    """Every way to write every digit."""
    return tuple(_glyph(digit, strokes) for digit, ways in enumerate(DIGITS) for strokes in ways)


def _glyph(digit: int, strokes: Strokes) -> Glyph:
    names = list(dict.fromkeys(point for stroke in strokes for point in stroke))
    weights: list[Reals] = []
    starts: list[int] = []
    tips: list[Reals] = []
    for index, stroke in enumerate(strokes):
        rows = curve([names.index(point) for point in stroke], np.array(names), len(names))
        first = sum(len(part) for part in weights)
        starts.extend(range(first, first + len(rows) - 1))
        free_start = index == 0 or strokes[index - 1][-1] != stroke[0]
        free_end = index + 1 == len(strokes) or strokes[index + 1][0] != stroke[-1]
        tips.append(_tips(len(rows), free_start, free_end))
        weights.append(rows)
    begin = np.array(starts, dtype=np.int64)
    return Glyph(digit, np.array(names, np.float32), np.concatenate(weights), begin, begin + 1, np.concatenate(tips))


def _tips(count: int, free_start: bool, free_end: bool) -> Reals:
    tips = np.zeros(count, dtype=np.float32)
    if free_start:
        tips[0] = 1.0
    if free_end:
        tips[-1] = 1.0
    return tips


def curve(path: Sequence[int], points: NDArray[np.float64], total: int) -> Reals:
    """(P, total) weights of the control points for samples along the Catmull-Rom spline (1974) through ``path``.

    The spline is linear in its points, so the same weights serve every distorted copy. Beyond an end the path goes on
    as it came: p₋₁ = 2p₀ − p₁.
    """
    hats = np.eye(total)[list(path)]
    hats = np.concatenate([[2 * hats[0] - hats[1]], hats, [2 * hats[-1] - hats[-2]]])
    rows = []
    for k in range(1, len(hats) - 2):
        length = float(np.hypot(*((hats[k + 1] - hats[k]) @ points)))
        t = np.linspace(0, 1, max(1, round(length / SPACING)), endpoint=False)[:, None]
        rows.append(_catmull_rom(t, hats[k - 1 : k + 3]))
    rows.append(hats[-2:-1])
    return np.concatenate(rows).astype(np.float32)


def _catmull_rom(t: NDArray[np.float64], p: NDArray[np.float64]) -> NDArray[np.float64]:
    bend = 2 * p[0] - 5 * p[1] + 4 * p[2] - p[3]
    twist = -p[0] + 3 * p[1] - 3 * p[2] + p[3]
    return 0.5 * (2 * p[1] + (p[2] - p[0]) * t + bend * t**2 + twist * t**3)
