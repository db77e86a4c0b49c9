"""The network as a graph: boxes from top to bottom, shapes on every edge, unfolded blocks as frames, each laid out by itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import ceil

from engine.design.kinds import compact
from widgets.drawn.figures import Figure, Group, Link
from widgets.drawn.layered import Layered, layered
from widgets.drawn.scene import (
    FIGURES,
    SMALL,
    TEXT,
    TITLE,
    Area,
    Box,
    Frame,
    Measure,
    Part,
    Point,
    Scene,
    Shape,
    Stroke,
    Wire,
    Words,
    around,
    rectangle,
)

WIDTHS = (112.0, 210.0)
HEIGHT, TALL = 42.0, 58.0  # TALL has a line more: the advice
GAP = (30.0, 38.0)
HEADER, AROUND = 30.0, 14.0  # of frames
MARGIN = 24.0


def graph_scene(root: Group, measure: Measure) -> Scene:
    """Lay out ``root`` and draw it."""
    drawing = _Drawing(measure)
    laid = _laid(root, measure)
    drawing.place(laid, 0.0, 0.0)
    boxes = [part.box for part in drawing.parts] + [frame.box for frame in drawing.frames]
    box = around(boxes or [Box(0, 0, 0, 0)]).grown(MARGIN)
    tips = {figure.place: figure.tip for figure in root.figures()}
    return Scene(box, tuple(drawing.parts), tuple(drawing.wires), tuple(drawing.frames), tips=tips)


@dataclass(frozen=True)
class _Laid:
    """A group with the layout of what is in it. Nodes are its sources, its items, and of a block a port for what it gives."""

    group: Group
    layout: Layered
    sizes: list[tuple[float, float]]
    edges: list[tuple[int, int]]
    inner: dict[str, _Laid]
    size: tuple[float, float]
    left: float = 0.0  # where its nodes begin: what a block reads comes in at the middle of its frame

    @property
    def corner(self) -> Point:
        """Where its nodes begin, seen from its own corner."""
        return (self.left, HEADER) if self.group.place else (0.0, 0.0)

    def x_of(self, node: int) -> float:
        """Where the middle of a node is, seen from its corner."""
        return self.layout.centres[node][0] + self.corner[0]


def _laid(group: Group, measure: Measure) -> _Laid:
    inner = {item.place: _laid(item, measure) for item in group.items if isinstance(item, Group)}
    is_block = bool(group.place)
    sizes = [(2.0, 1.0) if is_block else _size(source, measure) for source in group.sources]
    sizes += [inner[item.place].size if item.place in inner else _size_of(item, measure) for item in group.items]
    number = {place: at for at, place in enumerate([*(each.place for each in (*group.sources, *group.items))])}
    edges = [(number[group.names[link.source]], number[link.reader]) for link in group.links]
    if is_block:
        edges.append((len(sizes) - 1, len(sizes)))
        sizes.append((2.0, 1.0))
    layout = layered(sizes, edges, GAP, on_top=len(group.sources) if is_block else 0)
    width, height = layout.size
    if is_block:
        middle = layout.centres[0][0]
        half = max(middle, width - middle, (measure(group.title, TITLE) + measure(group.note, TEXT) + 90) / 2) + AROUND
        return _Laid(group, layout, sizes, edges, inner, (2 * half, height + HEADER + AROUND / 2), half - middle)
    return _Laid(group, layout, sizes, edges, inner, (width, height))


def _size_of(item: Figure | Group, measure: Measure) -> tuple[float, float]:
    return _size(item, measure) if isinstance(item, Figure) else (0.0, 0.0)


def _size(figure: Figure, measure: Measure) -> tuple[float, float]:
    first = measure(figure.title, TITLE) + (measure(figure.label, TEXT) + 6 if figure.label else 0) + _badge(figure, measure)
    second = measure(figure.summary, TEXT) + (measure(_params(figure), SMALL) + 12 if figure.costs.params else 0)
    width = max(WIDTHS[0], min(WIDTHS[1], 8 * ceil((max(first, second) + 26) / 8)))  # small edits then move nothing
    return (WIDTHS[1] if figure.problem else width, TALL if figure.problem else HEIGHT)


def _badge(figure: Figure, measure: Measure) -> float:
    return measure(f"×{figure.repeat}", TITLE) + 10 if figure.repeat > 1 else 0.0


def _params(figure: Figure) -> str:
    return f"{figure.costs.params:,}" if figure.costs.params else ""


@dataclass
class _Drawing:
    measure: Measure
    parts: list[Part] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)

    def place(self, laid: _Laid, left: float, top: float) -> None:
        """Draw a group with its corner at (left, top)."""
        group, (dx, dy) = laid.group, laid.corner
        if group.place:
            self.frames.append(_frame(group, Box(left, top, left + laid.size[0], top + laid.size[1]), self.measure))
        nodes = [*group.sources, *group.items]
        first = len(group.sources) if group.place else 0  # ports are not drawn
        for at, node in list(enumerate(nodes))[first:]:
            (x, y), (width, height) = laid.layout.centres[at], laid.sizes[at]
            corner = (left + dx + x - width / 2, top + dy + y - height / 2)
            if node.place in laid.inner:
                self.place(laid.inner[node.place], *corner)
            elif isinstance(node, Figure):
                self.parts.append(box_part(node, Box(*corner, corner[0] + width, corner[1] + height), self.measure))
        self._wire_up(laid, left + dx, top + dy)

    def _wire_up(self, laid: _Laid, left: float, top: float) -> None:
        group, names = laid.group, [item.place for item in (*laid.group.sources, *laid.group.items)]
        links: list[Link | None] = [*group.links, None]  # behind them what the block gives
        many = Counter(link.reader for link in group.links)
        counted: dict[str, int] = {}  # so many links of each reader have been drawn
        for link, (source, reader), route in zip(links, laid.edges, laid.layout.routes, strict=False):
            points = [(x + left, y + top) for x, y in route]
            if names[source] in laid.inner:
                points[0] = (self._end_x(laid, source, -1) + left, points[0][1])
            if group.place and source < len(group.sources):
                points = [(points[0][0], top - 4), *points]  # below the words of the frame
            if link is None:
                points[-1] = (points[-1][0], top - HEADER + laid.size[1])
            elif names[reader] in laid.inner:
                points[-1] = (self._end_x(laid, reader, counted.get(link.reader, 0)) + left, points[-1][1])
            if link is not None:
                counted[link.reader] = counted.get(link.reader, 0) + 1
            self.wires.append(_wire(link, tuple(points), link is not None and many[link.reader] > 1))

    def _end_x(self, laid: _Laid, node: int, port: int) -> float:
        """Where the port of an unfolded block is, among the nodes beside it."""
        names = [item.place for item in (*laid.group.sources, *laid.group.items)]
        inner = laid.inner[names[node]]
        within = len(inner.sizes) - 1 if port < 0 else port
        return laid.layout.centres[node][0] - inner.size[0] / 2 + inner.x_of(within)


def _wire(link: Link | None, points: tuple[Point, ...], joins: bool) -> Wire:
    """A line with the shape beside its last piece: at the end that it has for itself, where it is slanted."""
    (x1, y1), (x2, y2) = points[-2:]
    beside = (x1, y1 + 9) if joins else (x2, y2 - 9)
    middle = ((x1 + x2) / 2, (y1 + y2) / 2)
    ends = link is not None
    line = Stroke(points, "muted", 1.3, arrow=ends, smooth=True)
    label = compact(link.shape) if link is not None and link.shape else ""
    y = beside[1] if abs(x1 - x2) > 8 else middle[1]
    words: tuple[Shape, ...] = (Words((beside[0] + 7, y), label, SMALL, "muted", -1),) if label else ()
    return Wire(link, line, middle, words)


def _frame(group: Group, box: Box, measure: Measure) -> Frame:
    handle = Box(box.left + 6, box.top + 4, box.left + 30 + measure(group.title, TITLE), box.top + HEADER - 4)
    return Frame(group.place, box, handle, frame_shapes(group, box, measure))


def frame_shapes(group: Group, box: Box, measure: Measure, note_below: bool = False) -> tuple[Shape, ...]:
    """A dashed frame with the block's name, how often it comes, and its note beside or below them."""
    x, y = box.left + 14, box.top + 15
    chevron = Stroke(((x - 4, y - 2), (x, y + 2), (x + 4, y - 2)), "text", 1.6)
    shapes: list[Shape] = [
        Area(rectangle(box), "joining", opacity=0.05, radius=6),
        Area(rectangle(box), "", "joining", 1.0, dashed=True, radius=6),
        chevron,
        Words((x + 12, y), group.title, TITLE, "text", -1),
    ]
    x += 20 + measure(group.title, TITLE)
    if group.repeat > 1:
        shapes += badge(f"×{group.repeat}", (x, y), measure)
        x += measure(f"×{group.repeat}", TITLE) + 18
    at = (box.left + 26, y + 17) if note_below else (x, y)
    return (*shapes, Words(at, group.note, TEXT, "muted", -1)) if group.note else tuple(shapes)


