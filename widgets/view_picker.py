"""The view picker: every view of a stage as a card with a picture, opened and closed by a click or with the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from widgets.command_palette import matches
from widgets.common.given import given
from widgets.stage import Stage
from widgets.theme import Look
from widgets.view_cards import CARD, OPEN, VIEW, ViewCards
from widgets.viewing.base import GROUPS, View

COLUMNS = 4
HEADING = 30


class ViewPicker(QFrame):
    """Opens over the window with the cursor in its search field; arrow keys choose, Enter opens or closes a view, Esc ends."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._look = look
        self._stage: Stage | None = None
        self.setObjectName("popup")
        self.setAccessibleName("Views")
        self._column = QVBoxLayout(self)
        self.search = given(QLineEdit(), placeholderText="Find a view…", clearButtonEnabled=True)
        self.search.setAccessibleName("Find a view")
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list = self._make_list()
        self.note = given(QLabel("Enter or a click opens and closes a view · Esc ends"), objectName="muted")
        for widget in (self.search, self.list, self.note):
            self._column.addWidget(widget)

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
        self._cards = ViewCards(self._look, made)
        made.setItemDelegate(self._cards)
        made.itemClicked.connect(self._toggle)
        return made

    def open(self, stage: Stage) -> None:
        """Show the views that can be opened on ``stage``."""
        self._stage = stage
        self._cards.forget()
        window = (self.parentWidget() or self).window()
        px = self._look.px
        self._column.setContentsMargins(px(12), px(12), px(12), px(8))
        self._column.setSpacing(px(8))
        beside = 2 * px(12) + px(10) + px(6)  # margins, scroll bar and a little air
        width = min(COLUMNS * px(CARD[0]) + beside, window.width() - px(32))
        self.resize(width, min(px(640), window.height() - 64))
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - width) // 2, corner.y() + min(px(56), (window.height() - self.height()) // 2))
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
