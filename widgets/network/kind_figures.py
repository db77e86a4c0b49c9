"""A small drawn figure for each kind of layer: its curve, its window, what it does to a map."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from widgets.theme import Look

Draw = Callable[[QPainter, QRectF, QColor], None]
Curve = Callable[[float], float]
REACH = 3.0
"""Curves are drawn from −3 to 3."""


def draw_kind(painter: QPainter, kind: str, category: str, box: QRectF, look: Look) -> None:
    """The figure of ``kind`` on a tile that fills ``box``; of one without a figure of its own, that of its category."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.colour("line"), 1))
    painter.setBrush(look.colour("field"))
    painter.drawRoundedRect(box, 4, 4)
    inner = box.adjusted(*(side * box.width() * 0.2 for side in (1, 1, -1, -1)))
    painter.setClipRect(box)
    draw = _KINDS.get(kind) or _KINDS.get(kind[:-2] if kind.endswith("d") else kind) or _CATEGORIES.get(category)
    if draw is not None:
        draw(painter, inner, look.colour(category))
    painter.restore()


def _pen(colour: QColor, box: QRectF, width: float = 0.12) -> QPen:
    return QPen(colour, max(1.0, width * box.width()), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)


def _faint(colour: QColor) -> QColor:
    faint = QColor(colour)
    faint.setAlphaF(0.4)
    return faint


def _curve(low: float, high: float, function: Curve, painter: QPainter, box: QRectF, colour: QColor) -> None:
    """``function`` over −3 to 3, seen from ``low`` to ``high``, with the axis at 0."""

    def at(x: float, y: float) -> QPointF:
        across, up = (x + REACH) / (2 * REACH), (min(high, max(low, y)) - low) / (high - low)
        return QPointF(box.left() + across * box.width(), box.bottom() - up * box.height())

    painter.setPen(_pen(_faint(colour), box, 0.06))
    painter.drawLine(at(-REACH, 0), at(REACH, 0))
    painter.setPen(_pen(colour, box))
    painter.drawPolyline(QPolygonF([at(x / 8, function(x / 8)) for x in range(-24, 25)]))


def _cells(lit: Sequence[tuple[int, int]], count: int, painter: QPainter, box: QRectF, colour: QColor) -> None:
    """A grid of ``count`` × ``count`` cells, those of ``lit`` (row, column) at full strength."""
    side, gap = box.width() / count, box.width() * 0.06
    painter.setPen(Qt.PenStyle.NoPen)
    for row in range(count):
        for column in range(count):
            painter.setBrush(colour if (row, column) in lit else _faint(colour))
            cell = QRectF(box.left() + column * side, box.top() + row * side, side, side)
            painter.drawRect(cell.adjusted(gap / 2, gap / 2, -gap / 2, -gap / 2))


def _bars(heights: Sequence[float], painter: QPainter, box: QRectF, colour: QColor) -> None:
    side = box.width() / len(heights)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for at, height in enumerate(heights):
        tall = box.height() * height
        painter.drawRect(QRectF(box.left() + at * side + side * 0.1, box.bottom() - tall, side * 0.8, tall))


