"""Paints a scene into any QPainter: the window's, a picture's, or that of a drawing for papers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPicture, QPolygonF

from widgets.drawn.scene import Area, Box, Disc, Font, Part, Point, Scene, Shape, Stroke, Wire, Words
from widgets.theme import Look, Theme

LEGIBLE = 0.42
"""Texts are left out where a drawing is smaller than this."""
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_SIDES = {-1: Qt.AlignmentFlag.AlignLeft, 0: Qt.AlignmentFlag.AlignHCenter, 1: Qt.AlignmentFlag.AlignRight}


class Fonts:
    """The fonts of drawings in grid pixels at 100 %, and how wide texts are in them."""

    def __init__(self) -> None:
        plain = Look()
        self._fonts: dict[Font, tuple[QFont, QFontMetricsF]] = {}
        self._look = plain
        self.measure = lru_cache(20_000)(self._measure)
        self.elided = lru_cache(20_000)(self._elided)

    def __getitem__(self, font: Font) -> QFont:
        return self._found(font)[0]

    def _found(self, font: Font) -> tuple[QFont, QFontMetricsF]:
        if font not in self._fonts:
            made = self._look.font(font.size, bold=font.bold, fixed=font.fixed)
            made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)  # so that texts can be scaled
            self._fonts[font] = made, QFontMetricsF(made)
        return self._fonts[font]

    def _measure(self, text: str, font: Font) -> float:
        return self._found(font)[1].horizontalAdvance(text)

    def _elided(self, text: str, font: Font, room: float) -> str:
        return self._found(font)[1].elidedText(text, Qt.TextElideMode.ElideRight, room)


class Recordings:
    """What is painted over and over, noted once: by name, the last recording and what it was made of."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[object, ...], QPicture]] = {}

    def of(self, name: str, made_of: tuple[object, ...], paint: Callable[[QPainter], None]) -> QPicture:
        """The recording ``name``, made anew by ``paint`` where any of ``made_of`` is another thing than before."""
        known = self._known.get(name)
        if known is not None and all(old is new or old == new for old, new in zip(known[0], made_of, strict=True)):
            return known[1]
        picture = QPicture()
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint(painter)
        self._known[name] = (made_of, picture)
        return picture


