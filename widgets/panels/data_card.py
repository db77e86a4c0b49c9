"""The data card: what a data set holds, in words, counts and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from widgets.common.given import given
from widgets.theme import Look


@dataclass(frozen=True, eq=False)
class CardFacts:
    """What the card shows. ``counts`` (classes,) images per class in the training split; ``mean_image`` (C, H, W) uint8;
    ``samples``: for each class some (C, H, W) uint8 pictures."""

    title: str
    help: str
    lines: tuple[str, ...]
    classes: tuple[str, ...]
    counts: tuple[int, ...]
    mean_image: NDArray[np.uint8]
    samples: Sequence[Sequence[NDArray[np.uint8]]]


def picture_image(picture: NDArray[np.uint8]) -> QImage:
    """(C, H, W) uint8 with C 1 or 3 as a QImage that owns its bytes."""
    channels, height, width = picture.shape
    if channels == 3:
        pixels = np.ascontiguousarray(picture.transpose(1, 2, 0))
        return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    pixels = np.ascontiguousarray(picture[0])
    return QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


class _Rows(QWidget):
    """One row per class: its name, a bar for its count, and samples enlarged by a whole factor."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._facts: CardFacts | None = None
        self._images: list[list[QImage]] = []

    def show_facts(self, facts: CardFacts) -> None:
        self._facts = facts
        self._images = [[picture_image(picture) for picture in row] for row in facts.samples]
        self.setMinimumHeight(self.sizeHint().height())
        self.setAccessibleDescription(", ".join(f"{n}: {c}" for n, c in zip(facts.classes, facts.counts, strict=True)))
        self.update()

    def _tile(self) -> int:
        side = self._images[0][0].width() if self._images and self._images[0] else 28
        return side * max(1, self._look.px(40) // side)

    def sizeHint(self) -> QSize:
        rows = len(self._facts.classes) if self._facts else 0
        return QSize(self._look.px(200), rows * (self._tile() + self._look.px(6)))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._facts is None:
            return
        painter = QPainter(self)
        look, px, tile = self._look, self._look.px, self._tile()
        painter.setFont(look.font(12))
        most = max(self._facts.counts) or 1
        names = max(painter.fontMetrics().horizontalAdvance(name) for name in self._facts.classes) + px(10)
        bar = px(50)
        for row, (name, count) in enumerate(zip(self._facts.classes, self._facts.counts, strict=True)):
            top = row * (tile + px(6))
            painter.setPen(look.colour("text"))
            painter.drawText(QRect(0, top, names, tile), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
            painter.fillRect(QRect(names, top + tile // 2 - px(4), bar, px(8)), look.colour("field"))
            painter.fillRect(QRect(names, top + tile // 2 - px(4), bar * count // most, px(8)), look.colour("accent"))
            painter.setPen(look.colour("muted"))
            painter.drawText(QRect(names + bar + px(6), top, px(46), tile), Qt.AlignmentFlag.AlignVCenter, f"{count:,}")
            for place, image in enumerate(self._images[row]):
                left = names + bar + px(54) + place * (tile + px(4))
                if left + tile <= self.width():
                    painter.drawImage(QRect(left, top, tile, tile), image)


class DataCard(QScrollArea):
    """Title, help and facts in words, then the mean image and a row per class."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self._look = look
        body = QWidget()
        column = QVBoxLayout(body)
        self._title = QLabel("The data are read when a run begins: press Space.", wordWrap=True)
        self._words = given(QLabel(wordWrap=True), objectName="muted")
        self._mean = QLabel(alignment=Qt.AlignmentFlag.AlignLeft)
        self._rows = _Rows(look)
        for widget in (self._title, self._words, self._mean, self._rows):
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(body)
        look.changed.connect(self._restyle)
        self._restyle()

    def say(self, sentence: str) -> None:
        """What is under way, or why nothing can be shown; the facts of the last data set stand below until others come."""
        self._title.setText(sentence)

    def show_facts(self, facts: CardFacts) -> None:
        """Show a data set."""
        self._title.setText(facts.title)
        self._words.setText("\n".join((facts.help, *facts.lines)))
        image = picture_image(facts.mean_image)
        factor = max(1, self._look.px(84) // image.width())
        self._mean.setPixmap(QPixmap.fromImage(image.scaled(image.width() * factor, image.height() * factor)))
        self._mean.setToolTip("The mean of all training images")
        self._rows.show_facts(facts)

    def _restyle(self) -> None:
        self._title.setFont(self._look.font(13, bold=True))
        self._words.setFont(self._look.font(12))
        self._rows.setMinimumHeight(self._rows.sizeHint().height())
        self._rows.update()
