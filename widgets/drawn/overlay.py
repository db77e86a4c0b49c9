"""What lies over the drawing and moves with the mouse: marks, the wire in hand, the "+", the small map of the whole."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from widgets.drawn.camera import Camera, fitting
from widgets.drawn.picture import ScenePainter
from widgets.drawn.scene import TITLE, Disc, Part, Point, Scene, Stroke, Wire, Words
from widgets.theme import Look

MAP = (150, 110)
"""The most that the small map takes, in grid pixels."""


@dataclass
class Marks:
    """What the hand is at: a part or wire under the mouse, a wire pulled from ``source`` to ``end``, a line to be dropped on."""

    part: Part | None = None
    wire: Wire | None = None
    source: Part | None = None
    end: Point = (0.0, 0.0)
    target: Wire | None = None

    def clear(self) -> None:
        """Nothing is under the mouse, and nothing in hand."""
        self.part = self.wire = self.source = self.target = None


def paint_marks(painted: ScenePainter, marks: Marks) -> None:
    """In the drawing's own units."""
    if marks.part is not None and marks.part.outline:
        painted.outline(marks.part, "outline")
        if marks.part.port is not None:
            painted.shapes((Disc(marks.part.port, 5.0, "bar", "outline", 1.6),))
    if marks.source is not None and marks.source.port is not None:
        painted.shapes((Stroke((marks.source.port, marks.end), "outline", 2.0, dashed=True, arrow=True),))
    if marks.target is not None:
        line = marks.target.line
        painted.shapes((Stroke(line.points, "outline", 3.0, smooth=line.smooth), *plus(marks.target.handle)))
    elif marks.wire is not None and marks.source is None:
        painted.shapes(plus(marks.wire.handle))


def plus(at: Point) -> tuple[Disc, Words]:
    """The button on a line that opens the palette there."""
    return (Disc(at, 9.0, "bar", "outline", 1.6), Words((at[0], at[1] - 0.5), "+", TITLE, "outline"))


def map_box(scene: Scene, camera: Camera, width: float, height: float, look: Look) -> QRectF | None:
    """Where the small map lies; None where everything is seen anyway, or there is no room."""
    seen, box = camera.seen(width, height), scene.box
    is_whole = seen.left <= box.left and seen.top <= box.top and seen.right >= box.right and seen.bottom >= box.bottom
    most = look.px(MAP[0]), look.px(MAP[1])
    if is_whole or width < 2.2 * most[0] or height < 2 * most[1]:
        return None
    across, down = max(1.0, box.right - box.left), max(1.0, box.bottom - box.top)
    scale = min(most[0] / across, most[1] / down)
    size = max(look.px(24), across * scale), max(look.px(24), down * scale)
    margin = look.px(10)
    return QRectF(width - size[0] - margin, height - size[1] - margin, *size)


def paint_map(painter: QPainter, scene: Scene, place: QRectF, look: Look) -> None:
    """All of the drawing in ``place``."""
    painter.setPen(QPen(look.colour("line"), 1))
    painter.setBrush(look.colour("field"))
    painter.drawRoundedRect(place.adjusted(-3, -3, 3, 3), 4, 4)
    small = fitting(scene.box, place.width(), place.height(), 1.0)
    painter.setPen(Qt.PenStyle.NoPen)
    for part in scene.parts:
        corners = QPolygonF([QPointF(*small.to_screen(point)) for point in part.outline]).translated(place.topLeft())
        painter.setBrush(look.colour(part.colour))
        painter.drawPolygon(corners)


def paint_view(painter: QPainter, scene: Scene, camera: Camera, place: QRectF, size: tuple[float, float], look: Look) -> None:
    """In the small map in ``place``, a frame around what a widget of ``size`` shows."""
    small = fitting(scene.box, place.width(), place.height(), 1.0)
    seen = camera.seen(*size)
    (left, top), (right, bottom) = small.to_screen((seen.left, seen.top)), small.to_screen((seen.right, seen.bottom))
    view = QRectF(left, top, right - left, bottom - top).translated(place.topLeft()).intersected(place.adjusted(-2, -2, 2, 2))
    painter.setPen(QPen(look.colour("outline"), 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(view)


def centred(scene: Scene, camera: Camera, place: QRectF, point: QPointF, size: tuple[float, float]) -> Camera:
    """``camera`` with the middle of the widget at what lies under ``point`` of the small map."""
    small = fitting(scene.box, place.width(), place.height(), 1.0)
    x, y = small.to_scene(point.x() - place.left(), point.y() - place.top())
    return Camera(camera.zoom, x - size[0] / camera.zoom / 2, y - size[1] / camera.zoom / 2)
