"""The network list's view: keyboard, drag and drop with a visible drop line, and wires dragged from dot to dot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, Qt, Signal
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
from widgets.network.card_buttons import button_at
from widgets.network.clipboard import is_ours
from widgets.network.delegate import CardDelegate
from widgets.network.drop_line import DropLine
from widgets.network.loose_wire import LooseWire
from widgets.network.model import Index, LayerListModel
from widgets.network.rows import Drop, Rows
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
    (Qt.Key.Key_Left, _ALT): "copy_previous",
    (Qt.Key.Key_Right, _ALT): "copy_next",
}
"""The list's keys and the panel's commands. F2, arrows, Home, End and Ctrl+A are the list view's own."""


class LayerListView(QListView):
    """Turns events into signals; it knows rows and positions, not edits. Layers are told by their places."""

    command = Signal(str)
    dropped = Signal(QMimeData, object, bool)  # what, at which Position, whether as a copy
    wired = Signal(str, str)  # the places of two layers; "@in" is the network's input
    pressed_on = Signal(str, str)  # a button of a card ("fix", "fold", "copy_next", ...), the place of its layer
    unwired = Signal(str, str)  # the name under which a layer is read, and the place of the one that shall no longer read it

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

    def drop_at(self, point: QPoint) -> Drop | None:
        """What a drop at ``point`` means: before or behind the card there; on a folded block's, into it. Below the last row of a
        block it is the more outward the further left."""
        rows, geometry = self._rows(), self.cards.geometry
        row = self.indexAt(QPoint(1, point.y())).row()
        if rows is None:
            return None
        if row < 0:
            return rows.drop_below(0, 0) if point.y() < 0 else Drop(rows.end, len(rows) - 1)
        down = (point.y() - self.row_rect(row).top()) / geometry.card_height
        if row and rows.is_block(row) and not rows.is_unfolded(row) and 0.25 <= down <= 0.75:
            return rows.drop_into(row)
        return rows.drop_below(row, geometry.depth_at(point.x())) if down > 0.5 or not row else rows.drop_before(row)

    def _rows(self) -> Rows | None:
        return self._model.rows

    def content_height(self) -> int:
        """The height at which every row is visible."""
        return self._model.rowCount() * self.cards.geometry.row_height

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Other cards are painted anew; all rows stay where they are, so that nothing has to be laid out (QListView does)."""
        QAbstractItemView.dataChanged(self, first, last, list(roles))

    # -- keys --

    def event(self, event: QEvent) -> bool:
        """Left and Right belong to the list where they fold a block or lead out of one; else to the pictures."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._folding_command(event):
            event.accept()
            return True
        return super().event(event)

    def _folding_command(self, event: QKeyEvent) -> str:
        """What Left or Right do on the current row, as in a tree; "" where nothing."""
        rows, row = self._rows(), self.currentIndex().row()
        if rows is None or row <= 0 or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return ""
        if event.key() == Qt.Key.Key_Right and rows.is_block(row):
            return "into" if rows.is_unfolded(row) else "unfold"
        if event.key() == Qt.Key.Key_Left:
            return "fold" if rows.is_unfolded(row) and rows.spec(row).inside else "out" if rows.depth(row) else ""
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self._loose_wire.is_held or self.cards.wire is not None):
            self._drop_wire()
            self.choose_wire(None)
            return
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        command = "add" if event.text() == "/" else KEYS.get((Qt.Key(event.key()), modifiers)) or self._folding_command(event)
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
        rows = self._rows()
        name = rows.name_read(wire.source, wire.reader) if rows is not None else ""
        self.unwired.emit(name, self._model.place_at(wire.reader))

    def button_at(self, point: QPoint) -> str:
        """The button of a card that lies under ``point``, or ""."""
        row = self.indexAt(point).row()
        return button_at(self.cards.geometry, self._model.card(row), self.row_rect(row), point) if row >= 0 else ""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Twice on the card of a block folds or unfolds it; on a button it is one press."""
        point, rows = event.position().toPoint(), self._rows()
        row = self.indexAt(point).row()
        if rows is not None and row > 0 and rows.is_block(row) and not self.button_at(point) and self.dot_at(point) < 0:
            self.pressed_on.emit("fold", self._model.place_at(row))
        elif not self.button_at(point):
            super().mouseDoubleClickEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        button = self.button_at(event.position().toPoint()) if event.button() == Qt.MouseButton.LeftButton else ""
        if button:
            self.pressed_on.emit(button, self._model.place_at(self.indexAt(event.position().toPoint()).row()))
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
        pressable = not pressed and (self.wire_at(point) is not None or bool(self.button_at(point)))
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
            self.wired.emit(self._model.place_at(start) or NETWORK_INPUT, self._model.place_at(end) or NETWORK_INPUT)

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
        rect = self.cards.geometry.indented(self.row_rect(top), self._model.card(top).depth)
        drag.setPixmap(self.viewport().grab(self.cards.geometry.card(rect).toRect()))
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
        point = event.position().toPoint()
        drop = self.drop_at(point)
        if drop is not None:
            self._drop_line.show(drop, point.y())
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_line.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        drop = self.drop_at(event.position().toPoint())
        self._drop_line.hide()
        event.acceptProposedAction()
        if drop is not None:
            self.dropped.emit(event.mimeData(), drop.position, event.proposedAction() == Qt.DropAction.CopyAction)

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
        if self._drop_line.drop is not None:
            self._drop_line.paint(painter, self.cards.geometry, self._drop_line.drop, self.row_rect(self._drop_line.drop.row))
        if self._loose_wire.is_held:
            self._loose_wire.paint(painter, self.dot_centre(self.cards.wire_from))
        painter.end()
