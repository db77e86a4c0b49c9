"""PictureGrid: many small pictures as one mosaic, with outline, marks, captions, values under the mouse and a legend."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from widgets.common.colour_maps import BLANK, colour_list
from widgets.common.legend import LegendStrip
from widgets.common.mosaic import Hit, Mosaic, compose, fit
from widgets.common.pictures import Pictures
from widgets.theme import Look

_MARGIN = 3  # room around the mosaic for the outline of a chosen tile, in grid pixels


class PictureGrid(QWidget):
    """A grid of Pictures over its legend. Emits ``hovered`` with the value under the mouse ("" off the pictures) and
    ``tile_chosen`` with the index of a clicked tile. All drawing happens in one paint of one image."""

    hovered = Signal(str)
    tile_chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None, *, gap: int = 8, largest: int = 220) -> None:
        super().__init__(parent)
        self.canvas = TileCanvas(look, gap, largest, self)
        self._legend = LegendStrip(look, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(4))
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self._legend)
        self.canvas.tile_chosen.connect(self.tile_chosen)
        self.canvas.hovered.connect(self.hovered)
        self.canvas.hovered.connect(self._legend.show_readout)

    def show_pictures(self, pictures: Pictures, chosen: int = -1) -> None:
        """Show ``pictures`` with tile ``chosen`` outlined (-1: none)."""
        self.canvas.show_pictures(pictures, chosen)
        self._legend.show_legend(pictures.legend)

    def set_largest(self, side: int) -> None:
        """How many grid pixels a tile's longer side may take."""
        self.canvas.set_largest(side)


