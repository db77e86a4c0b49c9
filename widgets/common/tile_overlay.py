"""TileOverlay: what lies over a mosaic: the outline of the chosen tile, frames and signs of right and wrong ones, captions."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from widgets.common.lines import in_lines
from widgets.common.mosaic import Mosaic
from widgets.common.pictures import Pictures
from widgets.common.recorded import Recorded
from widgets.theme import Look

_CENTRED = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop


class Tiled(Protocol):
    """What the overlay has to know of the canvas it lies on."""

    @property
    def pictures(self) -> Pictures | None:
        """What is shown."""

    @property
    def mosaic(self) -> Mosaic | None:
        """How it is laid out."""

    @property
    def caption_height(self) -> int:
        """The room below each tile."""

    @property
    def caption_lines(self) -> int:
        """How many lines of a caption have room there."""

    @property
    def caption_overhang(self) -> float:
        """How far a caption may reach beyond its tile on either side."""

    def tile_rect(self, tile: int) -> QRectF:
        """Where a tile lies."""


class TileOverlay(Recorded):
    """What lies over the mosaic: the outline of the chosen tile, frames and signs of right and wrong ones, captions."""

    def __init__(self, look: Look, sheet: QWidget, canvas: Tiled) -> None:
        super().__init__(look, sheet, background="")
        self._canvas = canvas
        self.chosen = -1
        self._drawn: tuple[object, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def refresh_if_changed(self) -> None:
        """Record anew if outline, marks or captions are others than those drawn."""
        if self._drawn != self._state():
            self.refresh()

    def _state(self) -> tuple[object, ...]:
        pictures = self._canvas.pictures
        return (self.chosen, pictures.marks, pictures.captions) if pictures else ()

    def record(self, painter: QPainter) -> None:
        pictures, mosaic = self._canvas.pictures, self._canvas.mosaic
        if pictures is None or mosaic is None:
            return
        self._drawn = self._state()
        if pictures.marks:
            self._record_marks(painter, pictures.marks)
        if pictures.captions:
            self._record_captions(painter, pictures, mosaic)
        if 0 <= self.chosen < mosaic.count:
            unit = self.look.px(2)
            out = unit * (1.5 if pictures.marks else 0.5)  # a frame that says right or wrong stays in sight
            painter.setPen(QPen(self.look.colour("outline"), unit))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._canvas.tile_rect(self.chosen).adjusted(-out, -out, out, out))

    def _record_marks(self, painter: QPainter, marks: tuple[int, ...]) -> None:
        unit = self.look.px(1)
        frames: dict[int, list[QRectF]] = {1: [], -1: []}
        signs: dict[int, list[QLineF]] = {1: [], -1: []}
        for tile, mark in enumerate(marks):
            if mark:
                rect = self._canvas.tile_rect(tile)
                frames[mark].append(rect.adjusted(-unit / 2, -unit / 2, unit / 2, unit / 2))
                signs[mark].extend(_sign(mark, rect.right() - 8 * unit, rect.bottom() - 8 * unit, unit))
        painter.setPen(QPen(QColor(0, 0, 0, 200), 4 * unit))  # so that the sign reads on any picture
        painter.drawLines(signs[1] + signs[-1])
        for mark, colour in ((1, "good"), (-1, "bad")):
            painter.setPen(QPen(self.look.colour(colour), 2 * unit))
            painter.drawRects(frames[mark])
            painter.drawLines(signs[mark])

    def _record_captions(self, painter: QPainter, pictures: Pictures, mosaic: Mosaic) -> None:
        """What is wrong in the colour of its frame. Long captions of few tiles are broken into as many lines as there are, and
        shortened in the middle of the last one: numbers stand at the end. Short ones of many may reach into the gaps."""
        painter.setFont(self.look.font(11))
        more = mosaic.gap / self.devicePixelRatioF() / 2 - 1 if pictures.widest else self._canvas.caption_overhang
        high = self._canvas.caption_height
        for tile, caption in enumerate(pictures.captions[: mosaic.count]):
            rect = self._canvas.tile_rect(tile)
            wrong = tile < len(pictures.marks) and pictures.marks[tile] < 0
            painter.setPen(self.look.colour("bad" if wrong else "muted"))
            place = QRectF(rect.left() - more, rect.bottom() + 1, rect.width() + 2 * more, high)
            painter.drawText(place, _CENTRED, self._shortened(painter, caption, int(place.width()), wraps=not pictures.widest))

    def _shortened(self, painter: QPainter, caption: str, width: int, *, wraps: bool) -> str:
        metrics = painter.fontMetrics()
        if metrics.horizontalAdvance(caption) <= width:  # as nearly always
            return caption
        if wraps:
            most = max(1, self._canvas.caption_lines)
            return "\n".join(in_lines(caption, self.look.font(11), width, most, Qt.TextElideMode.ElideMiddle))
        return "\n".join(metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in caption.split("\n"))


def _sign(mark: int, x: float, y: float, unit: float) -> tuple[QLineF, QLineF]:
    """A check mark or a cross, about six units high, with its top left at (x, y)."""
    if mark > 0:
        return QLineF(x, y + 3 * unit, x + 2 * unit, y + 5 * unit), QLineF(x + 2 * unit, y + 5 * unit, x + 6 * unit, y)
    return QLineF(x, y, x + 5 * unit, y + 5 * unit), QLineF(x, y + 5 * unit, x + 5 * unit, y)
