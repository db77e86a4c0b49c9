"""ViewCards: how the view picker draws a card: a picture of the view or a sketch, its title, its help, and whether it is open."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPixmap, QRegion
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from widgets.common.icons import pixmap
from widgets.theme import Look
from widgets.viewing.base import View

VIEW = Qt.ItemDataRole.UserRole
"""A card's view, or its class where none has been made; None for the heading of a group."""
OPEN = Qt.ItemDataRole.UserRole + 1
CARD = (196, 174)
"""Width and height of a card, in grid pixels."""
PICTURE = 92


def in_two_lines(words: str, metrics: QFontMetrics, width: int) -> tuple[str, str]:
    """``words`` broken between two of them so that the first part fits into ``width`` pixels."""
    first, rest = "", words.split()
    while rest and metrics.horizontalAdvance(f"{first} {rest[0]}".strip()) <= width:
        first = f"{first} {rest.pop(0)}".strip()
    return first, " ".join(rest)


class ViewCards(QStyledItemDelegate):
    """Draws the headings of the groups and the cards of the views."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._pictures: dict[str, QPixmap] = {}  # of the views that have drawn something, taken when first painted

    def forget(self) -> None:
        """Take new pictures from now on."""
        self._pictures.clear()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, rect = index.data(VIEW), QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if view is None:
            self._paint_heading(painter, rect, index.data())
        else:
            chosen, hovered = bool(state & QStyle.StateFlag.State_Selected), bool(state & QStyle.StateFlag.State_MouseOver)
            self._paint_card(painter, rect, view, is_open=index.data(OPEN), chosen=chosen, hovered=hovered)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRectF, title: str) -> None:
        px = self._look.px
        painter.setFont(self._look.font(11, bold=True))
        painter.setPen(self._look.colour("muted"))
        painter.drawText(rect.adjusted(px(6), px(8), 0, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)

    def _paint_card(
        self, painter: QPainter, rect: QRectF, view: View | type[View], *, is_open: bool, chosen: bool, hovered: bool
    ) -> None:
        look, px = self._look, self._look.px
        frame = rect.adjusted(px(4) + 0.5, px(4) + 0.5, -px(4) - 0.5, -px(4) - 0.5)
        painter.setPen(look.colour("outline" if chosen else "line"))
        painter.setBrush(look.colour("selected" if chosen else "hover" if hovered else "card"))
        painter.drawRoundedRect(frame, px(8), px(8))
        inner = frame.adjusted(px(8), px(8), -px(8), -px(6))
        self._paint_picture(painter, QRectF(inner.topLeft(), QSize(int(inner.width()), px(PICTURE))), view)
        words = inner.adjusted(0, px(PICTURE) + px(4), 0, 0)
        title = QRectF(words.x(), words.y(), words.width(), px(20))
        if is_open:
            self._paint_mark(painter, inner.right(), inner.top())
        painter.setFont(look.font(12, bold=True))
        painter.setPen(look.colour("text"))
        self._line(painter, title, view.title)
        painter.setFont(look.font(11))
        painter.setPen(look.colour("muted"))
        first, second = in_two_lines(view.help, painter.fontMetrics(), int(words.width()) - px(2))
        self._line(painter, QRectF(words.x(), words.y() + px(20), words.width(), px(17)), first)
        self._line(painter, QRectF(words.x(), words.y() + px(36), words.width(), px(17)), second)

    def _paint_mark(self, painter: QPainter, right: float, top: float) -> None:
        """In the picture's upper right corner: the title has all of its line."""
        look, px = self._look, self._look.px
        disc = QRectF(right - px(24), top + px(4), px(20), px(20))
        painter.setPen(look.colour("line"))
        painter.setBrush(look.colour("card"))
        painter.drawEllipse(disc)
        corner = disc.center() - QPointF(px(7), px(7))
        painter.drawPixmap(corner, pixmap(look, "check", look.colour("good"), 14, ratio=2.0))

    def _line(self, painter: QPainter, box: QRectF, words: str) -> None:
        text = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_picture(self, painter: QPainter, box: QRectF, view: View | type[View]) -> None:
        look, px = self._look, self._look.px
        picture = self._picture(view, box.size().toSize())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("field" if picture is None else "card"))
        painter.drawRoundedRect(box, px(4), px(4))
        if picture is None:
            view.sketch(painter, box.adjusted(px(24), px(14), -px(24), -px(14)), look)
            return
        size = picture.deviceIndependentSize()
        corner = box.center() - QRectF(0, 0, size.width(), size.height()).center()
        painter.drawPixmap(corner, picture)

    def _picture(self, view: View | type[View], room: QSize) -> QPixmap | None:
        """What the view drew last, scaled to ``room``; None where it has drawn nothing."""
        if isinstance(view, type) or view.snapshot is None or view.is_empty:
            return None
        if view.name not in self._pictures:
            ratio = view.devicePixelRatioF()
            drawn = QPixmap(view.size() * ratio)
            drawn.setDevicePixelRatio(ratio)
            drawn.fill(self._look.colour("card"))
            view.render(drawn, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            small = drawn.width() <= room.width() * ratio and drawn.height() <= room.height() * ratio
            self._pictures[view.name] = drawn if small else drawn.scaled(room * ratio, keep, smooth)
        return self._pictures[view.name]
