"""LegendStrip: the colour bar with its numbers, and the value under the mouse."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.common.colour_maps import BLANK, colour_list
from widgets.common.pictures import Legend
from widgets.theme import Look

_RAMP = np.arange(BLANK + 1, dtype=np.uint8)


class LegendStrip(QWidget):
    """One line below a picture: low ▇▇▇ high, what the range is, and at the right what is under the mouse."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._legend: Legend | None = None
        self._readout = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(200), self._look.px(20))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._look.px(20))

    def show_legend(self, legend: Legend | None) -> None:
        """Show what the colours mean; None where there are no colours to explain."""
        if _words(legend) != _words(self._legend):
            self._legend = legend
            self.update()

    def show_readout(self, text: str) -> None:
        """Show what is under the mouse; "" for nothing."""
        if text != self._readout:
            self._readout = text
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        with QPainter(self) as painter:
            painter.setFont(look.font(11))
            used = self._paint_legend(painter) if self._legend else 0
            if self._readout:
                painter.setPen(look.colour("text"))
                room = QRectF(used, 0, self.width() - used, self.height())
                if painter.fontMetrics().horizontalAdvance(self._readout) > room.width():
                    painter.fillRect(self.rect(), look.colour("bar"))
                    room = QRectF(self.rect())
                text = painter.fontMetrics().elidedText(self._readout, Qt.TextElideMode.ElideRight, int(room.width()))
                painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_legend(self, painter: QPainter) -> float:
        """Paint bar and numbers from the left; returns how much width they took."""
        look, legend, middle = self._look, self._legend, Qt.AlignmentFlag.AlignVCenter
        assert legend is not None
        advance = painter.fontMetrics().horizontalAdvance
        gap, bar = look.px(6), look.px(96)
        painter.setPen(look.colour("muted"))
        x = float(advance(legend.low))
        painter.drawText(QRectF(0, 0, x + 1, self.height()), middle, legend.low)
        frame = QRectF(x + gap, self.height() / 2 - look.px(4), bar, look.px(8))
        ramp = QImage(_RAMP.data, BLANK, 1, BLANK + 1, QImage.Format.Format_Indexed8)
        ramp.setColorTable(colour_list(legend.table))
        painter.drawImage(frame, ramp)
        if legend.middle:
            painter.drawLine(frame.center().x(), frame.bottom(), frame.center().x(), frame.bottom() + look.px(3))
        x = frame.right() + gap
        words = f"{legend.high}    {legend.note}" if legend.note else legend.high
        painter.drawText(QRectF(x, 0, self.width() - x, self.height()), middle, words)
        return x + advance(words) + 2 * gap

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


def _words(legend: Legend | None) -> tuple[str, ...]:
    if legend is None:
        return ()
    return legend.table, legend.low, legend.high, legend.middle, legend.note
