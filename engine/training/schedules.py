"""Learning-rate schedules: which share of the learning rate is in force at each point of a run."""

from __future__ import annotations

from math import cos, pi


def share(schedule: str, progress: float) -> float:
    """The share (0..1) at ``progress`` (0 at the first step, 1 after the last).

    constant: 1. cosine: (1 + cos πt)/2, which starts at 1, falls slowly, then fast, and ends at 0 (Loshchilov & Hutter 2017).
    """
    return (1 + cos(pi * min(1.0, max(0.0, progress)))) / 2 if schedule == "cosine" else 1.0
