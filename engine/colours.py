"""Colour tables for pictures of levels 0..254 (sequential, diverging, grey, computed in CIELAB), and colours as pixels."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.snapshot import LEVELS

BLANK = LEVELS + 1
"""The level that is transparent in every table: gaps between tiles."""

NEUTRAL = LEVELS // 2
"""The level of zero in a signed picture; the diverging table is neutral there and nowhere else."""

_STRENGTH = 0.9  # opacity of the strongest value over an image

_D65 = np.array([0.95047, 1.0, 1.08883])
_XYZ_TO_RGB = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])

# Corner points as (L*, a*, b*): black, indigo, purple, rose, orange, pale yellow.
_SEQUENTIAL = ((0, 2, -3), (17, 34, -42), (36, 58, -30), (55, 58, 14), (76, 28, 40), (97, -7, 34))
_NEGATIVE = ((97, 0, 0), (74, -8, -24), (48, 2, -40), (20, 9, -33))  # white, sky, blue, navy
_POSITIVE = ((97, 0, 0), (74, 31, 27), (48, 58, 37), (20, 41, 19))  # white, salmon, red, maroon


@cache
def colour_table(name: str) -> NDArray[np.uint32]:
    """(256,) uint32 colours 0xAARRGGBB, read-only; the last, BLANK, is transparent.

    "sequential": dark to bright, lightness L* rises evenly, for values without sign. "diverging": blue, white, red, for
    signed values with zero at NEUTRAL. "grey": black to white.
    """
    ramp = np.linspace(0, 1, BLANK)
    if name == "sequential":
        colours = _lab_to_rgb(_curve(_SEQUENTIAL, ramp))
    elif name == "diverging":
        distance = np.abs(ramp * 2 - 1)
        negative, positive = _curve(_NEGATIVE, distance), _curve(_POSITIVE, distance)
        colours = _lab_to_rgb(np.where((ramp < 0.5)[:, None], negative, positive))
    elif name == "grey":
        colours = np.repeat(ramp[:, None], 3, axis=1)
    else:
        raise KeyError(name)
    table = np.zeros(256, dtype=np.uint32)
    table[:BLANK] = pack(np.rint(colours * 255).astype(np.uint8).T)
    table.flags.writeable = False
    return table


@cache
def colour_list(name: str) -> list[int]:
    """``colour_table(name)`` as the list of integers that QImage takes."""
    return [int(colour) for colour in colour_table(name)]


def pack(channels: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Red, green and blue planes (3, ...) uint8, or one grey plane (1, ...), to opaque colours (...) 0xAARRGGBB."""
    wide = channels.astype(np.uint32)
    red, green, blue = wide if len(wide) == 3 else (wide[0], wide[0], wide[0])
    packed: NDArray[np.uint32] = np.uint32(0xFF000000) | (red << np.uint32(16)) | (green << np.uint32(8)) | blue
    return packed


def channels(colours: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Colours (...) 0xAARRGGBB to red, green, blue and opacity (..., 4) uint8."""
    return np.stack([(colours >> np.uint32(shift)).astype(np.uint8) for shift in (16, 8, 0, 24)], axis=-1)


def signed_colours(values: NDArray[np.float32], limit: float) -> NDArray[np.uint32]:
    """Values -``limit``..``limit`` (...) in the diverging colours: zero is neutral, what is not finite transparent."""
    known = np.isfinite(values)
    shares = np.where(known, values, 0) / (limit or 1.0)
    levels = np.rint(shares * (LEVELS - NEUTRAL) + NEUTRAL).astype(np.uint8)
    return np.where(known, colour_table("diverging")[levels], np.uint32(0))


def covered(image: NDArray[np.uint8], values: NDArray[np.float32], limit: float) -> NDArray[np.uint32]:
    """The ``image`` (C, H, W) in grey under ``values`` (H, W), the more covered the stronger they are: zero, and what is not
    finite, leaves it as it is."""
    known = np.where(np.isfinite(values), values, np.float32(0))
    strength = (np.abs(known) / (limit or 1.0) * _STRENGTH)[..., np.newaxis]
    blended = image.mean(axis=0)[..., np.newaxis] * (1 - strength) + channels(signed_colours(known, limit))[..., :3] * strength
    return pack(np.rint(blended).astype(np.uint8).transpose(2, 0, 1))


def _curve(points: tuple[tuple[float, float, float], ...], ramp: NDArray[np.float64]) -> NDArray[np.float64]:
    """A smooth way through ``points`` (rows of L*, a*, b*), even in L*, sampled at ``ramp`` 0..1: (n, 3)."""
    corners = np.array(points, dtype=np.float64)
    lightness = corners[0, 0] + ramp * (corners[-1, 0] - corners[0, 0])
    place = (corners[:, 0] - corners[0, 0]) / (corners[-1, 0] - corners[0, 0])
    smooth = [np.polyval(np.polyfit(place, corners[:, axis], len(corners) - 1), ramp) for axis in (1, 2)]
    return np.stack([lightness, *smooth], axis=1)


def _lab_to_rgb(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIELAB (D65) to sRGB 0..1, clipped to the gamut (IEC 61966-2-1)."""
    base = (lab[:, 0] + 16) / 116
    f = np.stack([base + lab[:, 1] / 500, base, base - lab[:, 2] / 200], axis=1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * _D65
    linear = np.clip(xyz @ _XYZ_TO_RGB.T, 0, 1)
    rgb: NDArray[np.float64] = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return rgb
