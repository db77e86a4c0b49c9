"""StaleTint: a translucent sheet with a short note over a picture that is no longer, or not yet, the right one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.theme import Look

_OPACITY = 0.45


class StaleTint(QWidget):
    """Lies over ``below`` while shown, follows its size and lets the mouse through."""

    def __init__(self, look: Look, below: QWidget) -> None:
        super().__init__(below)
        self._look, self._below = look, below
        self._note = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        below.installEventFilter(self)
        self.hide()

    def cover(self, note: str) -> None:
        """Show the tint with ``note`` (may be empty) in its corner."""
        self._note = note
        self.setAccessibleName(note)
        self.setGeometry(self._below.rect())
        self.raise_()
        self.show()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._below:
            self.setGeometry(self._below.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        with QPainter(self) as painter:
            painter.setOpacity(_OPACITY)
            painter.fillRect(self.rect(), look.colour("stale"))
            painter.setOpacity(1)
            if not self._note:
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(look.font(11, bold=True))
            width = painter.fontMetrics().horizontalAdvance(self._note) + look.px(16)
            badge = QRectF(self.width() - width - look.px(4), look.px(4), width, look.px(22))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("warning"))
            painter.drawRoundedRect(badge, badge.height() / 2, badge.height() / 2)
            painter.setPen(look.colour("window") if look.theme.name == "dark" else look.colour("card"))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, self._note)
