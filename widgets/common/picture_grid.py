"""PictureGrid: many small pictures as one mosaic, with outline, marks, captions, values under the mouse and a legend."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.common.legend import LegendStrip
from widgets.common.pictures import Pictures
from widgets.common.tile_canvas import TileCanvas
from widgets.theme import Look


class PictureGrid(QWidget):
    """A grid of Pictures over its legend.

    Emits ``hovered`` with the value under the mouse ("" off the pictures), ``tile_chosen`` with the index of a clicked tile and
    ``pixel_chosen`` with the Hit. ``gap`` and ``largest`` (a tile's longer side) are in grid pixels.
    """

    hovered = Signal(str)
    tile_chosen = Signal(int)
    pixel_chosen = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None, *, gap: int = 8, largest: int = 220) -> None:
        super().__init__(parent)
        self.canvas = TileCanvas(look, gap, largest, self)
        self.legend = LegendStrip(look, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(4))
        look.changed.connect(lambda: layout.setSpacing(look.px(4)))
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.legend)
        self.canvas.tile_chosen.connect(self.tile_chosen)
        self.canvas.pixel_chosen.connect(self.pixel_chosen)
        self.canvas.hovered.connect(self.hovered)
        self.canvas.hovered.connect(self.legend.show_readout)

    def show_pictures(self, pictures: Pictures, chosen: int = -1) -> None:
        """Show ``pictures`` with tile ``chosen`` outlined (-1: none)."""
        self.canvas.show_pictures(pictures, chosen)
        self.legend.show_legend(pictures.legend)

    def height_for(self, width: int, most: int) -> int:
        """The height of pictures and legend where they may be ``width`` wide and ``most`` high."""
        legend = self.legend.sizeHint().height() + self.layout().spacing()  # type: ignore[union-attr]  # it was given one
        return self.canvas.height_for(width, most - legend) + legend

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.legend.minimumSizeHint().height())
