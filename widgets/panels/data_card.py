"""The data card: what a data set holds, in words, counts and pictures."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from widgets.common.given import given
from widgets.panels.card_facts import CardFacts
from widgets.panels.card_rows import CardRows, paint_picture, picture_image
from widgets.theme import Look

MEAN = 84  # the height that the mean image is enlarged to, by whole factors


class DataCard(QScrollArea):
    """Title, help, facts and notes in words, then the mean image, where there is one, and a row per class or slot."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._look = look
        self._facts: CardFacts | None = None
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._title = QLabel("The data are read when a run begins: press Space.", wordWrap=True)
        self._help = given(QLabel(wordWrap=True), objectName="muted")
        self._lines = QLabel(wordWrap=True)
        self._notes = given(QLabel(wordWrap=True), objectName="warning", visible=False)
        self._notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._mean, self._mean_name = QLabel(), given(QLabel("The mean of all\ntraining images"), objectName="muted")
        self._mean_row = given(QWidget(), visible=False)
        self._beside = QHBoxLayout(self._mean_row)
        self._beside.setContentsMargins(0, 0, 0, 0)
        self._beside.addWidget(self._mean)
        self._beside.addWidget(self._mean_name, 1, Qt.AlignmentFlag.AlignBottom)
        self._rows = CardRows(look)
        for widget in (self._title, self._help, self._lines, self._notes, self._mean_row, self._rows):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self.setWidget(body)
        look.changed.connect(self._restyle)
        self._restyle()

    def say(self, sentence: str) -> None:
        """What is under way, or why nothing can be shown; the facts of the last data set stand below until others come."""
        self._title.setText(sentence)

    def show_none(self, sentence: str) -> None:
        """There are no facts of the data that are chosen; why, in a sentence."""
        self._facts = None
        for label in (self._help, self._lines):
            label.clear()
        self._show_notes()
        self._rows.show_rows(())
        self._show_mean()
        self.say(sentence)

    def show_facts(self, facts: CardFacts) -> None:
        """Show a data set."""
        self._facts = facts
        self._title.setText(facts.title)
        self._help.setText(facts.help)
        self._lines.setText("\n".join(facts.lines()))
        self._show_notes()
        self._rows.show_rows(facts.rows)
        self._show_mean()

    def _show_notes(self) -> None:
        facts = self._facts
        notes = [note.removeprefix(f"{facts.title}: ") for note in facts.notes] if facts is not None else []
        self._notes.setText("\n".join(notes))
        self._notes.setVisible(bool(notes))

    def _show_mean(self) -> None:
        mean = self._facts.mean_image if self._facts is not None else None
        self._mean_row.setVisible(mean is not None)
        if mean is None:
            return
        image = picture_image(mean)
        pixmap = QPixmap(image.size() * max(1, self._look.px(MEAN) // image.height()))
        painter = QPainter(pixmap)
        paint_picture(painter, self._look, image, pixmap.rect())
        painter.end()
        self._mean.setPixmap(pixmap)

    def _restyle(self) -> None:
        px = self._look.px
        self._column.setContentsMargins(px(12), px(8), px(12), px(12))
        self._column.setSpacing(px(8))
        self._title.setFont(self._look.font(13, bold=True))
        for label in (self._help, self._lines, self._notes):
            label.setFont(self._look.font(12))
        self._beside.setSpacing(px(8))
        self._rows.measure()
        self._show_mean()
