"""CurvePlot: series over steps, raw and smoothed, with a log axis, a step cursor, zoom and values under the mouse."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from engine.words import number, tick
from widgets.common import axes
from widgets.common.curve_data import Curve, Floats
from widgets.common.decimate import min_max, thinned
from widgets.common.marks import LostMarks
from widgets.common.plane import Plane, Range
from widgets.common.plotting import Line, TextOf
from widgets.common.sharing import Column
from widgets.theme import Look

_FAINT = 90  # opacity of raw points under their average, of 255
_AVERAGE_PIXELS = 5  # the average is smooth: a point every so many pixels draws it


@dataclass
class _Drawn:
    """A curve and its two items: raw points, and the average over them."""

    curve: Curve
    raw: Line
    average: Line


class CurvePlot(Plane):
    """Named curves over training steps. All points are kept; what is painted is the extremes of each pixel column."""

    x_name = "step"

    def __init__(
        self,
        look: Look,
        parent: QWidget | None = None,
        *,
        value_text: TextOf = number,
        log: bool = False,
        tick_text: TextOf = tick,
    ) -> None:
        super().__init__(look, parent, x_text=_step_label, y_text=tick_text)
        self._value_text = value_text
        self._log = self.left_axis.log = log
        self._curves: dict[str, _Drawn] = {}
        self._cursor: float | None = None
        self._drawn_for: tuple[Range, QSizeF] | None = None
        self._cursor_line = pg.InfiniteLine(movable=False)
        self._mouse_line = pg.InfiniteLine(movable=False)
        self._lost = LostMarks(self.box)
        for line in (self._cursor_line, self._mouse_line):
            self.box.addItem(line, ignoreBounds=True)
            line.hide()
        self.restyled()

    # -- what is plotted --

    def add_curve(self, name: str, title: str, colour: str, *, smooth: bool = False) -> None:
        """Declare a curve: its title in readouts, its colour's name in the theme, whether it has a smoothed overlay."""
        drawn = _Drawn(Curve(title, colour, smooth=smooth), Line(self.box), Line(self.box))
        for item, height in ((drawn.raw, 0), (drawn.average, 1)):
            item.setZValue(height)
        self._curves[name] = drawn
        self._stale()

    def set_points(self, name: str, steps: Floats, values: Floats) -> None:
        """All points of one curve so far; only new ones cost time. NaN and infinite ones are marked, not drawn."""
        if self._curves[name].curve.update(steps, values):
            self._stale()

    def curve(self, name: str) -> Curve:
        """The points that are plotted under ``name``."""
        return self._curves[name].curve

    def set_step_cursor(self, step: float | None) -> None:
        """Mark a past step by a line; None for none."""
        if step != self._cursor:
            self._cursor = step
            self.refresh()

    def set_log(self, log: bool) -> None:
        """A logarithmic value axis; values that are not positive are left out."""
        self._log = self.left_axis.log = log
        self.left_axis.update()
        self._stale()
        self.fit()

    def set_smoothing(self, weight: float) -> None:
        """The weight 0..1 of the moving average that lies over the raw points; 0 shows none."""
        for drawn in self._curves.values():
            drawn.curve.set_weight(weight)
        self._stale()

    def _stale(self) -> None:
        self._drawn_for = None
        self.refresh()

    def columns(self) -> list[Column]:
        curves = [drawn.curve for drawn in self._curves.values()]
        smoothed = [Column(f"{curve.title} (smoothed)", curve.average.steps, curve.average.values) for curve in curves]
        raw = [Column(curve.title, *curve.points()) for curve in curves]
        return raw + [column for column in smoothed if len(column.x)]

    # -- what is shown --

    def fitted_range(self) -> Range:
        curves = [drawn.curve for drawn in self._curves.values()]
        filled = [curve for curve in curves if len(curve.finite)]
        last = max((curve.finite.steps[-1] for curve in filled), default=1.0)
        lost = max((max(curve.lost, default=0.0) for curve in curves), default=0.0)
        low = min((curve.low for curve in filled), default=0.0)
        high = max((curve.high for curve in filled), default=1.0)
        if self._log:
            low = low if low > 0 else min((_smallest(curve) for curve in filled), default=1.0)
            bottom, top = axes.log_limits(math.log10(low), math.log10(max(high, low)))
        else:
            bottom, top = axes.linear_limits(low, high)
        return Range(0.0, axes.round_up(max(last, lost, 10.0), axes.FINE), bottom, top)

    def arrange(self, shown: Range) -> None:
        pixels = max(1, int(self.area().width()))
        if self._drawn_for != (shown, self.area().size()):
            self._drawn_for = (shown, self.area().size())
            for drawn in self._curves.values():
                self._draw(drawn, shown, pixels)
            lost = [step for drawn in self._curves.values() for step in drawn.curve.lost]
            self._lost.show_steps(lost, (np.array(lost) - shown.left) / self.per_pixel(shown)[0], pixels)
        _mark(self._cursor_line, self._cursor)
        self._arrange_readout(shown)

    def _draw(self, drawn: _Drawn, shown: Range, pixels: int) -> None:
        curve, averaged = drawn.curve, len(drawn.curve.average) > 0
        colour = self.look.colour(curve.colour)
        raw = min_max(curve.finite.steps, curve.finite.values, shown.left, shown.right, pixels)
        drawn.raw.style(
            _faint(colour) if averaged else colour, 1 if curve.smooth else 1.5 * self.look.scale, smooth=not curve.smooth
        )
        drawn.raw.show_points(*self._pixels(*raw, shown))
        drawn.average.setVisible(averaged)
        if averaged:
            drawn.average.style(colour, 1.5 * self.look.scale, smooth=True)
            few = max(1, pixels // _AVERAGE_PIXELS)
            average = thinned(curve.average.steps, curve.average.values, shown.left, shown.right, few)
            drawn.average.show_points(*self._pixels(*average, shown))

    def _pixels(self, x: Floats, y: Floats, shown: Range) -> tuple[Floats, Floats]:
        """The points in the chart's pixels; on a log axis only positive ones. A single point gets a length, to be seen."""
        if self._log:
            positive = y > 0
            x, y = (x, y) if positive.all() else (x[positive], y[positive])
            y = np.log10(y)
        across, up = self.per_pixel(shown)
        x, y = (x - shown.left) / across, (shown.top - y) / up
        return (x, y) if len(x) != 1 else (np.append(x, x + 2), np.repeat(y, 2))

    def _arrange_readout(self, shown: Range) -> None:
        words, step = "", None
        if self._mouse is not None and self._grabbed is None:
            x, y = self.point_at(self._mouse)
            words, step = self.words_at(x, y), float(round(x))
        _mark(self._mouse_line, step if words else None)
        self.readout.show_words(words, self.area(), self._mouse)
        self._lost.words_shown(not words)

    def restyled(self) -> None:
        self._stale()
        self._cursor_line.setPen(pg.mkPen(self.look.colour("cursor"), width=1))
        self._mouse_line.setPen(pg.mkPen(self.look.colour("muted"), width=1, style=Qt.PenStyle.DotLine))
        self._lost.restyle(self.look)

    # -- words --

    def words_at(self, x: float, y: float) -> str:
        return self.values_at(round(x))

    def values_at(self, step: float) -> str:
        """The newest values at ``step``, in words: "step 312 · training 0.21 (smoothed 0.22) · validation 0.25"."""
        parts = []
        for drawn in self._curves.values():
            curve = drawn.curve
            value = curve.finite.until(step)
            if value is not None:
                average = curve.average.until(step)
                smoothed = f" (smoothed {self._value_text(average)})" if average is not None else ""
                parts.append(f"{curve.title} {self._value_text(value)}{smoothed}")
        return " · ".join([f"step {step:,.0f}", *parts]) if parts else ""


def _step_label(step: float) -> str:
    return tick(step) if step else "step 0"


def _mark(line: pg.InfiniteLine, step: float | None) -> None:
    line.setVisible(step is not None)
    if step is not None:
        line.setValue(step)


def _faint(colour: QColor) -> QColor:
    faint = QColor(colour)
    faint.setAlpha(_FAINT)
    return faint


def _smallest(curve: Curve) -> float:
    """The smallest positive value, for a log axis."""
    positive = curve.finite.values[curve.finite.values > 0]
    return float(positive.min()) if len(positive) else 1.0
