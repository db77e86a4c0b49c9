"""A drawing as plain shapes in grid pixels at 100 %, x to the right and y downwards: what a painter paints and a hand hits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from math import hypot
from typing import NamedTuple

from widgets.drawn.figures import Link

Point = tuple[float, float]
Measure = Callable[[str, "Font"], float]
"""The width of a text in grid pixels."""


class Box(NamedTuple):
    """A rectangle by its edges."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, point: Point, margin: float = 0.0) -> bool:
        """Whether ``point`` lies in it, or no further than ``margin`` outside."""
        inside_x = self.left - margin <= point[0] <= self.right + margin
        return inside_x and self.top - margin <= point[1] <= self.bottom + margin

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        beside = other.right < self.left or other.left > self.right
        return not (beside or other.bottom < self.top or other.top > self.bottom)

    def grown(self, by: float) -> Box:
        """The same, ``by`` larger on every side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all ``boxes``; one without size for none."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True) or ((0,),) * 4
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


class Font(NamedTuple):
    """The system font in ``size`` grid pixels; ``fixed`` has tabular figures."""

    size: int = 11
    bold: bool = False
    fixed: bool = False


TITLE, TEXT, FIGURES, SMALL = Font(12, bold=True), Font(11), Font(11, fixed=True), Font(10, fixed=True)


@dataclass(frozen=True)
class Area:
    """A polygon, or with ``radius`` the rounded rectangle around its points. ``fill`` and ``line`` name colours, "" = none.

    ``shade`` mixes the fill with white (above 0) or black (below), ``opacity`` is 0..1.
    """

    points: tuple[Point, ...]
    fill: str = ""
    line: str = ""
    width: float = 1.0
    shade: float = 0.0
    opacity: float = 1.0
    dashed: bool = False
    radius: float = 0.0


@dataclass(frozen=True)
class Stroke:
    """A line through ``points``; where it is ``smooth``, each piece leaves and comes in vertically."""

    points: tuple[Point, ...]
    colour: str = "muted"
    width: float = 1.2
    dashed: bool = False
    dotted: bool = False
    arrow: bool = False
    smooth: bool = False
    opacity: float = 1.0


@dataclass(frozen=True)
class Disc:
    """A circle around ``centre``."""

    centre: Point
    radius: float
    fill: str = ""
    line: str = ""
    width: float = 1.2


@dataclass(frozen=True)
class Words:
    """Text whose middle line goes through ``at``; ``side`` -1: begins there, 0: is centred, 1: ends there. What is wider than
    ``room`` is shortened."""

    at: Point
    text: str
    font: Font = TEXT
    colour: str = "text"
    side: int = 0
    room: float = 1e5


Shape = Area | Stroke | Disc | Words


@dataclass(frozen=True)
class Part:
    """What is drawn of one figure, which is mostly of ``colour``. ``outline`` is marked where it is selected, ``port`` is where
    wires are pulled from, ``remedy`` where it says what would mend it."""

    place: str
    box: Box
    shapes: tuple[Shape, ...]
    outline: tuple[Point, ...] = ()
    port: Point | None = None
    colour: str = "muted"
    remedy: Box | None = None


@dataclass(frozen=True)
class Frame:
    """What is drawn around an unfolded block; a click on ``handle`` folds it."""

    place: str
    box: Box
    handle: Box
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Wire:
    """A link as drawn: ``handle`` is where a layer is put on it. The ``link`` of lines that are no link of their own is None."""

    link: Link | None
    line: Stroke
    handle: Point
    shapes: tuple[Shape, ...] = ()

    @cached_property
    def box(self) -> Box:
        """All of it, its words included."""
        xs, ys = zip(*self.line.points, strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys)).grown(70)


@dataclass(frozen=True, eq=False)
class Scene:
    """A whole drawing. ``rays`` are drawn for what is selected and ``tips`` said of what is under the mouse, by place;
    ``legend`` says the scale, in lines."""

    box: Box
    parts: tuple[Part, ...]
    wires: tuple[Wire, ...] = ()
    frames: tuple[Frame, ...] = ()
    rays: Mapping[str, tuple[Shape, ...]] = field(default_factory=dict)
    tips: Mapping[str, str] = field(default_factory=dict)
    legend: tuple[str, ...] = ()
    has_axes: bool = False

    @cached_property
    def by_place(self) -> dict[str, Part]:
        """The parts by their place."""
        return {part.place: part for part in self.parts}

    def box_of(self, place: str) -> Box | None:
        """Where a layer is drawn, or the frame of an unfolded block."""
        if place in self.by_place:
            return self.by_place[place].box
        return next((frame.box for frame in self.frames if frame.place == place), None)

    def part_at(self, point: Point) -> Part | None:
        """The part under ``point``."""
        return next((part for part in reversed(self.parts) if part.box.holds(point)), None)

    def frame_at(self, point: Point) -> Frame | None:
        """The innermost frame under ``point``."""
        return next((frame for frame in reversed(self.frames) if frame.box.holds(point)), None)

    def port_at(self, point: Point, reach: float) -> Part | None:
        """The part whose port is no further than ``reach`` from ``point``."""
        near = [part for part in self.parts if part.port is not None and _distance(part.port, point) <= reach]
        return min(near, key=lambda part: _distance(part.port or point, point), default=None)

    def wire_at(self, point: Point, reach: float) -> Wire | None:
        """The nearest wire on which a layer can be put, where its handle or line is no further than ``reach``."""
        found = [(_away(wire, point), at) for at, wire in enumerate(self.wires) if wire.link is not None and wire.link.is_open]
        near = [each for each in found if each[0] <= reach]
        return self.wires[min(near)[1]] if near else None


def moved(line: Stroke, x: float, y: float) -> Stroke:
    """The same line elsewhere."""
    return replace(line, points=tuple([(px + x, py + y) for px, py in line.points]))


def rectangle(box: Box) -> tuple[Point, ...]:
    """The corners of ``box``."""
    return ((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom))


def _away(wire: Wire, point: Point) -> float:
    if not wire.box.holds(point):
        return 1e9
    points = wire.line.points
    pieces = min(_from_piece(point, one, other) for one, other in pairwise(points))
    return min(pieces, _distance(wire.handle, point))


def _from_piece(point: Point, one: Point, other: Point) -> float:
    """The distance of ``point`` from a straight piece."""
    dx, dy = other[0] - one[0], other[1] - one[1]
    length = dx * dx + dy * dy
    share = max(0.0, min(1.0, ((point[0] - one[0]) * dx + (point[1] - one[1]) * dy) / length)) if length else 0.0
    return hypot(point[0] - one[0] - share * dx, point[1] - one[1] - share * dy)


def _distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])
