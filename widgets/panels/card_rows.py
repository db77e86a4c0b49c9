"""The rows of the data card: a name, a bar for its count, the count, and example pictures as many as fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from widgets.panels.card_facts import Picture, RowFacts
from widgets.theme import Look

TILE = 40  # the height that pictures are enlarged to, by whole factors
WIDEST_BESIDE = 56  # wider pictures stand below their name instead of beside it
LINE, GAP = 20, 4  # of a row's words, and between pictures
WIDEST_NAME, BAR = 96, 48


def picture_image(picture: Picture) -> QImage:
    """(C, H, W) uint8 with C 1 or 3 as a QImage that owns its bytes."""
    channels, height, width = picture.shape
    if channels == 3:
        pixels = np.ascontiguousarray(picture.transpose(1, 2, 0))
        return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    pixels = np.ascontiguousarray(picture[0])
    return QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


def paint_picture(painter: QPainter, look: Look, image: QImage, place: QRect) -> None:
    """Without smoothing; the light theme adds a hairline so that white pictures have an edge."""
    painter.drawImage(place, image)
    if look.theme.name == "light":
        painter.setPen(look.colour("line"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.adjusted(0, 0, -1, -1))


class CardRows(QWidget):
    """Painted as one; pointing at a row tells its whole name and count."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._rows: Sequence[RowFacts] = ()
        self._images: list[list[QImage]] = []
        self._largest = QSize(0, 0)  # as wide as the widest picture, as high as the highest

    def show_rows(self, rows: Sequence[RowFacts]) -> None:
        """Show these rows in place of those before."""
        self._rows = rows
        self._images = [[picture_image(picture) for picture in row.samples] for row in rows]
        self._largest = QSize(0, 0)
        for image in (image for images in self._images for image in images):
            self._largest = self._largest.expandedTo(image.size())
        self.setAccessibleDescription(", ".join(f"{row.name}: {row.count:,}" for row in rows))
        self.measure()

    def measure(self) -> None:
        """The rows or the scale are others: ask for another height."""
        self.setMinimumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()

    # -- measures --

    def _enlarged(self) -> int:
        """By how much pictures are enlarged: all alike, so that they can be compared."""
        return max(1, self._look.px(TILE) // max(1, self._largest.height()))

    def _tile(self, image: QImage) -> QSize:
        """The size at which a picture is drawn."""
        return image.size() * self._enlarged()

    def _highest(self, row: int) -> int:
        return max((image.height() for image in self._images[row]), default=0) * self._enlarged()

    def _below(self) -> bool:
        """Whether pictures stand below the names: in all rows alike, so that columns do."""
        return self._largest.width() * self._enlarged() > self._look.px(WIDEST_BESIDE)

    def _height(self, row: int) -> int:
        px, tile = self._look.px, self._highest(row)
        height = px(LINE) + (tile + px(GAP) if tile else 0) if self._below() else max(px(LINE), tile)
        return height + px(8 if self._below() else 4)

    def _tops(self) -> list[int]:
        """Where each row begins, and where the last one ends."""
        return [0, *np.cumsum([self._height(row) for row in range(len(self._rows))]).tolist()]

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(200), self._tops()[-1])

    def row_at(self, y: int) -> int:
        """The row at a height, or -1."""
        return next((row for row, end in enumerate(self._tops()[1:]) if 0 <= y < end), -1)

    # -- drawing --

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._look.font(12))
        for row, top in enumerate(self._tops()[:-1]):
            right = self._paint_words(painter, row, top)
            left, tile = (0, top + self._look.px(LINE + GAP)) if self._below() else (right + self._look.px(12), top)
            self._paint_samples(painter, row, left, tile)
        painter.end()

    def _paint_words(self, painter: QPainter, row: int, top: int) -> int:
        """Name, bar and count; returns where they end."""
        px, look, facts = self._look.px, self._look, self._rows[row]
        metrics = painter.fontMetrics()
        high = px(LINE) if self._below() else max(px(LINE), self._highest(row))
        names = min(px(WIDEST_NAME), max(metrics.horizontalAdvance(each.name) for each in self._rows) + px(2))
        counts = max(metrics.horizontalAdvance(f"{each.count:,}") for each in self._rows)
        painter.setPen(look.colour("text"))
        name = metrics.elidedText(facts.name, Qt.TextElideMode.ElideRight, names)
        painter.drawText(QRect(0, top, names, high), int(Qt.AlignmentFlag.AlignVCenter), name)
        bar = QRect(names + px(8), top + (high - px(8)) // 2, px(BAR), px(8))
        most = max(each.count for each in self._rows) or 1
        painter.fillRect(bar, look.colour("field"))
        painter.fillRect(QRect(bar.left(), bar.top(), bar.width() * facts.count // most, bar.height()), look.colour("accent"))
        painter.setPen(look.colour("muted"))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRect(bar.right() + px(8), top, counts, high), int(right), f"{facts.count:,}")
        return bar.right() + px(8) + counts

    def _paint_samples(self, painter: QPainter, row: int, left: int, top: int) -> None:
        for place, image in enumerate(self._images[row]):
            tile = self._tile(image)
            if place and left + tile.width() > self.width():
                return
            paint_picture(painter, self._look, image, QRect(left, top, tile.width(), tile.height()))
            left += tile.width() + self._look.px(GAP)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self.row_at(event.pos().y())
            facts = self._rows[row] if row >= 0 else None
            QToolTip.showText(event.globalPos(), f"{facts.name}: {facts.count:,} training examples" if facts else "", self)
            return True
        return super().event(event)
