"""Figures: speed, capture cost, epoch and time left of a run, in as many words as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from widgets.common.recorded import Recorded
from widgets.common.tip_zones import TipZones
from widgets.explanations import explain
from widgets.theme import Look

FIGURES = ("speed", "capture", "epoch", "left")  # what explains each figure
APART = 10  # between the two columns, in grid pixels
Four = tuple[str, str, str, str]


class Figures(Recorded):
    """Four figures in two columns, in digits of one width, painted in one go. Each says under the mouse what it is."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._texts: Four = ("", "", "", "")
        self._short = self._texts
        self._tips = TipZones(self)
        self.setAccessibleName("Speed and time left")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    @property
    def texts(self) -> Four:
        """What is shown where there is room: speed, capture cost, epoch, time left."""
        return self._texts

    @property
    def shown_texts(self) -> Four:
        """What is shown."""
        return self._texts if self.room_for(self._texts) <= self.width() else self._short

    def show_figures(self, texts: Four, short: Four) -> None:
        """Show four texts, two in the left column and two in the right one; ``short`` where the others have no room."""
        if texts == self._texts:
            return
        before = self.minimumSizeHint().width()
        self._texts, self._short = texts, short
        self.refresh()
        if self.minimumSizeHint().width() > before:
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._at_least(280), self.look.px(48))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._at_least(224), self.look.px(48))

    def _at_least(self, both: int) -> int:
        return max(self.look.px(both), self.room_for(self._short))

    def room_for(self, texts: Four) -> int:
        """The width in pixels that ``texts`` need."""
        left, right = self._widths(texts)
        return left + self.look.px(APART) + right

    def _widths(self, texts: Four) -> tuple[int, int]:
        advance = QFontMetrics(self.look.font(11, fixed=True)).horizontalAdvance
        return max(map(advance, texts[:2])), max(map(advance, texts[2:]))

    def places(self) -> list[QRect]:
        """Where the four figures stand."""
        high, (left, right) = self.look.px(18), self._widths(self.shown_texts)
        top = (self.height() - 2 * high) // 2
        second = max(left + self.look.px(APART), min(self.look.px(168), self.width() - right))
        columns = ((0, max(0, second - self.look.px(4))), (second, self.width() - second))
        return [QRect(x, top + row * high, width, high) for x, width in columns for row in range(2)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tips.place([(place, explain(name)) for place, name in zip(self.places(), FIGURES, strict=True)])

    def record(self, painter: QPainter) -> None:
        painter.setFont(self.look.font(11, fixed=True))
        painter.setPen(self.look.colour("text"))
        for place, text in zip(self.places(), self.shown_texts, strict=True):
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
