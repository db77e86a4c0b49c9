"""Cells: a grid of coloured numbers on the screen, and the signs that say what kind of cell each is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from engine.arithmetic import BEYOND, PIXEL
from engine.colours import colour_table
from engine.snapshot import LEVELS
from widgets.arithmetic.parts import cell_text, figures
from widgets.theme import Look

Floats = NDArray[np.float32]
Place = tuple[int, int]

NUMBERED = 16  # a side of a cell, in grid pixels: smaller ones bear no numbers
_LIGHT = 140
"""Of 255: cells that are lighter bear black numbers."""


@dataclass(frozen=True)
class Grid:
    """``rows`` × ``columns`` square cells of ``side`` pixels from (``x``, ``y``) on."""

    x: float
    y: float
    side: float
    rows: int
    columns: int

    def rect(self, row: float, column: float, rows: float = 1, columns: float = 1) -> QRectF:
        """Where a cell lies, or a block of cells."""
        return QRectF(self.x + column * self.side, self.y + row * self.side, columns * self.side, rows * self.side)

    @property
    def whole(self) -> QRectF:
        """Where all of it lies."""
        return self.rect(0, 0, self.rows, self.columns)

    def at(self, place: QPointF) -> Place | None:
        """Row and column of the cell under ``place``."""
        if not self.rows or not self.columns or not self.whole.contains(place):
            return None
        row, column = int((place.y() - self.y) // self.side), int((place.x() - self.x) // self.side)
        return min(row, self.rows - 1), min(column, self.columns - 1)


@dataclass(frozen=True)
class Colouring:
    """Which colour a value has: the ``table`` from ``low`` to ``high``."""

    table: str
    low: float
    high: float

    def colours(self, values: Floats) -> NDArray[np.uint32]:
        """0xAARRGGBB of each; what is no number takes the colour of the lowest."""
        span = (self.high - self.low) or 1.0
        shares = np.clip(np.nan_to_num((values - self.low) / span, nan=0.0), 0, 1)
        colours: NDArray[np.uint32] = colour_table(self.table)[np.rint(shares * LEVELS).astype(np.uint8)]
        return colours


def signed(values: Floats) -> Colouring:
    """The diverging colours, with zero neutral."""
    limit = float(np.abs(values[np.isfinite(values)]).max(initial=0.0)) or 1.0
    return Colouring("diverging", -limit, limit)


def suiting(values: Floats, is_picture: bool) -> Colouring:
    """Grey for the network's own input, the diverging colours where there are negative values, else the sequential ones."""
    finite = values[np.isfinite(values)]
    low, high = float(finite.min(initial=0.0)), float(finite.max(initial=0.0))
    if is_picture:
        return Colouring("grey", low, high)
    return signed(values) if low < 0 else Colouring("sequential", 0.0, high)


def draw_values(
    painter: QPainter, look: Look, grid: Grid, values: Floats, colouring: Colouring, which: NDArray[np.bool_] | None = None
) -> None:
    """Coloured cells with their numbers, where these fit; what is no number has no colour. ``which`` cells, by default all."""
    places: list[Place] = [
        (row, column) for row, column in np.argwhere(np.ones(values.shape, np.bool_) if which is None else which).tolist()
    ]
    colours, known = colouring.colours(values), np.isfinite(values)
    blank, muted = look.colour("field"), look.colour("muted")
    painter.setPen(QPen(look.colour("bar"), 1) if grid.side >= look.px(6) else Qt.PenStyle.NoPen)
    for place in places:
        painter.setBrush(QColor.fromRgb(int(colours[place])) if known[place] else blank)
        painter.drawRect(grid.rect(*place))
    if grid.side >= look.px(NUMBERED):
        numbers = [(place, float(values[place])) for place in places]
        _write(painter, look, grid, numbers, lambda place: _ink(int(colours[place])) if known[place] else muted)


