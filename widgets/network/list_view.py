"""The network list's view: keyboard, drag and drop with a visible drop line, and wires dragged from dot to dot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from engine.design.network import NETWORK_INPUT
from widgets.network.clipboard import is_ours
from widgets.network.delegate import CardDelegate
from widgets.network.drop_line import DropLine
from widgets.network.loose_wire import LooseWire
from widgets.network.model import Index, LayerListModel
from widgets.network.wires import Wire, wire_at
from widgets.theme import Look

_CONTROL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
_PLAIN = Qt.KeyboardModifier.NoModifier
KEYS = {
    (Qt.Key.Key_Delete, _PLAIN): "remove",
    (Qt.Key.Key_Backspace, _PLAIN): "remove",
    (Qt.Key.Key_D, _CONTROL): "duplicate",
    (Qt.Key.Key_Up, _ALT): "move_up",
    (Qt.Key.Key_Down, _ALT): "move_down",
    (Qt.Key.Key_C, _CONTROL): "copy",
    (Qt.Key.Key_X, _CONTROL): "cut",
    (Qt.Key.Key_V, _CONTROL): "paste",
    (Qt.Key.Key_F1, _PLAIN): "help",
    (Qt.Key.Key_Return, _PLAIN): "settings",
    (Qt.Key.Key_Enter, _PLAIN): "settings",
}
"""The list's keys and the panel's commands. F2, arrows, Home, End and Ctrl+A are the list view's own."""


