"""The gutter of the network list: one row's dot, its stretch of the main line and of every lane that comes by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from widgets.network.cards import Card
from widgets.network.geometry import Geometry
from widgets.network.lanes import LanePiece
from widgets.network.model import LayerListModel
from widgets.network.wires import Wire


def paint_gutter(
    painter: QPainter,
    geometry: Geometry,
    model: LayerListModel,
    row: int,
    rect: QRect,
    colours: Mapping[str, QColor],
    chosen: Wire | None,
    lifted: bool,
) -> None:
    """Draw the gutter of ``row``; a ``chosen`` wire stands out, ``lifted`` marks a dot that a wire is dragged from or to."""
    lanes, card, dot = model.lanes(row), model.card(row), geometry.dot(rect)
    quiet = QColor(colours["shape"])
    quiet.setAlpha(150)
    top = rect.top() if lanes.above else round(dot.y())
    bottom = rect.bottom() + 1 if lanes.below else round(dot.y())
    painter.fillRect(_bar(geometry, dot.x(), top, bottom), quiet)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for piece in lanes.pieces:
        is_chosen = chosen is not None and chosen.passes(row, piece)
        colour = colours["accent" if is_chosen else _category(model, piece)]
        if piece.above and piece.below:
            x = geometry.lane_x(rect, piece.lane.column)
            painter.fillRect(_bar(geometry, x, rect.top(), rect.bottom() + 1, 2 if is_chosen else 1), colour)
        if piece.meets:
            painter.setPen(
                QPen(colour, geometry.line_width * (2 if is_chosen else 1), Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
            )
            painter.drawPath(_bend(geometry, rect, dot, piece))
    _paint_brackets(painter, geometry, rect, card, model.closing(row), quiet)
    _paint_dot(painter, geometry, dot, colours[card.category], colours["panel"], card, lifted)


def _category(model: LayerListModel, piece: LanePiece) -> str:
    """The colour of a lane is that of the layer where it ends."""
    return model.card(piece.lane.last).category


def _bar(geometry: Geometry, x: float, top: int, bottom: int, times: int = 1) -> QRect:
    """A vertical line on whole pixels: those are filled at once, where tall antialiased shapes wait for Qt's thread pool."""
    width = geometry.line_width * times
    return QRect(round(x - width / 2), top, width, bottom - top)


def _bend(geometry: Geometry, rect: QRect, dot: QPointF, piece: LanePiece) -> QPainterPath:
    """The lane's way into the dot (from above) or out of it (downwards), rounded."""
    x, bend = geometry.lane_x(rect, piece.lane.column), geometry.px(12)
    path = QPainterPath()
    if piece.above:
        path.moveTo(x, dot.y() - bend if piece.below else rect.top())
        path.lineTo(x, dot.y() - bend)
        path.quadTo(QPointF(x, dot.y()), dot)
    else:
        path.moveTo(dot)
        path.quadTo(QPointF(x, dot.y()), QPointF(x, dot.y() + bend))
        path.lineTo(x, rect.bottom() + 1)
    return path


def _paint_brackets(
    painter: QPainter, geometry: Geometry, rect: QRect, card: Card, closing: Sequence[int], colour: QColor
) -> None:
    """One thin line for each block that the row is in, left of the cards inside; a foot where the block ends."""
    bottom, width = rect.bottom() + 1 - geometry.gap, geometry.px(1)
    for depth in range(1, card.depth + 1):
        x, ends = round(geometry.bracket_x(rect, depth)), depth in closing
        painter.fillRect(QRect(x, rect.top(), width, (bottom if ends else rect.bottom() + 1) - rect.top()), colour)
        if ends:
            painter.fillRect(QRect(x, bottom - width, geometry.px(5), width), colour)


def _paint_dot(
    painter: QPainter, geometry: Geometry, dot: QPointF, colour: QColor, ground: QColor, card: Card, lifted: bool
) -> None:
    """Round for a layer, square for a block; hollow where it waits for another."""
    radius, hollow = geometry.dot_radius, bool(card.blocked)
    if lifted:
        halo = QColor(colour)
        halo.setAlpha(90)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(halo)
        painter.drawEllipse(dot, radius * 1.9, radius * 1.9)
    painter.setPen(QPen(colour if hollow else ground, geometry.px(2)))
    painter.setBrush(ground if hollow else colour)
    if card.is_block:
        painter.drawRoundedRect(QRectF(dot.x() - radius, dot.y() - radius, 2 * radius, 2 * radius), radius / 2, radius / 2)
    else:
        painter.drawEllipse(dot, radius, radius)
