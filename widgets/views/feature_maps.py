"""The feature maps view: what the selected layer makes of the pinned image, one picture per channel."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from engine.snapshot import Snapshot, Tiles, Want
from widgets.common.picture_grid import PictureGrid
from widgets.common.pictures import from_tiles
from widgets.common.scale_control import ScaleControl
from widgets.common.words import layer_title
from widgets.viewing.base import Focus, View, view


@view
class FeatureMapsView(View):
    """Every channel of the selected layer's output; a click chooses the unit."""

    name = "feature_maps"
    title = "Feature maps"
    help = "What the selected layer makes of the pinned image: one picture per channel. Bright is a strong response."
    area = "middle"
    height_share = 3
    empty_text = "Press Space to train, and choose a layer in the list: its feature maps appear here."

    def content(self) -> QWidget:
        self.scale = ScaleControl("map")
        self.scale.scale_changed.connect(self.redraw)
        self.grid = PictureGrid(self.look, largest=200)
        self.grid.tile_chosen.connect(self.unit_chosen)
        return self.grid

    def controls(self) -> list[QWidget]:
        return [self.scale]

    def wants(self, focus: Focus) -> frozenset[Want]:
        return frozenset({Want("feature_maps", focus.layer)}) if focus.layer else frozenset()

    def draw(self, snapshot: Snapshot, focus: Focus) -> str:
        if not focus.layer:
            return "Choose a layer in the list on the left: its feature maps appear here."
        tiles = snapshot.get(Want("feature_maps", focus.layer), Tiles)
        if tiles is None:
            return f"{layer_title(snapshot.design, focus.layer)} has not been captured at this step yet."
        if not len(tiles.levels):
            return f"{layer_title(snapshot.design, focus.layer)} has no maps to show."
        self.set_subtitle(_subtitle(snapshot, focus.layer, tiles))
        scale = self.scale.scale_for(tiles, focus.layer)
        self.grid.show_pictures(from_tiles(tiles, scale, "map {}".format), focus.unit)
        return ""


def _subtitle(snapshot: Snapshot, layer: str, tiles: Tiles) -> str:
    shown, height, width = tiles.levels.shape
    if height == width == 1:
        what = f"{tiles.total} units"
    elif height == 1:
        what = f"{width} units"
    else:
        what = f"{tiles.total} map{'s' if tiles.total != 1 else ''} of {height} × {width}"
    first = f" (the first {shown})" if shown < tiles.total else ""
    source = f" · {snapshot.front.source}" if snapshot.front else ""
    return f"{layer_title(snapshot.design, layer)} · {what}{first}{source}"
