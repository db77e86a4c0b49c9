"""BarList: labelled horizontal bars with their numbers, painted in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.common.recorded import Recorded
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


class BarList(Recorded):
    """Rows of bars. With ``rows`` it takes as much room, and shows as many as fit; without, it is as high as all of them, to be
    scrolled. The tooltip holds all of them, and what they are ``about``."""

    def __init__(self, look: Look, parent: QWidget | None = None, *, rows: int = 0, about: str = "") -> None:
        super().__init__(look, parent)
        self._about = about
        self._rows = rows  # room asked for; 0: as many as there are bars
        self._bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show ``bars`` from top to bottom."""
        if tuple(bars) == self._bars:
            return
        count, self._bars = len(self._bars), tuple(bars)
        if not self._rows and count != len(self._bars):
            self.updateGeometry()
        self.setToolTip("\n".join([*(f"{bar.label}: {bar.text}" for bar in self._bars), *([self._about] if self._about else [])]))
        self.refresh()

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._bars

    def needed_width(self) -> int:
        """The width from which labels and numbers are whole, beside a short bar."""
        look = self.look
        labels, figures = QFontMetrics(look.font(12, bold=True)), QFontMetrics(look.font(11, fixed=True))
        label = max((labels.horizontalAdvance(bar.label) for bar in self._bars), default=0) + look.px(10)
        return label + look.px(_SHORTEST + 8) + max((figures.horizontalAdvance(bar.text) for bar in self._bars), default=0)

    def _row_height(self) -> int:
        return self.look.px(20)

    def sizeHint(self) -> QSize:
        return QSize(self.look.px(160), self._row_height() * max(1, self._rows or len(self._bars)))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._row_height() * max(2, self._rows or len(self._bars)))

    def record(self, painter: QPainter) -> None:
        look, high = self.look, self._row_height()
        if not self._bars:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fonts = look.font(12), look.font(12, bold=True), look.font(11, fixed=True)
        bold, figures = QFontMetrics(fonts[1]), QFontMetrics(fonts[2])
        numbers = max(figures.horizontalAdvance(bar.text) for bar in self._bars) + look.px(8)
        most = max(self.width() // 3, self.width() - numbers - look.px(_SHORTEST))
        names = min(max(bold.horizontalAdvance(bar.label) for bar in self._bars) + look.px(10), most)
        for row, bar in enumerate(self._bars[: max(1, self.height() // high)]):
            track = QRectF(names, row * high + high * 0.25, max(1, self.width() - names - numbers), high * 0.5)
            self._record_bar(painter, bar, track)
            painter.setPen(look.colour("text" if bar.bold else "muted"))
            painter.setFont(fonts[bar.bold])
            label = bold.elidedText(bar.label, Qt.TextElideMode.ElideRight, names - look.px(4))
            painter.drawText(QRectF(0, row * high, names, high), Qt.AlignmentFlag.AlignVCenter, label)
            painter.setFont(fonts[2])
            painter.drawText(QRectF(self.width() - numbers, row * high, numbers, high), _RIGHT, bar.text)

    def _record_bar(self, painter: QPainter, bar: Bar, track: QRectF) -> None:
        radius = self.look.px(3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.colour("field"))
        painter.drawRoundedRect(track, radius, radius)
        left, right = sorted((bar.start, bar.end))
        length = max(1.0, (right - left) * track.width())
        filled = QRectF(track.left() + left * track.width(), track.top(), length, track.height())
        painter.setBrush(self.look.colour(bar.colour))
        painter.drawRoundedRect(filled, radius, radius)


_SHORTEST = 24  # a bar that still says something
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
