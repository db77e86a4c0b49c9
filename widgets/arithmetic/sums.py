"""The middle of the window's picture: the products, a bar for each channel and the bias, and what they add up to."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from engine.arithmetic import Arithmetic
from engine.colours import colour_table
from engine.words import number
from widgets.arithmetic.cells import Grid, Place, caption, draw_values, outline, signed, suiting
from widgets.arithmetic.parts import Summand, cell_text, figures, summands
from widgets.arithmetic.window_plan import CAPTION
from widgets.theme import Look

LINE = 18  # one line of the sum
TEXT = 17  # one line of products
RESULT = 20  # the last line
WIDE = 78  # "0.39 · −0.26"
FEWEST = 3  # lines of the sum
_COLOURS = {"red": "#e05a4e", "green": "#35a368", "blue": "#4a8fe0"}
_RIGHT, _LEFT = (Qt.AlignmentFlag.AlignVCenter | side for side in (Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft))


def draw_sums(painter: QPainter, look: Look, box: QRectF, numbers: Arithmetic, place: Place, channel: int) -> float:
    """How the window's numbers become the output cell ``place``, in ``box``, the result in the last line; returns its height."""
    px = look.px
    upper = QRectF(box.left(), box.top() + px(CAPTION), box.width(), box.height() - px(CAPTION + RESULT + 2))
    if numbers.rule != "sum":
        used = _draw_window(painter, look, upper, numbers, place)
    else:
        used = _draw_summands(painter, look, upper, numbers, place, channel)
    last = QRectF(box.left(), used + px(2), box.width(), px(RESULT))
    _draw_result(painter, look, last, numbers, place)
    return last.center().y()


