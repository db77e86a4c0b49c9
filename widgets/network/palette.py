"""The palette: every kind of layer, found by typing; Enter or a click adds it, and it can be dragged to its place."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from widgets.common.given import given
from widgets.network.kind_list import Entry, KindDelegate, KindModel
from widgets.network.scroll_bar import scroll_bar_sheet
from widgets.theme import Look


class Palette(QWidget):
    """A search field over the list of kinds. As a ``popup`` it opens at a point and closes when something is chosen;
    a ``compact`` one says names only."""

    chosen = Signal(str)  # a kind's name
    layers_chosen = Signal(str)  # a block of one's own, as the text of a design
    removal_asked = Signal(str)  # the name of a block of one's own: Del was pressed on it

    def __init__(self, look: Look, parent: QWidget | None = None, popup: bool = False, compact: bool = False) -> None:
        super().__init__(parent, Qt.WindowType.Popup if popup else Qt.WindowType.Widget)
        self.look, self._popup = look, popup
        self.setObjectName("layerPalette")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search = QLineEdit(placeholderText="Search layers…", clearButtonEnabled=True)
        self.search.setAccessibleName("Search layers")
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.model = KindModel(self)
        self.list = QListView()
        self.list.setAccessibleName("Layer kinds")
        self.list.setModel(self.model)
        self.list.setItemDelegate(KindDelegate(look, self.model, self.list, compact=compact))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setDragEnabled(True)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.list.installEventFilter(self)
        (self.list.clicked if popup else self.list.doubleClicked).connect(self._choose)
        self.none_found = given(QLabel("No kind of layer is called that.", wordWrap=True), visible=False)
        self._layout = QVBoxLayout(self)
        for widget in (self.search, self.none_found, self.list):
            self._layout.addWidget(widget)
        self._filter("")
        self.restyle()
        look.changed.connect(self.restyle)

    def open_at(self, corner: QPoint) -> None:
        """Open as a popup with its upper left corner at ``corner`` (global), moved so as to stay on the screen."""
        screen = (self.parentWidget() or self).screen().availableGeometry()
        self.search.clear()
        self.resize(self.look.px(320), min(self.look.px(420), screen.height()))
        x = max(screen.left(), min(corner.x(), screen.right() - self.width()))
        y = max(screen.top(), min(corner.y(), screen.bottom() - self.height()))
        self.move(x, y)
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up, Down and Enter in the search field belong to the list; Enter in the list adds, Del takes a block out of one's own;
        Esc closes or clears."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex())
            return True
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and watched is self.search:
            self._step(1 if key == Qt.Key.Key_Down else -1)
            return True
        if key == Qt.Key.Key_Delete and watched is self.list and self._current().text:
            self.removal_asked.emit(self._current().title)
            return True
        if key == Qt.Key.Key_Escape and self._popup:
            self.close()
            return True
        if key == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        return super().eventFilter(watched, event)

    def set_blocks(self, blocks: Mapping[str, str]) -> None:
        """The blocks of one's own, which are listed first: their texts by their names."""
        self.model.set_blocks(blocks)
        self._filter(self.search.text())

    def _current(self) -> Entry:
        """The entry that the keyboard is on."""
        row = self.list.currentIndex().row()
        return self.model.entry(row) if row >= 0 else Entry("", "")

    def _filter(self, wanted: str) -> None:
        self.model.set_filter(wanted)
        rows = self.model.kind_rows()
        self.none_found.setVisible(not rows)
        if rows:
            self.list.setCurrentIndex(self.model.index(rows[0]))
            self.list.scrollToTop()

    def _step(self, by: int) -> None:
        rows = self.model.kind_rows()
        if not rows:
            return
        row = self.list.currentIndex().row()
        at = rows.index(row) + by if row in rows else 0
        self.list.setCurrentIndex(self.model.index(rows[max(0, min(len(rows) - 1, at))]))

    def _choose(self, index: QModelIndex) -> None:
        entry = self.model.entry(index.row()) if index.isValid() else Entry("", "")
        if entry.is_heading:
            return
        if self._popup:
            self.close()
        if entry.text:
            self.layers_chosen.emit(entry.text)
        else:
            self.chosen.emit(entry.kind)

    def restyle(self) -> None:
        """The theme or the scale changed."""
        px, name = self.look.px, {key: self.look.colour(key).name() for key in self.look.theme.colours}
        ground = f"background: {name['panel']}; border: 1px solid {name['line']};" if self._popup else ""
        self.setStyleSheet(
            f"#layerPalette {{ {ground} }}"
            f"QListView {{ background: transparent; border: none; outline: 0; }}"
            f"QLineEdit {{ background: {name['field']}; color: {name['text']}; border: 1px solid {name['line']};"
            f" border-radius: {px(6)}px; padding: {px(4)}px {px(8)}px; }} QLineEdit:focus {{ border-color: {name['outline']}; }}"
            f"QLabel {{ color: {name['muted']}; }}" + scroll_bar_sheet(self.look)
        )
        self.search.setFont(self.look.font(12))
        self.none_found.setFont(self.look.font(11))
        self._layout.setContentsMargins(px(8), px(8), px(8), px(8))
        self._layout.setSpacing(px(8))
        self.list.doItemsLayout()
