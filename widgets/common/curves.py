"""CurvePlot: series over steps, raw and smoothed, with a log axis, a step cursor, zoom and values under the mouse."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QPolygonF, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.common import axes
from widgets.common.curve_data import Curve, Floats
from widgets.common.decimate import min_max, thinned
from widgets.common.polygons import polygon
from widgets.common.recorded import Recorded
from widgets.common.words import number
from widgets.theme import Look

_FAINT = 90  # opacity of raw points under their average, of 255
_AVERAGE_PIXELS = 5  # the average is smooth: a point every so many pixels draws it


@dataclass(frozen=True)
class Range:
    """The part of the plane that is shown: steps, and values (their log10 on a log axis)."""

    left: float
    right: float
    bottom: float
    top: float


class CurvePlot(Recorded):
    """Named curves over training steps. Wheel zooms in steps (with Ctrl: in values), drag moves, double click fits.

    All points are kept; what is painted is the extremes of each pixel column. ``hovered`` carries the values at the
    step under the mouse, "" when it leaves. ``zoomed`` says whether the range is the user's own.
    """

    hovered = Signal(str)
    zoomed = Signal(bool)

    def __init__(
        self,
        look: Look,
        parent: QWidget | None = None,
        *,
        value_text: Callable[[float], str] = number,
        log: bool = False,
        tick_text: Callable[[float], str] = axes.label,
    ) -> None:
        super().__init__(look, parent)
        self._value_text = value_text
        self._tick_text = tick_text
        self._log = log
        self._curves: dict[str, Curve] = {}
        self._cursor: float | None = None
        self._own: Range | None = None
        self._mouse: QPointF | None = None
        self._grabbed: tuple[QPointF, Range] | None = None
        self._shapes: list[tuple[QColor, bool, QPolygonF]] | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def sizeHint(self) -> QSize:
        return QSize(self.look.px(320), self.look.px(160))

    # -- what is plotted --

    def add_curve(self, name: str, title: str, colour: str, *, smooth: bool = False) -> None:
        """Declare a curve: its title in readouts, its colour's name in the theme, whether it has a smoothed overlay."""
        self._curves[name] = Curve(title, colour, smooth=smooth)

    def set_points(self, name: str, steps: Floats, values: Floats) -> None:
        """All points of one curve so far; only new ones cost time. NaN and infinite ones are marked, not drawn."""
        if self._curves[name].update(steps, values):
            self._stale()

    def curve(self, name: str) -> Curve:
        """The points that are plotted under ``name``."""
        return self._curves[name]

    def set_step_cursor(self, step: float | None) -> None:
        """Mark a past step by a line; None for none."""
        if step != self._cursor:
            self._cursor = step
            self.refresh()

    def set_log(self, log: bool) -> None:
        """A logarithmic value axis; values that are not positive are left out."""
        self._log = log
        self.fit()

    def set_smoothing(self, weight: float) -> None:
        """The weight 0..1 of the moving average that lies over the raw points; 0 shows none."""
        for curve in self._curves.values():
            curve.set_weight(weight)
        self._stale()

    def fit(self) -> None:
        """Show all points again."""
        if self._own is not None:
            self._own = None
            self.zoomed.emit(False)
        self._stale()

    def _stale(self) -> None:
        self._shapes = None
        self.refresh()

    # -- geometry --

    def shown_range(self) -> Range:
        """What is shown now: the user's zoom, or everything within round limits that change rarely."""
        if self._own is not None:
            return self._own
        curves = [curve for curve in self._curves.values() if len(curve.finite)]
        last = max((curve.finite.steps[-1] for curve in curves), default=1.0)
        lost = max((max(curve.lost, default=0.0) for curve in self._curves.values()), default=0.0)
        low = min((curve.low for curve in curves), default=0.0)
        high = max((curve.high for curve in curves), default=1.0)
        if self._log:
            low = low if low > 0 else min((_smallest(curve) for curve in curves), default=1.0)
            bottom, top = axes.log_limits(math.log10(low), math.log10(max(high, low)))
        else:
            bottom, top = axes.linear_limits(low, high)
        return Range(0.0, axes.round_up(max(last, lost, 10.0), axes.FINE), bottom, top)

    def _area(self) -> QRectF:
        px = self.look.px
        return QRectF(px(40), px(6), max(1, self.width() - px(48)), max(1, self.height() - px(26)))

    def _x(self, steps: Floats | float, shown: Range, area: QRectF) -> Floats | float:
        return area.left() + (steps - shown.left) * (area.width() / (shown.right - shown.left))

    def _y(self, values: Floats | float, shown: Range, area: QRectF) -> Floats | float:
        return area.bottom() - (values - shown.bottom) * (area.height() / (shown.top - shown.bottom))

    # -- painting --

    def restyled(self) -> None:
        self._shapes = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._shapes = None
        super().resizeEvent(event)

    def record(self, painter: QPainter) -> None:
        shown, area = self.shown_range(), self._area()
        if self._shapes is None:
            self._shapes = self._make_shapes(shown, area)
        painter.setFont(self.look.font(10))
        self._draw_axes(painter, shown, area)
        painter.setClipRect(area.adjusted(-1, -1, 1, 1))
        for colour, bold, shape in self._shapes:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, bold)
            painter.setPen(QPen(colour, 1.5 * self.look.scale if bold else 1))
            painter.drawPolyline(shape)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._draw_lost(painter, shown, area)
        if self._cursor is not None:
            self._draw_line(painter, self._cursor, shown, area, "cursor", Qt.PenStyle.SolidLine)
        if self._mouse is not None and self._grabbed is None:
            self._draw_readout(painter, shown, area)

    def _make_shapes(self, shown: Range, area: QRectF) -> list[tuple[QColor, bool, QPolygonF]]:
        """Polylines from back to front: raw points first, averages over them."""
        raw, smooth = [], []
        pixels = max(1, int(area.width()))
        for curve in self._curves.values():
            colour = self.look.colour(curve.colour)
            if len(curve.average):
                points = (curve.average.steps, curve.average.values)
                smooth.append((colour, True, self._shape(*points, shown, area, pixels // _AVERAGE_PIXELS, thinned)))
                colour = QColor(colour)
                colour.setAlpha(_FAINT)
            shape = self._shape(curve.finite.steps, curve.finite.values, shown, area, pixels, min_max)
            raw.append((colour, not curve.smooth, shape))
        return raw + smooth

    def _shape(
        self,
        steps: Floats,
        values: Floats,
        shown: Range,
        area: QRectF,
        pixels: int,
        shorten: Callable[..., tuple[Floats, Floats]],
    ) -> QPolygonF:
        x, y = shorten(steps, values, shown.left, shown.right, max(1, pixels))
        if self._log:
            positive = y > 0
            if not positive.all():
                x, y = x[positive], y[positive]
            y = np.log10(y)
        shape = polygon(self._x(x, shown, area), self._y(y, shown, area))
        if len(x) == 1:  # a single point would draw nothing
            shape.append(shape[0] + QPointF(2, 0))
        return shape

    def _draw_axes(self, painter: QPainter, shown: Range, area: QRectF) -> None:
        look = self.look
        most_y, most_x = max(2, int(area.height() / look.px(34))), max(2, int(area.width() / look.px(80)))
        ticks = axes.log_ticks if self._log else axes.linear_ticks
        values, steps = ticks(shown.bottom, shown.top, most_y), axes.linear_ticks(shown.left, shown.right, most_x)
        places = [(self._y(value, shown, area), value) for value in values]
        painter.setPen(look.colour("grid"))
        painter.drawLines([QLineF(area.left(), y, area.right(), y) for y, _ in places])
        painter.setPen(look.colour("muted"))
        wide, high = area.left() - look.px(6), look.px(14)
        for y, value in places:
            text = self._tick_text(10**value if self._log else value)
            painter.drawText(QRectF(0, y - high / 2, wide, high), _RIGHT, text)
        for step in steps:
            x = self._x(step, shown, area)
            text = axes.label(step) if step else "step 0"
            half = painter.fontMetrics().horizontalAdvance(text) / 2 + 1
            place = QRectF(x - half, area.bottom() + look.px(4), 2 * half, high)
            place.moveRight(min(place.right(), self.width()))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_lost(self, painter: QPainter, shown: Range, area: QRectF) -> None:
        """Crosses along the top where a value was not a number, and in words from which step on."""
        lost = sorted({step for curve in self._curves.values() for step in curve.lost})
        if not lost:
            return
        columns = np.unique(np.rint(self._x(np.array(lost), shown, area)))
        size = self.look.px(3)
        painter.setPen(QPen(self.look.colour("bad"), 1))
        top = area.top() + size
        painter.drawLines([QLineF(x - size, top - size, x + size, top + size) for x in columns.tolist()])
        painter.drawLines([QLineF(x - size, top + size, x + size, top - size) for x in columns.tolist()])
        words = f"not a number from step {lost[0]:,.0f}"
        painter.drawText(area.adjusted(0, 3 * size, -size, 0), Qt.AlignmentFlag.AlignRight, words)

    def _draw_line(self, painter: QPainter, step: float, shown: Range, area: QRectF, colour: str, style: Qt.PenStyle) -> None:
        x = round(self._x(step, shown, area))
        painter.setPen(QPen(self.look.colour(colour), 1, style))
        painter.drawLine(QLineF(x, area.top(), x, area.bottom()))

    def _draw_readout(self, painter: QPainter, shown: Range, area: QRectF) -> None:
        assert self._mouse is not None
        step = self._step_at(self._mouse.x(), shown, area)
        words = self.values_at(step)
        if not words:
            return
        self._draw_line(painter, step, shown, area, "muted", Qt.PenStyle.DotLine)
        pad = self.look.px(6)
        width = painter.fontMetrics().horizontalAdvance(words) + 2 * pad
        box = QRectF(area.right() - width, area.top(), width, self.look.px(20))
        if self._mouse.x() > box.left() - pad and self._mouse.y() < box.bottom() + pad:
            box.moveLeft(area.left())
        painter.setPen(self.look.colour("line"))
        painter.setBrush(self.look.colour("field"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(self.look.colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    # -- the mouse --

    def values_at(self, step: float) -> str:
        """The newest values at ``step``, in words: "step 312 · training 0.21 (smoothed 0.22) · validation 0.25"."""
        parts = []
        for curve in self._curves.values():
            value = curve.finite.until(step)
            if value is not None:
                average = curve.average.until(step)
                smoothed = f" (smoothed {self._value_text(average)})" if average is not None else ""
                parts.append(f"{curve.title} {self._value_text(value)}{smoothed}")
        return " · ".join([f"step {step:,.0f}", *parts]) if parts else ""

    def _step_at(self, x: float, shown: Range, area: QRectF) -> float:
        return round(shown.left + (x - area.left()) / area.width() * (shown.right - shown.left))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area = self._area()
        if self._grabbed is not None:
            start, before = self._grabbed
            moved = event.position() - start
            across = moved.x() / area.width() * (before.right - before.left)
            up = moved.y() / area.height() * (before.top - before.bottom)
            self._show(Range(before.left - across, before.right - across, before.bottom + up, before.top + up))
            return
        self._mouse = event.position() if area.contains(event.position()) else None
        step = self._step_at(event.position().x(), self.shown_range(), area)
        self.hovered.emit(self.values_at(step) if self._mouse is not None else "")
        self.refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = (event.position(), self.shown_range())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        shown, area = self.shown_range(), self._area()
        factor = 0.999 ** event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            share = (area.bottom() - event.position().y()) / area.height()
            centre = shown.bottom + share * (shown.top - shown.bottom)
            bottom, top = centre + (shown.bottom - centre) * factor, centre + (shown.top - centre) * factor
            self._show(Range(shown.left, shown.right, bottom, top))
        else:
            centre = shown.left + (event.position().x() - area.left()) / area.width() * (shown.right - shown.left)
            left, right = centre + (shown.left - centre) * factor, centre + (shown.right - centre) * factor
            self._show(Range(left, right, shown.bottom, shown.top))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        self.hovered.emit("")
        self.refresh()

    def _show(self, wanted: Range) -> None:
        """Show a range of the user's own; too narrow or too wide ones are refused."""
        if not (1e-6 < wanted.right - wanted.left < 1e12 and 1e-12 < wanted.top - wanted.bottom < 1e15):
            return
        if self._own is None:
            self.zoomed.emit(True)
        self._own = wanted
        self._stale()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _smallest(curve: Curve) -> float:
    """The smallest positive value, for a log axis."""
    positive = curve.finite.values[curve.finite.values > 0]
    return float(positive.min()) if len(positive) else 1.0
