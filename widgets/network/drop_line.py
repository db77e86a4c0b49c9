"""The line that shows where layers that are dragged over the list would be dropped; near the list's edges it scrolls."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QTimer
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QListView

from widgets.network.geometry import Geometry
from widgets.theme import Look

EDGE, STRIDE, EVERY_MS = 28, 12, 40
"""How near to an edge the list scrolls, by how much and how often; pixels of the grid."""


class DropLine:
    """Over ``view``, which paints it as long as it ``is_shown``."""

    def __init__(self, look: Look, view: QListView) -> None:
        self._look, self._view = look, view
        self.position = -1  # among the layers, where they would be dropped
        self._y = 0
        self._timer = QTimer(view, interval=EVERY_MS)
        self._timer.timeout.connect(self._scroll)

    @property
    def is_shown(self) -> bool:
        """Whether something is dragged over the list."""
        return self.position >= 0

    def show(self, position: int, y: int) -> None:
        """Something is dragged at height ``y``, and would be dropped at ``position``."""
        self._y = y
        self._timer.start()
        self._move(position)

    def hide(self) -> None:
        """It has been dropped, or dragged elsewhere."""
        self._timer.stop()
        self._move(-1)

    def paint(self, painter: QPainter, geometry: Geometry, row: QRect) -> None:
        """Below ``row``, that of the layer before the position."""
        accent, card = self._look.colour("accent"), geometry.card(row)
        y = min(row.bottom() + 1 - geometry.gap / 2, self._view.viewport().height() - 2)
        painter.setPen(QPen(accent, geometry.px(2)))
        painter.drawLine(QPointF(geometry.dot_x, y), QPointF(card.right(), y))
        painter.setBrush(accent)
        painter.drawEllipse(QPointF(geometry.dot_x, y), geometry.px(3), geometry.px(3))

    def _move(self, position: int) -> None:
        if position != self.position:
            self.position = position
            self._view.viewport().update()

    def _scroll(self) -> None:
        edge, stride, bar = self._look.px(EDGE), self._look.px(STRIDE), self._view.verticalScrollBar()
        if self._y < edge:
            bar.setValue(bar.value() - stride)
        elif self._y > self._view.viewport().height() - edge:
            bar.setValue(bar.value() + stride)
