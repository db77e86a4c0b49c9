"""The filters view: the learned kernels of the selected layer, signed, with zero neutral."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QToolButton, QWidget

from engine.colours import pack
from engine.snapshot import Snapshot, Tiles, Want
from engine.words import counted, number
from widgets.common.given import given
from widgets.common.matrix import TOKENS, UNITS, matrix_pictures, size_in_words, unit_at
from widgets.common.mosaic import Hit
from widgets.common.picture_grid import PictureGrid
from widgets.common.pictures import Legend, Pictures, from_tiles, shared_limits, value_at
from widgets.common.scale_control import ScaleControl
from widgets.common.words import layer_title
from widgets.viewing.base import Focus, View, view


@view
class FiltersView(View):
    """The weights of each filter: a row per filter and a column per input channel, or colours for RGB input. Of a layer that
    reads plain numbers the matrix: a row per unit and a column per input."""

    name = "filters"
    title = "Learned filters"
    help = "The weights of the selected layer. Blue is negative, white is zero, red is positive."
    area = "middle"
    telling = 6
    height_share = 2
    empty_text = "Press Space to train, and choose a convolution in the list: its filters appear here as they are learned."

    def content(self) -> QWidget:
        self.scale = ScaleControl("filter")
        self.scale.scale_changed.connect(self.redraw)
        self.rgb = given(QToolButton(), text="RGB", checkable=True, checked=True, visible=False)
        self.rgb.setToolTip("Show the three input channels of each filter as one colour picture")
        self.rgb.toggled.connect(lambda _: self.redraw())
        self.grid = PictureGrid(self.look, gap=6, largest=160)
        self.grid.pixel_chosen.connect(self._choose)
        self._columns = 1
        self._matrix: Tiles | None = None
        self._nouns = UNITS
        return self.grid

    def controls(self) -> list[QWidget]:
        return [self.rgb, self.scale]

    def wants(self, focus: Focus) -> frozenset[Want]:
        return frozenset({Want("filters", focus.layer)}) if focus.layer else frozenset()

    def draw(self, snapshot: Snapshot, focus: Focus) -> str:
        tiles = snapshot.get(Want("filters", focus.layer), Tiles)
        if tiles is None or not len(tiles.levels):
            self.rgb.setVisible(False)
            return _where_filters_are(snapshot, focus.layer)
        reads_rgb = tiles.columns == 3 and snapshot.design.input_shape[0] == 3
        if self.rgb.isHidden() == reads_rgb:
            self.rgb.setVisible(reads_rgb)
        colours = reads_rgb and self.rgb.isChecked()
        self._columns = 1 if colours else max(1, tiles.columns)
        self._matrix = None if tiles.columns else tiles
        self._nouns = TOKENS if snapshot.design[focus.layer].parameters.reads == "tokens" else UNITS
        what = _size_in_words(tiles) if tiles.columns else size_in_words(tiles, self._nouns)
        self.set_subtitle(f"{layer_title(snapshot.design, focus.layer)} · {what}", what)
        pictures = _in_colour(tiles) if colours else self._pictures(tiles, focus.layer)
        is_outlined = self._columns == 1 and self._matrix is None
        self.grid.show_pictures(pictures, focus.unit if is_outlined else -1)
        return ""

    def _pictures(self, tiles: Tiles, layer: str) -> Pictures:
        columns = self._columns
        if self._matrix is not None:
            return matrix_pictures(tiles, self.scale.scale_for(tiles, layer), self._nouns)

        def name(tile: int) -> str:
            return f"filter {tile // columns}, channel {tile % columns}" if columns > 1 else f"filter {tile}"

        return from_tiles(tiles, self.scale.scale_for(tiles, layer), name, noun="filter")

    def _choose(self, hit: Hit) -> None:
        self.unit_chosen.emit(hit.tile // self._columns if self._matrix is None else unit_at(self._matrix, hit))


def _in_colour(tiles: Tiles) -> Pictures:
    """Filters that read red, green and blue, each as one picture: grey is zero, brighter is positive."""
    _, limit = shared_limits(tiles)
    values = np.stack([tiles.values(tile) for tile in range(len(tiles.levels))])
    shares = np.clip(values / (2 * limit or 1.0) + 0.5, 0, 1)
    planes: NDArray[np.uint8] = np.rint(shares * 255).astype(np.uint8)
    planes = planes.reshape(-1, 3, *planes.shape[1:])

    def describe(hit: Hit) -> str:
        parts = (number(value_at(tiles, Hit(3 * hit.tile + channel, hit.row, hit.column))) for channel in range(3))
        return f"filter {hit.tile} · row {hit.row}, column {hit.column} · red, green, blue {', '.join(parts)}"

    legend = Legend("grey", number(-limit, 2), number(limit, 2), "0", "of red, green and blue each; grey is 0")
    return Pictures(pack(planes.transpose(1, 0, 2, 3)), describe, legend=legend)


def _size_in_words(tiles: Tiles) -> str:
    """ "6 filters of 12 × 3 × 3": so many channels, rows and columns each."""
    shown, height, width = tiles.levels.shape
    count = tiles.total // tiles.columns
    first = f" (the first {shown // tiles.columns})" if shown < tiles.total else ""
    return f"{counted(count, 'filter')} of {tiles.columns} × {height} × {width}{first}"


def _where_filters_are(snapshot: Snapshot, layer: str) -> str:
    """Which layers have filters to look at, in words."""
    design = snapshot.design
    having = [spec.id for spec in design.flat.layers if spec.parameters.has_filters]
    if layer in having:
        return f"The filters of {layer_title(design, layer)} have not been captured at this step yet."
    here = f"{layer_title(design, layer)} has no filters" if layer else "No layer is chosen"
    if not having:
        return f"{here}, and no other layer of this network has any."
    names = [layer_title(design, id) for id in having[:3]]
    more = " or another one" if len(having) > 3 else ""
    return f"{here}. Choose {' or '.join(names)}{more} in the list to see what it has learned."
