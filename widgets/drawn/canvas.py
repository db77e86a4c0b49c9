"""The canvas: shows a scene through a camera, and tells what a hand does to it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from widgets.common.recorded import Recorded
from widgets.drawn.camera import Camera, beginning, fitting
from widgets.drawn.export import legend_shapes
from widgets.drawn.hand import Hand
from widgets.drawn.overlay import centred, map_box, paint_map, paint_marks, paint_view
from widgets.drawn.picture import Fonts, Recordings, ScenePainter
from widgets.drawn.scene import Box, Part, Point, Scene
from widgets.theme import Look

STEP = 1.2
"""How much larger a notch of the wheel or a press of + makes it."""
LEGEND, BAR, WIDE = 64, 48, 560
"""The heights of the scale in words and of the buttons, and the width from which they stand side by side, in grid pixels."""
MANY = 40
"""So many layers on the screen are painted one by one; more are played from a recording."""
EMPTY = Scene(Box(0, 0, 1, 1), ())


class Canvas(Recorded):
    """Wheel: zoom (a touchpad's scrolling pans); drag: pan; the rest is ``Hand``'s. GUI thread only."""

    zoom_changed = Signal()
    key_pressed = Signal(str)  # "remove", "fold"

    def __init__(self, look: Look, fonts: Fonts, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.scene, self.fonts = EMPTY, fonts
        self.note = ""  # what is said in place of a drawing
        self.selection: tuple[str, ...] = ()
        self._camera: Camera | None = None  # None: as ``beginning`` says
        self._whole = False  # whether all of it is fitted in, whatever its size
        self._recordings = Recordings()
        self.hand = Hand(self)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(1, 1)
        self.setAccessibleName("The network, drawn")

    @property
    def _is_wide(self) -> bool:
        return self.width() >= self.look.px(WIDE)

    @property
    def has_legend(self) -> bool:
        """Whether the scale stands on the canvas: where there is room for it without the drawing."""
        return self.scene.has_axes and self.height() >= self.look.px(220 if self._is_wide else 400)

    @property
    def foot(self) -> int:
        """What buttons and scale take at the lower edge, in pixels."""
        legend = 0 if not self.has_legend else LEGEND - BAR if self._is_wide else LEGEND
        return self.look.px(BAR + legend)

    # -- what is shown, and how large --

    def set_scene(self, scene: Scene, *, anew: bool) -> None:
        """Show another drawing; ``anew`` from its beginning."""
        self.scene = scene
        self.hand.forget()
        if anew:
            self._camera, self._whole = None, False
        self.refresh()
        self.zoom_changed.emit()

    def set_selection(self, places: Iterable[str]) -> None:
        """Mark these, and move the last one into sight where the user has chosen what is seen."""
        self.selection = tuple(places)
        box = self.scene.box_of(self.selection[-1]) if self.selection else None
        if box is not None and not self._whole:
            moved = self.camera.showing(box, self.width(), self.height() - self.foot)
            self._camera = moved if moved != self.camera else self._camera
        self.refresh()

    @property
    def camera(self) -> Camera:
        """What is seen."""
        size, most = (self.width(), max(1, self.height() - self.foot)), self.look.scale
        if self._whole:
            return fitting(self.scene.box, *size, 1.5 * most)
        return self._camera or beginning(self.scene.box, *size, most)

    @property
    def percent(self) -> int:
        """How large it is drawn: 100 as the window's texts."""
        return round(100 * self.camera.zoom / self.look.scale)

    def set_camera(self, camera: Camera) -> None:
        """Look there."""
        self._whole, self._camera = False, camera.kept_near(self.scene.box, self.width(), self.height())
        self.refresh()
        self.zoom_changed.emit()

    def fit(self) -> None:
        """All of it."""
        self._whole = True
        self.refresh()
        self.zoom_changed.emit()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Larger or smaller, around ``at`` or the middle."""
        point = at or QPointF(self.width() / 2, self.height() / 2)
        self.set_camera(self.camera.zoomed(factor, point.x(), point.y()))

    def usual_size(self) -> None:
        """100 %."""
        self.zoom(self.look.scale / self.camera.zoom)

    def to_scene(self, point: QPointF) -> Point:
        """The drawing's point under a pixel."""
        return self.camera.to_scene(point.x(), point.y())

    def to_screen(self, point: Point) -> QPoint:
        """The pixel of a point of the drawing, in the canvas."""
        x, y = self.camera.to_screen(point)
        return QPoint(round(x), round(y))

    def place_of(self, place: str) -> QPoint:
        """The middle of a layer, in the canvas."""
        box = self.scene.box_of(place)
        assert box is not None, place
        return self.to_screen(((box.left + box.right) / 2, (box.top + box.bottom) / 2))

    # -- painting --

    def record(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.note:
            painter.setFont(self.look.font(13))
            painter.setPen(self.look.colour("muted"))
            space = self.rect().adjusted(self.look.px(24), 0, -self.look.px(24), 0)
            painter.drawText(space, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.note)
            return
        camera, size = self.camera, (self.width(), self.height())
        painter.save()
        painter.scale(camera.zoom, camera.zoom)
        painter.translate(-camera.x, -camera.y)
        painted = ScenePainter(painter, self.look.theme, self.fonts, camera.zoom / self.look.scale)
        self._paint_scene(painter, painted, camera.seen(*size))
        for place in self.selection:
            painted.mark(self.scene, place)
        paint_marks(painted, self.hand.marks)
        painter.restore()
        self._paint_legend(painter)
        small = map_box(self.scene, camera, *size, self.look)
        if small is not None:
            key = (self.scene, self.look.theme, size)
            drawn = self._recordings.of("map", key, lambda recording: paint_map(recording, self.scene, small, self.look))
            painter.drawPicture(0, 0, drawn)
            paint_view(painter, self.scene, camera, small, size, self.look)

    def _paint_scene(self, painter: QPainter, painted: ScenePainter, seen: Box) -> None:
        """What is seen; where that is much, from a recording of all, so that a large drawing moves smoothly."""
        if sum(part.box.meets(seen) for part in self.scene.parts) <= MANY:
            painted.scene(self.scene, seen)
            return

        def paint(recording: QPainter) -> None:
            ScenePainter(recording, self.look.theme, self.fonts, 1.0 if painted.has_words else 0.0).scene(self.scene)

        painter.drawPicture(0, 0, self._recordings.of("all", (self.scene, self.look.theme, painted.has_words), paint))

    def _paint_legend(self, painter: QPainter) -> None:
        """The scale at 100 %, beside the buttons at the lower edge, or above them."""
        if not self.has_legend:
            return
        px = self.look.px
        painter.save()
        painter.translate(px(190 if self._is_wide else 4), self.height() - px(LEGEND if self._is_wide else LEGEND + BAR - 4))
        painter.scale(self.look.scale, self.look.scale)
        ScenePainter(painter, self.look.theme, self.fonts).shapes(legend_shapes(self.scene))
        painter.restore()

    # -- events --

    def wheelEvent(self, event: QWheelEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        turned, pixels = event.angleDelta(), event.pixelDelta()
        if not pixels.isNull() and not control:
            self.set_camera(self.camera.panned(pixels.x(), pixels.y()))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.set_camera(self.camera.panned(turned.y() or turned.x(), 0))
        else:
            self.zoom(STEP ** ((turned.y() or turned.x()) / 120), event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {
            Qt.Key.Key_Delete: "remove",
            Qt.Key.Key_Return: "fold",
            Qt.Key.Key_Enter: "fold",
        }
        if event.key() == Qt.Key.Key_Escape and self.hand.is_busy:
            self.hand.forget()
            self.refresh()
        elif event.key() in keys and not event.modifiers():
            self.key_pressed.emit(keys[Qt.Key(event.key())])
        elif event.text() in ("+", "-") and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            self.zoom(STEP if event.text() == "+" else 1 / STEP)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = map_box(self.scene, self.camera, self.width(), self.height(), self.look)
        if place is not None and place.contains(event.position()) and event.button() == Qt.MouseButton.LeftButton:
            self.hand.in_map = True
            self._look_at_map(event.position())
        else:
            self.hand.press(event)

    def _look_at_map(self, point: QPointF) -> None:
        size = (float(self.width()), float(self.height()))
        place = map_box(self.scene, self.camera, *size, self.look)
        if place is not None:
            self.set_camera(centred(self.scene, self.camera, place, point, size))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.hand.in_map and event.buttons():
            self._look_at_map(event.position())
        else:
            self.hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.hand.double_click(event)

    def leaveEvent(self, event: object) -> None:
        self.hand.leave()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.hand.open_menu(event):
            event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.hand.drag_over(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.hand.drag_over(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.hand.forget()
        self.refresh()

    def dropEvent(self, event: QDropEvent) -> None:
        self.hand.drop(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.zoom_changed.emit()

    def part_under(self, point: QPointF) -> Part | None:
        """The layer under a pixel."""
        return self.scene.part_at(self.to_scene(point))
