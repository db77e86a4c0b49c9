"""A network panel on a real session, as the window has it, with events sent the way a hand sends them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.document import Document
from app.session import Session
from engine.design.network import LayerSpec, NetworkDesign, layer
from widgets.network import NetworkPanel
from widgets.theme import Look

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def block(id: str, *layers: LayerSpec, inputs: Sequence[str] = (), **parameters: Any) -> LayerSpec:
    """A block of ``layers``."""
    return layer(id, "block", inputs, layers=layers, **parameters)


class Bench:
    """The panel, the session that applies its edits, and what it refused."""

    def __init__(self, qtbot: QtBot, design: NetworkDesign, size: tuple[int, int] = (350, 800)) -> None:
        self.look = Look()
        self.panel = NetworkPanel(self.look)
        qtbot.addWidget(self.panel)
        self.session = Session(Document(design))
        self.refused: list[str] = []
        self.titles: list[str] = []
        self.panel.edit_requested.connect(self.session.apply)
        self.panel.edit_requested.connect(lambda title, edit, key: self.titles.append(title))
        self.panel.selection_changed.connect(self.session.select)
        self.panel.refused.connect(self.refused.append)
        self.session.document_changed.connect(self.show)
        self.session.selection_changed.connect(lambda: self.panel.set_selection(self.session.selection))
        self.show()
        self.panel.resize(*size)
        self.panel.show()
        self.panel.activateWindow()
        self.panel.list.setFocus()
        QApplication.processEvents()

    def show(self) -> None:
        self.panel.set_design(self.session.document.design, self.session.report)

    @property
    def design(self) -> NetworkDesign:
        return self.session.document.design

    @property
    def ids(self) -> list[str]:
        return [spec.id for spec in self.design.layers]

    @property
    def view(self) -> QWidget:
        return self.panel.list.viewport()

    def row(self, id: str) -> int:
        return self.panel.model.row_of(id)

    def card(self, id: str) -> QPoint:
        """A point on a card's text."""
        return self.panel.list.cards.geometry.card(self.panel.list.row_rect(self.row(id))).center().toPoint()

    def dot(self, id: str) -> QPoint:
        return self.panel.list.dot_centre(self.row(id))

    def click(self, id: str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.mouseClick(self.view, Qt.MouseButton.LeftButton, modifiers, self.card(id))

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.panel.list, key, modifiers)

    def type(self, text: str, widget: QWidget | None = None) -> None:
        QTest.keyClicks(widget or self.panel.list, text)

    def drag(self, start: QPoint, end: QPoint, release: bool = True) -> None:
        """Press, move in two steps, release."""
        QTest.mousePress(self.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
        QTest.mouseMove(self.view, (start + end) / 2)
        QTest.mouseMove(self.view, end)
        if release:
            QTest.mouseRelease(self.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)

    def carry(self, mime: QMimeData, point: QPoint, widget: QWidget | None = None) -> bool:
        """Drag ``mime`` in and over a point, as the window system does; whether it may be dropped."""
        target = widget or self.view
        actions, left, none = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(point, actions | Qt.DropAction.CopyAction, mime, left, none)
        QApplication.sendEvent(target, enter)
        if not enter.isAccepted():
            return False
        if target is not self.view:
            return True
        move = QDragMoveEvent(point, actions | Qt.DropAction.CopyAction, mime, left, none)
        QApplication.sendEvent(target, move)
        return move.isAccepted()

    def drop(self, mime: QMimeData, point: QPoint, copy: bool = False, widget: QWidget | None = None) -> None:
        """Carry ``mime`` to a point and let go."""
        assert self.carry(mime, point, widget)
        action = Qt.DropAction.CopyAction if copy else Qt.DropAction.MoveAction
        event = QDropEvent(QPointF(point), action, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget or self.view, event)
