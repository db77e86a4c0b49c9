"""The predictions view: a wall of test images, framed and signed by whether the network names them rightly."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from engine.snapshot import Snapshot, Wall, Want
from widgets.common.colour_maps import pack
from widgets.common.mosaic import Hit, Pixels
from widgets.common.picture_grid import PictureGrid
from widgets.common.pictures import Pictures
from widgets.common.words import class_name
from widgets.views.base import Focus, View, view

_WANT = Want("predictions")


@view
class PredictionsView(View):
    """Which test images the network gets right (green, ✓) and wrong (red, ✗); a click pins one."""

    name = "predictions"
    title = "Predictions"
    help = "A fixed set of test images: green with ✓ where the network is right, red with ✗ where it is wrong. Click to pin one."
    group = "answers"
    area = "side"
    height_share = 3
    empty_text = "Press Space to train: a wall of test images shows what the network gets right."

    def content(self) -> QWidget:
        self.grid = PictureGrid(self.look, gap=8, largest=84)
        self.grid.tile_chosen.connect(self._choose)
        self._wall: Wall | None = None
        self._pixels: Pixels | None = None
        return self.grid

    def wants(self, focus: Focus) -> frozenset[Want]:
        return frozenset({_WANT})

    def draw(self, snapshot: Snapshot, focus: Focus) -> str:
        wall = snapshot.get(_WANT, Wall)
        if wall is None or not len(wall.pictures):
            return "The predictions have not been captured at this step yet."
        right = wall.predicted == wall.labels
        self.set_subtitle(f"{int(right.sum())} ✓ right · {int((~right).sum())} ✗ wrong")
        marks = tuple((right * 2 - 1).tolist())
        if self._wall is None or self._pixels is None or self._wall.pictures is not wall.pictures:
            self._pixels = pack(wall.pictures.transpose(1, 0, 2, 3))  # once: the images stay the same in every snapshot
        self._wall = wall
        pinned = snapshot.pinned.index if snapshot.pinned else -1
        chosen = wall.indices.tolist().index(pinned) if pinned >= 0 and pinned in wall.indices else -1
        self.grid.show_pictures(Pictures(self._pixels, _describer(wall, snapshot.classes), marks=marks), chosen)
        return ""

    def _choose(self, tile: int) -> None:
        if self._wall is not None and tile < len(self._wall.indices):
            self.image_chosen.emit(int(self._wall.indices[tile]))


def _describer(wall: Wall, classes: tuple[str, ...]) -> Callable[[Hit], str]:
    def describe(hit: Hit) -> str:
        tile = hit.tile
        label, predicted = class_name(classes, int(wall.labels[tile])), class_name(classes, int(wall.predicted[tile]))
        sign = "✓" if wall.labels[tile] == wall.predicted[tile] else "✗"
        which = f"test image #{int(wall.indices[tile])}: " if tile < len(wall.indices) else ""
        return f"{which}label {label}, predicted {predicted} ({wall.confidence[tile] * 100:.0f} %) {sign}"

    return describe
