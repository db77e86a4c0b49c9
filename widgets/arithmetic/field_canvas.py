"""FieldCanvas: a layer's map and the input: the unit under the mouse, and what it sees of the input."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.design.receptive_field import Field
from widgets.arithmetic.cells import Grid, Place, caption, outline
from widgets.common.recorded import Recorded
from widgets.explanations import explain
from widgets.theme import Look

CAPTION, GAP = 20, 28  # in grid pixels

Colours = NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class FieldPictures:
    """``input`` and ``map`` are colours (rows, columns) 0xAARRGGBB, of sequences with one row; ``field`` has a span for each of
    the input's ``dimensions``. ``source`` and ``name`` say what they are."""

    input: Colours
    map: Colours
    field: Field
    dimensions: int = 2
    source: str = ""
    name: str = ""


class FieldCanvas(Recorded):
    """The input at the left, the map at the right. ``hovered`` carries in words what the unit under the mouse sees."""

    hovered = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.pictures: FieldPictures | None = None
        self.unit: Place = (0, 0)
        self.setToolTip(explain("field"))
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def show_pictures(self, pictures: FieldPictures) -> None:
        """Show these; the unit stays, or, where there is none such any more, is the one in the middle."""
        before, self.pictures = self.pictures, pictures
        rows, columns = pictures.map.shape
        if before is None or before.map.shape != pictures.map.shape:
            self.unit = rows // 2, columns // 2
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(self.look.px(420), self.look.px(200))

    def grids(self) -> tuple[Grid, Grid] | None:
        """The input's pixels and the map's units."""
        if self.pictures is None:
            return None
        px, sizes = self.look.px, (self.pictures.input.shape, self.pictures.map.shape)
        wide, high = (self.width() - px(GAP)) / 2 - 4, self.height() - px(CAPTION) - 4
        sides = [max(0.5, min(px(48), wide / columns, high / rows)) for rows, columns in sizes]
        sides = [float(int(side)) if side >= 1 else side for side in sides]
        first = Grid(2, px(CAPTION) + 2, sides[0], *sizes[0])
        return first, Grid(max(first.whole.right(), px(120)) + px(GAP), px(CAPTION) + 2, sides[1], *sizes[1])

    def seen(self) -> tuple[tuple[int, int], ...]:
        """For rows and columns: the first and the last pixel that the unit sees, maybe outside the input."""
        if self.pictures is None:
            return ()
        spans = [span.at(unit) for span, unit in zip(self.pictures.field, self.unit[2 - self.pictures.dimensions :], strict=True)]
        return tuple((floor(low), ceil(high)) for low, high in spans)

    # -- drawing --

    def record(self, painter: QPainter) -> None:
        pictures, grids = self.pictures, self.grids()
        if pictures is None or grids is None:
            return
        look = self.look
        for grid, colours, words, more in (
            (grids[0], pictures.input, "input", pictures.source),
            (grids[1], pictures.map, "map", pictures.name),
        ):
            _draw_picture(painter, look, grid, colours)
            end = grids[1].x - look.px(8) if grid is grids[0] else self.width()
            caption(painter, look, QRectF(grid.x, 0, end - grid.x, look.px(CAPTION)), words, more)
        unit = grids[1].rect(*self.unit)
        outline(painter, look, unit.adjusted(-1, -1, 1, 1))
        self._record_field(painter, grids[0], pictures)

    def _record_field(self, painter: QPainter, grid: Grid, pictures: FieldPictures) -> None:
        """What lies on the input in a solid frame, with what lies in the padding in a dashed one around it."""
        (top, bottom), (left, right) = _both(self.seen())
        whole = grid.rect(top, left, bottom - top + 1, right - left + 1)
        inside = whole.intersected(grid.whole)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if inside != whole:
            painter.setPen(QPen(self.look.colour("strong"), 1, Qt.PenStyle.DashLine))
            painter.drawRect(whole.intersected(QRectF(0, 0, self.width() - 1, self.height() - 1)))
        if not inside.isEmpty():
            outline(painter, self.look, inside)

    # -- the mouse --

    def words(self) -> str:
        """What the unit sees: "row 3, column 4 sees rows 2 to 6, columns 3 to 7: 5 × 5"."""
        if self.pictures is None:
            return ""
        seen = self.seen()
        names = ("rows", "columns") if len(seen) == 2 else ("places",)
        parts = ", ".join(f"{name} {low} to {high}".replace("-", "−") for name, (low, high) in zip(names, seen, strict=True))
        size = " × ".join(str(high - low + 1) for low, high in seen)
        unit = f"row {self.unit[0]}, column {self.unit[1]}" if len(seen) == 2 else f"place {self.unit[1]}"
        return f"{unit} sees {parts}: {size}"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        grids = self.grids()
        found = grids[1].at(event.position()) if grids is not None else None
        if found is not None and found != self.unit:
            self.unit = found
            self.refresh()
        self.hovered.emit(self.words())

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(self.words())


def _both(seen: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Rows and columns; a sequence has one row."""
    return (seen[0], seen[1]) if len(seen) == 2 else ((0, 0), seen[0])


def _draw_picture(painter: QPainter, look: Look, grid: Grid, colours: Colours) -> None:
    """Pixels enlarged without smoothing, in a thin frame."""
    rows, columns = colours.shape
    data = np.ascontiguousarray(colours)
    image = QImage(data.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()
    painter.drawImage(grid.whole, image)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.colour("line"), 1))
    painter.drawRect(grid.whole)
