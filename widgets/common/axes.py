"""Axes: round limits that change rarely, and round ticks."""

from __future__ import annotations

import math

_STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
FINE = (1.0, 1.1, 1.2, 1.3, 1.45, 1.6, 1.8, 2.0, 2.2, 2.5, 2.8, 3.1, 3.5, 4.0, 4.5, 5.0, 5.6, 6.3, 7.0, 8.0, 9.0, 10.0)
"""Limits for steps: at most a tenth of the width stays empty."""

_TICKS = (1.0, 2.0, 2.5, 5.0, 10.0)


def round_up(value: float, steps: tuple[float, ...] = _STEPS) -> float:
    """The smallest of ``steps`` × a power of ten that is not below ``value`` (> 0)."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (*steps, 10 * steps[-1]) if step * power >= value * (1 - 1e-9))


def linear_limits(low: float, high: float, parts: int = 4) -> tuple[float, float]:
    """Round limits that hold ``low``..``high``, at most two of its ``parts`` wider; zero is kept in sight where it is near."""
    if high <= low:
        high = low + (abs(low) or 1.0)
    if 0 <= low <= 0.6 * high:
        return 0.0, round_up(high)
    step = round_up((high - low) / parts, _TICKS)
    return math.floor(low / step) * step, math.ceil(high / step) * step


def log_limits(low: float, high: float) -> tuple[float, float]:
    """Limits as powers of ten, in thirds of a decade, that hold ``low``..``high`` (both already log10)."""
    bottom, top = math.floor(low * 3) / 3, math.ceil(high * 3) / 3
    return (bottom, top) if top > bottom else (bottom, bottom + 1 / 3)


def linear_ticks(low: float, high: float, most: int) -> list[float]:
    """At most ``most`` round numbers in ``low``..``high``."""
    step = round_up(max(high - low, 1e-300) / max(most - 1, 1), _TICKS)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Ticks as log10 of 1, 2, 5 × powers of ten in ``low``..``high``, or of powers alone where that is too many."""
    decades = range(math.floor(low), math.ceil(high) + 1)
    for mantissas in ((1, 2, 5), (1,)):
        ticks = [decade + math.log10(mantissa) for decade in decades for mantissa in mantissas]
        ticks = [tick for tick in ticks if low - 1e-9 <= tick <= high + 1e-9]
        if len(ticks) <= most:
            return ticks
    return ticks[:: -(-len(ticks) // most)]
