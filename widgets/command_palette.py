"""The command palette: every action of the program, or other things of which there are many, found by a part of the name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from widgets.common.given import given
from widgets.common.mnemonics import as_shown
from widgets.theme import Look

PLACE = Qt.ItemDataRole.UserRole
"""Which of the actions a row is. The list holds none itself: it would not notice that one is deleted meanwhile."""
KEYS = Qt.ItemDataRole.UserRole + 1


class _KeysAtTheRight(QStyledItemDelegate):
    """Draws the shortcut of an action at the right end of its row."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().paint(painter, option, index)
        painter.save()
        painter.setFont(self._look.font(11))
        painter.setPen(self._look.colour("muted"))
        box = option.rect.adjusted(0, 0, -self._look.px(10), 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, index.data(KEYS))
        painter.restore()


def matches(wanted: str, title: str) -> bool:
    """Whether every word of ``wanted`` occurs in ``title``, in any order and case."""
    return all(word in title.lower() for word in wanted.lower().split())


class CommandPalette(QFrame):
    """Opens over the window with the cursor in its search field; Enter triggers, Esc closes, Up and Down choose."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._look = look
        self.setObjectName("popup")
        self._actions: list[tuple[str, QAction]] = []
        layout = QVBoxLayout(self)
        self.search = QLineEdit(clearButtonEnabled=True)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setItemDelegate(_KeysAtTheRight(look, self.list))
        self.list.itemActivated.connect(lambda _: self._trigger())
        self.list.itemClicked.connect(lambda _: self._trigger())
        self.nothing = given(QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter), objectName="empty")
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        layout.addWidget(self.nothing, 1)

    def open(self, actions: Sequence[tuple[str, QAction]], what: str = "an action") -> None:
        """Show the actions, given as (menu or "", action), that are enabled. ``what`` they stand for is said where one is looked
        for: "a run"."""
        self.search.setPlaceholderText(f"Find {what}…")
        self.search.setAccessibleName(f"Find {what}")
        self.list.setAccessibleName(f"What is found: choose {what}")
        self._actions = [(menu, action) for menu, action in actions if action.isEnabled()]
        self.search.clear()
        self._filter("")
        window = (self.parentWidget() or self).window()
        width, height = min(self._look.px(520), window.width() - 40), self._look.px(420)
        self.resize(width, min(height, window.height() - 80))
        self.move(
            window.mapToGlobal(window.rect().center()).x() - width // 2, window.mapToGlobal(window.rect().topLeft()).y() + 60
        )
        self.show()
        self.search.setFocus()

    def _filter(self, wanted: str) -> None:
        self.list.clear()
        self._actions = [(menu, action) for menu, action in self._actions if isValid(action)]
        for place, (menu, action) in enumerate(self._actions):
            title = f"{menu}  ›  {as_shown(action.text())}" if menu else as_shown(action.text())
            if matches(wanted, title):
                item = QListWidgetItem(title)
                item.setSizeHint(QSize(0, self._look.px(28)))
                item.setData(KEYS, action.shortcut().toString(QKeySequence.SequenceFormat.NativeText))
                item.setData(PLACE, place)
                item.setToolTip(action.statusTip())
                self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(self.list.count() > 0)
        self.nothing.setVisible(not self.list.count())
        self.nothing.setText(f"Nothing is called “{wanted.strip()}”.\nTry another word, or fewer.")

    def _trigger(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            _, action = self._actions[item.data(PLACE)]
            self.hide()
            if isValid(action):  # what is saved or opened while the list is open renews the recent files
                action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up, Down and Enter in the search field belong to the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._trigger()
                return True
        return super().eventFilter(watched, event)