def _sheets(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """Maps that are looked at one by one."""
    side = box.width() * 0.6
    for at, faint in ((2, True), (1, True), (0, False)):
        step = at * box.width() * 0.2
        painter.setPen(_pen(colour, box, 0.05))
        painter.setBrush(_faint(colour) if faint else colour)
        painter.drawRect(QRectF(box.left() + step, box.bottom() - side - step, side, side))


def _grows(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """A small map that becomes a large one."""
    pen = _pen(colour, box, 0.07)
    pen.setStyle(Qt.PenStyle.DotLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)
    painter.setBrush(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRect(QRectF(box.left(), box.center().y(), box.width() / 2, box.height() / 2))


def _shrinks_to_one(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.setPen(_pen(colour, box, 0.07))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)
    side = box.width() * 0.34
    painter.setBrush(colour)
    painter.drawRect(QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side))


def _cut(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """A frame around what stays."""
    pen = _pen(_faint(colour), box, 0.07)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)
    painter.setBrush(colour)
    painter.drawRect(box.adjusted(*(side * box.width() * 0.24 for side in (1, 1, -1, -1))))


def _flattened(painter: QPainter, box: QRectF, colour: QColor) -> None:
    half = QRectF(box.left(), box.top() + box.height() * 0.2, box.width() * 0.55, box.height() * 0.6)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_faint(colour))
    painter.drawRect(half)
    painter.setBrush(colour)
    painter.drawRect(QRectF(box.right() - box.width() * 0.18, box.top(), box.width() * 0.18, box.height()))


def _units(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """Every unit joined with every one before it."""
    left = [QPointF(box.left(), box.top() + box.height() * share) for share in (0.1, 0.5, 0.9)]
    right = [QPointF(box.right(), box.top() + box.height() * share) for share in (0.25, 0.75)]
    painter.setPen(_pen(_faint(colour), box, 0.06))
    painter.drawLines([QLineF(one, other) for one in left for other in right])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for unit in (*left, *right):
        painter.drawEllipse(unit, box.width() * 0.1, box.width() * 0.1)


def _sign(text: str, painter: QPainter, box: QRectF, colour: QColor) -> None:
    """Two lines that meet in a circle with a sign in it."""
    middle, radius = box.center(), box.width() * 0.38
    painter.setPen(_pen(colour, box, 0.09))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(middle, radius, radius)
    reach = radius * 0.6
    turned = reach * math.sqrt(0.5)
    lines = {
        "+": [QLineF(-reach, 0, reach, 0), QLineF(0, -reach, 0, reach)],
        "×": [QLineF(-turned, -turned, turned, turned), QLineF(-turned, turned, turned, -turned)],
    }
    painter.drawLines([line.translated(middle) for line in lines[text]])


def _stacked(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """One behind the other."""
    painter.setPen(Qt.PenStyle.NoPen)
    width = box.width() * 0.44
    painter.setBrush(colour)
    painter.drawRect(QRectF(box.left(), box.top() + box.height() * 0.2, width, box.height() * 0.6))
    painter.setBrush(_faint(colour))
    painter.drawRect(QRectF(box.right() - width, box.top() + box.height() * 0.2, width, box.height() * 0.6))


def _skip(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """An arc over what it passes."""
    painter.setPen(_pen(colour, box, 0.09))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(QRectF(box.left(), box.top(), box.width(), box.height() * 1.2), 0, 180 * 16)
    painter.setBrush(colour)
    painter.drawRect(
        QRectF(box.left() + box.width() * 0.3, box.bottom() - box.height() * 0.36, box.width() * 0.4, box.height() * 0.3)
    )


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


_CURVES: dict[str, tuple[float, float, Curve]] = {
    "relu": (-0.6, 3, lambda x: max(0.0, x)),
    "leaky_relu": (-0.8, 3, lambda x: x if x > 0 else 0.2 * x),
    "prelu": (-1.2, 3, lambda x: x if x > 0 else 0.35 * x),
    "elu": (-1.3, 3, lambda x: x if x > 0 else math.exp(x) - 1),
    "selu": (-2.1, 3, lambda x: 1.05 * x if x > 0 else 1.758 * (math.exp(x) - 1)),
    "gelu": (-0.6, 3, lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2)))),
    "silu": (-0.6, 3, lambda x: x * _sigmoid(x)),
    "softplus": (-0.3, 3, lambda x: math.log1p(math.exp(x))),
    "tanh": (-1.1, 1.1, math.tanh),
    "hardtanh": (-1.2, 1.2, lambda x: max(-1.0, min(1.0, x))),
    "sigmoid": (-0.1, 1.1, _sigmoid),
    "step": (-0.1, 1.1, lambda x: float(x > 0)),
    "maxout": (-0.2, 3, lambda x: max(-0.5 * x, 0.2, x)),
}
_CROSS = ((0, 1), (1, 0), (1, 1), (1, 2), (2, 1))
_KINDS: dict[str, Draw] = {
    **{name: partial(_curve, *curve) for name, curve in _CURVES.items()},
    "softmax": partial(_bars, (0.3, 1.0, 0.55, 0.15)),
    "log_softmax": partial(_bars, (0.45, 1.0, 0.7, 0.3)),
    "conv": partial(_cells, _CROSS, 3),
    "conv_transpose": _grows,
    "depthwise_conv": _sheets,
    "separable_conv": _sheets,
    "max_pool": partial(_cells, ((0, 1),), 2),
    "avg_pool": partial(_cells, (), 2),
    "global_avg_pool": _shrinks_to_one,
    "global_max_pool": _shrinks_to_one,
    "dropout": partial(_cells, ((0, 0), (0, 2), (1, 1), (2, 0), (2, 1)), 3),
    "spatial_dropout": _sheets,
    "batch_norm": partial(_curve, -0.1, 1.1, lambda x: math.exp(-x * x)),
    "flatten": _flattened,
    "reshape": _flattened,
    "crop": _cut,
    "pad": _cut,
    "upsample": _grows,
    "embedding": partial(_bars, (0.4, 0.8, 0.2, 0.6)),
    "linear": _units,
    "add": partial(_sign, "+"),
    "multiply": partial(_sign, "×"),
    "concat": _stacked,
    "block": _skip,
}
_CATEGORIES: dict[str, Draw] = {
    "shape": _cut,
    "convolution": partial(_cells, _CROSS, 3),
    "activation": partial(_curve, -1.1, 1.1, math.tanh),
    "pooling": partial(_cells, ((0, 1),), 2),
    "normalisation": partial(_curve, -0.1, 1.1, lambda x: math.exp(-x * x)),
    "linear": _units,
    "joining": partial(_sign, "+"),
}
