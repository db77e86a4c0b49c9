"""The plot that Layerscope painted itself before it drew with pyqtgraph: axes and curves recorded, played by Qt. A baseline."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from shiboken6 import VoidPtr

from engine.words import tick
from widgets.common import axes
from widgets.common.curve_data import Curve
from widgets.common.decimate import min_max, thinned
from widgets.common.recorded import Recorded

Floats = NDArray[np.float64]
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class PaintedPlot(Recorded):
    """Raw points, their average, and a second curve, over the same round axes as CurvePlot; no mouse."""

    def set_curves(self, *curves: Curve) -> None:
        """Draw ``curves`` as they are now, from the first to the last."""
        self._curves = curves
        self.refresh()

    def record(self, painter: QPainter) -> None:
        px = self.look.px
        area = QRectF(px(40), px(6), self.width() - px(48), self.height() - px(26))
        right = axes.round_up(max(curve.finite.steps[-1] for curve in self._curves), axes.FINE)
        bottom, top = axes.linear_limits(min(c.low for c in self._curves), max(c.high for c in self._curves))
        painter.setFont(self.look.font(10))
        self._axes(painter, area, right, bottom, top)
        painter.setClipRect(area.adjusted(-1, -1, 1, 1))
        for curve in self._curves:
            raw = min_max(curve.finite.steps, curve.finite.values, 0, right, int(area.width()))
            colour = QColor(self.look.colour(curve.colour))
            if len(curve.average):
                average = thinned(curve.average.steps, curve.average.values, 0, right, int(area.width()) // 5)
                self._line(painter, average, QPen(colour, 1.5), area, right, bottom, top)
                colour.setAlpha(90)
            self._line(painter, raw, QPen(colour, 1 if curve.smooth else 1.5), area, right, bottom, top)

    def _axes(self, painter: QPainter, area: QRectF, right: float, bottom: float, top: float) -> None:
        values = axes.linear_ticks(bottom, top, max(2, int(area.height() / 34)))
        places = [(area.bottom() - (value - bottom) * area.height() / (top - bottom), value) for value in values]
        painter.setPen(self.look.colour("grid"))
        painter.drawLines([QLineF(area.left(), y, area.right(), y) for y, _ in places])
        painter.setPen(self.look.colour("muted"))
        for y, value in places:
            painter.drawText(QRectF(0, y - 7, area.left() - 6, 14), _RIGHT, tick(value))
        for step in axes.linear_ticks(0, right, max(2, int(area.width() / 80))):
            place = QRectF(area.left() + step * area.width() / right - 30, area.bottom() + 4, 60, 14)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, tick(step))

    def _line(
        self, painter: QPainter, points: tuple[Floats, Floats], pen: QPen, area: QRectF, right: float, bottom: float, top: float
    ) -> None:
        x, y = points
        shape = QPolygonF()
        shape.resize(len(x))
        memory = np.frombuffer(VoidPtr(shape.data(), len(x) * 16, True), np.float64).reshape(-1, 2)
        memory[:, 0] = area.left() + x * (area.width() / right)
        memory[:, 1] = area.bottom() - (y - bottom) * (area.height() / (top - bottom))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, pen.widthF() > 1)
        painter.setPen(pen)
        painter.drawPolyline(shape)
