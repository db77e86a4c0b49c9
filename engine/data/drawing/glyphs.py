"""The ten digits as a pen writes them: control points in several hands, and the smooth lines through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.drawing.pen import Reals

Point = tuple[float, float]
Stroke = tuple[Point, ...]

SPACING = 0.17  # of the samples along a curve; a digit is 2 high

# Hundredths, x to the right -60..60 and y downwards -100..100. A smooth curve runs through the points; at " / " it has a
# corner, at " | " the pen is lifted.
DIGITS: tuple[tuple[str, ...], ...] = (
    (  # 0
        "12 -97, -36 -76, -60 2, -36 80, 8 98, 50 62, 60 -10, 40 -78, 4 -96",
        "30 -98, -20 -70, -46 10, -30 86, 2 96, 36 50, 50 -30, 42 -85, 10 -90",
        "-12 -96, -55 -50, -56 45, -10 97, 40 75, 58 5, 40 -70, -2 -99, -30 -86",
    ),
    (  # 1
        "12 -100, 3 0, -8 100",
        "-32 -58, -10 -74, 8 -100 / 4 0, 0 100",
        "-30 -62, 5 -100 / 3 0, 2 98 | -36 98, 40 97",
    ),
    (  # 2
        "-52 -58, -14 -98, 40 -72, 38 -22, -2 35, -56 93 / 0 87, 60 93",
        "-46 -66, -6 -100, 42 -70, 28 -12, -12 50, -46 90, -58 66, -30 58, 14 86, 62 84",
        "-50 -80, 5 -98, 44 -60, 20 5, -50 96 / 55 96",
    ),
    (  # 3
        "-46 -76, -2 -100, 42 -70, 28 -26, -14 -6 / 38 12, 52 56, 12 97, -52 74",
        "-44 -95, 42 -95 / -8 -22 / 40 2, 50 50, 10 97, -50 80",
        "-40 -90, 20 -98, 40 -60, 0 -10, -6 -2, 42 22, 40 76, -6 100, -48 86",
    ),
    (  # 4
        "-30 -95, -42 -30, -54 16 / 0 12, 58 10 | 28 -72, 22 10, 16 100",
        "26 -100, -20 -30, -58 30 / 60 28 | 26 -100, 25 0, 23 100",
        "-40 -90, -50 -20, -30 8, 10 2, 42 -20 | 46 -94, 40 0, 30 100",
    ),
    (  # 5
        "52 -95, -34 -93 / -42 -16 / 12 -28, 52 16, 34 78, -12 98, -56 74",
        "-26 -90, -38 -20 / 10 -22, 46 22, 26 82, -20 96, -50 80 | -28 -90, 20 -94, 56 -98",
        "50 -90, -10 -94, -36 -50, 0 -12, 42 26, 26 84, -20 98, -54 78",
    ),
    (  # 6
        "34 -96, -16 -56, -50 16, -38 82, 8 98, 48 62, 30 12, -10 10, -46 46",
        "6 -100, -32 -30, -44 40, -16 94, 26 92, 46 50, 16 14, -24 32, -40 62",
        "44 -80, 10 -98, -36 -55, -52 20, -30 88, 16 96, 46 56, 20 6, -20 10, -48 36",
    ),
    (  # 7
        "-52 -90, 0 -90, 52 -94 / 14 -10, -14 100",
        "-50 -88, 50 -94 / 12 0, -20 100 | -24 4, 40 -2",
        "-54 -62, -48 -90 / 0 -84, 50 -92 / 22 -30, 6 30, 2 100",
    ),
    (  # 8
        "36 -72, -4 -100, -40 -70, -20 -26, 28 16, 46 62, 0 100, -46 64, -26 18, 20 -24, 42 -66, 24 -90",
        "2 -8, -38 -30, -34 -82, 6 -98, 40 -70, 32 -26, 2 -8 / -44 26, -42 78, 2 98, 46 72, 40 20, 2 -8",
        "46 -86, 0 -98, -36 -66, 0 -14, 34 36, 24 90, -22 94, -36 46, 0 -6, 36 -46, 50 -84",
    ),
    (  # 9
        "42 -60, 2 -98, -44 -62, -32 -10, 10 -6, 42 -56 / 40 20, 26 100",
        "40 -70, -6 -98, -46 -56, -26 -8, 16 -16, 42 -66 / 44 30, 12 94, -42 84",
        "36 -86, -10 -94, -40 -46, -12 -12, 30 -44, 42 -92 / 30 0, 10 100",
    ),
)


def read_strokes(text: str) -> tuple[Stroke, ...]:
    """The curves that ``text`` (as in ``DIGITS``) describes; one that follows a corner begins where the last one ended."""
    strokes: list[Stroke] = []
    for line in text.split(" | "):
        corner: Stroke = ()
        for part in line.split(" / "):
            points = [point.split() for point in part.split(", ")]
            strokes.append(corner + tuple((int(x) / 100, int(y) / 100) for x, y in points))
            corner = strokes[-1][-1:]
    return tuple(strokes)


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
    return tuple(_glyph(digit, read_strokes(way)) for digit, ways in enumerate(DIGITS) for way in ways)


def _glyph(digit: int, strokes: Sequence[Stroke]) -> Glyph:
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
    along: NDArray[np.float64] = 0.5 * (2 * p[1] + (p[2] - p[0]) * t + bend * t**2 + twist * t**3)
    return along
