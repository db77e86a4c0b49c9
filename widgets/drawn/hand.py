"""The hand on the canvas: select, pan, pull a wire, put on a line, fold; what it means is told, nothing is changed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QDragMoveEvent, QDropEvent, QMouseEvent

from widgets.drawn.overlay import Marks
from widgets.drawn.scene import Part, Wire
from widgets.network.clipboard import is_ours

if TYPE_CHECKING:
    from widgets.drawn.canvas import Canvas

REACH, DROP_REACH, PORT_REACH = 9.0, 60.0, 9.0
"""How near to a line the mouse is on it, in pixels of the screen at 100 %; in dropping; and how near to a port."""
STILL = 4
"""A press that moves no further is a click."""


class Hand(QObject):
    """Turns events of the canvas into what is meant. GUI thread only."""

    chosen = Signal(str, bool)  # a place, whether it is added to what is selected (or taken from it); "" is nothing
    wired = Signal(str, str)  # the places of two layers
    plus_clicked = Signal(object)  # a Wire
    folded = Signal(str)  # a block that folds or unfolds
    remedy_clicked = Signal(str)  # of a layer that does not fit
    dropped = Signal(QMimeData, object, bool)  # what, on which Wire (None: beside all), whether as a copy
    menu_asked = Signal(str, object, object)  # of a place, or (the place "") of a Wire; at a point of the screen

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.marks = Marks()
        self.in_map = False
        self._pressed: QPointF | None = None
        self._moved = False
        self._last = QPointF()

    @property
    def is_busy(self) -> bool:
        """Whether a wire is in hand."""
        return self.marks.source is not None

    def forget(self) -> None:
        """Let go of everything, and forget what was under the mouse."""
        self.marks.clear()
        self._pressed, self._moved, self.in_map = None, False, False

    def _reach(self, pixels: float) -> float:
        return pixels * self._canvas.look.scale / self._canvas.camera.zoom

    # -- mouse --

    def press(self, event: QMouseEvent) -> None:
        """Take a port, or what may become a click or a pan."""
        canvas, point = self._canvas, self._canvas.to_scene(event.position())
        self._pressed, self._last, self._moved = event.position(), event.position(), False
        port = canvas.scene.port_at(point, self._reach(PORT_REACH))
        if event.button() == Qt.MouseButton.LeftButton and port is not None and not event.modifiers():
            self.marks.source, self.marks.end = port, point

    def move(self, event: QMouseEvent) -> None:
        """Pull the wire, pan, or say what is under the mouse."""
        canvas = self._canvas
        if self.marks.source is not None:
            self.marks.end = canvas.to_scene(event.position())
            part = canvas.part_under(event.position())
            self.marks.part = part if part is not None and part.place != self.marks.source.place else None
            self._moved = self._moved or self._is_far(event)
            canvas.refresh()
        elif self._pressed is not None and event.buttons():
            self._moved = self._moved or self._is_far(event)
            if self._moved:
                step = event.position() - self._last
                canvas.set_camera(canvas.camera.panned(step.x(), step.y()))
                canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._last = event.position() if self._moved else self._last
        else:
            self._hover(event.position())

    def _is_far(self, event: QMouseEvent) -> bool:
        assert self._pressed is not None
        return (event.position() - self._pressed).manhattanLength() > STILL

    def _hover(self, at: QPointF) -> None:
        canvas, point = self._canvas, self._canvas.to_scene(at)
        port = canvas.scene.port_at(point, self._reach(PORT_REACH))
        part = port or canvas.scene.part_at(point)
        wire = None if part is not None else canvas.scene.wire_at(point, self._reach(REACH))
        if part is self.marks.part and wire is self.marks.wire:
            return
        self.marks.part, self.marks.wire = part, wire
        canvas.setToolTip(self._tip(part, wire))
        shape = Qt.CursorShape.CrossCursor if port else Qt.CursorShape.PointingHandCursor if part or wire else None
        canvas.setCursor(shape if shape is not None else Qt.CursorShape.ArrowCursor)
        canvas.refresh()

    def _tip(self, part: Part | None, wire: Wire | None) -> str:
        if part is not None:
            return self._canvas.scene.tips.get(part.place, "")
        return "Put a layer here: click, or drop one from the palette or the list" if wire is not None else ""

    def release(self, event: QMouseEvent) -> None:
        """End a pull, or click."""
        canvas, pressed, source = self._canvas, self._pressed, self.marks.source
        was_moved, was_in_map = self._moved, self.in_map
        self._pressed, self._moved, self.in_map, self.marks.source = None, False, False, None
        canvas.setCursor(Qt.CursorShape.ArrowCursor)
        if was_in_map or pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if source is not None and was_moved:
            reader = canvas.part_under(event.position())
            canvas.refresh()
            if reader is not None and reader.place != source.place:
                self.wired.emit(source.place, reader.place)
        elif not was_moved:
            self._click(event)

    def _click(self, event: QMouseEvent) -> None:
        canvas, point = self._canvas, self._canvas.to_scene(event.position())
        part, add = canvas.scene.part_at(point), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if part is not None:
            if part.remedy is not None and part.remedy.holds(point) and not add:
                self.remedy_clicked.emit(part.place)
            self.chosen.emit(part.place, add)
            return
        frame = next((each for each in reversed(canvas.scene.frames) if each.handle.holds(point)), None)
        if frame is not None:
            is_chevron = point[0] <= frame.handle.left + 18
            (self.folded.emit(frame.place) if is_chevron else self.chosen.emit(frame.place, add))
            return
        wire = canvas.scene.wire_at(point, self._reach(REACH))
        if wire is not None:
            self.plus_clicked.emit(wire)

    def double_click(self, event: QMouseEvent) -> None:
        """A block folds or unfolds."""
        point = self._canvas.to_scene(event.position())
        part = self._canvas.scene.part_at(point)
        frame = next((each for each in reversed(self._canvas.scene.frames) if each.handle.holds(point)), None)
        place = part.place if part is not None else frame.place if frame is not None else ""
        if place:
            self.forget()
            self.folded.emit(place)

    def leave(self) -> None:
        """The mouse is elsewhere."""
        if self.marks.source is None:
            self.marks.clear()
            self._canvas.refresh()

    def open_menu(self, event: QContextMenuEvent) -> bool:
        """Ask for the menu of what is under the mouse; False where nothing is."""
        canvas, point = self._canvas, self._canvas.to_scene(QPointF(event.pos()))
        part = canvas.scene.part_at(point)
        wire = canvas.scene.wire_at(point, self._reach(REACH)) if part is None else None
        if part is None and wire is None:
            return False
        self.menu_asked.emit(part.place if part is not None else "", wire, event.globalPos())
        return True

    # -- drag and drop --

    def drag_over(self, event: QDragMoveEvent) -> None:
        """Mark the line that a drop would put it on."""
        if not is_ours(event.mimeData()):
            event.ignore()
            return
        self.marks.target = self._target(event.position())
        self._canvas.refresh()
        event.acceptProposedAction()

    def drop(self, event: QDropEvent) -> None:
        """Tell what was dropped on which line."""
        target = self._target(event.position())
        self.forget()
        self._canvas.refresh()
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData(), target, event.dropAction() == Qt.DropAction.CopyAction)

    def _target(self, at: QPointF) -> Wire | None:
        """The line under a drop; over a layer, the one that it reads first."""
        canvas, point = self._canvas, self._canvas.to_scene(at)
        part = canvas.scene.part_at(point)
        if part is not None:
            reads = (wire for wire in canvas.scene.wires if wire.link is not None and wire.link.reader == part.place)
            return next(reads, None)
        return canvas.scene.wire_at(point, self._reach(DROP_REACH))
