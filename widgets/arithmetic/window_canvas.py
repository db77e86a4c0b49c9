"""WindowCanvas: the window over the input, the kernel, the products, the sum channel by channel, and the output cell."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.arithmetic import BEYOND, GAP, PADDING, Arithmetic
from engine.words import number
from widgets.arithmetic.cells import (
    Floats,
    Grid,
    Place,
    caption,
    draw_empty,
    draw_kinds,
    draw_values,
    outline,
    signed,
    suiting,
)
from widgets.arithmetic.parts import channel_name
from widgets.arithmetic.sums import draw_sums
from widgets.arithmetic.window_plan import CAPTION, LEAST, WindowPlan, plan_window
from widgets.common.recorded import Recorded
from widgets.explanations import explain
from widgets.theme import Look

HIGH = 140  # the least height, in grid pixels


class WindowCanvas(Recorded):
    """One output cell at a time, with all that it is made of; cells that the window has not come to yet are empty.

    ``hovered`` carries what is under the mouse in words; ``place_hovered`` the output cell (row, column) that it is over, or
    None; ``place_chosen`` one that was clicked.
    """

    hovered = Signal(str)
    place_hovered = Signal(object)
    place_chosen = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.numbers: Arithmetic | None = None
        self.channel = 0
        self.place: Place = (0, 0)
        self.reached: Place = (0, 0)
        self._over: Place | None = None
        self.setToolTip(explain("cells"))
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_numbers(self, numbers: Arithmetic, channel: int, place: Place, reached: Place) -> None:
        """Show the window of the output cell ``place`` on one of the channels that are read; the window has come as far as
        ``reached``, row by row."""
        self.numbers, self.channel, self.place, self.reached = numbers, channel, place, reached
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(self.look.px(520), self.look.px(200))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.look.px(LEAST), self.look.px(HIGH))

    def plan(self) -> WindowPlan | None:
        """Where everything lies now."""
        if self.numbers is None:
            return None
        return plan_window(self.numbers, self.place, self.width() - 2, self.height() - 2, self.look.px)

    # -- drawing --

    def record(self, painter: QPainter) -> None:
        plan, numbers = self.plan(), self.numbers
        if plan is None or numbers is None:
            return
        self._record_input(painter, plan, numbers)
        if numbers.rule == "sum":
            self._record_kernel(painter, plan, numbers)
        self._sign(painter, "=", (plan.kernel if numbers.rule == "sum" else plan.input), plan)
        height = draw_sums(painter, self.look, plan.middle, numbers, self.place, self.channel)
        self._record_output(painter, plan, numbers)
        self._record_arrow(painter, plan, QPointF(plan.middle.right() + self.look.px(2), height))

    def _above(self, painter: QPainter, grid: Grid, until: float, words: str, more: str = "") -> None:
        box = grid.whole
        box.setTop(grid.y - self.look.px(CAPTION))
        box.setBottom(grid.y)
        box.setRight(max(box.right(), until))
        caption(painter, self.look, box, words, more)

    def _record_input(self, painter: QPainter, plan: WindowPlan, numbers: Arithmetic) -> None:
        part = _block(plan)
        values = numbers.patch[self.channel][part]
        is_picture = numbers.source == "@in"
        until = plan.kernel.x if numbers.rule == "sum" else plan.middle.left()
        sizes = [axis.size for axis in (numbers.rows, numbers.columns)][2 - numbers.dimensions :]
        whole = " × ".join(str(size) for size in sizes)
        self._above(painter, plan.input, until - self.look.px(8), channel_name(numbers, self.channel), f"part of {whole}")
        draw_values(painter, self.look, plan.input, values, suiting(numbers.patch[self.channel], is_picture))
        self._record_outside(painter, plan, numbers, values)
        self._record_window(painter, plan, numbers)

    def _record_outside(self, painter: QPainter, plan: WindowPlan, numbers: Arithmetic, values: Floats) -> None:
        """Cells that are no pixels are blank but for their number; those that no window reads are crossed out."""
        look, part = self.look, _block(plan)
        kinds, is_read = numbers.kinds[part], numbers.is_read[part]
        is_blank = (kinds != 0) & ((values == 0) | ~np.isfinite(values))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("bar"))
        painter.drawRects([plan.input.rect(int(row), int(column)) for row, column in np.argwhere(is_blank)])
        if plan.input.side >= look.px(14):
            painter.setFont(look.font(10))
            painter.setPen(look.colour("muted"))
            for row, column in np.argwhere(is_blank & (kinds != BEYOND)):
                text = "0" if np.isfinite(values[row, column]) else "−∞"
                painter.drawText(plan.input.rect(int(row), int(column)), Qt.AlignmentFlag.AlignCenter, text)
        draw_kinds(painter, look, plan.input, kinds, is_read)

    def _record_window(self, painter: QPainter, plan: WindowPlan, numbers: Arithmetic) -> None:
        """The window's frame, and of a dilated one the cells that it reads."""
        rows = numbers.rows.cells(self.place[0]) - plan.rows.cells.start
        columns = numbers.columns.cells(self.place[1]) - plan.columns.cells.start
        grid = plan.input
        if max(numbers.rows.dilation, numbers.columns.dilation) > 1:
            for row in rows:
                for column in columns:
                    outline(painter, self.look, grid.rect(int(row), int(column)).adjusted(1, 1, -1, -1))
        box = grid.rect(int(rows[0]), int(columns[0]), numbers.rows.extent, numbers.columns.extent)
        outline(painter, self.look, box, "strong" if numbers.rule == "sum" else "outline")
        if numbers.rule == "max":
            row, column = numbers.largest(*self.place)
            outline(painter, self.look, grid.rect(int(rows[row]), int(columns[column])).adjusted(1, 1, -1, -1), "warning")

    def _record_kernel(self, painter: QPainter, plan: WindowPlan, numbers: Arithmetic) -> None:
        words = "kernel, mirrored" if numbers.is_transposed else "kernel"
        self._above(painter, plan.kernel, plan.middle.left() - self.look.px(8), words)
        draw_values(painter, self.look, plan.kernel, numbers.weights[self.channel], signed(numbers.weights))
        outline(painter, self.look, plan.kernel.whole)
        self._sign(painter, "∗", plan.input, plan)

    def _sign(self, painter: QPainter, sign: str, before: Grid, plan: WindowPlan) -> None:
        """An operator behind a grid, half way down the kernel."""
        painter.setFont(self.look.font(16))
        painter.setPen(self.look.colour("muted"))
        tallest = max(plan.kernel.rows, min(plan.input.rows, 2))
        box = before.rect(0, before.columns, tallest, 0)
        box.setWidth(self.look.px(24))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)

    def _record_output(self, painter: QPainter, plan: WindowPlan, numbers: Arithmetic) -> None:
        grid = plan.output
        part = numbers.output[
            plan.rows.windows.start : plan.rows.windows.stop, plan.columns.windows.start : plan.columns.windows.stop
        ]
        self._above(painter, grid, float(self.width()), "output")
        colouring = suiting(numbers.output, False)
        is_future = np.array(
            [[(row, column) > self.reached for column in plan.columns.windows] for row in plan.rows.windows], np.bool_
        )
        row, column = self.place[0] - plan.rows.windows.start, self.place[1] - plan.columns.windows.start
        is_future[row, column] = False
        draw_values(painter, self.look, grid, np.where(is_future, np.float32(0), part), colouring)
        draw_empty(painter, self.look, grid, is_future)
        outline(painter, self.look, grid.rect(row, column))

    def _record_arrow(self, painter: QPainter, plan: WindowPlan, start: QPointF) -> None:
        """From the result to the row of its cell."""
        look, target = self.look, plan.output.rect(self.place[0] - plan.rows.windows.start, 0)
        end = QPointF(plan.output.x - look.px(3), target.center().y())
        bend = (start.x() + end.x()) / 2
        path = QPainterPath(start)
        path.cubicTo(QPointF(bend, start.y()), QPointF(bend, end.y()), end)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.colour("muted"), max(1.0, look.px(3) / 2)))
        painter.drawPath(path)
        painter.drawPolyline([end + QPointF(-look.px(4), -look.px(3)), end, end + QPointF(-look.px(4), look.px(3))])

    # -- the mouse --

    def output_at(self, place: QPointF) -> Place | None:
        """Which output cell lies under ``place``."""
        plan = self.plan()
        found = plan.output.at(place) if plan is not None else None
        if plan is None or found is None:
            return None
        return plan.rows.windows[found[0]], plan.columns.windows[found[1]]

    def words_at(self, place: QPointF) -> str:
        """What lies under ``place``, in words."""
        plan, numbers = self.plan(), self.numbers
        if plan is None or numbers is None:
            return ""
        if (found := plan.input.at(place)) is not None:
            return _pixel_words(numbers, self.channel, plan.rows.cells[found[0]], plan.columns.cells[found[1]])
        if (found := plan.kernel.at(place)) is not None:
            weight = float(numbers.weights[self.channel][found])
            return f"weight · row {found[0]}, column {found[1]} · {number(weight)}"
        if (cell := self.output_at(place)) is not None:
            return f"output · row {cell[0]}, column {cell[1]} · {number(float(numbers.output[cell]))}"
        return ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move_to(self.output_at(event.position()))
        words = self.words_at(event.position())
        self.setToolTip(words or explain("cells"))
        self.hovered.emit(words)

    def leaveEvent(self, event: QEvent) -> None:
        self._move_to(None)
        self.hovered.emit("")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.output_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self.place_chosen.emit(place)

    def _move_to(self, place: Place | None) -> None:
        if place != self._over:
            self._over = place
            self.place_hovered.emit(place)


def _block(plan: WindowPlan) -> tuple[slice, slice]:
    return slice(plan.rows.cells.start, plan.rows.cells.stop), slice(plan.columns.cells.start, plan.columns.cells.stop)


_KINDS = {PADDING: "padding", GAP: "a zero between pixels", BEYOND: "beyond the padding: nothing is read here"}


def _pixel_words(numbers: Arithmetic, channel: int, row: int, column: int) -> str:
    """ "channel 3 · row 2, column 5 · 0.31", or what else a cell is."""
    kind = int(numbers.kinds[row, column])
    if kind:
        filled = f" ({numbers.fill}) · {number(float(numbers.patch[channel, row, column]))}" if kind == PADDING else ""
        return f"{_KINDS[kind]}{filled}"
    place = f"row {numbers.rows.pixels[row]}, column {numbers.columns.pixels[column]}"
    if numbers.dimensions == 1:
        place = f"place {numbers.columns.pixels[column]}"
    unread = "" if numbers.is_read[row, column] else " · no window reads it"
    return f"{channel_name(numbers, channel)} · {place} · {number(float(numbers.patch[channel, row, column]))}{unread}"
