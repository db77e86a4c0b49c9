"""EmptyStage: what stands where every view has been closed: a sentence, and the ways to have some again."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from widgets.common.given import given
from widgets.theme import Look

_WORDS = "All views of this workspace are closed."
_NARROW = 400  # grid pixels that both buttons need side by side


class EmptyStage(QWidget):
    """Covers the stage; hidden as long as any view stands there."""

    pick_clicked = Signal()
    restore_clicked = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.words = given(QLabel(_WORDS, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True), objectName="empty")
        self.restore = given(QPushButton("Restore the views"), objectName="primary")
        self.restore.setToolTip("Put every view of this workspace back in its place")
        self.restore.clicked.connect(self.restore_clicked)
        self.pick = given(QPushButton("Choose views…"), toolTip="Open views, chosen by their pictures (Ctrl+Shift+V)")
        self.pick.clicked.connect(self.pick_clicked)
        self._ways = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for button in (self.restore, self.pick):
            self._ways.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addWidget(self.words)
        self._column.addLayout(self._ways)
        self._column.addStretch(1)
        self._column.setAlignment(self._ways, Qt.AlignmentFlag.AlignHCenter)
        look.changed.connect(self._arrange)
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where there is room."""
        self._arrange()

    def _arrange(self) -> None:
        px, directions = self._look.px, QBoxLayout.Direction
        self._column.setContentsMargins(px(16), px(16), px(16), px(16))
        self._column.setSpacing(px(12))
        self._ways.setSpacing(px(8))
        self._ways.setDirection(directions.TopToBottom if self.width() < px(_NARROW) else directions.LeftToRight)