def _draw_summands(painter: QPainter, look: Look, upper: QRectF, numbers: Arithmetic, place: Place, channel: int) -> float:
    """The products of the chosen channel and a line for each summand; returns how far down they reach."""
    px = look.px
    tall = _products_height(look, upper, numbers)
    count = max(FEWEST, int((upper.height() - tall - px(4)) // px(LINE)))
    lines = summands(numbers, *place, channel, count)
    lines = lines[: max(0, int((upper.height() + 1) // px(LINE)))]
    if tall:
        _draw_products(painter, look, upper, tall, numbers, place, channel)
    start = upper.top() + (tall + px(4) if tall else 0)
    end = start + len(lines) * px(LINE)
    if not tall:
        caption(painter, look, upper.translated(0, -px(CAPTION)).adjusted(0, 0, 0, px(CAPTION) - upper.height()), "sums", "")
    _draw_lines(painter, look, QRectF(upper.left(), start, upper.width(), end - start), lines, channel)
    return end


def _products_height(look: Look, box: QRectF, numbers: Arithmetic) -> float:
    """The height of the products: as sums of texts for small kernels, else as cells; 0 where there is no room beside the bars."""
    px, (rows, columns) = look.px, numbers.weights.shape[1:]
    wanted = (min(len(numbers.weights), 4) + (numbers.bias is not None)) * px(LINE)
    room = box.height() - max(FEWEST * px(LINE), min(wanted, box.height() / 2)) - px(4)
    if _as_text(look, box, columns) and rows * px(TEXT) <= room:
        return float(rows * px(TEXT))
    side = min(px(40), box.width() / columns, room / rows)
    return rows * side if side >= px(8) else 0.0


def _as_text(look: Look, box: QRectF, columns: int) -> bool:
    return columns * look.px(WIDE) <= box.width()


def _draw_products(
    painter: QPainter, look: Look, box: QRectF, tall: float, numbers: Arithmetic, place: Place, channel: int
) -> None:
    px, products = look.px, numbers.products(*place)[channel]
    rows, columns = products.shape
    is_text = _as_text(look, box, columns) and tall == rows * px(TEXT)
    top = QRectF(box.left(), box.top() - px(CAPTION), box.width(), px(CAPTION))
    caption(painter, look, top, f"{products.size} product{'s' if products.size > 1 else ''}", "input · weight")
    if not is_text:
        draw_values(painter, look, Grid(box.left(), box.top(), tall / rows, rows, columns), products, signed(products))
        return
    window, weights = numbers.window(*place)[channel], numbers.weights[channel]
    decimals = figures(window.ravel().tolist()), figures(weights.ravel().tolist())
    painter.setFont(look.font(11))
    wide = min(px(96), box.width() / columns)
    for row in range(rows):
        for column in range(columns):
            cell = QRectF(box.left() + column * wide, box.top() + row * px(TEXT), wide, px(TEXT))
            plus = "" if row == column == 0 else "+ "
            _draw_product(painter, look, cell, plus, *_texts(window[row, column], weights[row, column], decimals))


def _texts(pixel: float, weight: float, decimals: tuple[int, int]) -> tuple[str, str, bool]:
    return f"{cell_text(float(pixel), decimals[0])}·", cell_text(float(weight), decimals[1]), bool(weight < 0)


def _draw_product(painter: QPainter, look: Look, cell: QRectF, plus: str, pixel: str, weight: str, is_negative: bool) -> None:
    """ "+ 0.39·0.26", the weight in the colour of its sign, from the right end of the cell."""
    metrics, right = painter.fontMetrics(), cell.right() - look.px(6)
    sign = "convolution" if is_negative else "linear"
    for text, colour in ((weight, sign), (pixel, "text"), (plus, "muted")):
        wide = metrics.horizontalAdvance(text)
        painter.setPen(look.colour(colour))
        painter.drawText(QRectF(right - wide, cell.top(), wide + 1, cell.height()), _LEFT, text)
        right -= wide


def _draw_lines(painter: QPainter, look: Look, box: QRectF, lines: list[Summand], channel: int) -> None:
    """A bar from zero for each summand, all on one scale, the chosen channel's on a lit ground."""
    px = look.px
    painter.setFont(look.font(11))
    metrics = painter.fontMetrics()
    texts = [_signed_number(line.value) for line in lines]
    names = max((metrics.horizontalAdvance(line.name) for line in lines), default=0) + px(22)
    wide = max((metrics.horizontalAdvance(text) for text in texts), default=0) + px(4)
    strip = QRectF(box.left() + names, 0, max(0.0, box.width() - names - wide - px(8)), px(8))
    low = min([0.0, *(line.value for line in lines if math.isfinite(line.value))])
    high = max([0.0, *(line.value for line in lines if math.isfinite(line.value))])
    unit = strip.width() / ((high - low) or 1.0)
    for at, (line, text) in enumerate(zip(lines, texts, strict=True)):
        row = QRectF(box.left(), box.top() + at * px(LINE), box.width(), px(LINE))
        if line.channel == channel and len(lines) > 1:
            painter.fillRect(row, look.colour("selected"))
        _draw_mark(painter, look, row, line)
        painter.setPen(look.colour("text"))
        painter.drawText(row.adjusted(px(18), 0, 0, 0), _LEFT, line.name)
        painter.drawText(row.adjusted(0, 0, -px(2), 0), _RIGHT, text)
        if math.isfinite(line.value) and strip.width() > px(12):
            bar = QRectF(strip.left() - low * unit, row.center().y() - px(3), line.value * unit, px(6)).normalized()
            painter.fillRect(bar, _bar_colour(line.value))
    if strip.width() > px(12) and lines:
        zero = strip.left() - low * unit
        painter.setPen(look.colour("muted"))
        painter.drawLine(QLineF(zero, box.top() + px(2), zero, box.top() + len(lines) * px(LINE) - px(2)))


def _draw_mark(painter: QPainter, look: Look, row: QRectF, line: Summand) -> None:
    """The channel's colour; an empty square for what is no channel."""
    px = look.px
    square = QRectF(row.left() + px(4), row.center().y() - px(4), px(8), px(8))
    colour = _COLOURS.get(line.name)
    painter.setPen(look.colour("muted"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if colour is not None:
        painter.fillRect(square, colour)
    elif line.channel >= 0:
        painter.fillRect(square, look.colour("muted"))
    else:
        painter.drawRect(square)


def _bar_colour(value: float) -> QColor:
    return QColor.fromRgb(int(colour_table("diverging")[205 if value > 0 else 49]))


def _draw_window(painter: QPainter, look: Look, box: QRectF, numbers: Arithmetic, place: Place) -> float:
    """A pooling's window, as large as there is room; of a maximum the one that is taken framed."""
    px, window = look.px, numbers.window(*place)[0]
    rows, columns = window.shape
    top = QRectF(box.left(), box.top() - px(CAPTION), box.width(), px(CAPTION))
    caption(painter, look, top, "window", f"{rows * columns} numbers")
    side = min(px(44), box.width() / columns, max(2.0, box.height() / rows))
    grid = Grid(box.left(), box.top(), side, rows, columns)
    draw_values(painter, look, grid, window, suiting(numbers.patch[0], numbers.source == "@in"))
    if numbers.rule == "max":
        outline(painter, look, grid.rect(*numbers.largest(*place)).adjusted(1, 1, -1, -1), "warning")
    return grid.whole.bottom() + px(4)


def _draw_result(painter: QPainter, look: Look, row: QRectF, numbers: Arithmetic, place: Place) -> None:
    """The last line: what the output cell is, and which it is."""
    px = look.px
    painter.setPen(look.colour("line"))
    painter.drawLine(row.topLeft(), row.topRight())
    text = result_text(numbers, place)
    painter.setFont(look.font(12, bold=True))
    painter.setPen(look.colour("text"))
    painter.drawText(row.adjusted(0, 0, -px(2), 0), _RIGHT, text)
    used = painter.fontMetrics().horizontalAdvance(text) + px(8)
    where = f"place {place[1]}" if numbers.dimensions == 1 else f"row {place[0]}, column {place[1]}"
    caption(painter, look, row.adjusted(px(2), 0, -used, 0), _NAMES[numbers.rule], where)


def result_text(numbers: Arithmetic, place: Place) -> str:
    """The output cell as it is added up here: "0.122"; of a mean "3.2 : 4 = 0.8"."""
    value = number(numbers.value(*place))
    if numbers.rule == "mean":
        return f"{number(float(numbers.sums(*place)[0]))} : {numbers.counted(*place)} = {value}"
    return value


_NAMES = {"sum": "sum", "max": "largest", "mean": "mean"}


def _signed_number(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)
