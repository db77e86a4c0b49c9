"""BarList: labelled horizontal bars with their numbers, painted in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.theme import Look


@dataclass(frozen=True)
class Bar:
    """One row: its ``label``, how much of the length is filled (``start``..``end``, 0..1), the number in words, the name
    of its colour, and whether it stands out."""

    label: str
    end: float
    text: str
    colour: str = "muted"
    bold: bool = False
    start: float = 0.0


class BarList(QWidget):
    """Rows of bars. As many as fit are shown; the tooltip and the accessible description hold all of them."""

    def __init__(self, look: Look, parent: QWidget | None = None, *, rows: int = 0) -> None:
        super().__init__(parent)
        self._look = look
        self._rows = rows  # room asked for; 0: as many as there are bars
        self._bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        look.changed.connect(self._restyle)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show ``bars`` from top to bottom."""
        if tuple(bars) == self._bars:
            return
        count = len(self._bars)
        self._bars = tuple(bars)
        if not self._rows and count != len(self._bars):
            self.updateGeometry()
        self.setToolTip("\n".join(f"{bar.label}: {bar.text}" for bar in self._bars))
        self.update()

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._bars

    def _row_height(self) -> int:
        return self._look.px(20)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(160), self._row_height() * max(1, self._rows or len(self._bars)))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._row_height() * 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, high = self._look, self._row_height()
        if not self._bars:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            plain, bold = look.font(12), look.font(12, bold=True)
            figures = look.font(11, fixed=True)
            painter.setFont(bold)
            advance = painter.fontMetrics().horizontalAdvance
            names = min(max(advance(bar.label) for bar in self._bars) + look.px(10), self.width() // 3)
            painter.setFont(figures)
            numbers = max(painter.fontMetrics().horizontalAdvance(bar.text) for bar in self._bars) + look.px(8)
            length = max(1, self.width() - names - numbers)
            for row, bar in enumerate(self._bars):
                y = row * high
                if y + high > self.height() + high // 2:
                    break
                track = QRectF(names, y + high * 0.25, length, high * 0.5)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.colour("field"))
                painter.drawRoundedRect(track, look.px(3), look.px(3))
                left, right = sorted((bar.start, bar.end))
                painter.setBrush(look.colour(bar.colour))
                filled = QRectF(track.left() + left * length, track.top(), max(1.0, (right - left) * length), track.height())
                painter.drawRoundedRect(filled, look.px(3), look.px(3))
                painter.setPen(look.colour("text" if bar.bold else "muted"))
                painter.setFont(bold if bar.bold else plain)
                label = painter.fontMetrics().elidedText(bar.label, Qt.TextElideMode.ElideRight, names - look.px(6))
                painter.drawText(QRectF(0, y, names, high), Qt.AlignmentFlag.AlignVCenter, label)
                painter.setFont(figures)
                painter.drawText(QRectF(self.width() - numbers, y, numbers, high), _RIGHT, bar.text)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
