"""What is drawn on the card of a block beside its texts: the cards stacked behind it, stripe, chevron, how often it comes."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from widgets.network.cards import Card
from widgets.network.geometry import Geometry

Colours = Mapping[str, QColor]


def paint_stack(painter: QPainter, geometry: Geometry, row: QRect, colours: Colours) -> None:
    """Below a folded block that is repeated: the lower edges of two more cards."""
    box, px, edge = geometry.card(row), geometry.px, QColor(colours["muted"])
    edge.setAlpha(150)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(colours["card"])
    for number in (2, 1):
        inset, below = number * px(5), round(number * geometry.gap / 2.4)
        painter.drawRoundedRect(box.adjusted(inset, geometry.radius, -inset, below), geometry.radius - 1, geometry.radius - 1)


def paint_stripe(painter: QPainter, stripe: QPainterPath, height: float, card: Card, colours: Colours) -> None:
    """The left edge of a card in the colours of what is in it, from top to bottom; ``stripe`` lies at the origin."""
    names = card.colours or (card.category,)
    part = height / len(names)
    painter.save()
    for number, name in enumerate(names):
        top = number * part if number else -1
        painter.setClipRect(QRectF(-1, top, stripe.boundingRect().width() + 2, height + 2 - top))
        painter.fillPath(stripe, colours[name])
    painter.restore()


def paint_chevron(painter: QPainter, geometry: Geometry, row: QRect, card: Card, colours: Colours) -> None:
    """Points to the right where the block is folded, down where its layers are shown."""
    box, reach = QRectF(geometry.chevron(row)), geometry.px(4)
    middle = QPointF(box.left() + geometry.px(8), box.center().y())
    across = QPointF(reach / 2, 0) if not card.is_unfolded else QPointF(0, reach / 2)
    along = QPointF(0, reach) if not card.is_unfolded else QPointF(reach, 0)
    painter.setPen(QPen(colours["muted"], geometry.px(2) * 0.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPolyline([middle - across - along, middle + across, middle - across + along])


def paint_repeat(painter: QPainter, geometry: Geometry, room: QRect, card: Card, colours: Colours) -> int:
    """ "×3" on a rounded ground at the left of ``room``; returns the width it takes."""
    text, metrics = f"×{card.repeat}", geometry.metrics["badge"]
    width = metrics.horizontalAdvance(text) + geometry.px(10)
    if width > room.width():
        return 0
    box, ground = QRectF(room.left(), room.top(), width, geometry.px(15)), QColor(colours["joining"])
    ground.setAlpha(40)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setFont(geometry.font("badge"))
    painter.setPen(colours["joining"])
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
    return width


def paint_stepper(painter: QPainter, geometry: Geometry, row: QRect, card: Card, colours: Colours) -> None:
    """ "‹ copy 2 of 3 ›" on the third line."""
    back, words, on = geometry.stepper(row, card.copy)
    painter.setFont(geometry.font("text"))
    for box, text, colour in ((back, "‹", "text"), (words, card.copy, "muted"), (on, "›", "text")):
        painter.setPen(colours[colour])
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