class LayerListView(QListView):
    """Turns events into signals; it knows rows and positions, not edits. A position is an index into the layers."""

    command = Signal(str)
    dropped = Signal(QMimeData, int, bool)  # what, at which position, whether as a copy
    wired = Signal(str, str)  # the ids of two layers; "@in" is the network's input
    fix_clicked = Signal()
    unwired = Signal(str, str)  # the same: the wire between them was chosen and removed

    def __init__(self, look: Look, model: LayerListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._model = look, model
        self.cards = CardDelegate(look, model, self)
        self.setModel(model)
        self.setItemDelegate(self.cards)
        self.setAccessibleName("Network layers")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self._drop_line = DropLine(look, self)
        self._loose_wire = LooseWire(look, self.cards)
        self.selectionModel().selectionChanged.connect(lambda: self.choose_wire(None))

    # -- geometry --

    def row_rect(self, row: int) -> QRect:
        """Where a row is, in the viewport."""
        return self.visualRect(self._model.index(row))

    def dot_centre(self, row: int) -> QPoint:
        """The middle of a row's dot, in the viewport."""
        return self.cards.geometry.dot(self.row_rect(row)).toPoint()

    def visible_rows(self) -> range:
        """The rows at least partly on screen."""
        count = self._model.rowCount()
        if not count:
            return range(0)
        first = self.indexAt(QPoint(1, 1)).row()
        last = self.indexAt(QPoint(1, self.viewport().height() - 1)).row()
        return range(max(0, first), count if last < 0 else last + 1)

    def position_at(self, y: int) -> int:
        """The position among the layers that a drop at height ``y`` means: before or behind the card there."""
        count = self._model.rowCount()
        row = self.indexAt(QPoint(1, y)).row()
        if row < 0:
            return 0 if y < 0 else max(0, count - 1)
        below = y > self.row_rect(row).top() + self.cards.geometry.card_height / 2
        return max(0, row if below else row - 1)

    def content_height(self) -> int:
        """The height at which every row is visible."""
        return self._model.rowCount() * self.cards.geometry.row_height

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Other cards are painted anew; all rows stay where they are, so that nothing has to be laid out (QListView does)."""
        QAbstractItemView.dataChanged(self, first, last, list(roles))

    # -- keys --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self._loose_wire.is_held or self.cards.wire is not None):
            self._drop_wire()
            self.choose_wire(None)
            return
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        command = "add" if event.text() == "/" else KEYS.get((Qt.Key(event.key()), modifiers))
        if command == "remove" and self.cards.wire is not None:
            self._remove_wire(self.cards.wire)
        elif command:
            self.command.emit(command)
            event.accept()
        else:
            super().keyPressEvent(event)

    # -- wires --

    def dot_at(self, point: QPoint) -> int:
        """The row whose dot is under ``point``, or -1."""
        row = self.indexAt(point).row()
        if row < 0:
            return -1
        away = point - self.dot_centre(row)
        return row if away.manhattanLength() <= self._look.px(13) else -1

    def wire_at(self, point: QPoint) -> Wire | None:
        """The skip connection under ``point``."""
        row = self.indexAt(point).row()
        if row < 0 or self.dot_at(point) >= 0:
            return None
        return wire_at(self.cards.geometry, self._model.lanes(row), row, self.row_rect(row), point)

    def choose_wire(self, wire: Wire | None) -> None:
        """Mark a wire, which Del then removes; None marks none."""
        if wire != self.cards.wire:
            self.cards.wire = wire
            self.viewport().update()

    def _remove_wire(self, wire: Wire) -> None:
        self.choose_wire(None)
        self.unwired.emit(self._model.id_at(wire.source) or NETWORK_INPUT, self._model.id_at(wire.reader))

    def fix_at(self, point: QPoint) -> int:
        """The row whose button to mend it lies under ``point``, or -1."""
        row = self.indexAt(point).row()
        offers = row >= 0 and bool(self._model.card(row).fix)
        return row if offers and self.cards.geometry.fix_button(self.row_rect(row)).contains(point) else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.fix_at(event.position().toPoint()) >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.fix_clicked.emit()
            return
        wire = self.wire_at(event.position().toPoint())
        self.choose_wire(wire if event.button() == Qt.MouseButton.LeftButton else None)
        if self.cards.wire is not None:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            return
        row = self.dot_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0 and not event.modifiers():
            self._loose_wire.take(row)
            self.viewport().update()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._loose_wire.is_held:
            self._loose_wire.move(event.position(), self.indexAt(event.position().toPoint()).row())
            self.viewport().update()
            return
        self.viewport().setCursor(self._cursor_at(event.position().toPoint(), bool(event.buttons())))
        if self.cards.wire is None or not event.buttons():  # a press on a wire drags no layer
            super().mouseMoveEvent(event)

    def _cursor_at(self, point: QPoint, pressed: bool) -> Qt.CursorShape:
        if not pressed and self.dot_at(point) >= 0:
            return Qt.CursorShape.CrossCursor
        pressable = not pressed and (self.wire_at(point) is not None or self.fix_at(point) >= 0)
        return Qt.CursorShape.PointingHandCursor if pressable else Qt.CursorShape.ArrowCursor

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.cards.wire is not None:
            return  # it was pressed
        if not self._loose_wire.is_held:
            super().mouseReleaseEvent(event)
            return
        start, end = self._drop_wire(), self.indexAt(event.position().toPoint()).row()
        if end == start:
            self.setCurrentIndex(self._model.index(start))
        elif end >= 0:
            self.wired.emit(self._model.id_at(start) or NETWORK_INPUT, self._model.id_at(end) or NETWORK_INPUT)

    def _drop_wire(self) -> int:
        self.viewport().update()
        return self._loose_wire.drop()

    # -- drag and drop --

    def startDrag(self, supported: Qt.DropAction) -> None:
        """Drag the selected layers, under a picture of their first card."""
        rows = [index for index in self.selectedIndexes() if index.row() > 0]
        if not rows:
            return
        drag = QDrag(self)
        drag.setMimeData(self._model.mimeData(rows))
        top = min(rows, key=lambda index: index.row()).row()
        drag.setPixmap(self.viewport().grab(self.cards.geometry.card(self.row_rect(top)).toRect()))
        self._run_drag(drag)

    def _run_drag(self, drag: QDrag) -> None:
        drag.exec(Qt.DropAction.MoveAction | Qt.DropAction.CopyAction, Qt.DropAction.MoveAction)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if is_ours(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if not is_ours(event.mimeData()):
            event.ignore()
            return
        y = event.position().toPoint().y()
        self._drop_line.show(self.position_at(y), y)
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_line.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        at = self.position_at(event.position().toPoint().y())
        self._drop_line.hide()
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData(), at, event.proposedAction() == Qt.DropAction.CopyAction)

    # -- what lies over the cards --

    def restyle(self) -> None:
        """The theme, the scale or the number of lanes changed."""
        self.cards.restyle()
        self._fit_cards()

    def _fit_cards(self) -> None:
        """Cards are narrower where a scroll bar stands beside them."""
        self.cards.geometry.fit(self.viewport().width() < self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_cards()

    def paintEvent(self, event: QPaintEvent) -> None:
        self.cards.damaged = event.region()
        super().paintEvent(event)
        self.cards.damaged = None
        if not self._drop_line.is_shown and self._loose_wire.end is None:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._drop_line.is_shown:
            self._drop_line.paint(painter, self.cards.geometry, self.row_rect(self._drop_line.position))
        if self._loose_wire.is_held:
            self._loose_wire.paint(painter, self.dot_centre(self.cards.wire_from))
        painter.end()
