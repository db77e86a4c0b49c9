"""Histogram: how many values lie in each bin, as bars that touch."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from engine.words import number
from widgets.common import axes
from widgets.common.plane import Plane, Range
from widgets.common.sharing import Column
from widgets.theme import Look

Floats = NDArray[np.float64]


class Histogram(Plane):
    """Bars over ``edges``; ``x_title`` names the values in files and words. ``colour`` names a colour of the theme."""

    y_name = "count"

    def __init__(self, look: Look, parent: QWidget | None = None, *, x_title: str = "value", colour: str = "accent") -> None:
        super().__init__(look, parent)
        self.x_name, self._colour = x_title, colour
        self._edges: Floats = np.array([0.0, 1.0])
        self._counts: Floats = np.zeros(1)
        self._bars = pg.BarGraphItem(x0=[0.0], x1=[1.0], y0=0.0, height=[0.0])
        self.box.addItem(self._bars, ignoreBounds=True)
        self.restyled()

    def set_counts(self, edges: Floats, counts: Floats) -> None:
        """Show ``counts`` (n,) of the bins between ``edges`` (n + 1,), which ascend."""
        edges, counts = np.asarray(edges, dtype=np.float64), np.asarray(counts, dtype=np.float64)
        if edges.shape != (len(counts) + 1,) or not len(counts):
            raise ValueError(f"{len(counts)} counts need {len(counts) + 1} edges, not {len(edges)}")
        self._edges, self._counts = edges, counts
        self._bars.setOpts(x0=edges[:-1], x1=edges[1:], y0=0.0, height=counts)
        self.refresh()

    def columns(self) -> list[Column]:
        return [Column("from", self._edges[:-1], self._counts), Column("to", self._edges[1:], self._counts)]

    def fitted_range(self) -> Range:
        return Range(float(self._edges[0]), float(self._edges[-1]), *axes.linear_limits(0.0, float(self._counts.max())))

    def arrange(self, shown: Range) -> None:
        words = "" if self._mouse is None or self._grabbed is not None else self.words_at(*self.point_at(self._mouse))
        self.readout.show_words(words, self.area(), self._mouse)

    def words_at(self, x: float, y: float) -> str:
        index = int(np.searchsorted(self._edges, x, side="right")) - 1
        if not 0 <= index < len(self._counts):
            return ""
        low, high = self._edges[index : index + 2].tolist()
        return f"{self.x_name} {number(low)} to {number(high)} · {self._counts[index]:,.0f}"

    def restyled(self) -> None:
        self._bars.setOpts(brush=self.look.colour(self._colour), pen=pg.mkPen(self.look.colour("bar"), width=1))
