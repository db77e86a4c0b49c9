"""The arithmetic view: what one cell of a convolution or pooling is made of, the layer as a matrix, and what a unit sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSpinBox, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from engine.arithmetic import Arithmetic
from engine.colours import colour_table, pack
from engine.design.check import DesignReport, LayerReport, check
from engine.design.kinds import LayerKind
from engine.design.network import NetworkDesign
from engine.numbers import NumberArray, Numbers, products_table
from engine.snapshot import Snapshot, Tiles, Want
from engine.words import number
from widgets.arithmetic.cells import signed
from widgets.arithmetic.field_canvas import FieldCanvas, FieldPictures
from widgets.arithmetic.matrix_canvas import MatrixCanvas
from widgets.arithmetic.parts import channel_name
from widgets.arithmetic.player import Player
from widgets.arithmetic.window_canvas import WindowCanvas
from widgets.common.given import given
from widgets.common.legend import LegendStrip
from widgets.common.pictures import Legend, rescaled, shared_limits
from widgets.common.segments import Segments
from widgets.common.words import layer_title
from widgets.viewing.base import Focus, View, view

TABS = ("Window", "Matrix", "Receptive field")
WINDOW, MATRIX, FIELD = range(3)
_TIPS = (
    "The window, its products with the kernel, and their sum",
    "The same as a matrix, and the transposed convolution as its transpose",
    "What a unit of the layer's map sees of the input",
)
NARROW, LOW = 420, 200  # in grid pixels
CHIPS = 4  # channels that have a button each; more are counted through


@view
class ArithmeticView(View):
    """The window slides over the pinned example; whatever stands in it was computed by the layer itself."""

    name = "arithmetic"
    title = "Arithmetic"
    help = (
        "How the selected convolution or pooling computes one output cell: the window on the input, the products with the "
        "kernel, the sum. Dashed cells are padding, crossed ones no window reads. Point at an output cell to see its window."
    )
    workspaces = ("design",)
    area = "middle"
    order = 60
    telling = 30
    height_share = 2
    every = 0.25
    empty_text = "Choose a convolution or a pooling in the list: its arithmetic on the pinned example appears here."

    def content(self) -> QWidget:
        self._numbers: Arithmetic | None = None
        self._checked: tuple[NetworkDesign, DesignReport] | None = None
        self._shown_of: tuple[str, tuple[int, ...]] = ("", ())
        self._make_controls()
        self.window_canvas = WindowCanvas(self.look)
        self.matrix_canvas = MatrixCanvas(self.look)
        self.field_canvas = FieldCanvas(self.look)
        self._hover: tuple[int, int] | None = None
        scrolled = QScrollArea(widgetResizable=True)
        scrolled.setWidget(self.window_canvas)
        self._pages = QStackedWidget()
        for page in (scrolled, self.matrix_canvas, self.field_canvas):
            self._pages.addWidget(page)
        self.legend = LegendStrip(self.look)
        self.player = Player(self.look)
        self._connect_parts()
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._pages, 1)
        column.addWidget(self.legend)
        column.addWidget(self.player)
        return box

    def _make_controls(self) -> None:
        self.chips = Segments("Channel")
        self.channel = given(QSpinBox(), prefix="channel ", visible=False, buttonSymbols=QSpinBox.ButtonSymbols.NoButtons)
        self.channel.setAccessibleName("Channel of the input")
        self.channel.setToolTip("Which of the channels that the filter reads: type its number, or use the up and down keys")
        self.channel.setProperty("flat", True)
        self.transpose = given(QToolButton(), text="Mᵀ", checkable=True, visible=False)
        self.transpose.setToolTip("The transposed matrix: what a transposed convolution with the same kernel computes")
        self.tabs = Segments("Show", TABS, _TIPS)
        self._controls = QWidget()
        row = QHBoxLayout(self._controls)
        row.setContentsMargins(0, 0, 0, 0)
        for part in (self.chips, self.channel, self.transpose, self.tabs):
            row.addWidget(part)

    def _connect_parts(self) -> None:
        self.chips.chosen.connect(lambda _: self._show_parts())
        self.channel.valueChanged.connect(lambda _: self._show_parts())
        self.transpose.toggled.connect(lambda _: self._show_parts())
        self.tabs.chosen.connect(lambda _: self.redraw())
        self.player.moved.connect(lambda _: self._show_parts())
        self.window_canvas.place_hovered.connect(self._hover_over)
        self.window_canvas.place_chosen.connect(self._go_to)
        self.matrix_canvas.place_chosen.connect(self._go_to)
        for hovered in (self.window_canvas.hovered, self.matrix_canvas.hovered, self.field_canvas.hovered):
            hovered.connect(self.legend.show_readout)

    def controls(self) -> list[QWidget]:
        return [self._controls]

    def wants(self, focus: Focus) -> frozenset[Want]:
        if not focus.layer:
            return frozenset()
        return frozenset({_want(focus), Want("feature_maps", focus.layer)})

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow card says less on its tabs, so that its title is whole; a low one has no legend."""
        super().resizeEvent(event)
        self.legend.setVisible(self.height() >= self.look.px(LOW))
        is_narrow = self.width() < self.look.px(NARROW)
        self.tabs.set_text(FIELD, "Field" if is_narrow else TABS[FIELD])
        self.channel.setPrefix("" if is_narrow else "channel ")

    # -- what is shown --

    def draw(self, snapshot: Snapshot, focus: Focus) -> str:
        tab = max(0, self.tabs.current)
        self._numbers = _found(snapshot, focus)
        reason = self._draw_field(snapshot, focus) if tab == FIELD else self._draw_numbers(snapshot, focus, tab)
        self._arrange(tab, not reason)
        return reason

    def _arrange(self, tab: int, is_drawn: bool) -> None:
        """The controls that the tab has."""
        self._pages.setCurrentIndex(tab)
        numbers = self._numbers if tab != FIELD and is_drawn else None
        depth = len(numbers.patch) if numbers is not None else 0
        self.chips.setVisible(1 < depth <= CHIPS)
        self.channel.setVisible(depth > CHIPS)
        self.transpose.setVisible(tab == MATRIX and is_drawn)
        self.player.setVisible(tab != FIELD)

    def _draw_numbers(self, snapshot: Snapshot, focus: Focus, tab: int) -> str:
        numbers = self._numbers
        if numbers is None:
            return _why_none(snapshot.design, self._report(snapshot.design), focus.layer)
        if tab == MATRIX and numbers.rule == "max":
            return "A maximum is no sum of products: it has no matrix. Choose a convolution or an average pooling."
        kept = numbers.rows.shown * numbers.columns.shown
        self._begin_anew_for(focus.layer, numbers)
        self.player.set_count(kept, numbers.rows.windows * numbers.columns.windows)
        self._set_channels(numbers)
        unit = "filter" if numbers.rule == "sum" else "channel"
        weights = " · initial weights" if snapshot.step == 0 and numbers.rule == "sum" else ""
        short = f"{unit} {numbers.unit} of {numbers.units}"
        self.set_subtitle(f"{layer_title(snapshot.design, focus.layer)} · {short}{weights}", f"{focus.layer} · {short}", short)
        self._show_parts()
        return ""

    def _begin_anew_for(self, layer: str, numbers: Arithmetic) -> None:
        """Another layer begins with its first window and its first channel."""
        shown = layer, (*numbers.output.shape, *numbers.patch.shape)
        if shown != self._shown_of:
            self._shown_of, self._hover = shown, None
            self.player.rewind()
            self.chips.choose(0)
            self.channel.blockSignals(True)
            self.channel.setValue(numbers.channel)
            self.channel.blockSignals(False)

    def _set_channels(self, numbers: Arithmetic) -> None:
        depth = len(numbers.patch)
        if depth <= CHIPS:
            names = [channel_name(numbers, at) for at in range(depth)]
            is_rgb = not names[0].startswith("channel")
            texts = [name[0].upper() if is_rgb else name.removeprefix("channel ") for name in names]
            chosen = max(0, self.chips.current)
            self.chips.set_choices(texts, [f"The {name} channel" if is_rgb else name for name in names])
            self.chips.choose(min(chosen, depth - 1))
        else:
            self.channel.blockSignals(True)
            self.channel.setRange(numbers.channel, numbers.channel + depth - 1)
            self.channel.blockSignals(False)

    def _channel(self) -> int:
        """Which of the channels that are read is shown."""
        assert self._numbers is not None
        depth = len(self._numbers.patch)
        chosen = self.chips.current if depth <= CHIPS else self.channel.value() - self._numbers.channel
        return min(max(0, chosen), depth - 1)

    def _show_parts(self) -> None:
        """Draw the window, or the matrix, for the channel and the place that are chosen."""
        numbers = self._numbers
        if numbers is None or self.tabs.current == FIELD:
            return
        reached = self._place_of(self.player.at)
        place, channel = self._hover or reached, self._channel()
        if self.tabs.current == MATRIX:
            self.matrix_canvas.show_numbers(numbers, channel, place, self.transpose.isChecked())
        else:
            self.window_canvas.show_numbers(numbers, channel, place, reached)
        self.legend.show_legend(_legend_of(numbers))

    def _place_of(self, window: int) -> tuple[int, int]:
        assert self._numbers is not None
        return divmod(min(window, self._numbers.output.size - 1), self._numbers.columns.shown)

    def _hover_over(self, place: tuple[int, int] | None) -> None:
        self._hover = place
        self._show_parts()

    def _go_to(self, place: tuple[int, int]) -> None:
        if self._numbers is not None:
            self.player.go_to(place[0] * self._numbers.columns.shown + place[1])

    # -- the receptive field --

    def _draw_field(self, snapshot: Snapshot, focus: Focus) -> str:
        tiles = snapshot.get(Want("feature_maps", focus.layer), Tiles)
        title = layer_title(snapshot.design, focus.layer)
        if not focus.layer:
            return "Choose a layer in the list: what its units see of the input appears here."
        field = self._report(snapshot.design)[focus.layer].field if focus.layer in snapshot.design else ()
        dimensions = len(field)
        if tiles is None or not len(tiles.levels) or dimensions not in (1, 2):
            return f"{title} has no map of units that each see a part of a picture. Choose a layer that has."
        at = min(max(0, focus.unit), len(tiles.levels) - 1)
        self.field_canvas.show_pictures(
            FieldPictures(
                _input_colours(snapshot), _map_colours(tiles, at), field, dimensions, _source(snapshot), f"{at} of {tiles.total}"
            )
        )
        self.set_subtitle(f"{title} · what a unit sees", "what a unit sees")
        self.legend.show_legend(None)
        self.legend.show_readout(self.field_canvas.words())
        return ""

    def _report(self, design: NetworkDesign) -> DesignReport:
        """The design, checked; once as long as it stays."""
        if self._checked is None or self._checked[0] is not design:
            self._checked = design, check(design)
        return self._checked[1]

    # -- for files --

    def numbers(self) -> list[Numbers]:
        """The products of the window that is shown, and the layer's output; or the matrix."""
        numbers = self._numbers
        if self.is_empty or numbers is None:
            return super().numbers()
        if self.tabs.current == MATRIX and self.matrix_canvas.product is not None:
            return [NumberArray(self.matrix_canvas.product.matrix)]
        return [products_table(numbers, *self._place_of(self.player.at)), NumberArray(numbers.output)]


