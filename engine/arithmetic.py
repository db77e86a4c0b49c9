"""The arithmetic of a sliding window, number by number: what one output cell of a convolution or a pooling is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Rule = Literal["sum", "max", "mean"]
"""How the numbers of a window become one: the sum of their products with the weights, their maximum, their mean."""

PIXEL, PADDING, GAP, BEYOND = range(4)
"""What a cell is that a window may read: a pixel of the input; padding around it; one of the zeros that a transposed convolution
puts between pixels; beyond the padding, where only the last window of a pooling in ceil mode reaches and nothing is read."""


@dataclass(frozen=True, eq=False)
class Axis:
    """What windows slide over along one dimension, cell by cell.

    ``pixels`` (n,) say which pixel of the input each cell shows, -1 for none (a zero, or minus infinity for a maximum);
    ``kinds`` (n,) whether it is PIXEL, PADDING, GAP or BEYOND. Window i reads the ``kernel`` cells from i·stride on, ``dilation``
    apart. The layer has so many ``windows`` in all, its input so many pixels (``size``); n may end before the last of them.
    """

    pixels: Ints
    kinds: NDArray[np.uint8]
    kernel: int
    stride: int
    dilation: int
    windows: int
    size: int

    def __post_init__(self) -> None:
        for array in (self.pixels, self.kinds):
            array.flags.writeable = False

    @property
    def extent(self) -> int:
        """How many cells a window spans."""
        return (self.kernel - 1) * self.dilation + 1

    @property
    def shown(self) -> int:
        """How many windows, from the first, lie on the cells that are there."""
        return min(self.windows, (len(self.pixels) - self.extent) // self.stride + 1)

    def cells(self, window: int) -> Ints:
        """(kernel,) the cells that a window reads."""
        return window * self.stride + np.arange(self.kernel, dtype=np.int64) * self.dilation

    @property
    def is_read(self) -> NDArray[np.bool_]:
        """(n,) whether any window of the layer reads the cell."""
        read = np.zeros(len(self.pixels), np.bool_)
        cells = (np.arange(self.windows)[:, None] * self.stride + np.arange(self.kernel) * self.dilation).ravel()
        read[cells[cells < len(read)]] = True
        return read

    def cut(self, windows: int) -> Axis:
        """Only the cells of the first ``windows`` windows; all cells where these are all windows."""
        if windows >= self.windows:
            return self
        end = (windows - 1) * self.stride + self.extent
        return Axis(self.pixels[:end], self.kinds[:end], self.kernel, self.stride, self.dilation, self.windows, self.size)


def padded(size: int, pads: tuple[int, int], kernel: int, stride: int, dilation: int, windows: int, mode: str = "zeros") -> Axis:
    """The axis of a convolution or a pooling over ``size`` pixels with ``pads`` before and after them, which hold what ``mode``
    ("zeros", "reflect", "replicate", "circular") says."""
    before, after = pads
    reach = (windows - 1) * stride + (kernel - 1) * dilation + 1
    places = np.arange(max(before + size + after, reach), dtype=np.int64) - before
    inside = (places >= 0) & (places < size)
    known = places < size + after
    kinds = np.where(inside, PIXEL, np.where(known, PADDING, BEYOND)).astype(np.uint8)
    pixels = np.where(inside | (known & (mode != "zeros")), _FILLS[mode](places, size), -1)
    return Axis(pixels, kinds, kernel, stride, dilation, windows, size)


def stretched(size: int, padding: int, kernel: int, stride: int, dilation: int, windows: int) -> Axis:
    """The axis of a transposed convolution, seen as a convolution of stride 1 with the mirrored kernel: stride − 1 zeros between
    the pixels, and as many around them as the kernel reaches less the ``padding``. Dumoulin & Visin 2016, section 4."""
    reach = (kernel - 1) * dilation
    places = np.arange(windows + reach, dtype=np.int64) - (reach - padding)
    within = (places >= 0) & (places <= (size - 1) * stride)
    is_pixel = within & (places % stride == 0)
    kinds = np.where(is_pixel, PIXEL, np.where(within, GAP, PADDING)).astype(np.uint8)
    return Axis(np.where(is_pixel, places // stride, -1), kinds, kernel, 1, dilation, windows, size)


def _reflected(places: Ints, size: int) -> Ints:
    turned = np.abs(places)
    return np.where(turned >= size, 2 * (size - 1) - turned, turned)


_FILLS: dict[str, Callable[[Ints, int], Ints]] = {
    "zeros": lambda places, size: places,
    "reflect": _reflected,
    "replicate": lambda places, size: places.clip(0, size - 1),
    "circular": lambda places, size: places % size,
}


@dataclass(frozen=True, eq=False)
class Matrix:
    """A layer's windows as one matrix: ``values`` (outputs, pixels) float32, so that values·vec(pixels) = vec(outputs), without
    bias. Both are read row by row: the outputs are those of ``windows`` (rows, columns), the pixels those of the ranges
    ``rows`` × ``columns`` of the input."""

    values: Floats
    windows: tuple[range, range]
    rows: range
    columns: range


@dataclass(frozen=True, eq=False)
class Arithmetic:
    """One filter of a convolution, or one channel of a pooling, at work on an example; sequences have one row.

    ``patch`` (C, h, w) float32 is what the windows read, C channels of the input from ``channel`` on, with padding; ``rows`` and
    ``columns`` say what its cells are. ``weights`` (C, kernel rows, kernel columns) float32 are mirrored in a transposed
    convolution, and (0, kernel rows, kernel columns) in a pooling; ``bias`` is None where there is none. ``output`` is what the
    layer itself gave, (rows.shown, columns.shown) float32. ``unit`` of ``units`` is which filter or channel it is, ``channels``
    how many the input has. ``fill`` says what padding holds, ``source`` which layer is read ("@in": the input).
    """

    rule: Rule
    patch: Floats
    weights: Floats
    bias: float | None
    output: Floats
    rows: Axis
    columns: Axis
    unit: int
    units: int
    channel: int
    channels: int
    dimensions: int = 2
    is_transposed: bool = False
    fill: str = "zeros"
    source: str = ""

    def window(self, row: int, column: int) -> Floats:
        """(C, kernel rows, kernel columns): what the window of an output cell reads."""
        found: Floats = self.patch[:, self.rows.cells(row)[:, None], self.columns.cells(column)]
        return found

    def products(self, row: int, column: int) -> Floats:
        """(C, kernel rows, kernel columns): each number of the window times its weight; of a pooling the window itself."""
        window = self.window(row, column)
        return window * self.weights if self.rule == "sum" else window

    def sums(self, row: int, column: int) -> Floats:
        """(C,) the sum of the products of each channel."""
        sums: Floats = self.products(row, column).sum(axis=(1, 2), dtype=np.float64).astype(np.float32)
        return sums

    def counted(self, row: int, column: int) -> int:
        """How many cells of the window a mean divides by: padding counts, what lies beyond it does not."""
        rows, columns = (
            int((axis.kinds[axis.cells(at)] != BEYOND).sum()) for axis, at in ((self.rows, row), (self.columns, column))
        )
        return rows * columns

    def value(self, row: int, column: int) -> float:
        """The output cell, from the numbers of its window."""
        products = self.products(row, column)
        if self.rule == "max":
            return float(products.max())
        total = float(products.sum(dtype=np.float64))
        return total / self.counted(row, column) if self.rule == "mean" else total + (self.bias or 0.0)

    def largest(self, row: int, column: int) -> tuple[int, int]:
        """Row and column in the window of its largest number: the one that a maximum takes."""
        window = self.window(row, column)[0]
        at = np.unravel_index(int(np.argmax(window)), window.shape)
        return int(at[0]), int(at[1])

    @property
    def kinds(self) -> NDArray[np.uint8]:
        """(h, w) what each cell of the patch is: the kind of its row or of its column, whichever is farther from a pixel."""
        return np.maximum(self.rows.kinds[:, None], self.columns.kinds)

    @property
    def is_read(self) -> NDArray[np.bool_]:
        """(h, w) whether any window of the layer reads the cell."""
        return self.rows.is_read[:, None] & self.columns.is_read

    def matrix(self, channel: int, windows: tuple[range, range]) -> Matrix | None:
        """The matrix of ``windows`` on one of the C channels; None for a maximum, which is not linear."""
        if self.rule == "max":
            return None
        rows, at_rows = _picks(self.rows, windows[0])
        columns, at_columns = _picks(self.columns, windows[1])
        weights = self.weights[channel] if self.rule == "sum" else np.ones((self.rows.kernel, self.columns.kernel), np.float32)
        values = np.einsum("iap,jbq,ab->ijpq", rows, columns, weights, optimize=True)
        if self.rule == "mean":
            values = values / np.array([[self.counted(i, j) for j in windows[1]] for i in windows[0]])[:, :, None, None]
        shape = (len(windows[0]) * len(windows[1]), len(at_rows) * len(at_columns))
        return Matrix(values.reshape(shape).astype(np.float32), windows, at_rows, at_columns)


def _picks(axis: Axis, windows: range) -> tuple[Floats, range]:
    """(windows, kernel, pixels) 1 where an element of the kernel lies on a pixel, and which pixels these are."""
    read = axis.pixels[np.stack([axis.cells(window) for window in windows])]
    if (read < 0).all():
        return np.zeros((*read.shape, 1), np.float32), range(1)
    pixels = range(int(read[read >= 0].min()), int(read.max()) + 1)
    return (read[:, :, None] == np.array(pixels)).astype(np.float32), pixels
