"""The gutter of the network list: one row's dot, its stretch of the main line and of every lane that comes by."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from widgets.network.geometry import Geometry
from widgets.network.lanes import LanePiece
from widgets.network.model import LayerListModel


def paint_gutter(
    painter: QPainter,
    geometry: Geometry,
    model: LayerListModel,
    row: int,
    rect: QRect,
    colours: Mapping[str, QColor],
    lifted: bool,
) -> None:
    """Draw the gutter of ``row``; ``lifted`` marks a dot that a wire is being dragged from or to."""
    lanes, card, dot = model.lanes(row), model.card(row), geometry.dot(rect)
    top, bottom = QPointF(dot.x(), rect.top()), QPointF(dot.x(), rect.bottom() + 1)
    quiet = QColor(colours["shape"])
    quiet.setAlpha(150)
    painter.setPen(QPen(quiet, geometry.px(2), Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    if lanes.above:
        painter.drawLine(top, dot)
    if lanes.below:
        painter.drawLine(dot, bottom)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for piece in lanes.pieces:
        colour = colours[model.card(piece.lane.last).category]
        painter.setPen(QPen(colour, geometry.px(2), Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawPath(_piece(geometry, rect, dot, piece))
    _paint_dot(painter, geometry, dot, colours[card.category], colours["panel"], bool(card.blocked), lifted)


def _piece(geometry: Geometry, rect: QRect, dot: QPointF, piece: LanePiece) -> QPainterPath:
    """The lane's way through the row: straight down, and rounded into or out of the dot where it meets it."""
    x, bend = geometry.lane_x(rect, piece.lane.column), geometry.px(12)
    path = QPainterPath()
    if piece.above and piece.below:
        path.moveTo(x, rect.top())
        path.lineTo(x, rect.bottom() + 1)
    if piece.meets and piece.above:
        path.moveTo(x, dot.y() - bend if piece.below else rect.top())
        path.lineTo(x, dot.y() - bend)
        path.quadTo(QPointF(x, dot.y()), dot)
    if piece.meets and not piece.above:
        path.moveTo(dot)
        path.quadTo(QPointF(x, dot.y()), QPointF(x, dot.y() + bend))
        path.lineTo(x, rect.bottom() + 1)
    return path


def _paint_dot(
    painter: QPainter, geometry: Geometry, dot: QPointF, colour: QColor, ground: QColor, hollow: bool, lifted: bool
) -> None:
    radius = geometry.dot_radius
    if lifted:
        halo = QColor(colour)
        halo.setAlpha(90)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(halo)
        painter.drawEllipse(dot, radius * 1.9, radius * 1.9)
    painter.setPen(QPen(colour if hollow else ground, geometry.px(2)))
    painter.setBrush(ground if hollow else colour)
    painter.drawEllipse(dot, radius, radius)
