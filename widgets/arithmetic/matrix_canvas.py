"""MatrixCanvas: the layer as a matrix: a row for each output cell, a column for each pixel, and the product with the pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.arithmetic import Arithmetic, Matrix
from engine.words import number
from widgets.arithmetic.cells import Colouring, Floats, Grid, Place, caption, draw_empty, draw_values, outline, signed, suiting
from widgets.arithmetic.parts import Crop, channel_name, crop
from widgets.common.recorded import Recorded
from widgets.explanations import explain
from widgets.theme import Look

MOST = {1: 32, 2: 9}
"""So many cells of the input along a side at most, by dimensions: a matrix has that squared."""
LEGIBLE = 10  # a side of a cell, in grid pixels: with smaller ones, fewer windows are shown
CAPTION, GAP = 20, 8  # in grid pixels
LARGEST = 32


@dataclass(frozen=True, eq=False)
class Product:
    """``matrix`` (rows, columns) times ``read`` (columns,) is ``made`` (rows,). ``places`` are the pixels' and the outputs' rows
    and columns, ``is_zero`` where the matrix is zero because no weight lies there."""

    matrix: Floats
    read: Floats
    made: Floats
    is_zero: NDArray[np.bool_]
    read_places: list[Place]
    made_places: list[Place]
    is_transposed: bool = False


class MatrixCanvas(Recorded):
    """The matrix M of some windows on one channel, the pixels x above it and M·x beside it; or Mᵀ with the outputs.

    ``hovered`` carries what is under the mouse in words; ``place_chosen`` the output cell whose row was clicked.
    """

    hovered = Signal(str)
    place_chosen = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.product: Product | None = None
        self._numbers: Arithmetic | None = None
        self._channel, self._place, self._transposed = 0, (0, 0), False
        self.setToolTip(explain("matrix"))
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def show_numbers(self, numbers: Arithmetic, channel: int, place: Place, transposed: bool) -> None:
        """Show the matrix of the windows around the output cell ``place``; a maximum has none, and is not shown."""
        self._numbers, self._channel, self._place, self._transposed = numbers, channel, place, transposed
        self._choose()
        self.refresh()

    def _choose(self) -> None:
        """As many windows as have room in legible cells, at least two along each side; transposed, the same ones."""
        numbers = self._numbers
        if numbers is None:
            return
        most = MOST[numbers.dimensions]
        while most > _fewest(numbers) and self._side(*_shape(numbers, _piece(numbers, self._place, most))) < self.look.px(
            LEGIBLE
        ):
            most -= 1
        self.product = product_of(numbers, self._channel, self._place, self._transposed, most)

    def _side(self, rows: int, columns: int) -> float:
        """The side of a cell of a matrix of this shape."""
        px = self.look.px
        wide, high = self.width() - px(GAP) - px(70) - 2, self.height() - 2 * px(CAPTION) - px(GAP) - 2
        side = max(1.0, min(px(LARGEST), wide / (columns + 1), high / (rows + 1)))
        return float(int(side)) if side > 3 else side

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._choose()
        super().resizeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(self.look.px(420), self.look.px(200))

    # -- drawing --

    def grids(self) -> tuple[Grid, Grid, Grid] | None:
        """The matrix, what it is multiplied with (above it) and the result (beside it)."""
        if self.product is None:
            return None
        (rows, columns), px = self.product.matrix.shape, self.look.px
        side = self._side(rows, columns)
        left, top = 1 + px(44), px(CAPTION) + side + px(GAP)
        matrix = Grid(left, top, side, rows, columns)
        return (
            matrix,
            Grid(left, px(CAPTION), side, 1, columns),
            Grid(matrix.whole.right() + px(GAP), top, side, rows, 1),
        )

    def record(self, painter: QPainter) -> None:
        grids, product, numbers = self.grids(), self.product, self._numbers
        if grids is None or product is None or numbers is None:
            return
        matrix, read, made = grids
        names = ("Mᵀ", "y", "Mᵀ·y") if product.is_transposed else ("M", "x", "M·x")
        painter.setPen(self.look.colour("line"))
        draw_empty(painter, self.look, matrix, product.is_zero)
        weights = signed(numbers.weights if len(numbers.weights) else product.matrix)
        draw_values(painter, self.look, matrix, product.matrix, weights, ~product.is_zero)
        draw_values(painter, self.look, read, product.read[np.newaxis], self._colouring(numbers, product, product.is_transposed))
        draw_values(
            painter, self.look, made, product.made[:, np.newaxis], self._colouring(numbers, product, not product.is_transposed)
        )
        self._name(painter, QRectF(0, read.y, matrix.x - 4, max(read.side, self.look.px(14))), names[1])
        self._name(painter, QRectF(0, matrix.y, matrix.x - 4, min(matrix.whole.height(), self.look.px(20))), names[0])
        caption(painter, self.look, QRectF(matrix.x, 0, self.width() - matrix.x, self.look.px(CAPTION)), *self._title(numbers))
        over = QRectF(made.x, read.y, self.width() - made.x, max(read.side, self.look.px(14)))
        caption(painter, self.look, over, f"= {names[2]}")
        self._mark_window(painter, matrix, product)

    def _title(self, numbers: Arithmetic) -> tuple[str, str]:
        assert self.product is not None
        rows, columns = self.product.matrix.shape
        what = "pixels" if not self.product.is_transposed else "outputs"
        return f"{what} of {channel_name(numbers, self._channel)}", f"{rows} × {columns}, a part of the layer, without bias"

    def _name(self, painter: QPainter, box: QRectF, text: str) -> None:
        painter.setFont(self.look.font(12, bold=True))
        painter.setPen(self.look.colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _colouring(self, numbers: Arithmetic, product: Product, is_output: bool) -> Colouring:
        values = (product.read if product.is_transposed else product.made) if is_output else product.made
        if is_output or product.is_transposed:
            return suiting(values, False)
        return suiting(numbers.patch[self._channel], numbers.source == "@in")

    def _mark_window(self, painter: QPainter, matrix: Grid, product: Product) -> None:
        """The window that is shown elsewhere is one row, transposed one column."""
        places = product.read_places if product.is_transposed else product.made_places
        if self._place in places:
            at = places.index(self._place)
            rows, columns = product.matrix.shape
            outline(painter, self.look, matrix.rect(0, at, rows, 1) if product.is_transposed else matrix.rect(at, 0, 1, columns))

    # -- the mouse --

    def words_at(self, place: QPointF) -> str:
        """What lies under ``place``, in words."""
        grids, product = self.grids(), self.product
        if grids is None or product is None:
            return ""
        read, made = ("output", "pixel") if product.is_transposed else ("pixel", "output")
        if (found := grids[0].at(place)) is not None:
            value = "no weight" if product.is_zero[found] else number(float(product.matrix[found]))
            return f"{made} {product.made_places[found[0]]} from {read} {product.read_places[found[1]]} · {value}"
        if (found := grids[1].at(place)) is not None:
            return f"{read} {product.read_places[found[1]]} · {number(float(product.read[found[1]]))}"
        if (found := grids[2].at(place)) is not None:
            return f"{made} {product.made_places[found[0]]} · {number(float(product.made[found[0]]))}"
        return ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        words = self.words_at(event.position())
        self.setToolTip(words or explain("matrix"))
        self.hovered.emit(words)

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit("")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        grids, product = self.grids(), self.product
        if event.button() != Qt.MouseButton.LeftButton or grids is None or product is None:
            return
        found = grids[0].at(event.position())
        if found is not None:
            self.place_chosen.emit(product.read_places[found[1]] if product.is_transposed else product.made_places[found[0]])


def product_of(numbers: Arithmetic, channel: int, place: Place, transposed: bool, most: int) -> Product | None:
    """The matrix of the windows around ``place`` on one channel, ``most`` cells along a side or two windows, with the pixels
    that they read; transposed, with the sums that they gave. None for a maximum."""
    parts = _piece(numbers, place, most)
    found = numbers.matrix(channel, parts)
    if found is None:
        return None
    pixels = _pixels(numbers, channel, found)
    sums = found.values @ pixels
    outputs = [(row, column) for row in parts[0] for column in parts[1]]
    places = [(row, column) for row in found.rows for column in found.columns]
    empty = _empty(numbers, parts, found)
    if transposed:
        return Product(found.values.T, sums, found.values.T @ sums, empty.T, outputs, places, True)
    return Product(found.values, pixels, sums, empty, places, outputs)


def _shape(numbers: Arithmetic, windows: tuple[range, range]) -> tuple[int, int]:
    """How many outputs and pixels the matrix of these windows has."""
    pixels = 1
    for axis, some in zip((numbers.rows, numbers.columns), windows, strict=True):
        read = axis.pixels[axis.cells(some[0])[0] : axis.cells(some[-1])[-1] + 1]
        read = read[read >= 0]
        pixels *= int(read.max() - read.min()) + 1 if len(read) else 1
    return len(windows[0]) * len(windows[1]), pixels


def _fewest(numbers: Arithmetic) -> int:
    """The cells along a side that two windows take."""
    return max(axis.extent + axis.stride for axis in (numbers.rows, numbers.columns))


def _piece(numbers: Arithmetic, place: Place, most: int) -> tuple[range, range]:
    parts: list[Crop] = [
        crop(axis, at, max(most, axis.extent + axis.stride))
        for axis, at in zip((numbers.rows, numbers.columns), place, strict=True)
    ]
    return parts[0].windows, parts[1].windows


def _pixels(numbers: Arithmetic, channel: int, matrix: Matrix) -> Floats:
    """The input's pixels that the matrix's columns stand for, found in the patch; 0 for those that no cell shows."""
    rows, columns = (
        {int(pixel): at for at, (pixel, kind) in enumerate(zip(axis.pixels, axis.kinds, strict=True)) if kind == 0}
        for axis in (numbers.rows, numbers.columns)
    )
    values = [
        numbers.patch[channel, rows[row], columns[column]] if row in rows and column in columns else 0.0
        for row in matrix.rows
        for column in matrix.columns
    ]
    return np.nan_to_num(np.array(values, np.float32))


def _empty(numbers: Arithmetic, windows: tuple[range, range], matrix: Matrix) -> NDArray[np.bool_]:
    """(outputs, pixels) whether no weight lies there."""
    hit = []
    for axis, some, pixels in zip((numbers.rows, numbers.columns), windows, (matrix.rows, matrix.columns), strict=True):
        read = axis.pixels[np.stack([axis.cells(window) for window in some])]
        hit.append((read[:, :, None] == np.array(pixels)).any(axis=1))
    both = hit[0][:, None, :, None] & hit[1][None, :, None, :]
    empty: NDArray[np.bool_] = ~both.reshape(matrix.values.shape)
    return empty
