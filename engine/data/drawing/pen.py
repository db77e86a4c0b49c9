"""A pen with a round tip: how far every pixel lies from polylines, for many pictures at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float32]

FAR = 1e6  # squared pixels: farther than any picture is wide


def nearest_squared(starts: Reals, ends: Reals, size: int, weight: Reals | None = None) -> Reals:
    """(N, size, size) squared distance in pixels from each pixel's centre to the nearest of N × S segments.

    ``starts`` and ``ends`` (N, S, 2) are (x, y) in pixels, the first pixel's centre at 0. ``weight`` (N, S) multiplies each
    segment's squared distance: 1/r² makes the answer 1 at the edge of a line of radius r; a huge one hides the segment.
    """
    pixels = np.arange(size, dtype=np.float32)
    best = np.full((len(starts), size, size), FAR, dtype=np.float32)
    direction = ends - starts
    length = np.maximum((direction**2).sum(-1), np.float32(1e-6))
    step = direction / length[..., None]
    weight = np.ones_like(length) if weight is None else weight
    for segment in range(starts.shape[1]):
        distance = _squared(pixels, starts[:, segment], step[:, segment], length[:, segment], weight[:, segment])
        np.minimum(best, distance, out=best)
    return np.maximum(best, 0, out=best)  # rounding may have gone below


def _squared(pixels: Reals, start: Reals, step: Reals, length: Reals, weight: Reals) -> Reals:
    """|p − a|² − L² t (2s − t), with s = (p − a)·d / L² along the segment and t = s held to 0..1; times ``weight``.

    Both s and |p − a|² are sums of a term in x and one in y, so that only a few passes touch whole pictures.
    """
    offset = pixels[None, :, None] - start[:, None, :]  # (N, size, 2)
    along = offset * step[:, None, :]
    s = along[:, :, None, 1] + along[:, None, :, 0]
    t = np.clip(s, 0, 1)
    s += s
    s -= t
    s *= t
    s *= (length * weight)[:, None, None]
    squares = offset**2 * weight[:, None, None]
    whole: Reals = squares[:, :, None, 1] + squares[:, None, :, 0]
    whole -= s
    return whole
