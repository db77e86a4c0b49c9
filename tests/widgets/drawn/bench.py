"""The drawing on a real session, beside the network list, as the window has them."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import Document
from app.session import Session
from engine.design.network import LayerSpec, NetworkDesign, layer
from widgets.drawn.drawing import NetworkDrawing
from widgets.drawn.network_view import NetworkView
from widgets.drawn.scene import Wire
from widgets.network import NetworkPanel
from widgets.theme import Look

CONTROL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


def residual(repeat: int = 3) -> LayerSpec:
    """A residual block: a bn r b sum."""
    inside = (
        layer("a", "conv2d", filters=8, kernel=3, padding=1),
        layer("bn", "batch_norm"),
        layer("r", "relu"),
        layer("b", "conv2d", filters=8, kernel=3, padding=1),
        layer("sum", "add", inputs=("b", "@in")),
    )
    return layer("res", "block", name="Residual block", repeat=repeat, layers=inside)


def small() -> NetworkDesign:
    """A network with a repeated residual block: c1 r1 p1 res gap out."""
    layers = (
        layer("c1", "conv2d", filters=8, kernel=3, padding=1),
        layer("r1", "relu"),
        layer("p1", "max_pool2d", kernel=2),
        residual(),
        layer("gap", "global_avg_pool"),
        layer("out", "linear", units=10),
    )
    return NetworkDesign("small", (3, 16, 16), layers)


class Bench:
    """The card with the drawing, the session that applies its edits, the list beside it, and what was refused."""

    def __init__(self, qtbot: QtBot, design: NetworkDesign, way: str = "graph") -> None:
        self.look = Look()
        self.drawing = NetworkDrawing(self.look)
        self.view = NetworkView(self.look, self.drawing)
        self.panel = NetworkPanel(self.look)
        qtbot.addWidget(self.view)
        qtbot.addWidget(self.panel)
        self.session = Session(Document(design))
        self.refused: list[str] = []
        self.titles: list[str] = []
        for shown in (self.drawing, self.panel):
            shown.edit_requested.connect(self.session.apply)
            shown.selection_changed.connect(self.session.select)
            shown.refused.connect(self.refused.append)
        self.drawing.edit_requested.connect(lambda title, edit, key: self.titles.append(title))
        self.session.document_changed.connect(self.show)
        self.session.selection_changed.connect(self.select)
        self.show()
        self.view.resize(900, 1400)
        self.view.show()
        self.view.activateWindow()
        self.view.choose(way)
        self.canvas.fit()
        QApplication.processEvents()

    @property
    def canvas(self):  # type: ignore[no-untyped-def]
        return self.drawing.canvas

    def show(self) -> None:
        for shown in (self.drawing, self.panel):
            shown.set_design(self.session.document.design, self.session.report)
        self.select()

    def select(self) -> None:
        for shown in (self.drawing, self.panel):
            shown.set_selection(self.session.selection)

    @property
    def design(self) -> NetworkDesign:
        return self.session.document.design

    @property
    def ids(self) -> list[str]:
        return [spec.id for spec in self.design.layers]

    @property
    def drawn(self) -> set[str]:
        """The places that are drawn."""
        return {part.place for part in self.drawing.scene().parts}

    def click(self, place: str, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseClick(self.canvas, Qt.MouseButton.LeftButton, modifiers, self.canvas.place_of(place))

    def double_click(self, place: str) -> None:
        QTest.mouseDClick(self.canvas, Qt.MouseButton.LeftButton, NONE, self.canvas.place_of(place))

    def key(self, key: Qt.Key) -> None:
        self.canvas.setFocus()
        QTest.keyClick(self.canvas, key)

    def wire(self, source: str, reader: str) -> Wire:
        """The line by which ``reader`` (a place) reads ``source`` (a name in its block)."""
        wires = self.drawing.scene().wires
        return next(wire for wire in wires if wire.link and (wire.link.source, wire.link.reader) == (source, reader))

    def plus(self, source: str, reader: str) -> QPoint:
        """Where the "+" of a line is."""
        return self.canvas.to_screen(self.wire(source, reader).handle)

    def pull(self, source: str, reader: str) -> None:
        """Drag from the port of a layer to another layer."""
        port = self.drawing.scene().by_place[source].port
        assert port is not None
        start, end = self.canvas.to_screen(port), self.canvas.place_of(reader)
        QTest.mousePress(self.canvas, Qt.MouseButton.LeftButton, NONE, start)
        for share in (0.5, 1.0):
            QTest.mouseMove(self.canvas, start + (end - start) * share)
        QTest.mouseRelease(self.canvas, Qt.MouseButton.LeftButton, NONE, end)

    def drop(self, mime: QMimeData, at: QPoint, action: Qt.DropAction = Qt.DropAction.MoveAction) -> None:
        """Carry ``mime`` to a point and let go."""
        actions, left = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        enter = QDragEnterEvent(at, actions, mime, left, NONE)
        QApplication.sendEvent(self.canvas, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(self.canvas, QDragMoveEvent(at, actions, mime, left, NONE))
        QApplication.sendEvent(self.canvas, QDropEvent(QPointF(at), action, mime, left, NONE))
