"""The small curve of a layer's health on its card: few points, scaled so that a calm layer looks calm."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from engine.snapshot import Series
from engine.words import number, percent

POINTS = 24


def reduced(series: Series, step: float) -> NDArray[np.float64]:
    """At most POINTS means of the finite values up to ``step``, oldest first; float64, may be empty."""
    end = int(np.searchsorted(series.steps, step, side="right"))
    values = series.values[:end]
    values = values[np.isfinite(values)]
    if len(values) <= POINTS:
        return np.array(values)
    edges = np.linspace(0, len(values), POINTS + 1).astype(int)
    means: NDArray[np.float64] = np.add.reduceat(values, edges[:-1]) / np.diff(edges)
    return means


def heights(kind: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """``values`` as heights 0..1: gradient norms on a log axis of a decade or more, shares from zero to the largest."""
    if kind == "dead":
        shares: NDArray[np.float64] = values / max(0.1, float(values.max()))
        return shares
    logs = np.log10(np.maximum(values, 1e-12))
    middle, reach = (logs.max() + logs.min()) / 2, max(1.0, float(logs.max() - logs.min()))
    places: NDArray[np.float64] = (logs - middle) / reach + 0.5
    return places


def polyline(kind: str, series: Series, step: float, box: QRectF) -> QPolygonF:
    """The curve inside ``box``; empty with fewer than two points."""
    values = reduced(series, step)
    if len(values) < 2:
        return QPolygonF()
    x = np.linspace(box.left(), box.right(), len(values))
    y = box.bottom() - heights(kind, values) * box.height()
    return QPolygonF([QPointF(float(a), float(b)) for a, b in zip(x, y, strict=True)])


def caption(kind: str, value: float | None) -> str:
    """The number beside the curve: "|∇| 0.0021", "dead 4 %"."""
    if value is None:
        return ""
    return f"dead {percent(value, 0)}" if kind == "dead" else f"|∇| {number(value, 2)}"
