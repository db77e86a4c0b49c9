"""Where the parts of the window's picture lie: input ∗ kernel = products and sums → output, from left to right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from engine.arithmetic import Arithmetic
from widgets.arithmetic.cells import Grid
from widgets.arithmetic.parts import Crop, crop

CAPTION = 20  # the line above each part, in grid pixels
SIGN = 24  # between two parts
SUMS, LOWER = 100, 0.45  # the height of the lower row: at least, and as a share
OUTPUT = 48  # what the word above the output takes
MIDDLE, WIDEST = 176, 320  # the sums
CELL, LARGEST = 28, 40  # a side that numbers fit into, and the largest one
FEWEST, MOST = 4, 12  # cells of the input along a side
TALLER = 2  # so many more rows than columns at most
NARROW = 520  # narrower pictures have two rows: input ∗ kernel, and below it the sums → output
LOW = 200  # lower ones have one row, however narrow
MUCH_MORE = 2  # times as many windows
LEAST = 300  # narrower ones are scrolled


@dataclass(frozen=True)
class WindowPlan:
    """``rows`` and ``columns`` say which part of the input is on screen; ``kernel`` has no columns for poolings."""

    rows: Crop
    columns: Crop
    input: Grid
    kernel: Grid
    middle: QRectF
    output: Grid


def plan_window(
    numbers: Arithmetic, place: tuple[int, int], width: float, height: float, px: Callable[[float], int]
) -> WindowPlan:
    """The largest cells that fit ``width`` × ``height`` pixels and of the input as much as then has room, with the window of
    the output cell ``place`` in it; all in one row, or in two where that is narrow, or much more of the input has room so."""
    row, rows = (_planned(numbers, place, width, height, px, stacked) for stacked in (False, True))
    is_more = _windows(rows) >= MUCH_MORE * _windows(row) and len(rows.rows.windows) >= len(row.rows.windows)
    return rows if (width < px(NARROW) or is_more) and height >= px(LOW) else row


def _windows(plan: WindowPlan) -> int:
    return len(plan.rows.windows) * len(plan.columns.windows)


def _planned(
    numbers: Arithmetic, place: tuple[int, int], width: float, height: float, px: Callable[[float], int], stacked: bool
) -> WindowPlan:
    across = _Across(numbers, width - px(3), px, stacked)
    high = (height - _lower(height, px) if stacked else height) - px(CAPTION) - px(2)
    columns = across.columns(place[1])
    most = min(MOST, int(high // px(CELL)), len(columns.cells) + TALLER)
    rows = crop(numbers.rows, place[0], max(FEWEST, most))
    deepest = max(len(rows.cells), len(rows.windows), across.kernel[0])
    lower = (_lower(height, px) - px(CAPTION) - px(2)) / len(rows.windows) if stacked else float(px(LARGEST))
    side = max(2.0, float(int(min(px(LARGEST), high / deepest, lower, across.side(columns)))))
    return _placed(numbers, rows, columns, side, across, height, px)


def _lower(height: float, px: Callable[[float], int]) -> float:
    """What the lower of two rows gets: three lines of the sum at least, with what stands above and below them."""
    return max(px(SUMS), LOWER * height)


class _Across:
    """What has to stand side by side."""

    def __init__(self, numbers: Arithmetic, width: float, px: Callable[[float], int], stacked: bool) -> None:
        self.numbers, self.width, self.px, self.stacked = numbers, width, px, stacked
        has_kernel = numbers.rule == "sum"
        self.kernel = (numbers.rows.kernel, numbers.columns.kernel) if has_kernel else (0, 0)
        self.signs = (1 if has_kernel else 0) if stacked else (3 if has_kernel else 2)

    def columns(self, column: int) -> Crop:
        """As many of the input's columns as have room in cells with numbers."""
        most = MOST
        while True:
            found = crop(self.numbers.columns, column, most)
            if most <= FEWEST or self.side(found) >= self.px(CELL):
                return found
            most -= 1

    def side(self, columns: Crop) -> float:
        """The largest cells with which this part of the input has room."""
        lower = (self.width - self.px(MIDDLE) - 2 * self.px(SIGN)) / len(columns.windows)
        upper = (self.width - self.signs * self.px(SIGN)) / (len(columns.cells) + self.kernel[1])
        if self.stacked:
            return min(lower, upper)
        cells = len(columns.cells) + self.kernel[1] + len(columns.windows)
        return (self.width - self.px(MIDDLE) - self.signs * self.px(SIGN)) / cells


def _placed(
    numbers: Arithmetic, rows: Crop, columns: Crop, side: float, across: _Across, height: float, px: Callable[[float], int]
) -> WindowPlan:
    top, sign, (down, wide) = float(px(CAPTION)), px(SIGN), across.kernel
    input = Grid(1, top, side, len(rows.cells), len(columns.cells))
    kernel = Grid(input.whole.right() + (sign if wide else 0), top, side, down, wide)
    made = (len(rows.windows), len(columns.windows))
    left = 1.0 if across.stacked else kernel.whole.right() + sign
    room = min(px(WIDEST), max(px(40), across.width - left - sign - max(made[1] * side, px(OUTPUT)) - 2))
    upper = max(input.whole.bottom(), kernel.whole.bottom())
    below = min(height - _lower(height, px), upper + px(SIGN) / 2) if across.stacked else 0.0
    middle = QRectF(left, below, room, height - below)
    return WindowPlan(rows, columns, input, kernel, middle, Grid(middle.right() + sign, below + top, side, *made))
