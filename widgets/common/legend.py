"""LegendStrip: the colour bar with its numbers, and the value under the mouse."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.colours import BLANK, colour_list
from widgets.common.pictures import Legend
from widgets.common.recorded import CARD, Recorded
from widgets.explanations import explain
from widgets.theme import Look

_STOPS = 16
_LENGTH, _SHORTEST = 96, 16  # of the colour bar


class LegendStrip(Recorded):
    """One line below a picture: low ▇▇▇ high, what the range is, and at the right what is under the mouse."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._legend: Legend | None = None
        self._readout = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.look.px(200), self.look.px(20))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.look.px(20))

    def show_legend(self, legend: Legend | None) -> None:
        """Show what the colours mean; None where there are no colours to explain."""
        if _words(legend) != _words(self._legend):
            self._legend = legend
            self.setToolTip(_explanation(legend) if legend is not None else "")
            self.refresh()

    def show_readout(self, text: str) -> None:
        """Show what is under the mouse; "" for nothing."""
        if text != self._readout:
            self._readout = text
            self.refresh()

    @property
    def readout(self) -> str:
        """What is said to be under the mouse."""
        return self._readout

    def record(self, painter: QPainter) -> None:
        look = self.look
        painter.setFont(look.font(11))
        used = self._record_legend(painter, self._legend) if self._legend else 0.0
        if not self._readout:
            return
        room = QRectF(used, 0, self.width() - used, self.height())
        if painter.fontMetrics().horizontalAdvance(self._readout) > room.width():
            painter.fillRect(self.rect(), look.colour(CARD))
            room = QRectF(self.rect())
        text = painter.fontMetrics().elidedText(self._readout, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.setPen(look.colour("text"))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _record_legend(self, painter: QPainter, legend: Legend) -> float:
        """Draw bar and numbers from the left; returns how much width they took."""
        px, middle, high = self.look.px, Qt.AlignmentFlag.AlignVCenter, self.height()
        advance = painter.fontMetrics().horizontalAdvance
        painter.setPen(self.look.colour("muted"))
        low, right = self._fitting(legend, advance)
        x = float(advance(low))
        painter.drawText(QRectF(0, 0, x + 1, high), middle, low)
        room = self.width() - x - advance(right) - px(12)
        bar = QRectF(x + px(6), high / 2 - px(4), max(px(_SHORTEST), min(px(_LENGTH), room)), px(8))
        painter.fillRect(bar, _gradient(legend.table, bar))
        if legend.middle:
            painter.drawLine(QLineF(bar.center().x(), bar.bottom(), bar.center().x(), bar.bottom() + px(3)))
        x = bar.right() + px(6)
        painter.drawText(QRectF(x, 0, max(0.0, self.width() - x), high), middle, right)
        return x + advance(right) + px(12)

    def _fitting(self, legend: Legend, advance: Callable[[str], int]) -> tuple[str, str]:
        """What stands left and right of the bar: all of it, or as much as fits whole, the numbers always."""
        below, above = legend.ends
        sides = (f"{below} {legend.low}".strip(), f"{legend.high} {above}".strip()), (legend.low, legend.high)
        notes = [f"    {note}" for note in (legend.note, _SHORTER.get(legend.note, "")) if note]
        for low, high in sides:
            for note in (*notes, ""):
                if advance(low) + self.look.px(_LENGTH + 12) + advance(high + note) <= self.width() and (note or not legend.note):
                    return low, high + note
        return sides[1]


def _gradient(table: str, bar: QRectF) -> QLinearGradient:
    gradient = QLinearGradient(bar.topLeft(), bar.topRight())
    colours = colour_list(table)
    for stop in range(_STOPS + 1):
        gradient.setColorAt(stop / _STOPS, QColor.fromRgb(colours[stop * (BLANK - 1) // _STOPS]))
    return gradient


def _words(legend: Legend | None) -> tuple[str, ...]:
    if legend is None:
        return ()
    return legend.table, legend.low, legend.high, legend.middle, legend.note, *legend.ends


def _explanation(legend: Legend) -> str:
    """The legend, whole, and what its colours mean."""
    whole = " ".join(part for part in (legend.ends[0], legend.low, "to", legend.high, legend.ends[1]) if part)
    return "\n".join(part for part in (whole, legend.note, explain(legend.table)) if part)


_SHORTER = {"one range for every map": "one range", "one range for every filter": "one range"}
