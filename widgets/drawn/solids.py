"""The solids and lines of which drawings of volumes are made, each as plain shapes."""

from __future__ import annotations

from engine.design.kinds import compact
from widgets.drawn.figures import Figure, Link
from widgets.drawn.scene import FIGURES, TEXT, TITLE, Area, Box, Disc, Measure, Part, Point, Shape, Stroke, Wire, Words, rectangle

ROOM = 118.0
"""The most that a label takes."""
LABELS = (30.0, 45.0, 60.0)
"""How far below the lowest volume the lines of labels are: name, shape, note."""


def arrow(link: Link, start: float, end: float, joint: str) -> Wire:
    """The line of ``link`` along the axis, from ``start`` to ``end``; at a ``joint`` it has no head."""
    line = Stroke(((start + 2, 0.0), (end - 2, 0.0)), "joining" if joint else "muted", 1.3, arrow=not joint)
    return Wire(link, line, ((start + end) / 2, 0.0))


def arc(link: Link, start: float, end: float, top: float, joint: str) -> Wire:
    """A skip: up from a dot on the axis, along, and down to where it is read."""
    x1, x2, bend = start + 7, end + (8 if joint else -8), 12.0
    curve = ((x1, 0.0), (x1, top + bend), (x1 + bend, top), (x2 - bend, top), (x2, top + bend), (x2, -9.0 if joint else -2.0))
    colour = "joining" if joint else "muted"
    line = Stroke(curve, colour, 1.6, arrow=True)
    text = f"skip {compact(link.shape)}" if joint else compact(link.shape)
    words = Words(((x1 + x2) / 2, top - 8), text, TEXT, colour, 0, max(30.0, x2 - x1 - 2 * bend))
    return Wire(link, line, ((x1 + x2) / 2, top), (Disc((x1, 0.0), 3.0, colour), words))


def block(x: float, length: float, top: float, bottom: float, across: Point, colour: str, has_side: bool) -> tuple[Shape, ...]:
    """One volume: its near side, its upper one, and, unless something is glued to it, the one at its end."""
    dx, dy = across
    end = x + length
    upper = Area(((x, top), (end, top), (end + dx, top + dy), (x + dx, top + dy)), colour, "window", 0.6, shade=0.3)
    near = Area(rectangle(Box(x, top, end, bottom)), colour, "window", 0.6)
    side = Area(((end, top), (end + dx, top + dy), (end + dx, bottom + dy), (end, bottom)), colour, "window", 0.6, shade=-0.35)
    return (upper, near, side) if has_side else (upper, near)


def silhouette(x: float, length: float, top: float, bottom: float, across: Point) -> tuple[Point, ...]:
    """The outline of a volume."""
    (dx, dy), end = across, x + length
    return ((x, bottom), (x, top), (x + dx, top + dy), (end + dx, top + dy), (end + dx, bottom + dy), (end, bottom))


def missing(figure: Figure, left: float, base: float, measure: Measure) -> Part:
    """What has no shape: a dashed bar, and above it, where it is itself at fault, what to do."""
    x = left + 5
    colour = "bad" if figure.problem else "muted"
    bar = Box(left, -38.0, left + 10, 38.0)
    shapes: list[Shape] = [
        Area(rectangle(bar), colour, colour, 1.2, opacity=0.15, dashed=True),
        Area(rectangle(bar), "", colour, 1.2, dashed=True),
        Words((x, base + LABELS[0]), figure.name, TITLE, "text", 0, ROOM),
        Words((x, base + LABELS[1]), "?", FIGURES, colour, 0, ROOM),
        Words((x, base + LABELS[2]), "does not fit" if figure.problem else "waits", TEXT, colour, 0, ROOM),
    ]
    box, pill = bar.grown(4), None
    if figure.problem:
        text = (figure.advice or figure.problem).split(". ")[0].split("; ")[0].rstrip(".")
        width = min(230.0, measure(text, TEXT) + 18)
        pill = Box(x - width / 2, -92.0, x + width / 2, -68.0)
        shapes += [
            Stroke(((x, -68.0), (x, -38.0)), "bad", 1.2),
            Area(rectangle(pill), "card", "bad", 1.2, radius=6),
            Words((x, -80.0), text, TEXT, "bad", 0, width - 12),
            Disc((left - 14, 0.0), 7.0, "bad"),
            Words((left - 14, 0.0), "!", TITLE, "card"),
        ]
        box = Box(min(box.left, pill.left), pill.top, max(box.right, pill.right), box.bottom)
    return Part(figure.place, box, tuple(shapes), rectangle(bar), (left + 10, 0.0), colour, pill)
