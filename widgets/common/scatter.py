"""ScatterPlot: points of the plane in colours, with a label under the mouse; the diagonal for predicted against true values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from engine.words import number
from widgets.common import axes
from widgets.common.plane import Plane, Range
from widgets.common.sharing import Column
from widgets.theme import Look

Floats = NDArray[np.float64]

_NEAR = 8  # grid pixels around a point in which the mouse means it
_PARTS = 10  # how fine the limits are
_MANY = 4000  # more points than that are drawn one a pixel
_OPACITY = 190  # of 255, so that points over one another show


class ScatterPlot(Plane):
    """Points (N, 2). Those that are not finite are left out of the picture, not of the file.

    ``diagonal`` draws where x = y and gives both axes one range. ``point_chosen`` carries the index of a clicked point.
    """

    point_chosen = Signal(int)

    def __init__(
        self, look: Look, parent: QWidget | None = None, *, x_title: str = "x", y_title: str = "y", diagonal: bool = False
    ) -> None:
        super().__init__(look, parent)
        self.x_name, self.y_name = x_title, y_title
        self._points: Floats = np.zeros((0, 2))
        self._groups: dict[str, NDArray[np.intp]] = {}
        self._labels: tuple[str, ...] = ()
        self._diagonal = diagonal
        self._items: dict[str, pg.ScatterPlotItem] = {}
        self._line = pg.InfiniteLine(angle=45, movable=False)
        self._ring = pg.ScatterPlotItem(symbol="o", pxMode=True)
        self._titles = (pg.TextItem(x_title, anchor=(1, 1)), pg.TextItem(y_title, anchor=(0, 0)))
        self._drawn_for: Range | None = None
        for title in self._titles:
            title.setParentItem(self.box)
        for item, height in ((self._line, -1), (self._ring, 3)):
            self.box.addItem(item, ignoreBounds=True)
            item.setZValue(height)
        self._line.setVisible(diagonal)
        self.restyled()

    def set_points(self, points: Floats, *, colours: Sequence[str] = (), labels: Sequence[str] = ()) -> None:
        """Show ``points`` (N, 2). ``colours`` names a colour of the theme for each, ``labels`` says what each is; both may be
        left out."""
        self._points = np.asarray(points, dtype=np.float64)
        if self._points.ndim != 2 or self._points.shape[1] != 2:
            raise ValueError(f"points are (N, 2), not {self._points.shape}")
        names = np.array(list(colours) or ["accent"] * len(self._points), dtype=object)
        seen = np.isfinite(self._points).all(axis=1)
        self._groups = {str(name): np.flatnonzero(seen & (names == name)) for name in dict.fromkeys(names.tolist())}
        self._labels = tuple(labels)
        self._drawn_for = None
        self.refresh()

    def columns(self) -> list[Column]:
        return [Column("points", self._points[:, 0], self._points[:, 1])]

    def fitted_range(self) -> Range:
        known = self._points[np.isfinite(self._points).all(axis=1)]
        if not len(known):
            return Range(0.0, 1.0, 0.0, 1.0)
        (left, bottom), (right, top) = known.min(axis=0).tolist(), known.max(axis=0).tolist()
        if self._diagonal:
            low, high = axes.linear_limits(min(left, bottom), max(right, top), _PARTS)
            return Range(low, high, low, high)
        return Range(*axes.linear_limits(left, right, _PARTS), *axes.linear_limits(bottom, top, _PARTS))

    def arrange(self, shown: Range) -> None:
        if self._drawn_for != shown:
            self._drawn_for = shown
            for name in self._items.keys() | self._groups.keys():
                self._draw(name, self._groups.get(name, np.zeros(0, np.intp)), shown)
        area = self.area()
        self._titles[0].setPos(area.width(), area.height())
        self._titles[1].setPos(0, 0)
        self._arrange_mouse(shown)

    def _draw(self, name: str, which: NDArray[np.intp], shown: Range) -> None:
        item = self._items.get(name)
        if item is None:
            item = self._items[name] = pg.ScatterPlotItem(symbol="o", pxMode=True, pen=None)
            self.box.addItem(item, ignoreBounds=True)
            self._dress(name)
        points = self._points[which]
        inside = (points >= (shown.left, shown.bottom)) & (points <= (shown.right, shown.top))
        points = points[inside.all(axis=1)]
        if len(points) > _MANY:
            cells = np.rint((points - (shown.left, shown.bottom)) / self.per_pixel(shown))
            points = points[np.unique(cells, axis=0, return_index=True)[1]]
        item.setData(points[:, 0], points[:, 1])

    def _arrange_mouse(self, shown: Range) -> None:
        index = self.point_under(self._mouse) if self._mouse is not None and self._grabbed is None else None
        self._ring.setVisible(index is not None)
        if index is not None:
            self._ring.setData(self._points[index : index + 1, 0], self._points[index : index + 1, 1])
        self.readout.show_words("" if index is None else self.describe(index), self.area(), self._mouse)

    # -- words and the mouse --

    def point_under(self, position: QPointF) -> int | None:
        """The index of the point nearest to a place of the widget, or None where none is near."""
        which = np.concatenate([np.zeros(0, np.intp), *self._groups.values()])
        if not len(which):
            return None
        away = (self._points[which] - self.point_at(position)) / self.per_pixel(self.shown_range())
        distance = np.hypot(away[:, 0], away[:, 1])
        nearest = int(distance.argmin())
        return int(which[nearest]) if distance[nearest] <= self.look.px(_NEAR) else None

    def words_at(self, x: float, y: float) -> str:
        index = self.point_under(self._mouse) if self._mouse is not None else None
        return "" if index is None else self.describe(index)

    def describe(self, index: int) -> str:
        """One point in words: "test image #4 · true value 3.2 · predicted 3.05"."""
        x, y = self._points[index].tolist()
        name = [self._labels[index]] if index < len(self._labels) else []
        return " · ".join([*name, f"{self.x_name} {number(x)}", f"{self.y_name} {number(y)}"])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        still = self._grabbed is not None and (event.position() - self._grabbed[0]).manhattanLength() < 3
        super().mouseReleaseEvent(event)
        index = self.point_under(event.position())
        if still and event.button() == Qt.MouseButton.LeftButton and index is not None:
            self.point_chosen.emit(index)

    # -- colours --

    def restyled(self) -> None:
        self._drawn_for = None
        self._line.setPen(pg.mkPen(self.look.colour("muted"), width=1, style=Qt.PenStyle.DashLine))
        self._ring.setPen(pg.mkPen(self.look.colour("strong"), width=self.look.px(2)))
        self._ring.setBrush(None)
        self._ring.setSize(self.look.px(12))
        for title in self._titles:
            title.setFont(self.look.font(10))
            title.setColor(self.look.colour("muted"))
        for name in self._items:
            self._dress(name)

    def _dress(self, name: str) -> None:
        colour = self.look.colour(name)
        colour.setAlpha(_OPACITY)
        self._items[name].setBrush(pg.mkBrush(colour))
        self._items[name].setSize(self.look.px(6))
