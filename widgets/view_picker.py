"""The view picker: every view of a stage as a card with a picture, opened and closed by a click or with the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPixmap, QRegion
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from widgets.command_palette import matches
from widgets.common.given import given
from widgets.common.icons import pixmap
from widgets.stage import Stage
from widgets.theme import Look
from widgets.viewing.base import GROUPS, View

VIEW = Qt.ItemDataRole.UserRole
OPEN = Qt.ItemDataRole.UserRole + 1
COLUMNS = 4
CARD = (196, 174)
PICTURE = 92
HEADING = 30


def in_two_lines(words: str, metrics: QFontMetrics, width: int) -> tuple[str, str]:
    """``words`` broken between two of them so that the first part fits into ``width`` pixels."""
    first, rest = "", words.split()
    while rest and metrics.horizontalAdvance(f"{first} {rest[0]}".strip()) <= width:
        first = f"{first} {rest.pop(0)}".strip()
    return first, " ".join(rest)


class ViewPicker(QFrame):
    """Opens over the window with the cursor in its search field; arrow keys choose, Enter opens or closes a view, Esc ends."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._look = look
        self._stage: Stage | None = None
        self.setObjectName("popup")
        self.setAccessibleName("Views")
        layout = QVBoxLayout(self)
        self.search = given(QLineEdit(), placeholderText="Find a view…", clearButtonEnabled=True)
        self.search.setAccessibleName("Find a view")
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list = self._make_list()
        self.note = given(QLabel("Enter or a click opens and closes a view · Esc ends"), objectName="muted")
        for widget in (self.search, self.list, self.note):
            layout.addWidget(widget)

    def _make_list(self) -> QListWidget:
        made = QListWidget()
        made.setObjectName("view-cards")
        made.setAccessibleName("Views")
        made.setFlow(QListView.Flow.LeftToRight)
        made.setWrapping(True)
        made.setResizeMode(QListView.ResizeMode.Adjust)
        made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setMouseTracking(True)
        self._cards = _Cards(self._look, made)
        made.setItemDelegate(self._cards)
        made.itemClicked.connect(self._toggle)
        return made

    def open(self, stage: Stage) -> None:
        """Show the views that can be opened on ``stage``."""
        self._stage = stage
        self._cards.forget()
        window = (self.parentWidget() or self).window()
        px = self._look.px
        margins = 2 * px(12) + px(10) + px(6)
        width = min(COLUMNS * px(CARD[0]) + margins, window.width() - px(32))
        self.resize(width, min(px(640), window.height() - px(96)))
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - width) // 2, corner.y() + px(56))
        self.search.clear()
        self.show()
        self._filter("")
        self.search.setFocus()

    def _filter(self, wanted: str) -> None:
        """The cards whose title, help or group has the words, each group under its heading."""
        self.list.clear()
        if self._stage is None:
            return
        offered = self._stage.offered()
        for group, title in GROUPS:
            found = [view for view in offered if view.group == group and matches(wanted, f"{view.title} {view.help} {title}")]
            if found:
                self._add_heading(title)
            for view in found:
                self._add_card(view, self._stage.is_open(view.name))
        self._choose(0, 1)

    def _add_heading(self, title: str) -> None:
        heading = QListWidgetItem(title)
        heading.setFlags(Qt.ItemFlag.NoItemFlags)
        heading.setSizeHint(QSize(self.list.viewport().width() - 1, self._look.px(HEADING)))
        self.list.addItem(heading)

    def _add_card(self, view: View | type[View], is_open: bool) -> None:
        item = QListWidgetItem(view.title)
        item.setData(VIEW, view)
        item.setSizeHint(QSize(self._look.px(CARD[0]), self._look.px(CARD[1])))
        item.setToolTip(view.help)
        self.list.addItem(item)
        self._mark(item, is_open)

    def _mark(self, item: QListWidgetItem, is_open: bool) -> None:
        view = item.data(VIEW)
        item.setData(OPEN, is_open)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{view.title}, {'open' if is_open else 'closed'}")

    def _choose(self, row: int, step: int) -> None:
        """Make the first card at or after ``row``, in the direction of ``step``, the current one."""
        while 0 <= row < self.list.count():
            if self.list.item(row).flags() & Qt.ItemFlag.ItemIsEnabled:
                self.list.setCurrentRow(row)
                return
            row += step

    def _toggle(self, item: QListWidgetItem | None) -> None:
        if item is None or self._stage is None or item.data(VIEW) is None:
            return
        name = item.data(VIEW).name
        if self._stage.is_open(name):
            self._stage.close_view(name)
        else:
            item.setData(VIEW, self._stage.open_view(name))
        self._cards.forget()
        for row in range(self.list.count()):
            card = self.list.item(row)
            if card.data(VIEW) is not None:
                self._mark(card, self._stage.is_open(card.data(VIEW).name))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys and Enter in the search field belong to the cards."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
                step = 1 if key == Qt.Key.Key_Right else -1
                self._choose(self.list.currentRow() + step, step)
                return True
            if key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
                QApplication.sendEvent(self.list, event)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._toggle(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)


class _Cards(QStyledItemDelegate):
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
            mark = pixmap(look, "check", look.colour("good"), 14, ratio=2.0)
            painter.drawPixmap(int(title.right()) - px(14), int(title.center().y()) - px(7), mark)
            title.setRight(title.right() - px(18))
        painter.setFont(look.font(12, bold=True))
        painter.setPen(look.colour("text"))
        self._line(painter, title, view.title)
        painter.setFont(look.font(11))
        painter.setPen(look.colour("muted"))
        first, second = in_two_lines(view.help, painter.fontMetrics(), int(words.width()))
        self._line(painter, QRectF(words.x(), words.y() + px(20), words.width(), px(17)), first)
        self._line(painter, QRectF(words.x(), words.y() + px(36), words.width(), px(17)), second)

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
            self._pictures[view.name] = drawn.scaled(room * ratio, keep, smooth)
        return self._pictures[view.name]
