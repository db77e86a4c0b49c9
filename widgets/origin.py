"""The label above the stage that says what its pictures are of, where that is not the network and the data on screen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from widgets.theme import Look


class OriginLabel(QLabel):
    """One line, hidden while everything is of one piece; it stays as long as it is true."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._colour = "muted"
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.setAccessibleName("What the views show")
        look.changed.connect(self.restyle)
        self.restyle()
        self.hide()

    def say(self, sentence: str, warns: bool = True) -> None:
        """Show a sentence, in the colour of warnings where it ``warns``; "" hides it."""
        self._colour = "warning" if warns else "muted"
        self.restyle()
        self.setText(sentence)
        self.setVisible(bool(sentence))

    def restyle(self) -> None:
        """The theme or the scale changed."""
        look, px = self._look, self._look.px
        self.setFont(look.font(12))
        self.setContentsMargins(px(14), px(8), px(12), px(4))
        self.setStyleSheet(f"color: {look.colour(self._colour).name()};")
