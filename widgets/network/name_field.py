"""A name asked for in a strip of the network panel: Enter takes it, Esc leaves everything as it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from widgets.theme import Look


class NameField(QWidget):
    """Hidden until it asks. ``named`` carries what was typed, without the spaces around it; never ""."""

    named = Signal(str)
    left = Signal()  # with or without a name: the keyboard is done here

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.label, self.field = QLabel(), QLineEdit()
        self.field.returnPressed.connect(self._take)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.label)
        self._row.addWidget(self.field, 1)
        self.restyle()
        self.hide()

    def ask(self, what: str, proposal: str) -> None:
        """Ask for a name, in the words ``what``; ``proposal`` stands there, chosen, so that typing replaces it."""
        self.label.setText(what)
        self.field.setAccessibleName(what)
        self.field.setText(proposal)
        self.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def _take(self) -> None:
        name = self.field.text().strip()
        if name:
            self._leave()
            self.named.emit(name)

    def _leave(self) -> None:
        self.hide()
        self.left.emit()

    def restyle(self) -> None:
        """The theme or the scale changed."""
        px, name = self._look.px, {key: self._look.colour(key).name() for key in self._look.theme.colours}
        self._row.setContentsMargins(px(14), px(6), px(12), px(2))
        self._row.setSpacing(px(8))
        self.label.setFont(self._look.font(11))
        self.field.setFont(self._look.font(12))
        self.setStyleSheet(
            f"QLabel {{ color: {name['muted']}; }}"
            f"QLineEdit {{ background: {name['field']}; color: {name['text']}; border: 1px solid {name['accent']};"
            f" border-radius: {px(6)}px; padding: {px(3)}px {px(6)}px; }}"
        )
