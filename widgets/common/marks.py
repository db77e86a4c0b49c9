"""What lies over a plot: the words under the mouse, and crosses where values were lost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from widgets.common.plotting import Line
from widgets.theme import Look

Floats = NDArray[np.float64]


class Readout:
    """A line of text in a box at the upper right, or at the upper left while the mouse is at the right."""

    def __init__(self, chart: pg.ViewBox) -> None:
        self._item = pg.TextItem(anchor=(1, 0))
        self._item.setParentItem(chart)
        self._item.setZValue(10)
        self._item.hide()
        self._pad = 6
        self.words = ""

    def restyle(self, look: Look) -> None:
        """Take colours and font from ``look``."""
        self._pad = look.px(6)
        self._item.setFont(look.font(10))
        self._item.setColor(look.colour("text"))
        self._item.fill, self._item.border = pg.mkBrush(look.colour("field")), pg.mkPen(look.colour("line"))

    def show_words(self, words: str, area: QRectF, mouse: QPointF | None) -> None:
        """Show ``words``, or nothing if "" or no mouse."""
        self.words = words if mouse is not None else ""
        self._item.setVisible(bool(self.words))
        if mouse is None or not words:
            return
        self._item.setText(words)
        box = self._item.textItem.boundingRect()
        left = mouse.x() > area.right() - box.width() - self._pad and mouse.y() < area.top() + box.height() + self._pad
        self._item.setAnchor((0, 0) if left else (1, 0))
        self._item.setPos(0 if left else area.width(), 0)


class LostMarks:
    """Crosses along the top where a value was not a number, and in words from which step on."""

    def __init__(self, chart: pg.ViewBox) -> None:
        self._crosses = Line(chart)
        self._words = pg.TextItem(anchor=(1, 0))
        self._words.setParentItem(chart)
        self._any = False
        self._size = 3
        for item in (self._crosses, self._words):
            item.setZValue(5)
            item.hide()

    def restyle(self, look: Look) -> None:
        """Take colours and font from ``look``."""
        colour = look.colour("bad")
        self._size = look.px(3)
        self._crosses.style(colour, 1, smooth=False)
        self._words.setFont(look.font(10))
        self._words.setColor(colour)

    def show_steps(self, lost: Sequence[float], places: Floats, width: float) -> None:
        """Mark ``lost`` steps, which lie at ``places`` in pixels of a chart of ``width``; one cross in a column at most."""
        self._any = bool(lost)
        self._crosses.setVisible(self._any)
        if not lost:
            return
        x, size = np.unique(np.rint(places)), self._size
        x = x[(x >= -size) & (x <= width + size)]
        ends = np.stack([x - size, x + size, x - size, x + size], axis=1).ravel()
        heights = np.tile([0.0, 2.0 * size, 2.0 * size, 0.0], len(x))
        self._crosses.setData(ends, heights, connect="pairs")
        self._words.setText(f"not a number from step {min(lost):,.0f}")
        self._words.setPos(width, 2 * size)

    def words_shown(self, room: bool) -> None:
        """Show the words if there is anything to say and ``room`` for it."""
        self._words.setVisible(self._any and room)