class TileCanvas(QAbstractScrollArea):
    """The mosaic itself, scrolled where it does not fit. Positions are in device pixels, so that every factor is whole
    on screens of any density."""

    hovered = Signal(str)
    tile_chosen = Signal(int)

    def __init__(self, look: Look, gap: int, largest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._gap = gap
        self._largest = largest
        self._pictures: Pictures | None = None
        self._chosen = -1
        self._mosaic: Mosaic | None = None
        self._image: QImage | None = None
        self._pixels: object = None  # keeps the memory under the image alive
        self._hit: Hit | None = None
        self._signs: tuple[list[QRectF], list[QRectF], list[QLineF], list[QLineF]] = ([], [], [], [])
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setMinimumSize(1, 1)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        look.changed.connect(self._relayout)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(240), self._look.px(160))

    def show_pictures(self, pictures: Pictures, chosen: int) -> None:
        """Keep ``pictures`` for the next paint; costs nothing until then."""
        before = self._pictures
        self._pictures, self._chosen, self._image = pictures, chosen, None
        shape = None if before is None else (before.pixels.shape, before.columns, bool(before.captions))
        if shape != (pictures.pixels.shape, pictures.columns, bool(pictures.captions)):
            self._relayout()
        elif before is None or before.marks != pictures.marks:
            self._place_signs()
        if self._hit is not None:
            self._say(self._hit if self._hit.tile < len(pictures.pixels) else None)
        self.viewport().update()

    def set_largest(self, side: int) -> None:
        """How many grid pixels a tile's longer side may take."""
        if side != self._largest:
            self._largest = side
            self._relayout()

    @property
    def mosaic(self) -> Mosaic | None:
        """Where the tiles lie, in device pixels from ``origin``; None where there are none."""
        return self._mosaic

    def tile_rect(self, tile: int) -> QRectF:
        """Where tile ``tile`` lies on the viewport, in its coordinates."""
        assert self._mosaic is not None
        x, y, width, height = self._mosaic.rect(tile)
        left, top = self._origin()
        ratio = self._ratio()
        return QRectF((x + left) / ratio, (y + top) / ratio, width / ratio, height / ratio)

    # -- layout --

    def _ratio(self) -> float:
        return self.devicePixelRatioF()

    def _origin(self) -> tuple[int, int]:
        """Top left of the mosaic on the viewport, in device pixels."""
        margin = round(self._look.px(_MARGIN) * self._ratio())
        return margin - self.horizontalScrollBar().value(), margin - self.verticalScrollBar().value()

    def _gap_pixels(self) -> int:
        caption = self._look.px(16) if self._pictures and self._pictures.captions else 0
        return round((self._look.px(self._gap) + caption) * self._ratio())

    def _relayout(self) -> None:
        self._image = self._mosaic = None
        if self._pictures is not None and len(self._pictures.pixels):
            ratio, margin = self._ratio(), 2 * round(self._look.px(_MARGIN) * self._ratio())
            captions = round(self._look.px(16) * ratio) if self._pictures.captions else 0
            space = (round(self.width() * ratio) - margin, round(self.height() * ratio) - margin - captions)
            columns, gap = self._pictures.columns, self._gap_pixels()
            limits = {"smallest": round(self._look.px(24) * ratio), "largest": round(self._look.px(self._largest) * ratio)}
            self._mosaic = fit(self._pictures.pixels.shape, space, gap=gap, columns=columns, **limits)
            if self._mosaic.size[1] > space[1] and not columns:  # leave room for the scroll bar
                space = (space[0] - round(self.verticalScrollBar().sizeHint().width() * ratio), space[1])
                self._mosaic = fit(self._pictures.pixels.shape, space, gap=gap, columns=columns, **limits)
        self._place_scroll_bars()
        self._place_signs()
        self.viewport().update()

    def _place_scroll_bars(self) -> None:
        wide, high = self._mosaic.size if self._mosaic else (0, 0)
        margin = 2 * round(self._look.px(_MARGIN) * self._ratio())
        captions = round(self._look.px(16) * self._ratio()) if self._pictures and self._pictures.captions else 0
        for bar, whole, seen in (
            (self.horizontalScrollBar(), wide + margin, self.width()),
            (self.verticalScrollBar(), high + margin + captions, self.height()),
        ):
            page = round(seen * self._ratio())
            bar.setRange(0, max(0, whole - page))
            bar.setPageStep(max(1, page))
            bar.setSingleStep(max(1, page // 10))

    def _place_signs(self) -> None:
        """Frames and signs of right and wrong tiles, in mosaic coordinates."""
        right, wrong, ticks, crosses = self._signs = ([], [], [], [])
        if self._mosaic is None or self._pictures is None:
            return
        unit = self._look.px(1) * self._ratio()
        for tile, mark in enumerate(self._pictures.marks):
            x, y, width, height = self._mosaic.rect(tile)
            x, y = x + width - 8 * unit, y + height - 8 * unit  # the sign's place: bottom right
            frame = QRectF(*self._mosaic.rect(tile)).adjusted(-unit, -unit, unit, unit)
            if mark > 0:
                right.append(frame)
                ticks.append(QLineF(x, y + 3 * unit, x + 2 * unit, y + 5 * unit))
                ticks.append(QLineF(x + 2 * unit, y + 5 * unit, x + 6 * unit, y))
            elif mark < 0:
                wrong.append(frame)
                crosses.append(QLineF(x, y, x + 5 * unit, y + 5 * unit))
                crosses.append(QLineF(x, y + 5 * unit, x + 5 * unit, y))

    # -- painting --

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._relayout()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._mosaic is None or self._pictures is None:
            return
        if self._image is None:
            self._image = self._make_image(self._pictures, self._mosaic)
        with QPainter(self.viewport()) as painter:
            painter.scale(1 / self._ratio(), 1 / self._ratio())
            painter.translate(*self._origin())
            painter.drawImage(0, 0, self._image)
            if self._pictures.marks:
                self._paint_signs(painter)
            if self._pictures.captions:
                self._paint_captions(painter, self._pictures.captions, self._mosaic)
            if 0 <= self._chosen < self._mosaic.count:
                unit = self._look.px(2) * self._ratio()
                painter.setPen(QPen(self._look.colour("outline"), unit))
                rect = QRectF(*self._mosaic.rect(self._chosen))
                painter.drawRect(rect.adjusted(-unit / 2, -unit / 2, unit / 2, unit / 2))

    def _make_image(self, pictures: Pictures, mosaic: Mosaic) -> QImage:
        indexed = bool(pictures.table)
        pixels = compose(pictures.pixels, mosaic, BLANK if indexed else 0)
        kind = QImage.Format.Format_Indexed8 if indexed else QImage.Format.Format_ARGB32_Premultiplied
        self._pixels = pixels
        image = QImage(pixels.data, *mosaic.size, pixels.strides[0], kind)
        if indexed:
            image.setColorTable(colour_list(pictures.table))
        return image

    def _paint_signs(self, painter: QPainter) -> None:
        unit = self._look.px(1) * self._ratio()
        right, wrong, ticks, crosses = self._signs
        shade = QPen(QColor(0, 0, 0, 200), 4 * unit)  # so that the sign reads on any picture
        painter.setPen(shade)
        painter.drawLines([*ticks, *crosses])
        for name, frames, lines in (("good", right, ticks), ("bad", wrong, crosses)):
            painter.setPen(QPen(self._look.colour(name), 2 * unit))
            painter.drawRects(frames)
            painter.drawLines(lines)

    def _paint_captions(self, painter: QPainter, captions: tuple[str, ...], mosaic: Mosaic) -> None:
        ratio = self._ratio()
        font = self._look.font(11)
        font.setPixelSize(round(font.pixelSize() * ratio))
        painter.setFont(font)
        painter.setPen(self._look.colour("muted"))
        high = self._look.px(16) * ratio
        for tile, caption in enumerate(captions[: mosaic.count]):
            x, y, width, height = mosaic.rect(tile)
            text = painter.fontMetrics().elidedText(caption, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRectF(x, y + height, width, high), Qt.AlignmentFlag.AlignCenter, text)

    # -- mouse --

    def hit(self, position: QPointF) -> Hit | None:
        """The pixel under a point of the viewport."""
        if self._mosaic is None:
            return None
        left, top = self._origin()
        return self._mosaic.hit(position.x() * self._ratio() - left, position.y() * self._ratio() - top)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._say(self.hit(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = self.hit(event.position())
        if hit is not None and event.button() == Qt.MouseButton.LeftButton:
            self.tile_chosen.emit(hit.tile)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            hit = self.hit(QPointF(event.pos()))
            if hit is not None and self._pictures is not None:
                QToolTip.showText(event.globalPos(), self._pictures.describe(hit), self.viewport())
            else:
                QToolTip.hideText()
            return True
        if event.type() == QEvent.Type.Leave:
            self._say(None)
        elif event.type() == QEvent.Type.DevicePixelRatioChange:
            self._relayout()
        return super().viewportEvent(event)

    def _say(self, hit: Hit | None) -> None:
        self._hit = hit
        text = "" if hit is None or self._pictures is None else self._pictures.describe(hit)
        self.hovered.emit(text)
