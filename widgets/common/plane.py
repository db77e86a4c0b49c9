"""Plane: a chart with two round axes, zoom, drag and words under the mouse; every plot of ours is one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.numbers import NumberTable
from engine.words import tick
from widgets.common.marks import Readout
from widgets.common.plotting import RoundAxis, TextOf, as_shapes
from widgets.common.recorded import CARD
from widgets.common.sharing import Column
from widgets.common.soon import Soon
from widgets.theme import Look

Floats = NDArray[np.float64]

_LEFT, _TOP, _RIGHT, _BOTTOM = 40, 6, 8, 20  # grid pixels around the part where data lie


@dataclass(frozen=True)
class Range:
    """The part of the plane that is shown; on a log axis ``bottom`` and ``top`` are log10 of the values."""

    left: float
    right: float
    bottom: float
    top: float


class Plane(QWidget):
    """Wheel zooms across (with Ctrl: up and down), drag moves, double click fits.

    Subclasses say what range holds everything (``fitted_range``), put their items in place (``arrange``), say what lies
    under the mouse (``words_at``) and what is exported (``columns``). ``hovered`` carries those words, "" when the mouse
    leaves. ``zoomed`` says whether the range is the user's own. Hidden, it does nothing.
    """

    hovered = Signal(str)
    zoomed = Signal(bool)
    x_name = "x"
    y_name = "value"

    def __init__(self, look: Look, parent: QWidget | None = None, *, x_text: TextOf = tick, y_text: TextOf = tick) -> None:
        super().__init__(parent)
        self.look = look
        self._own: Range | None = None
        self._placed: Range | None = None
        self._mouse: QPointF | None = None
        self._page: QSizeF | None = None  # the size that is drawn for now, where it is not the widget's
        self._area = QRectF(0, 0, 1, 1)
        self._grabbed: tuple[QPointF, Range] | None = None
        self.view = pg.GraphicsView(self, background=look.colour(CARD))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.box = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0)
        self.box.disableAutoRange()
        self.readout = Readout(self.box)
        self.readout.restyle(look)
        self.left_axis = RoundAxis("left", y_text, apart=34, grid=True)
        self.bottom_axis = RoundAxis("bottom", x_text, apart=80)
        self._put_together()
        self._soon = Soon(self)
        self._soon.due.connect(self.arrange_now)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        look.changed.connect(self.restyle)

    def _put_together(self) -> None:
        for axis in (self.left_axis, self.bottom_axis):
            self.view.addItem(axis)
            axis.restyle(self.look)
            axis.linkToView(self.box)
        self.view.addItem(self.box)
        self.box.setZValue(1)

    def sizeHint(self) -> QSize:
        return QSize(self.look.px(320), self.look.px(160))

    # -- to be written by each plot --

    def fitted_range(self) -> Range:
        """The range that holds everything, within round limits that change rarely."""
        raise NotImplementedError

    def arrange(self, shown: Range) -> None:
        """Put the items in place for ``shown``."""
        raise NotImplementedError

    def words_at(self, x: float, y: float) -> str:
        """What lies under the mouse at (x, y); "" for nothing."""
        raise NotImplementedError

    def columns(self) -> list[Column]:
        """All points, for files."""
        raise NotImplementedError

    def numbers(self) -> NumberTable:
        """Every point: the name of its curve, where it is, its value; lost values are not a number."""
        rows = [(each.name, x, y) for each in self.columns() for x, y in zip(each.x.tolist(), each.y.tolist(), strict=True)]
        return NumberTable(("series", self.x_name, self.y_name), rows)

    def restyled(self) -> None:
        """The theme or scale changed; called before everything is arranged anew."""

    # -- painting --

    def refresh(self) -> None:
        """Arrange anew before the next painting, once however often this is called."""
        if self.isVisible():
            self._soon.ask()

    def arrange_now(self) -> None:
        """Arrange at once; Qt paints what changed."""
        self._soon.stop()
        self.view.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # again: style sheets take it away
        shown = self.shown_range()
        if shown != self._placed:
            self._placed = shown
            self.box.setRange(xRange=(shown.left, shown.right), yRange=(shown.bottom, shown.top), padding=0)
        self.arrange(shown)

    def restyle(self) -> None:
        """Take theme and scale from the Look again."""
        self.view.setBackground(self.look.colour(CARD))
        for axis in (self.left_axis, self.bottom_axis):
            axis.restyle(self.look)
        self.readout.restyle(self.look)
        self.restyled()
        self._place()
        self.updateGeometry()
        self.refresh()

    def _place(self) -> None:
        size, px = self._page or QSizeF(self.size()), self.look.px
        wide, high = size.width() - px(_LEFT) - px(_RIGHT), size.height() - px(_TOP) - px(_BOTTOM)
        area = self._area = QRectF(px(_LEFT), px(_TOP), max(1, wide), max(1, high))
        chart = QRectF(QPointF(), size)
        self.box.setGeometry(area)
        for axis in (self.left_axis, self.bottom_axis):
            axis.place(area, chart)

    def paint_on(self, painter: QPainter, size: QSizeF) -> None:
        """Draw the plot, laid out anew for ``size`` in grid pixels, without what belongs to the mouse."""
        before, self._mouse = self._mouse, None
        self._page = size
        self._place()
        self.arrange_now()
        whole, scene = QRectF(QPointF(), size), self.view.scene()
        painter.fillRect(whole, self.look.colour(CARD))
        with as_shapes(scene):
            scene.prepareForPaint()
            scene.render(painter, whole, whole)
        self._page, self._mouse = None, before
        self._place()
        self.arrange_now()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.view.setGeometry(self.rect())
        self._place()
        if self.isVisible():
            self.arrange_now()

    def showEvent(self, event: QShowEvent) -> None:
        self.arrange_now()

    # -- geometry --

    def shown_range(self) -> Range:
        """What is shown now: the user's zoom, or everything."""
        return self._own or self.fitted_range()

    def area(self) -> QRectF:
        """Where data lie, in the widget's pixels."""
        return self._area

    def per_pixel(self, shown: Range) -> tuple[float, float]:
        """How much one pixel is, across and up."""
        area = self.area()
        return (shown.right - shown.left) / area.width(), (shown.top - shown.bottom) / area.height()

    def point_at(self, position: QPointF) -> tuple[float, float]:
        """The place in the plane under a point of the widget."""
        shown, area = self.shown_range(), self.area()
        across, up = self.per_pixel(shown)
        return shown.left + (position.x() - area.left()) * across, shown.bottom + (area.bottom() - position.y()) * up

    def fit(self) -> None:
        """Show everything again."""
        if self._own is not None:
            self._own = None
            self.zoomed.emit(False)
        self.refresh()

    def _show(self, wanted: Range) -> None:
        """Show a range of the user's own; too narrow or too wide ones are refused."""
        if not (1e-6 < wanted.right - wanted.left < 1e12 and 1e-12 < wanted.top - wanted.bottom < 1e15):
            return
        if self._own is None:
            self.zoomed.emit(True)
        self._own = wanted
        self.refresh()

    # -- the mouse --

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            start, before = self._grabbed
            moved, (across, up) = event.position() - start, self.per_pixel(before)
            right, down = moved.x() * across, moved.y() * up
            self._show(Range(before.left - right, before.right - right, before.bottom + down, before.top + down))
            return
        self._mouse = event.position() if self.area().contains(event.position()) else None
        self.hovered.emit(self.words_at(*self.point_at(self._mouse)) if self._mouse is not None else "")
        self.refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = (event.position(), self.shown_range())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        shown, (x, y) = self.shown_range(), self.point_at(event.position())
        factor = 0.999 ** event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._show(Range(shown.left, shown.right, y + (shown.bottom - y) * factor, y + (shown.top - y) * factor))
        else:
            self._show(Range(x + (shown.left - x) * factor, x + (shown.right - x) * factor, shown.bottom, shown.top))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        self.hovered.emit("")
        self.refresh()
