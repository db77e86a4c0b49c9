"""The line that shows where layers that are dragged over the list would be dropped; near the list's edges it scrolls."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QListView

from widgets.network.geometry import Geometry
from widgets.network.rows import Drop
from widgets.theme import Look

EDGE, STRIDE, EVERY_MS = 28, 12, 40
"""How near to an edge the list scrolls, by how much and how often; pixels of the grid."""


class DropLine:
    """Over ``view``, which paints it as long as it ``is_shown``."""

    def __init__(self, look: Look, view: QListView) -> None:
        self._look, self._view = look, view
        self.drop: Drop | None = None  # what letting go would do
        self._y = 0
        self._timer = QTimer(view, interval=EVERY_MS)
        self._timer.timeout.connect(self._scroll)

    @property
    def is_shown(self) -> bool:
        """Whether something is dragged over the list."""
        return self.drop is not None

    def show(self, drop: Drop, y: int) -> None:
        """Something is dragged at height ``y``; letting go would do ``drop``."""
        self._y = y
        self._timer.start()
        self._move(drop)

    def hide(self) -> None:
        """It has been dropped, or dragged elsewhere."""
        self._timer.stop()
        self._move(None)

    def paint(self, painter: QPainter, geometry: Geometry, drop: Drop, row: QRect) -> None:
        """Below ``row``, that of the drop, as far right as its depth; around its card where it goes into a folded block."""
        accent, card = self._look.colour("accent"), geometry.card(geometry.indented(row, drop.depth))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if drop.into:
            painter.setPen(QPen(accent, geometry.px(2)))
            painter.drawRoundedRect(card, geometry.radius, geometry.radius)
            return
        start = QPointF(geometry.dot_x, 0) if not drop.depth else QPointF(card.left(), 0)
        y = min(row.bottom() + 1 - geometry.gap / 2, self._view.viewport().height() - 2)
        painter.setPen(QPen(accent, geometry.px(2)))
        painter.drawLine(QPointF(start.x(), y), QPointF(card.right(), y))
        painter.setBrush(accent)
        painter.drawEllipse(QPointF(start.x(), y), geometry.px(3), geometry.px(3))

    def _move(self, drop: Drop | None) -> None:
        if drop != self.drop:
            self.drop = drop
            self._view.viewport().update()

    def _scroll(self) -> None:
        edge, stride, bar = self._look.px(EDGE), self._look.px(STRIDE), self._view.verticalScrollBar()
        if self._y < edge:
            bar.setValue(bar.value() - stride)
        elif self._y > self._view.viewport().height() - edge:
            bar.setValue(bar.value() + stride)
