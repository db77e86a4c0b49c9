"""What our plots are made of: pyqtgraph with its settings, axes with few round ticks, and curves that cost little to paint."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from widgets.common import axes
from widgets.theme import Look

# Pictures are rows first, as everywhere here; a curve asks for antialiasing itself; OpenGL paints plots unreliably.
# At the end Qt takes its items away itself: no clean-up of pyqtgraph's.
pg.setConfigOptions(imageAxisOrder="row-major", antialias=False, useOpenGL=False, exitCleanup=False)

TextOf = Callable[[float], str]
Floats = NDArray[np.float64]
_Specs = tuple[Any, list[Any], list[Any]]  # what an AxisItem draws: its line, its ticks, its labels


@contextmanager
def as_shapes(scene: pg.GraphicsScene) -> Iterator[None]:
    """Within it the items of ``scene`` paint letters and shapes, smoothly, where they otherwise paint kept pixels."""
    items = [item for item in scene.items() if isinstance(item, pg.GraphicsItem)]
    kept = [item for item in items if item.cacheMode() != QGraphicsItem.CacheMode.NoCache]
    for item in items:
        item.setExportMode(True, {"antialias": True, "resolutionScale": 1.0})
    for item in kept:
        item.setCacheMode(QGraphicsItem.CacheMode.NoCache)
    try:
        yield
    finally:
        for item in items:
            item.setExportMode(False)
        for item in kept:
            item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)


class RoundAxis(pg.AxisItem):  # type: ignore[misc]
    """Few round ticks, labels that stay on the chart, and grid lines if ``grid``.

    Qt keeps what was painted (DeviceCoordinateCache): while range and size stay the same, painting it runs no Python.
    ``apart`` is how far ticks lie apart at least, in grid pixels.
    """

    def __init__(self, orientation: str, text: TextOf, *, apart: int, grid: bool = False) -> None:
        self._bounds = QRectF()
        self._area = QRectF(0, 0, 1, 1)
        super().__init__(orientation, maxTickLength=0)
        self._text, self._apart, self._lines = text, apart, grid
        self._look = Look()
        self.log = False
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def restyle(self, look: Look) -> None:
        """Take colours, font and distances from ``look``."""
        self._look = look
        self.setPen(QPen(Qt.PenStyle.NoPen))
        self.setTickPen(QPen(look.colour("grid"), 1) if self._lines else QPen(Qt.PenStyle.NoPen))
        self.setTextPen(look.colour("muted"))
        self.setTickFont(look.font(10))

    def place(self, area: QRectF, chart: QRectF) -> None:
        """Where data lie, and the whole chart; both in the scene's pixels."""
        self.prepareGeometryChange()
        self._area = area
        if self.orientation == "left":
            self._bounds = QRectF(chart.topLeft(), QPointF(area.right() + 1, area.bottom() + self._look.px(8)))
        else:
            self._bounds = QRectF(QPointF(chart.left(), area.bottom()), chart.bottomRight())
        kept = self.cacheMode()
        self.setCacheMode(QGraphicsItem.CacheMode.NoCache)  # else Qt may shift and reuse parts of what it kept at another size
        self.setCacheMode(kept)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, p: QPainter, opt: object, widget: object) -> None:
        self.drawPicture(p, *self.generateDrawSpecs(p))

    def tickValues(self, low: float, high: float, pixels: float) -> list[tuple[float, list[float]]]:
        ticks = axes.log_ticks if self.log else axes.linear_ticks
        return [(1.0, ticks(low, high, max(2, int(pixels / self._look.px(self._apart)))))]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [self._text(10**value if self.log else value) for value in values]

    def generateDrawSpecs(self, p: QPainter) -> _Specs:
        upright, area = self.orientation == "left", self._area
        low, high = self.range
        [(spacing, values)] = self.tickValues(low, high, area.height() if upright else area.width())
        shares = [(value - low) / ((high - low) or 1.0) for value in values]
        texts = self.tickStrings(values, 1.0, spacing)
        labels = [self._label(share, text) for share, text in zip(shares, texts, strict=True)]
        lines = [self._line(share) for share in shares] if self._lines else []
        return (self.pen(), area.bottomLeft(), area.topLeft()), lines, labels

    def _line(self, share: float) -> tuple[QPen, QPointF, QPointF]:
        area = self._area
        if self.orientation == "left":
            y = area.bottom() - share * area.height()
            return self.tickPen(), QPointF(area.left(), y), QPointF(area.right(), y)
        x = area.left() + share * area.width()
        return self.tickPen(), QPointF(x, area.top()), QPointF(x, area.bottom())

    def _label(self, share: float, text: str) -> tuple[QRectF, Qt.AlignmentFlag, str]:
        area, px, high = self._area, self._look.px, self._look.px(14)
        if self.orientation == "left":
            y = area.bottom() - share * area.height()
            return QRectF(0, y - high / 2, area.left() - px(6), high), _RIGHT, text
        half = QFontMetricsF(self.style["tickFont"]).horizontalAdvance(text) / 2 + 1
        place = QRectF(area.left() + share * area.width() - half, area.bottom() + px(4), 2 * half, high)
        place.moveRight(min(place.right(), self._bounds.right()))
        return place, Qt.AlignmentFlag.AlignCenter, text


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Line(pg.PlotCurveItem):  # type: ignore[misc]
    """A curve through finite points given in the pixels of its ``chart``: Qt draws lines at a quarter of the cost of the same
    lines under a transform. It takes the whole chart as its bounds, so that new points cost no search for theirs."""

    def __init__(self, chart: pg.ViewBox) -> None:
        self._chart = chart
        self._style: tuple[int, float, bool] | None = None
        super().__init__(skipFiniteCheck=True)
        self.setParentItem(chart)

    def boundingRect(self) -> QRectF:
        whole: QRectF = self._chart.rect()
        return whole

    def show_points(self, x: Floats, y: Floats) -> None:
        """Draw these points from now on. ``setData`` without what searches for new bounds and tells of them."""
        self.xData, self.yData = x, y
        self.path = None
        self._lineSegmentsRendered = False
        self.update()

    def style(self, colour: QColor, width: float, *, smooth: bool) -> None:
        """Draw in ``colour``, ``width`` pixels wide; ``smooth`` asks for antialiasing, line by line: a sixth of a path's cost."""
        wanted = (colour.rgba(), width, smooth)
        if wanted == self._style:
            return
        self._style = wanted
        self.opts["antialias"] = smooth
        self.setSegmentedLineMode("on" if smooth else "off")
        pen = QPen(colour, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self.setPen(pen)