def _write(painter: QPainter, look: Look, grid: Grid, values: list[tuple[Place, float]], ink: Callable[[Place], QColor]) -> None:
    """The numbers alone, all in one size that fits the widest: "−0.42", else "−.42", else none."""
    decimals = figures([value for _, value in values])
    texts = [cell_text(value, decimals) for _, value in values]
    if not fit_font(painter, look, texts, grid.side):
        texts = [text.replace("0.", ".") if text.lstrip("−").startswith("0.") else text for text in texts]
        if not fit_font(painter, look, texts, grid.side):
            return
    for (place, _), text in zip(values, texts, strict=True):
        painter.setPen(ink(place))
        painter.drawText(grid.rect(*place), Qt.AlignmentFlag.AlignCenter, text)


def fit_font(painter: QPainter, look: Look, texts: Sequence[str], side: float) -> bool:
    """Give ``painter`` the largest font in which all ``texts`` fit cells of ``side`` pixels; False where none does."""
    longest = sorted(set(texts), key=len)[-4:]
    for size in (12, 11, 10, 9):
        font = look.font(size)
        if max((QFontMetricsF(font).horizontalAdvance(text) for text in longest), default=0.0) <= side - 1:
            painter.setFont(font)
            return True
    return False


def _ink(colour: int) -> QColor:
    red, green, blue = (colour >> 16) & 255, (colour >> 8) & 255, colour & 255
    return QColor("black") if 0.299 * red + 0.587 * green + 0.114 * blue > _LIGHT else QColor("white")


def draw_kinds(painter: QPainter, look: Look, grid: Grid, kinds: NDArray[np.uint8], is_read: NDArray[np.bool_]) -> None:
    """Over the cells: dashed frames around those that are no pixels, and a cross through pixels that no window reads."""
    muted, warning = look.colour("muted"), look.colour("warning")
    warning.setAlpha(150)
    inset = max(1.0, grid.side / 14)
    for row in range(grid.rows):
        for column in range(grid.columns):
            box = grid.rect(row, column).adjusted(inset, inset, -inset, -inset)
            kind = int(kinds[row, column])
            if kind != PIXEL:
                painter.setBrush(Qt.BrushStyle.NoBrush if kind != BEYOND else QColor(look.colour("line")))
                painter.setPen(QPen(muted, 1, Qt.PenStyle.DashLine))
                painter.drawRect(box)
            elif not is_read[row, column]:
                painter.setPen(QPen(warning, max(1, look.px(1))))
                painter.drawLines([QLineF(box.topLeft(), box.bottomRight()), QLineF(box.topRight(), box.bottomLeft())])


def outline(painter: QPainter, look: Look, box: QRectF, colour: str = "strong") -> None:
    """A frame that is seen on any colour."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, shade in ((look.px(4), look.colour("bar")), (look.px(2), look.colour(colour))):
        painter.setPen(QPen(shade, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin))
        painter.drawRect(box)


def draw_empty(painter: QPainter, look: Look, grid: Grid, is_empty: NDArray[np.bool_]) -> None:
    """Cells without a value yet."""
    painter.setPen(QPen(look.colour("line"), 1))
    painter.setBrush(look.colour("field"))
    painter.drawRects([grid.rect(int(row), int(column)) for row, column in np.argwhere(is_empty)])


def caption(painter: QPainter, look: Look, box: QRectF, words: str, more: str = "") -> None:
    """A bold word or two, and behind them, where there is room, muted ones."""
    painter.setFont(look.font(11, bold=True))
    painter.setPen(look.colour("text"))
    metrics = painter.fontMetrics()
    words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
    used = metrics.horizontalAdvance(words) + look.px(6)
    painter.setFont(look.font(11))
    painter.setPen(look.colour("muted"))
    if more and painter.fontMetrics().horizontalAdvance(more) <= box.width() - used:
        painter.drawText(box.adjusted(used, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, more)
