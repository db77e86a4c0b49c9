"""UnitColumns: the activations of many units as thin columns on a zero line, in as many rows as they need."""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.colours import NEUTRAL, colour_table
from engine.words import number
from widgets.common.recorded import Recorded
from widgets.theme import Look

_AXIS = 44  # room for the numbers at the left, in grid pixels
_WIDEST, _NARROWEST = 28, 4  # from one column to the next
_LOWEST = 36  # a row of columns
_STRONG = 0.6  # where in the colour table the columns' colours lie, 0 being neutral and 1 an end


class UnitColumns(Recorded):
    """One column a unit, up where its activation is positive and down where it is negative; all rows have one scale.

    ``hovered`` carries what is under the mouse in words, ``unit_chosen`` the index of a clicked unit.
    """

    hovered = Signal(str)
    unit_chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._values: NDArray[np.float32] = np.zeros(0, np.float32)
        self._chosen = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def show_values(self, values: NDArray[np.float32], chosen: int = -1) -> None:
        """Show ``values`` (N,), finite, with one unit marked (-1: none)."""
        self._values, self._chosen = values, chosen
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(self.look.px(240), self.look.px(120))

    # -- geometry --

    def _grid(self) -> tuple[int, int, float]:
        """(rows, columns in a row, width from one to the next)."""
        count, room = max(1, len(self._values)), max(1, self.width() - self.look.px(_AXIS))
        most = max(1, self.height() // self.look.px(_LOWEST))
        rows = min(most, ceil(count * self.look.px(_NARROWEST) / room))
        columns = ceil(count / rows)
        return rows, columns, min(self.look.px(_WIDEST), room / columns)

    def unit_at(self, place: QPointF) -> int:
        """The index of the unit whose column holds a place, or -1."""
        rows, columns, pitch = self._grid()
        row, column = int(place.y() // max(1.0, self.height() / rows)), int((place.x() - self.look.px(_AXIS)) // pitch)
        unit = row * columns + column
        inside = 0 <= row < rows and 0 <= column < columns and place.x() >= self.look.px(_AXIS)
        return unit if inside and unit < len(self._values) else -1

    def limits(self) -> tuple[float, float]:
        """What the rows span: from the lowest value to the highest, and zero always."""
        if not len(self._values):
            return 0.0, 1.0
        low, high = min(0.0, float(self._values.min())), max(0.0, float(self._values.max()))
        return low, high if high > low else low + 1.0

    # -- drawing --

    def record(self, painter: QPainter) -> None:
        if not len(self._values):
            return
        rows, columns, pitch = self._grid()
        high = self.height() / rows
        for row in range(rows):
            self._record_row(painter, row * columns, columns, QRectF(self.look.px(_AXIS), row * high, columns * pitch, high))

    def _record_row(self, painter: QPainter, first: int, columns: int, box: QRectF) -> None:
        low, high = self.limits()
        box = box.adjusted(0, self.look.px(7), 0, -self.look.px(7))
        per_unit = box.height() / (high - low)
        zero, pitch = box.bottom() + low * per_unit, box.width() / columns
        wide = max(1.0, pitch - max(1.0, pitch / 5))
        for sign, colour in ((1, _colour(_STRONG)), (-1, _colour(-_STRONG))):
            drawn = [
                (place, float(value)) for place, value in enumerate(self._values[first : first + columns]) if value * sign > 0
            ]
            painter.setBrush(colour)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRects(
                [QRectF(box.left() + at * pitch, zero, wide, -value * per_unit).normalized() for at, value in drawn]
            )
        self._record_axis(painter, box, zero, (low, high))
        if first <= self._chosen < first + columns:
            painter.setPen(QPen(self.look.colour("outline"), self.look.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(box.left() + (self._chosen - first) * pitch - 1, box.top(), wide + 2, box.height()))

    def _record_axis(self, painter: QPainter, box: QRectF, zero: float, limits: tuple[float, float]) -> None:
        look, high = self.look, self.look.px(14)
        painter.setPen(QPen(look.colour("muted"), 1))
        painter.drawLine(QLineF(box.left(), zero, box.right(), zero))
        painter.setFont(look.font(10))
        ends = ((limits[1], box.top()), (0.0, zero), (limits[0], box.bottom()))
        used: list[float] = []
        for value, y in ends:
            if all(abs(y - other) >= high for other in used):
                used.append(y)
                place = QRectF(0, y - high / 2, box.left() - look.px(6), high)
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number(value, 2))

    # -- the mouse --

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        unit = self.unit_at(event.position())
        self.hovered.emit(f"unit {unit} · {number(float(self._values[unit]))}" if unit >= 0 else "")

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit("")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        unit = self.unit_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and unit >= 0:
            self.unit_chosen.emit(unit)


def _colour(strength: float) -> QColor:
    """Of the diverging colours: red for positive, blue for negative ``strength``."""
    return QColor.fromRgb(int(colour_table("diverging")[round(NEUTRAL * (1 + strength))]))
