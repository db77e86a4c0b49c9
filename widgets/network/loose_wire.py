"""A wire in the hand: dragged from the dot of one layer, it follows the mouse until it is let go over another."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from widgets.network.delegate import CardDelegate
from widgets.theme import Look


class LooseWire:
    """``cards`` are told which rows it would join. It has an ``end`` only once it has been moved: until then it is a click."""

    def __init__(self, look: Look, cards: CardDelegate) -> None:
        self._look, self._cards = look, cards
        self.is_held = False
        self.end: QPointF | None = None

    def take(self, row: int) -> None:
        """The mouse is pressed on the dot of ``row``."""
        self.is_held, self._cards.wire_from = True, row

    def move(self, end: QPointF, row: int) -> None:
        """The mouse is at ``end``, over ``row`` (or none, -1)."""
        self.end, self._cards.wire_to = end, row

    def drop(self) -> int:
        """It is in the hand no more; from which row it came."""
        row = self._cards.wire_from
        self.is_held, self.end = False, None
        self._cards.wire_from = self._cards.wire_to = -1
        return row

    def paint(self, painter: QPainter, dot: QPoint) -> None:
        """From the ``dot`` it comes from to its end."""
        if self.end is None:
            return
        start, reach = QPointF(dot), self._look.px(40)
        path = QPainterPath(start)
        path.cubicTo(start + QPointF(reach, 0), self.end + QPointF(reach / 2, 0), self.end)
        painter.setPen(QPen(self._look.colour("joining"), self._look.px(2), Qt.PenStyle.DashLine))
        painter.drawPath(path)
