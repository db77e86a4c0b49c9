"""TileCanvas: the mosaic of a PictureGrid on the screen, scrolled where it does not fit."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QMouseEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QWidget

from engine.colours import BLANK, colour_table
from widgets.common.lines import in_lines
from widgets.common.mosaic import Hit, Mosaic, compose, fit, round_corners
from widgets.common.pictures import Pictures
from widgets.common.recorded import CARD
from widgets.common.tile_overlay import TileOverlay
from widgets.theme import Look

_MARGIN = 3  # room around the mosaic for the outline of a chosen tile, in grid pixels
_INNER = 2  # between tiles that belong together
_LINE = 14  # of a caption
_WIDEST_CAPTION = 84  # tiles become no wider than this for the sake of their captions
_KEEPS = 0.85  # of their size: pictures become no smaller for the sake of another line of a caption
_ALL_LINES = 100


class TileCanvas(QScrollArea):
    """The picture is put together by numpy at the screen's own resolution and shown by a label; what lies over it (outline,
    marks, captions) is recorded and changes rarely. Every factor is whole on screens of any density."""

    hovered = Signal(str)
    tile_chosen = Signal(int)
    pixel_chosen = Signal(object)  # a Hit

    def __init__(self, look: Look, gap: int, largest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._gap, self._largest = look, gap, largest
        self._pictures: Pictures | None = None
        self._mosaic: Mosaic | None = None
        self._hit: Hit | None = None
        self._lines = 0  # of the captions
        self._aside = 0  # how far captions reach beyond their tile on either side, in device pixels
        self._sheet = _Sheet(self)
        self._overlay = TileOverlay(look, self._sheet, self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setMinimumSize(1, 1)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWidget(self._sheet)
        look.changed.connect(self._relayout)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(240), self._look.px(160))

    @property
    def sheet(self) -> QWidget:
        """The widget that gets the mouse; tiles lie on it at ``tile_rect``."""
        return self._sheet

    @property
    def mosaic(self) -> Mosaic | None:
        """How the tiles are laid out, in device pixels; None where there are none."""
        return self._mosaic

    @property
    def pictures(self) -> Pictures | None:
        """What is shown."""
        return self._pictures

    def show_pictures(self, pictures: Pictures, chosen: int) -> None:
        """Show ``pictures``, with one tile outlined."""
        before, self._pictures = self._pictures, pictures
        self._overlay.chosen = chosen
        if before is None or _layout_key(before) != _layout_key(pictures):
            self._relayout()
        elif self.isVisible():
            if pictures.pixels is not before.pixels or pictures.table != before.table:
                self._put_together()
            self._overlay.refresh_if_changed()
        if self._hit is not None:
            self._say(self._hit if _is_inside(self._hit, pictures) else None)

    def tile_rect(self, tile: int) -> QRectF:
        """Where a tile lies on the sheet."""
        assert self._mosaic is not None
        ratio, margin = self.devicePixelRatioF(), self._margin()
        x, y, width, height = self._mosaic.rect(tile)
        return QRectF((x + margin + self._aside) / ratio, (y + margin) / ratio, width / ratio, height / ratio)

    def height_for(self, width: int, most: int) -> int:
        """How high the pictures are where they may be ``width`` wide and ``most`` high, all in pixels of the widget."""
        if self._pictures is None or not len(self._pictures.pixels):
            return most
        ratio, margin, before = self.devicePixelRatioF(), self._margin(), (self._lines, self._aside)
        space = (math.floor(width * ratio) - 2 * margin, math.floor(most * ratio) - 2 * margin)
        high = self._captioned(self._pictures, space).size[1] + 2 * margin + self._pixels(_LINE * self._lines)
        self._lines, self._aside = before
        return min(most, math.ceil(high / ratio))

    @property
    def caption_height(self) -> int:
        """The room below each tile for its caption, in pixels of the widget."""
        return self._look.px(_LINE * self._lines)

    @property
    def caption_lines(self) -> int:
        """How many lines of a caption have room there."""
        return self._lines

    @property
    def caption_overhang(self) -> float:
        """How far a caption may reach beyond its tile on either side, in pixels of the widget."""
        return self._aside / self.devicePixelRatioF()

    # -- layout, in device pixels --

    def _pixels(self, grid_pixels: float) -> int:
        return round(self._look.px(grid_pixels) * self.devicePixelRatioF())

    def _margin(self) -> int:
        return self._pixels(_MARGIN)

    def _relayout(self) -> None:
        pictures = self._pictures
        if pictures is None or not len(pictures.pixels):
            self._mosaic = None
            self._sheet.hide()
            return
        ratio = self.devicePixelRatioF()
        space = (math.floor(self.width() * ratio) - 2 * self._margin(), self._space_down())
        self._mosaic = self._captioned(pictures, space)
        if self._mosaic.size[1] > space[1]:  # make room for the scroll bar
            bar = math.ceil(self.verticalScrollBar().sizeHint().width() * ratio)
            self._mosaic = self._captioned(pictures, (space[0] - bar, space[1]))
        wide, high = self._sheet_pixels()
        self._sheet.setFixedSize(math.ceil(wide / ratio), math.ceil(high / ratio))
        self._sheet.show()
        self._overlay.resize(self._sheet.size())
        if self.isVisible():
            self._put_together()
            self._overlay.refresh()

    def _space_down(self) -> int:
        return math.floor(self.height() * self.devicePixelRatioF()) - 2 * self._margin()

    def _captioned(self, pictures: Pictures, space: tuple[int, int]) -> Mosaic:
        """Laid out with as many lines below the tiles as their captions need, which below a single row may be wider than tiles,
        or with fewer: for words that the mouse brings up anyway pictures become hardly smaller, and none has to be scrolled."""
        self._lines = pictures.widest.count("\n") + 1 if pictures.captions else 0
        mosaic = first = self._fitted(pictures, space)
        while not pictures.widest and self._lines < self._lines_needed(pictures, mosaic, space[0]):
            self._lines += 1
            smaller = self._fitted(pictures, space)
            is_scrolled = self._with_last_line(smaller) > space[1] >= self._with_last_line(first)
            if is_scrolled or smaller.factor < _KEEPS * first.factor:
                self._lines -= 1
                break
            mosaic = smaller
        self._aside = self._overhang(pictures, mosaic, space[0])
        return replace(mosaic, gap=2 * self._aside + self._pixels(self._gap)) if self._aside else mosaic

    def _with_last_line(self, mosaic: Mosaic) -> int:
        """The height of all tiles with their captions."""
        return mosaic.size[1] + self._pixels(_LINE * self._lines)

    def _overhang(self, pictures: Pictures, mosaic: Mosaic, width: int) -> int:
        """How far the captions of a single row reach beyond their tiles: as far as they need and ``width`` has room for it."""
        if pictures.widest or not pictures.captions or mosaic.rows > 1:
            return 0
        metrics, tile = QFontMetrics(self._look.font(11)), mosaic.tile[0]
        longest = max(metrics.horizontalAdvance(caption) for caption in pictures.captions) + self._look.px(2)
        room = (width + self._pixels(self._gap)) // mosaic.columns - self._pixels(self._gap)
        return max(0, (min(math.ceil(longest * self.devicePixelRatioF()), room) - tile) // 2)

    def _lines_needed(self, pictures: Pictures, mosaic: Mosaic, room: int) -> int:
        wide = mosaic.tile[0] + 2 * self._overhang(pictures, mosaic, room)
        font, width = self._look.font(11), int(wide / self.devicePixelRatioF())
        return max((len(in_lines(caption, font, width, _ALL_LINES)) for caption in pictures.captions), default=0)

    def _fitted(self, pictures: Pictures, space: tuple[int, int]) -> Mosaic:
        metrics = QFontMetrics(self._look.font(11))
        widest = max((metrics.horizontalAdvance(line) for line in pictures.widest.split("\n")), default=0)
        wanted = min(widest - self._look.px(self._gap - 2), self._look.px(_WIDEST_CAPTION)) * self.devicePixelRatioF()
        return fit(
            pictures.pixels.shape,
            space,
            gap=self._pixels(self._gap),
            below=self._pixels(_LINE * self._lines),
            columns=pictures.columns,
            group=pictures.group,
            inner=self._pixels(_INNER),
            smallest=max(self._pixels(24), round(wanted)),
            largest=max(space) if pictures.fills else self._pixels(self._largest),
        )

    def _sheet_pixels(self) -> tuple[int, int]:
        assert self._mosaic is not None and self._pictures is not None
        wide, high = self._mosaic.size
        return wide + 2 * (self._margin() + self._aside), high + 2 * self._margin() + self._pixels(_LINE * self._lines)

    def _put_together(self) -> None:
        """Make the picture of all tiles and hand it to the label."""
        if self._pictures is None or self._mosaic is None:
            return
        background = int(self._look.colour(CARD).rgb())
        wide, high = self._sheet_pixels()
        image = QImage(wide, high, QImage.Format.Format_RGB32)
        whole: NDArray[np.uint32] = np.frombuffer(image.bits(), np.uint32).reshape(high, wide)
        whole.fill(background)
        margin = self._margin()
        left = margin + self._aside
        inside = whole[margin : margin + self._mosaic.size[1], left : left + self._mosaic.size[0]]
        compose(_colours(self._pictures, background), self._mosaic, inside)
        round_corners(inside, self._mosaic, background)
        picture = QPixmap.fromImage(image)
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        self._sheet.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # again: scroll areas and style sheets take it away
        self._sheet.setPixmap(picture)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._relayout()
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        self._relayout()
        super().showEvent(event)

    # -- the mouse, told by the sheet --

    def hit(self, position: QPointF) -> Hit | None:
        """The pixel under a point of the sheet."""
        if self._mosaic is None:
            return None
        ratio, margin = self.devicePixelRatioF(), self._margin()
        return self._mosaic.hit(position.x() * ratio - margin - self._aside, position.y() * ratio - margin)

    def mouse_at(self, position: QPointF | None) -> None:
        """The mouse is over the sheet at ``position``, or has left it."""
        hit = None if position is None else self.hit(position)
        self._say(hit, "" if position is None or hit is not None else self._caption_at(position))

    def clicked_at(self, position: QPointF) -> None:
        """The sheet was clicked."""
        hit = self.hit(position)
        if hit is not None:
            self.tile_chosen.emit(hit.tile)
            self.pixel_chosen.emit(hit)

    def _caption_at(self, position: QPointF) -> str:
        """The caption under a point of the sheet, whole; "" where there is none."""
        captions = self._pictures.captions if self._pictures is not None and self._mosaic is not None else ()
        for tile, caption in enumerate(captions):
            place, over = self.tile_rect(tile), self.caption_overhang
            if QRectF(place.left() - over, place.bottom(), place.width() + 2 * over, self.caption_height).contains(position):
                return caption.replace("\n", " ")
        return ""

    def _say(self, hit: Hit | None, otherwise: str = "") -> None:
        self._hit = hit
        text = otherwise if hit is None or self._pictures is None else self._pictures.describe(hit)
        self._sheet.setToolTip(text)
        self.hovered.emit(text)


class _Sheet(QLabel):
    """Shows the mosaic and tells the canvas where the mouse is. Qt paints it, without Python."""

    def __init__(self, canvas: TileCanvas) -> None:
        super().__init__()
        self._canvas = canvas
        self.setMouseTracking(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._canvas.mouse_at(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._canvas.mouse_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._canvas.clicked_at(event.position())


def _colours(pictures: Pictures, background: int) -> NDArray[np.uint32]:
    """The tiles in screen colours; what is transparent shows the card."""
    if not pictures.table:
        pixels: NDArray[np.uint32] = pictures.pixels
        clear = pixels < np.uint32(0x01000000)
        return np.where(clear, np.uint32(background), pixels) if clear.any() else pixels
    table = colour_table(pictures.table).copy()
    table[BLANK] = background
    return table.take(pictures.pixels)


def _is_inside(hit: Hit, pictures: Pictures) -> bool:
    """Whether there is such a pixel; the mouse may have been over larger pictures."""
    count, height, width = pictures.pixels.shape
    return hit.tile < int(count) and hit.row < int(height) and hit.column < int(width)


def _layout_key(pictures: Pictures) -> tuple[object, ...]:
    captions = pictures.captions if pictures.captions and not pictures.widest else bool(pictures.captions)
    return pictures.pixels.shape, pictures.columns, pictures.group, pictures.widest, pictures.fills, captions