def _want(focus: Focus) -> Want:
    return Want("arithmetic", focus.layer, unit=max(0, focus.unit))


def _found(snapshot: Snapshot, focus: Focus) -> Arithmetic | None:
    """The numbers of the unit that is looked at, or of another one of the layer as long as they are not there: the title says
    whose they are."""
    exact = snapshot.get(_want(focus), Arithmetic)
    if exact is not None or not focus.layer:
        return exact
    others = (found for want, found in snapshot.captured.items() if want.layer == focus.layer and isinstance(found, Arithmetic))
    return next(others, None)


def _legend_of(numbers: Arithmetic) -> Legend | None:
    if numbers.rule != "sum":
        return None
    colouring = signed(numbers.weights)
    return Legend("diverging", number(colouring.low, 2), number(colouring.high, 2), "0", "weights")


def _why_none(design: NetworkDesign, report: DesignReport, layer: str) -> str:
    """Which layers have a sliding window to look at, in words."""
    having = [spec.id for spec in design.flat.layers if _slides(spec.parameters, report[spec.id])]
    if layer in having:
        return f"The arithmetic of {layer_title(design, layer)} has not been captured at this step yet."
    here = f"No window slides over a row or a picture in {layer_title(design, layer)}" if layer else "No layer is chosen"
    if not having:
        return f"{here}, and no other layer of this network has one."
    return f"{here}. Choose {' or '.join(layer_title(design, id) for id in having[:2])} in the list."


def _slides(kind: LayerKind, report: LayerReport) -> bool:
    """Whether it is a convolution or a pooling along one or two dimensions."""
    if kind.category not in ("convolution", "pooling") or report.output_shape is None:
        return False
    return len(kind.windows(report.inputs) or ()) in (1, 2)


def _source(snapshot: Snapshot) -> str:
    return snapshot.front.source if snapshot.front else ""


def _input_colours(snapshot: Snapshot) -> NDArray[np.uint32]:
    """The pinned example's picture where it is one pixel for each of the input's; else plain cells."""
    shape = snapshot.design.input_shape
    sizes = (1, *shape[1:])[-2:] if len(shape) > 1 else (1, shape[0])
    picture = snapshot.front.picture if snapshot.front else None
    if picture is not None and picture.shape[1:] == sizes:
        return pack(picture)
    return np.full(sizes, 0xFF808080, np.uint32)


def _map_colours(tiles: Tiles, at: int) -> NDArray[np.uint32]:
    levels = rescaled(tiles, *shared_limits(tiles))[at]
    colours: NDArray[np.uint32] = colour_table("diverging" if tiles.signed else "sequential")[levels]
    return colours
