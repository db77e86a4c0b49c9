"""Rays: from the window that one output cell reads, on the volume before, to that cell."""

from __future__ import annotations

from dataclasses import dataclass

from engine.design.kinds import Shape as Sizes
from engine.design.kinds import Window, compact
from widgets.drawn.figures import Figure
from widgets.drawn.scene import SMALL, Area, Point, Shape, Stroke, Words
from widgets.drawn.volumes import Solid


@dataclass(frozen=True)
class Face:
    """The end of a volume, H × W: ``corner`` is its upper near one."""

    corner: Point
    solid: Solid
    shape: Sizes

    def at(self, row: float, column: float) -> Point:
        """The place of (row, column), counted in cells."""
        height, width = (*self.shape[1:], 1)[:2] if len(self.shape) < 4 else self.shape[-2:]
        dx, dy = self.solid.across
        along = column / width
        return (self.corner[0] + along * dx, self.corner[1] + row / height * self.solid.height + along * dy)

    def patch(self, rows: tuple[float, float], columns: tuple[float, float]) -> tuple[Point, ...]:
        """The corners of a part of it."""
        (top, bottom), (left, right) = rows, columns
        return (self.at(top, left), self.at(top, right), self.at(bottom, right), self.at(bottom, left))


def rays(figure: Figure, source: Face, reader: Face) -> tuple[Shape, ...]:
    """The window of one output cell of ``figure``, a quarter in from its upper left corner, and lines from it to the cell; ()
    where what it reads or gives has no rows."""
    sizes, outputs = source.shape[1:], reader.shape[1:]
    if not sizes or len(sizes) != len(figure.windows) or len(outputs) != len(sizes):
        return ()
    cell = [size // 4 for size in outputs]
    reach = [_reach(*each) for each in zip(figure.windows, cell, sizes, strict=True)]
    across = reach[-1] if len(reach) > 1 else (0.0, 1.0)
    column = cell[-1] if len(cell) > 1 else 0
    row = cell[-2] if len(cell) > 1 else cell[0]
    window = source.patch(reach[-2] if len(reach) > 1 else reach[0], across)
    target = reader.patch((row, row + 1), (column, column + 1))
    middle = reader.at(row + 0.5, column + 0.5)
    lines = [Stroke((corner, middle), "strong", 1.0, opacity=0.75) for corner in window]
    label = compact([each.kernel for each in figure.windows])
    return (
        Area(window, "strong", "strong", 1.4, opacity=0.25),
        Area(window, "", "strong", 1.4),
        *lines,
        Area(target, "strong", "strong", 1.2),
        Words(((window[1][0] + middle[0]) / 2, min(window[1][1], middle[1]) - 8), label, SMALL, "strong"),
    )


def _reach(window: Window, cell: int, size: int) -> tuple[float, float]:
    """The part of the input that ``cell`` reads along one dimension, cut at the edges."""
    start = float(cell * window.stride - window.padding)
    end = start + float((window.kernel - 1) * window.dilation + 1 + window.slack)
    first = min(max(0.0, start), size - 1.0)
    return first, max(first + 1.0, min(float(size), end))
