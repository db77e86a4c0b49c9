"""Segments: a row of small buttons of which one is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from widgets.common.given import given


class Segments(QWidget):
    """``chosen`` carries the index of the button that was clicked; it stays down until another one is."""

    chosen = Signal(int)

    def __init__(self, name: str, texts: Sequence[str] = (), tips: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.texts: tuple[str, ...] = ()
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(1)
        self.set_choices(texts, tips)

    def set_choices(self, texts: Sequence[str], tips: Sequence[str] = ()) -> None:
        """Other buttons; the first is chosen. Costs nothing while they stay the same."""
        if tuple(texts) == self.texts:
            return
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.deleteLater()
        self.texts = tuple(texts)
        for index, text in enumerate(texts):
            button = given(QToolButton(self), text=text, checkable=True, checked=index == 0)
            button.setAccessibleName(f"{self.accessibleName()}: {text}")
            button.setToolTip(tips[index] if tips else "")
            self._group.addButton(button, index)
            self._row.addWidget(button)

    def set_text(self, index: int, text: str) -> None:
        """Write something else on a button, such as less; its name stays."""
        self._group.button(index).setText(text)

    @property
    def current(self) -> int:
        """The index of the chosen button, -1 where there is none."""
        return self._group.checkedId()

    def choose(self, index: int) -> None:
        """Show this one as chosen; nothing is emitted."""
        button = self._group.button(index)
        if button is not None:
            button.setChecked(True)
