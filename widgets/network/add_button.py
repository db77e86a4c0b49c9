"""The dashed button under the last card: opens the palette, and takes what is dropped on it."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from widgets.network.clipboard import is_ours
from widgets.theme import Look


class AddButton(QPushButton):
    """ "+ Add layer   or drop one here"."""

    dropped = Signal(QMimeData)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("+ Add layer", parent)
        self._look = look
        self._drop_over = False
        self.left = 0  # where the cards begin
        self.setAcceptDrops(True)
        self.setToolTip("Search the layer kinds (/), or drop one here from the palette")
        self.setAccessibleName("Add layer")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(200), self._look.px(36))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._set_drop_over(is_ours(event.mimeData()))
        if self._drop_over:
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_drop_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_drop_over(False)
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    def _set_drop_over(self, over: bool) -> None:
        self._drop_over = over
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        px, look = self._look.px, self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(self.left + 0.5, 0.5, -px(12) - 0.5, -0.5)
        lively = self._drop_over or self.underMouse() or self.hasFocus()
        painter.setPen(QPen(look.colour("outline" if lively else "muted"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(look.colour("hover") if lively else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, px(8), px(8))
        font, small = look.font(12), look.font(11)
        hint = "or drop one here"
        first, second = QFontMetrics(font).horizontalAdvance(self.text()), px(12) + QFontMetrics(small).horizontalAdvance(hint)
        if first + second + px(16) > box.width():
            hint, second = "", 0
        x = box.center().x() - (first + second) / 2
        painter.setFont(font)
        painter.setPen(look.colour("text"))
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(QRectF(x, box.top(), first + 2, box.height()), middle, self.text())
        painter.setFont(small)
        painter.setPen(look.colour("muted"))
        painter.drawText(QRectF(x + first + px(12), box.top(), second, box.height()), middle, hint)
        painter.end()