def badge(text: str, at: Point, measure: Measure) -> list[Shape]:
    """A number on a yellow ground, beginning at ``at``."""
    width = measure(text, TITLE) + 10
    box = Box(at[0], at[1] - 8, at[0] + width, at[1] + 8)
    return [Area(rectangle(box), "joining", opacity=0.2, radius=7), Words((at[0] + width / 2, at[1]), text, TITLE, "joining")]


def box_part(figure: Figure, box: Box, measure: Measure) -> Part:
    """One layer or folded block as a box with its name, what is set of it, and its parameters."""
    shapes: list[Shape] = []
    if figure.is_block:
        shapes += [Area(rectangle(_lower(box, by)), "card", "line", radius=6) for by in (6.0, 3.0)]
    edge = "bad" if figure.problem else "line"
    shapes.append(Area(rectangle(box), "card", edge, 1.4 if figure.problem else 1.0, dashed=_waits(figure), radius=6))
    stripe = Box(box.left + 5, box.top + 6, box.left + 8, box.bottom - 6)
    shapes.append(Area(rectangle(stripe), figure.category, radius=1.5))
    x, y, right = box.left + 14, box.top + 14, box.right - 8
    shapes.append(Words((x, y), figure.title, TITLE, "text", -1, right - x))
    x += measure(figure.title, TITLE) + 6
    if figure.label and right - x > 14:
        shapes.append(Words((x, y + 0.5), figure.label, TEXT, "muted", -1, right - x))
        x += measure(figure.label, TEXT) + 6
    if figure.repeat > 1:
        shapes += badge(f"×{figure.repeat}", (min(x, right - _badge(figure, measure)), y), measure)
    shapes += _second_line(figure, box, measure)
    outline = rectangle(box)
    remedy = Box(box.left, box.top + 36, box.right, box.bottom) if figure.problem else None
    port = ((box.left + box.right) / 2, box.bottom)
    return Part(figure.place, box, tuple(shapes), outline, port, "bad" if figure.problem else figure.category, remedy)


def _waits(figure: Figure) -> bool:
    return bool(figure.problem) or figure.is_blocked


def _second_line(figure: Figure, box: Box, measure: Measure) -> list[Shape]:
    x, y, right = box.left + 14, box.top + 30, box.right - 8
    if figure.problem:
        return [
            Words((x, y), figure.problem, TEXT, "bad", -1, right - x),
            Words((x, y + 15), figure.advice, TEXT, "text", -1, right - x),
        ]
    params = _params(figure)
    words: list[Shape] = [Words((right, y), params, SMALL, "muted", 1)] if params else []
    room = right - x - (measure(params, SMALL) + 8 if params else 0)
    text = figure.summary or (figure.size if figure.place.startswith("@") else "")
    font = FIGURES if figure.place.startswith("@") else TEXT
    return [*words, Words((x, y), text, font, "muted", -1, room)] if text else words


def _lower(box: Box, by: float) -> Box:
    return Box(box.left + by, box.top + by, box.right + by, box.bottom + by)