class ScenePainter:
    """Paints shapes in the colours of ``theme``. ``zoom`` is what the painter is scaled by: small texts are left out."""

    def __init__(self, painter: QPainter, theme: Theme, fonts: Fonts, zoom: float = 1.0) -> None:
        self._painter, self._theme, self._fonts = painter, theme, fonts
        self.has_words = zoom >= LEGIBLE
        self._ways: dict[type[Any], Callable[[Any], None]] = {
            Area: self._area,
            Stroke: self._stroke,
            Disc: self._disc,
            Words: self._words,
        }
        self._colours: dict[tuple[str, float, float], QColor] = {}

    def scene(self, scene: Scene, seen: Box | None = None) -> None:
        """All of ``scene`` that ``seen`` meets (in its own units; None: all)."""
        view = seen or scene.box
        for frame in scene.frames:
            if frame.box.meets(view):
                self.shapes(frame.shapes)
        for wire in scene.wires:
            if wire.box.meets(view):
                self.wire(wire)
        near = view.grown(130)  # labels are wider than what they belong to
        for part in scene.parts:
            if part.box.left <= near.right and part.box.right >= near.left and part.box.top <= near.bottom:
                self.shapes(part.shapes)

    def mark(self, scene: Scene, place: str) -> None:
        """A selected layer with its outline, and the rays to it; of an unfolded block its frame."""
        part = scene.by_place.get(place)
        if part is not None:
            self.shapes((Area(part.outline, "", "outline", 4.0, opacity=0.35), Area(part.outline, "", "outline", 1.8)))
            self.shapes(scene.rays.get(place, ()))
            return
        for frame in scene.frames:
            if frame.place == place:
                left, top, right, bottom = frame.box
                self.shapes((Area(((left, top), (right, top), (right, bottom), (left, bottom)), "", "outline", 2.0, radius=6),))

    def wire(self, wire: Wire) -> None:
        """One line and what belongs to it."""
        self._stroke(wire.line)
        self.shapes(wire.shapes)

    def outline(self, part: Part, colour: str) -> None:
        """Mark a part in ``colour``."""
        self.shapes((Area(part.outline, "", colour, 1.6),))

    def shapes(self, shapes: Iterable[Shape]) -> None:
        """Shapes in their order."""
        for shape in shapes:
            self._ways[type(shape)](shape)

    def _colour(self, name: str, shade: float = 0.0, opacity: float = 1.0) -> QColor:
        key = (name, shade, opacity)
        if key not in self._colours:
            colour = QColor(self._theme[name])
            other = 255 if shade > 0 else 0
            share = abs(shade)
            whole = (colour.red(), colour.green(), colour.blue())
            red, green, blue = [round(value * (1 - share) + other * share) for value in whole]
            self._colours[key] = QColor(red, green, blue, round(255 * opacity))
        return self._colours[key]

    def _area(self, area: Area) -> None:
        painter = self._painter
        pen = QPen(Qt.PenStyle.NoPen)
        if area.line:
            pen = QPen(self._colour(area.line, opacity=area.opacity if not area.fill else 1.0), area.width)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            if area.dashed:
                pen.setDashPattern([4, 3])
        painter.setPen(pen)
        brush = QBrush(self._colour(area.fill, area.shade, area.opacity)) if area.fill else QBrush(Qt.BrushStyle.NoBrush)
        painter.setBrush(brush)
        if area.radius:
            (left, top), (right, bottom) = area.points[0], area.points[2]
            painter.drawRoundedRect(QRectF(left, top, right - left, bottom - top), area.radius, area.radius)
        else:
            painter.drawPolygon(QPolygonF([QPointF(*point) for point in area.points]))

    def _stroke(self, stroke: Stroke) -> None:
        painter = self._painter
        colour = self._colour(stroke.colour, opacity=stroke.opacity)
        pen = QPen(colour, stroke.width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        if stroke.dashed or stroke.dotted:
            pen.setDashPattern([4, 3] if stroke.dashed else [1, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if stroke.smooth:
            painter.drawPath(smooth_path(stroke.points))
        else:
            painter.drawPolyline(QPolygonF([QPointF(*point) for point in stroke.points]))
        if stroke.arrow:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawPolygon(arrow_head(stroke))

    def _disc(self, disc: Disc) -> None:
        pen = QPen(self._colour(disc.line), disc.width) if disc.line else QPen(Qt.PenStyle.NoPen)
        self._painter.setPen(pen)
        self._painter.setBrush(self._colour(disc.fill) if disc.fill else Qt.BrushStyle.NoBrush)
        self._painter.drawEllipse(QPointF(*disc.centre), disc.radius, disc.radius)

    def _words(self, words: Words) -> None:
        if not self.has_words or words.room < 6:
            return
        text = self._fonts.elided(words.text, words.font, words.room)
        width = self._fonts.measure(text, words.font) + 2
        x = words.at[0] - (0, width / 2, width)[words.side + 1]
        box = QRectF(x, words.at[1] - words.font.size, width, 2 * words.font.size)
        self._painter.setFont(self._fonts[words.font])
        self._painter.setPen(self._colour(words.colour))
        self._painter.drawText(box, int(_SIDES[words.side] | _MIDDLE), text)


def smooth_path(points: tuple[Point, ...]) -> QPainterPath:
    """A line that leaves and comes to every point vertically."""
    path = QPainterPath(QPointF(*points[0]))
    for (x1, y1), (x2, y2) in pairwise(points):
        if abs(x1 - x2) < 0.5:
            path.lineTo(x2, y2)
        else:
            middle = (y1 + y2) / 2
            path.cubicTo(QPointF(x1, middle), QPointF(x2, middle), QPointF(x2, y2))
    return path


def arrow_head(stroke: Stroke) -> QPolygonF:
    """The triangle at the end of a line."""
    (x1, y1), (x2, y2) = stroke.points[-2:]
    if stroke.smooth:
        x1 = x2  # it comes vertically
    dx, dy = x2 - x1, y2 - y1
    length = max(1e-6, (dx * dx + dy * dy) ** 0.5)
    dx, dy, size = dx / length, dy / length, 4.0 + stroke.width
    base = QPointF(x2 - dx * size, y2 - dy * size)
    wing = QPointF(-dy * size * 0.5, dx * size * 0.5)
    return QPolygonF([QPointF(x2, y2), base + wing, base - wing])
