"""Volumes on one axis, their slabs, labels, frames, skips and rays, as plain shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine.design.places import block_of
from widgets.drawn.figures import GLUED, Figure, Group, Link
from widgets.drawn.graph import frame_shapes
from widgets.drawn.rays import Face, rays
from widgets.drawn.scene import (
    FIGURES,
    TEXT,
    TITLE,
    Box,
    Disc,
    Frame,
    Measure,
    Part,
    Scene,
    Shape,
    Stroke,
    Wire,
    Words,
)
from widgets.drawn.solids import LABELS, ROOM, arc, arrow, block, missing, silhouette
from widgets.drawn.volumes import SLAB, Scales, Solid, scales_for

SPACE, INTO = 34.0, 20.0  # between volumes; what a frame adds at either side
SYMBOLS = {"add": "+", "multiply": "×", "concat": "∥"}
"""What is written into the circle where branches meet."""
SHORT = {"batch_norm": "BN", "layer_norm": "LN", "group_norm": "GN", "instance_norm": "IN", "lrn": "LRN"}
"""What slabs are called where there is little room."""


@dataclass
class _Station:
    """One volume with the slabs that are glued to it, and where it stands: ``left`` edge and the axis at y = 0."""

    figure: Figure
    solid: Solid
    glued: list[Figure] = field(default_factory=list)
    left: float = 0.0
    middle: float = 0.0  # of its label
    room: float = ROOM  # for its label, up to the next one's

    @property
    def length(self) -> float:
        return self.solid.length + SLAB * len(self.glued)

    @property
    def right(self) -> float:
        return self.left + self.length + self.solid.across[0]

    @property
    def bottom(self) -> float:
        """Of its near side; the whole is centred on the axis."""
        return self.solid.height / 2 - self.solid.across[1] / 2

    @property
    def top(self) -> float:
        """Of its far side."""
        return -self.bottom


@dataclass
class _Span:
    """An unfolded block on the axis, from its first volume to its last; ``depth`` counts the frames around it."""

    group: Group
    depth: int
    left: float = 0.0
    right: float = 0.0
    first: int = 0
    last: int = 0


def volume_scene(root: Group, measure: Measure) -> Scene:
    """Draw ``root`` as volumes."""
    figures = list(root.figures())
    scales = scales_for([figure.shape for figure in figures if figure.shape])
    drawing = _Drawing(root, scales, measure)
    return drawing.scene()


class _Drawing:
    def __init__(self, root: Group, scales: Scales, measure: Measure) -> None:
        self._root, self._scales, self._measure = root, scales, measure
        self._stations: list[_Station] = []
        self._spans: list[_Span] = []
        self._span_of: dict[str, _Span] = {}
        self._at: dict[str, int] = {}  # by place, the station where it is drawn or where its output is
        self._entries: dict[str, float] = {}  # by place, where the port of a block is
        self._links: list[tuple[Link, str, str]] = []  # with the places of source and reader
        self._reads: dict[str, list[str]] = {}  # by reader, the places of what it reads
        self._x = 0.0
        for source in root.sources:
            self._stand(source)
        self._lay(root, 0)

    # -- places on the axis --

    def _lay(self, group: Group, depth: int) -> None:
        reads: dict[str, list[str]] = {}
        for link in group.links:
            reads.setdefault(link.reader, []).append(link.source)
            self._links.append((link, group.names[link.source], link.reader))
            self._reads.setdefault(link.reader, []).append(group.names[link.source])
        before = ""
        for item in group.items:
            if isinstance(item, Group):
                self._enter(item, depth + 1)
            elif self._is_glued(item, reads.get(item.place, []), before):
                self._glue(item)
            else:
                self._stand(item)
            before = item.place.rpartition(".")[2] if isinstance(item, Figure) else ""

    def _is_glued(self, figure: Figure, reads: Sequence[str], before: str) -> bool:
        """Whether it is a thin slab on what stands before it: it reads only that, and changes no shape."""
        if figure.category not in GLUED or reads != [before] or not self._stations or figure.problem or figure.is_blocked:
            return False
        host = self._stations[-1].figure
        return bool(figure.shape) and host.shape == figure.shape and not host.place.startswith("@")

    def _glue(self, figure: Figure) -> None:
        host = self._stations[-1]
        host.glued.append(figure)
        self._at[figure.place] = len(self._stations) - 1
        self._x += SLAB

    def _stand(self, figure: Figure) -> None:
        solid = self._scales.solid(figure.shape) if figure.shape else Solid(10.0, 76.0, 0.0)
        station = _Station(figure, solid)
        label = min(ROOM, max(self._measure(figure.name, TITLE), self._measure(figure.size, FIGURES)))
        body = station.length + solid.across[0]
        joins = 26.0 if len(self._sources(figure)) > 1 else 0.0
        self._x += joins
        cell = max(body, label - SPACE + 12)
        station.left, station.room = self._x + (cell - body) / 2, min(ROOM, cell + SPACE - 6)
        self._at[figure.place] = len(self._stations)
        self._stations.append(station)
        self._x += cell + SPACE

    def _sources(self, figure: Figure) -> list[str]:
        return self._reads.get(figure.place, [])

    def _enter(self, group: Group, depth: int) -> None:
        span = _Span(group, depth, self._x - SPACE / 2 + 4, first=len(self._stations))
        self._spans.append(span)
        self._span_of[group.place] = span
        self._x += INTO
        for number, source in enumerate(group.sources):
            self._entries[source.place] = span.left + INTO - 6 - 8 * number
        self._lay(group, depth)
        header = self._measure(group.title, TITLE) + 80
        span.right = max(self._x - SPACE / 2 + 6, span.left + header, span.left + self._measure(group.note, TEXT) + 44)
        self._x = span.right + SPACE / 2
        span.last = len(self._stations) - 1
        self._at[group.place] = span.last

    # -- what is drawn --

    def scene(self) -> Scene:
        """All of it, from what was laid out."""
        base = max([station.bottom for station in self._stations], default=0.0)
        parts = [part for station in self._stations for part in self._parts(station, base)]
        wires, tops = self._wires()
        frames = self._frames(base, tops)
        lefts = [part.box.left for part in parts] + [frame.box.left for frame in frames]
        rights = [part.box.right for part in parts] + [frame.box.right for frame in frames] + [self._x - SPACE]
        highest = min([part.box.top for part in parts] + [frame.box.top for frame in frames] + list(tops.values()), default=0.0)
        box = Box(min(lefts, default=0), highest, max(rights), base + LABELS[2] + 14).grown(24)
        shown = {place: found for place in self._at if (found := self._rays(place))}
        tips = {figure.place: figure.tip for figure in self._root.figures()}
        return Scene(box, tuple(parts), tuple(wires), tuple(frames), shown, tips, self._scales.legend(), has_axes=True)

    def _parts(self, station: _Station, base: float) -> Iterator[Part]:
        """The volume, then each of its slabs, as parts of their own that can be chosen."""
        figure, solid = station.figure, station.solid
        if not figure.shape:
            yield missing(station.figure, station.left, base, self._measure)
            return
        near = (station.left, station.bottom - solid.height, station.bottom)
        sides = [(station.left, solid.length, figure), *((0.0, SLAB, slab) for slab in station.glued)]
        x = station.left
        for number, (_, length, each) in enumerate(sides):
            is_last = number == len(sides) - 1
            shapes = block(x, length, near[1], near[2], solid.across, each.category, is_last)
            box = Box(x, station.top, x + length + (solid.across[0] if is_last else 0.0), station.bottom)
            port = (station.right, 0.0) if is_last else None
            words = self._label(station, base) if each is figure else ()
            outline = silhouette(x, length, near[1], near[2], solid.across)
            yield Part(each.place, box, (*words, *shapes), outline, port, each.category)
            x += length

    def _label(self, station: _Station, base: float) -> tuple[Shape, ...]:
        """Name, shape and note on the baselines that all share, and a dotted line down to them."""
        figure = station.figure
        x = station.left + (station.length + station.solid.across[0]) / 2
        glued = " + ".join(SHORT.get(slab.kind, slab.title) for slab in station.glued)
        facts = figure.summary.split(" · ")
        note = f"+ {glued}" if glued else next((fact for fact in facts if fact != figure.title), "")
        leader = Stroke(((x, station.bottom + 5), (x, base + LABELS[0] - 11)), "muted", 1.0, dotted=True, opacity=0.6)
        name = figure.name if figure.repeat == 1 else f"{figure.name} ×{figure.repeat}"
        return (
            leader,
            Words((x, base + LABELS[0]), name, TITLE, "text", 0, ROOM),
            Words((x, base + LABELS[1]), figure.size, FIGURES, "text", 0, ROOM),
            Words((x, base + LABELS[2]), note, TEXT, "muted", 0, station.room + SLAB * len(station.glued)),
        )

    def _where(self, place: str) -> float:
        """Where on the axis the output of ``place`` begins its way."""
        return self._entries[place] if place in self._entries else self._stations[self._at[place]].right

    def _wires(self) -> tuple[list[Wire], dict[int, float]]:
        """Arrows on the axis and arcs over it; and for each station how high the arcs over it reach."""
        tops: dict[int, float] = {}
        wires, arcs = [], []
        for link, source, reader in self._links:
            if self._is_inside(source, reader):
                continue
            end = self._entry(reader, link)
            if self._is_neighbour(source, reader):
                wires.append(arrow(link, self._where(source), end, self._joint(reader)))
            else:
                arcs.append((end - self._where(source), link, source, reader, end))
        for _, link, source, reader, end in sorted(arcs, key=lambda arc: arc[0]):
            between = self._between(source, reader)
            top = min([min(self._stations[at].top, tops.get(at, 0.0)) for at in between], default=-20.0) - 18
            tops |= dict.fromkeys(between, top)
            wires.append(arc(link, self._where(source), end, top, self._joint(reader)))
        joints = [self._circle(place) for place in self._at if self._joint(place)]
        return [*wires, *(joint for joint in joints if joint)], tops

    def _is_inside(self, source: str, reader: str) -> bool:
        """Whether the two touch: a slab and what it is glued to."""
        return source in self._at and self._at[source] == self._at.get(reader) and reader not in self._entries

    def _first(self, place: str) -> int:
        """The first station of a layer or of an unfolded block."""
        return self._span_of[place].first if place in self._span_of else self._at[place]

    def _is_neighbour(self, source: str, reader: str) -> bool:
        if source in self._entries:
            span = self._span_of[block_of(source)]
            return self._first(reader) == span.first
        return self._at[source] == self._first(reader) - 1

    def _between(self, source: str, reader: str) -> range:
        if source in self._entries:
            span = self._span_of[block_of(source)]
            return range(span.first, self._first(reader))
        return range(self._at[source] + 1, self._first(reader))

    def _entry(self, reader: str, link: Link) -> float:
        """Where on the axis a link ends."""
        span = self._span_of.get(reader)
        if span is not None:
            return span.left + INTO - 6
        return self._stations[self._at[reader]].left - (22.0 if self._joint(reader) else 0.0)

    def _joint(self, place: str) -> str:
        """What stands in the circle before a layer that reads several; "" for others."""
        if place not in self._at or place in self._span_of:
            return ""
        figure = self._stations[self._at[place]].figure
        several = figure.place == place and len(self._sources(figure)) > 1
        return SYMBOLS.get(figure.kind, "•") if several else ""

    def _circle(self, place: str) -> Wire | None:
        x = self._stations[self._at[place]].left - 14.0
        shapes = (Disc((x, 0.0), 8.0, "bar", "joining", 1.6), Words((x, -0.5), self._joint(place), TITLE, "joining"))
        line = Stroke(((x + 8, 0.0), (x + 13, 0.0)), "joining", 1.4, arrow=True)
        return Wire(None, line, (x, 0.0), shapes)

    def _frames(self, base: float, tops: dict[int, float]) -> list[Frame]:
        frames = []
        deepest = max((span.depth for span in self._spans), default=0)
        for span in self._spans:
            inside = range(span.first, span.last + 1)
            reach = [min(self._stations[at].top, tops.get(at, 0.0)) for at in inside]
            top = min(reach, default=-40.0) - 66 - 46 * (self._levels(span) - 1)
            box = Box(span.left, top, span.right, base + LABELS[2] + 10 + 5 * (deepest - span.depth))
            handle = Box(box.left + 4, top + 4, box.left + 30 + self._measure(span.group.title, TITLE), top + 26)
            shapes = frame_shapes(span.group, box, self._measure, note_below=True)
            frames.append(Frame(span.group.place, box, handle, shapes))
        return frames

    def _levels(self, span: _Span) -> int:
        """How many frames are in one another from this one inwards."""
        inner = [other.depth for other in self._spans if other.group.place.startswith(f"{span.group.place}.")]
        return max(inner, default=span.depth) - span.depth + 1

    def _rays(self, place: str) -> tuple[Shape, ...]:
        """From the window of one output cell of a layer to the cell."""
        station = self._stations[self._at[place]]
        source = next(iter(self._reads.get(place, [])), "")
        if station.figure.place != place or source not in self._at or not station.figure.windows:
            return ()
        return rays(station.figure, self._face(self._stations[self._at[source]]), self._face(station))

    def _face(self, station: _Station) -> Face:
        x = station.left + station.length
        return Face((x, station.bottom - station.solid.height), station.solid, station.figure.shape)
