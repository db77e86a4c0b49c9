"""Sketches: small drawings that say what the views of a group are like, where there is no picture of one yet."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from widgets.theme import Look

Draw = Callable[[QPainter, QRectF, Look], None]


def draw_sketch(group: str, painter: QPainter, box: QRectF, look: Look) -> None:
    """The sketch of a group of views inside ``box``; of an unknown one, the box stays empty."""
    if group in _SKETCHES:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _SKETCHES[group](painter, box, look)
        painter.restore()


def _pen(look: Look, colour: str, width: float = 1.5) -> QPen:
    return QPen(look.colour(colour), look.px(10 * width) / 10, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)


def _curve(painter: QPainter, box: QRectF, height: Callable[[float], float]) -> None:
    """``height`` (0..1, from below) over 0..1 across ``box``."""
    points = [QPointF(box.x() + box.width() * at / 24, box.bottom() - box.height() * height(at / 24)) for at in range(25)]
    painter.drawPolyline(QPolygonF(points))


def _axes(painter: QPainter, box: QRectF, look: Look) -> None:
    painter.setPen(_pen(look, "line", 1.0))
    painter.drawLines([QLineF(box.topLeft(), box.bottomLeft()), QLineF(box.bottomLeft(), box.bottomRight())])


def _curves(painter: QPainter, box: QRectF, look: Look) -> None:
    _axes(painter, box, look)
    painter.setPen(_pen(look, "training"))
    _curve(painter, box, lambda at: 0.1 + 0.8 * math.exp(-4 * at))
    painter.setPen(_pen(look, "validation"))
    _curve(painter, box, lambda at: 0.22 + 0.72 * math.exp(-3 * at))


def _network(painter: QPainter, box: QRectF, look: Look) -> None:
    """Three layers of units, each joined with the next."""
    columns = ((0.15, 3), (0.5, 4), (0.85, 2))
    layers = [
        [QPointF(box.x() + box.width() * x, box.y() + box.height() * (unit + 0.5) / count) for unit in range(count)]
        for x, count in columns
    ]
    painter.setPen(_pen(look, "muted", 0.6))
    for before, behind in pairwise(layers):
        painter.drawLines([QLineF(one, other) for one in before for other in behind])
    painter.setPen(Qt.PenStyle.NoPen)
    for units, colour in zip(layers, ("shape", "convolution", "linear"), strict=True):
        painter.setBrush(look.colour(colour))
        for unit in units:
            painter.drawEllipse(unit, look.px(4), look.px(4))


def _data(painter: QPainter, box: QRectF, look: Look) -> None:
    """Pictures side by side, one of them chosen."""
    side = min(box.width() / 4.6, box.height() / 2.3)
    left, top = box.center().x() - 2.2 * side, box.center().y() - 1.1 * side
    for at in range(8):
        frame = QRectF(left + 1.15 * side * (at % 4), top + 1.15 * side * (at // 4), side, side)
        painter.setPen(_pen(look, "outline" if at == 2 else "line", 1.2))
        painter.setBrush(look.colour("hover"))
        painter.drawRoundedRect(frame, 2, 2)
        painter.setPen(_pen(look, "muted"))
        inner = frame.adjusted(0.28 * side, 0.28 * side, -0.28 * side, -0.28 * side)
        if at % 2:
            painter.drawLine(inner.topRight(), inner.bottomLeft())
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(inner)


def _answers(painter: QPainter, box: QRectF, look: Look) -> None:
    """Bars, the longest first."""
    painter.setPen(Qt.PenStyle.NoPen)
    for row, (share, colour) in enumerate(((0.95, "good"), (0.5, "muted"), (0.3, "muted"), (0.12, "muted"))):
        painter.setBrush(look.colour(colour))
        line = QRectF(box.x(), box.y() + box.height() * (row + 0.2) / 4, box.width() * share, box.height() * 0.13)
        painter.drawRoundedRect(line, line.height() / 2, line.height() / 2)


def _health(painter: QPainter, box: QRectF, look: Look) -> None:
    """A histogram around zero."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("normalisation"))
    for column in range(15):
        height = box.height() * 0.9 * math.exp(-(((column - 7) / 3.2) ** 2))
        painter.drawRect(
            QRectF(box.x() + box.width() * (column + 0.1) / 15, box.bottom() - height, box.width() * 0.8 / 15, height)
        )
    painter.setPen(_pen(look, "line", 1.0))
    painter.drawLine(box.bottomLeft(), box.bottomRight())


def _tools(painter: QPainter, box: QRectF, look: Look) -> None:
    """Sliders."""
    for row, at in enumerate((0.7, 0.35, 0.55)):
        y = box.y() + box.height() * (row + 0.5) / 3
        painter.setPen(_pen(look, "line", 2.0))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.setPen(_pen(look, "accent", 2.0))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.left() + at * box.width(), y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("text"))
        painter.drawEllipse(QPointF(box.left() + at * box.width(), y), look.px(4), look.px(4))


_SKETCHES: dict[str, Draw] = {
    "curves": _curves,
    "network": _network,
    "data": _data,
    "answers": _answers,
    "health": _health,
    "tools": _tools,
}
