"""The feature maps view: what the selected layer makes of the pinned image: one picture per channel, or one bar per unit."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from engine.design.network import NetworkDesign
from engine.snapshot import Snapshot, Tiles, Units, Want
from engine.words import counted, number
from widgets.common.bars import Bar, BarList
from widgets.common.legend import LegendStrip
from widgets.common.picture_grid import PictureGrid
from widgets.common.pictures import from_tiles
from widgets.common.scale_control import ScaleControl
from widgets.common.unit_columns import UnitColumns
from widgets.common.words import layer_title
from widgets.viewing.base import Focus, View, view

MAPS, ACTIVATIONS = "Feature maps", "Activations"


@view
class FeatureMapsView(View):
    """Every channel or unit of the selected layer's output; a click chooses one."""

    name = "feature_maps"
    title = MAPS
    help = (
        "What the selected layer makes of the pinned image: one picture per channel; of a layer without places one bar per unit. "
        "Bright, or long, is a strong response."
    )
    area = "middle"
    telling = 1
    height_share = 3
    empty_text = "Press Space to train, and choose a layer in the list: its feature maps appear here."

    def content(self) -> QWidget:
        self.scale = ScaleControl("map")
        self.scale.scale_changed.connect(self.redraw)
        self.grid = PictureGrid(self.look, largest=420)
        self.grid.tile_chosen.connect(self.unit_chosen)
        self.classes = BarList(self.look)
        scrolled = QScrollArea(widgetResizable=True)
        scrolled.setWidget(self.classes)
        self.units = UnitColumns(self.look)
        self.units.unit_chosen.connect(self.unit_chosen)
        self._kinds = QStackedWidget()
        for page in (self.grid, scrolled, _over_its_readout(self.units)):
            self._kinds.addWidget(page)
        return self._kinds

    def controls(self) -> list[QWidget]:
        return [self.scale]

    def wants(self, focus: Focus) -> frozenset[Want]:
        return frozenset({Want("feature_maps", focus.layer)}) if focus.layer else frozenset()

    def draw(self, snapshot: Snapshot, focus: Focus) -> str:
        if not focus.layer:
            return "Choose a layer in the list on the left: its feature maps appear here."
        found, title = snapshot.captured.get(Want("feature_maps", focus.layer)), layer_title(snapshot.design, focus.layer)
        if not isinstance(found, Tiles | Units):
            return f"{title} has not been captured at this step yet."
        if isinstance(found, Units) and _only_reshapes(snapshot.design, focus.layer):
            return _why_no_maps(snapshot.design, focus.layer, found.total)
        if not len(found.levels if isinstance(found, Tiles) else found.values):
            return f"{title} has no maps to show."
        self.set_title(MAPS if isinstance(found, Tiles) else ACTIVATIONS)
        if isinstance(found, Tiles) == self.scale.isHidden() and self.scale.parentWidget() is not None:
            self.scale.setVisible(isinstance(found, Tiles))
        self._say(title, _how_many(found), snapshot)
        if isinstance(found, Tiles):
            self.grid.show_pictures(from_tiles(found, self.scale.scale_for(found, focus.layer), "map {}".format), focus.unit)
            self._kinds.setCurrentIndex(0)
        else:
            self._draw_units(found, focus.unit)
        return ""

    def _draw_units(self, units: Units, chosen: int) -> None:
        if units.labels:
            self.classes.show_bars(class_bars(units, chosen))
        else:
            self.units.show_values(units.values, chosen)
        self._kinds.setCurrentIndex(1 if units.labels else 2)

    def _say(self, title: str, what: str, snapshot: Snapshot) -> None:
        source = f" · {snapshot.front.source}" if snapshot.front else ""
        self.set_subtitle(f"{title} · {what}{source}", f"{title} · {what}", what)


def _over_its_readout(units: UnitColumns) -> QWidget:
    box, readout = QWidget(), LegendStrip(units.look)
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(units, 1)
    column.addWidget(readout)
    units.hovered.connect(readout.show_readout)
    return box


def class_bars(units: Units, chosen: int = -1) -> tuple[Bar, ...]:
    """One bar for each class from zero, where that lies between the lowest and the highest; the true class has a check mark."""
    values = [float(value) for value in units.values]
    low, high = min(0.0, *values), max(0.0, *values)
    span, best = (high - low) or 1.0, max(values)
    return tuple(
        Bar(
            f"{label} ✓" if index == units.truth else label,
            (value - low) / span,
            number(value),
            "good" if index == units.truth else "accent" if value > 0 else "muted",
            bold=index == chosen or value == best,
            start=-low / span,
        )
        for index, (label, value) in enumerate(zip(units.labels, values, strict=True))
    )


def _how_many(found: Tiles | Units) -> str:
    """The number in words: "12 maps of 28 × 28", "84 units"."""
    if isinstance(found, Units):
        shown, what = len(found.values), counted(found.total, "unit")
    else:
        shown, height, width = found.levels.shape
        what = f"{counted(found.total, 'map')} of {height} × {width}"
    return f"{what} (the first {shown:,})" if shown < found.total else what


def _only_reshapes(design: NetworkDesign, id: str) -> bool:
    return id in design and design[id].parameters.only_reshapes


def _why_no_maps(design: NetworkDesign, id: str, total: int) -> str:
    flat = design.flat
    before = layer_title(flat, flat.wiring()[flat.index(id)][0])
    return (
        f"{layer_title(design, id)} only writes the numbers of {before} in one row of {total:,}: it computes nothing, and in a "
        f"row they have no places, so there is no map. Choose {before} to see them."
    )
