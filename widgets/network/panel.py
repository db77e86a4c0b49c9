"""The network panel: header with totals, list of layer cards, add button; what is done to layers is asked of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from engine.design.check import DesignReport
from engine.design.mending import mend_of
from engine.design.network import NetworkDesign
from engine.errors import DesignError, LayerscopeError
from engine.snapshot import History
from widgets.network.add_button import AddButton
from widgets.network.block_commands import BlockCommands, Follow
from widgets.network.folding import Folding
from widgets.network.gestures import Gestures
from widgets.network.list_view import LayerListView
from widgets.network.menu import add_wiring, layer_menu
from widgets.network.model import LayerListModel
from widgets.network.name_field import NameField
from widgets.network.palette import Palette
from widgets.network.rows import Position, Rows
from widgets.network.scroll_bar import scroll_bar_sheet
from widgets.network.totals_label import TotalsLabel
from widgets.theme import Look


class NetworkPanel(QWidget):
    """Shows a design and asks for edits; it never changes one. GUI thread only. Layers are told by their places; "" means the
    network's input. Which blocks are unfolded, and at which copy, is the panel's own."""

    edit_requested = Signal(str, object, str)  # title, Edit, merge key
    selection_changed = Signal(list)  # places of the selected layers, the current one last; [] for the input
    add_requested = Signal(object)  # the palette opens to insert at this Position
    save_block_requested = Signal(str, str)  # to "my blocks": its name, and the block as the text of a design
    block_removal_asked = Signal(str)  # from them: its name
    help_requested = Signal(str)  # a kind
    settings_requested = Signal()  # to what can be set of the current card
    refused = Signal(str)  # why a gesture cannot be, as a sentence

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._quiet = False
        self._design: NetworkDesign | None = None
        self._misfit: LayerscopeError | None = None
        self._report: DesignReport | None = None
        self.palette_popup: Palette | None = None
        self._insert_at = Position("", 0)
        self._my_blocks: Mapping[str, str] = {}
        self._columns = -1
        self._health_keys: dict[str, tuple[int, int, float]] = {}  # what was painted last, by layer
        self.setObjectName("networkPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.model = LayerListModel(self)
        self.list = LayerListView(look, self.model)
        self.add_button = AddButton(look)
        self.name_field = NameField(look)
        self._gestures = Gestures(self)
        self._blocks = BlockCommands(self.model, self._gestures, self.name_field, self.selected_ids, self)
        self._heading, self.totals = QLabel("NETWORK"), TotalsLabel(look)
        self._build()
        self._connect()
        self.restyle()

    def _build(self) -> None:
        self._header = QHBoxLayout()
        self._header.addWidget(self._heading)
        self._header.addWidget(self.totals, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._header)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.name_field)
        self._add_row = QVBoxLayout()
        self._add_row.addWidget(self.add_button)
        layout.addLayout(self._add_row)
        self._tail = QWidget()
        self._tail.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        layout.addWidget(self._tail)

    def _connect(self) -> None:
        self.list.selectionModel().selectionChanged.connect(self._on_selection)
        self.list.command.connect(self.run)
        self.list.dropped.connect(self._gestures.drop)
        self.list.wired.connect(self._gestures.wire)
        self.list.unwired.connect(self._gestures.unwire)
        self.list.pressed_on.connect(self._press)
        self._blocks.refolded.connect(self._refold)
        self._blocks.chosen.connect(self._walk_to)
        self._blocks.save_requested.connect(self.save_block_requested)
        self.name_field.left.connect(self.list.setFocus)
        self.model.rename_asked.connect(self._gestures.rename)
        self._gestures.edit_requested.connect(self.edit_requested)
        self._gestures.refused.connect(self.refused)
        self.add_button.clicked.connect(lambda: self.open_palette(self.rows.end))
        self.add_button.dropped.connect(lambda mime: self._gestures.drop(mime, self.rows.end, False))
        self._look.changed.connect(self.restyle)

    # -- what is shown --

    def set_design(self, design: NetworkDesign, report: DesignReport) -> None:
        """Show ``design``; selected layers that are still there stay selected, without a signal."""
        self._show(design, report)

    def _show(
        self,
        design: NetworkDesign,
        report: DesignReport,
        folding: Folding | None = None,
        follow: Follow = lambda place: place,
    ) -> None:
        """``design`` with its blocks folded as they are, or as ``folding`` says; ``follow`` tells where what is selected is now.
        Of what is folded away, the block is selected."""
        chosen = [follow(place) for place in self.selected_ids()]
        current, at_input = follow(self.current_id()), self._input_selected()
        if self._design is not None and design.wiring() != self._design.wiring():
            self.list.choose_wire(None)
        self._design = self._gestures.design = design
        self._report = report
        self._quiet = True
        self.model.set_design(design, report, folding)
        shown = self.rows.shown
        chosen = list(dict.fromkeys(shown(place) for place in chosen if place in design))
        self._select(chosen, shown(current) if current in design else "", at_input)
        self._quiet = False
        self._show_totals()
        if self.model.columns() != self._columns:
            self._columns = self.model.columns()
            self._relayout()
        self._fit_list()

    def set_input_note(self, text: str) -> None:
        """The muted line of the input's card, such as the data set's name."""
        self.model.set_note(text)

    def set_misfit(self, error: LayerscopeError | None) -> None:
        """What of the network does not go with the data: on its layer's card, else on the input's, with a button that mends."""
        self._misfit = error
        layer = error.layer if isinstance(error, DesignError) else ""
        self.model.set_misfit(layer, error)

    def mend(self, place: str = "") -> None:
        """Ask for the layer at ``place`` to be mended, or what does not go with the data, where that is simple."""
        mend = mend_of(self._design, self._report, place) if place and self._design and self._report else None
        if mend is not None:
            self._gestures.ask(mend.title, mend.edit)
        elif self._misfit is not None and self._misfit.fix is not None:
            self._gestures.ask(self._misfit.suggestion.strip().rstrip("."), self._misfit.fix)

    def set_history(self, history: History, step: float) -> None:
        """The health numbers up to ``step``. Cheap: only the curves of visible rows are painted again."""
        self.model.history, self.model.step = history, step
        for row in self.list.visible_rows():
            id, key = self.model.place_at(row), self.model.health_key(row)
            if self.model.card(row).series and self._health_keys.get(id) != key:  # a run adds points to the same History
                self._health_keys[id] = key
                self.list.viewport().update(self.list.cards.geometry.line(self.list.row_rect(row), 2))

    def set_alike(self, ids: frozenset[str] | None) -> None:
        """The layers that the health numbers are of; the others have changed since, and show none. None: all."""
        self.model.alike = ids
        self.set_history(self.model.history, self.model.step)

    def set_selection(self, places: Iterable[str]) -> None:
        """Select these layers, the last one as the current; none selects the input. Blocks around them unfold. No signal."""
        known = [place for place in places if self._design is not None and place in self._design]
        if known == self.selected_ids() and (known or self._input_selected()):
            return
        self._reveal(known)
        known = [place for place in known if self.model.row_of(place) > 0]
        self._quiet = True
        self._select(known, known[-1] if known else "", at_input=not known)
        self._quiet = False

    def selected_ids(self) -> list[str]:
        """The places of the selected layers from input to output, the current one last."""
        rows = sorted(index.row() for index in self.list.selectedIndexes() if index.row() > 0)
        ids, current = [self.model.place_at(row) for row in rows], self.current_id()
        return [*(id for id in ids if id != current), current] if current in ids else ids

    def current_id(self) -> str:
        """The layer the keyboard is on; "" for the input or none."""
        return self.model.place_at(self.list.currentIndex().row())

    def beside(self, place: str, step: int) -> str:
        """The place ``step`` rows below ``place`` (above, where that is negative), within the layers that are shown."""
        rows = self.rows
        at = rows.row_of(rows.shown(place)) + step if place else 1
        return rows.places[max(1, min(len(rows) - 1, at))] if len(rows) > 1 else ""

    @property
    def rows(self) -> Rows:
        """What is shown."""
        assert self.model.rows is not None, "a design was given"
        return self.model.rows

    def _input_selected(self) -> bool:
        return self.list.selectionModel().isRowSelected(0)

    def _select(self, ids: Sequence[str], current: str, at_input: bool) -> None:
        rows = [self.model.row_of(id) for id in ids] or ([0] if at_input and self.model.rowCount() else [])
        chosen = QItemSelection()
        for row in rows:
            chosen.select(self.model.index(row), self.model.index(row))
        selection = self.list.selectionModel()
        row = self.model.row_of(current) if current else (rows[-1] if rows else -1)
        if row >= 0:
            selection.setCurrentIndex(self.model.index(row), QItemSelectionModel.SelectionFlag.NoUpdate)
        selection.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if row >= 0:
            self.list.scrollTo(self.model.index(row))

    def _reveal(self, places: Iterable[str]) -> None:
        """Unfold what ``places`` are in, without a signal."""
        folding = self.model.folding
        for place in places:
            folding = folding.revealing(place)
        if folding != self.model.folding and self._design is not None and self._report is not None:
            self._show(self._design, self._report, folding)

    def _refold(self, folding: Folding, follow: Follow) -> None:
        """Show blocks folded otherwise; the selection goes with what it is on, or to the block in which that is hidden now."""
        before, bar = self.selected_ids(), self.list.verticalScrollBar()
        scrolled = bar.value()
        if self._design is not None and self._report is not None:
            self._show(self._design, self._report, folding, follow)
        self.list.doItemsLayout()
        bar.setValue(scrolled)  # what was pressed stays under the hand
        if self.selected_ids() != before:
            self.list.scrollTo(self.list.currentIndex())
            self.selection_changed.emit(self.selected_ids())

    def forget_folding(self) -> None:
        """Another network is shown: its blocks are folded, but for those around what is selected."""
        folding = Folding()
        for place in self.selected_ids():
            folding = folding.revealing(place)
        if folding != self.model.folding:
            self._refold(folding, lambda place: place)

    def _walk_to(self, place: str) -> None:
        """Select one layer, as a click on it would."""
        self.set_selection([place])
        self.selection_changed.emit(self.selected_ids())

    def _press(self, button: str, place: str) -> None:
        """A button of a card was pressed."""
        if button == "fix":
            self.mend(place)
        elif button == "fold":
            self._blocks.toggle(place)
        else:
            self._blocks.step_copy(place, -1 if button == "copy_previous" else 1)

    def _on_selection(self) -> None:
        if not self._quiet:
            self.selection_changed.emit(self.selected_ids())

    # -- commands: by key, menu or from outside --

    def run(self, command: str) -> None:
        """One of the commands of the list's keys and menu: add, remove, duplicate, move_up, copy, ..."""
        ids, gestures = self.selected_ids(), self._gestures
        commands: dict[str, Callable[[], object]] = {
            "add": self.open_palette,
            "remove": lambda: gestures.remove(ids),
            "duplicate": lambda: gestures.duplicate(ids),
            "move_up": lambda: gestures.shift(ids, down=False),
            "move_down": lambda: gestures.shift(ids, down=True),
            "rename": self._rename_current,
            "copy": lambda: gestures.copy(ids),
            "cut": lambda: gestures.cut(ids),
            "paste": lambda: gestures.paste(self._behind_selection()),
            "head": lambda: gestures.switch_head(self.current_id()) if self.current_id() else None,
            **self._blocks.commands(),
            "help": self._ask_help,
            "settings": self.settings_requested.emit,
        }
        commands[command]()

    def add_kind(self, kind: str, position: Position | None = None) -> None:
        """Ask for a new layer of ``kind`` at ``position``; below the selection where none is given."""
        self._gestures.add(kind, self._below_selection() if position is None else position)

    def add_layers(self, text: str, position: Position | None = None) -> None:
        """Ask for the layers in ``text``, such as a block of one's own, in the same way."""
        self._gestures.insert(text, self._below_selection() if position is None else position)

    def _rename_current(self) -> None:
        """Open the inline editor of the current layer's id."""
        if self.current_id():
            self.list.edit(self.list.currentIndex())

    def open_palette(self, position: Position | None = None) -> None:
        """Open the palette's search below the selected card; what is chosen is inserted at ``position``, that of the end or of
        what is below the selection."""
        self._insert_at = self._below_selection() if position is None else position
        if self.palette_popup is None:
            self.palette_popup = Palette(self._look, self, popup=True)
            self.palette_popup.chosen.connect(self._add_chosen)
            self.palette_popup.layers_chosen.connect(lambda text: self.add_layers(text, self.rows.clamped(self._insert_at)))
            self.palette_popup.removal_asked.connect(self.block_removal_asked)
            self.palette_popup.set_blocks(self._my_blocks)
        row = self._lowest_selected() if position is None else self.model.rowCount() - 1
        anchor = self.list.row_rect(row).bottomLeft()
        self.palette_popup.open_at(self.list.viewport().mapToGlobal(anchor + QPoint(self.list.cards.geometry.gutter, 0)))
        self.add_requested.emit(self._insert_at)

    def set_my_blocks(self, blocks: Mapping[str, str]) -> None:
        """The blocks of one's own that the palette lists: their texts by their names."""
        self._my_blocks = blocks
        if self.palette_popup is not None:
            self.palette_popup.set_blocks(blocks)

    def _add_chosen(self, kind: str) -> None:
        self.add_kind(kind, self.rows.clamped(self._insert_at))

    def layer_menu(self) -> QMenu:
        """The context menu for what is selected."""
        ids, id = self.selected_ids(), self.current_id()
        menu = layer_menu(self, ids, self._blocks.cannot(), self.run)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(ids) == 1 and id and self._design is not None and self._report is not None:
            add_wiring(menu, self.rows, self._report, id, self._gestures.wire, self._gestures.unwire)
            menu.addSeparator()
            title = self._design[id].parameters.title.lower()
            menu.addAction(f"Help on {title}\tF1").triggered.connect(lambda: self.run("help"))
        return menu

    # -- events --

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.layer_menu().popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_totals()

    def _ask_help(self) -> None:
        if self._design is not None and self.current_id():
            self.help_requested.emit(self._design[self.current_id()].kind)

    def _lowest_selected(self) -> int:
        """The last selected row; the last of all where none is selected."""
        return max([index.row() for index in self.list.selectedIndexes()], default=self.model.rowCount() - 1)

    def _below_selection(self) -> Position:
        return self.rows.below(self._lowest_selected()) if self.list.selectedIndexes() else self.rows.end

    def _behind_selection(self) -> Position:
        return self.rows.behind(self._lowest_selected()) if self.list.selectedIndexes() else self.rows.end

    # -- looks --

    def restyle(self) -> None:
        """The theme or the scale changed."""
        px, name = self._look.px, {key: self._look.colour(key).name() for key in self._look.theme.colours}
        self.setStyleSheet(
            f"#networkPanel {{ background: {name['panel']}; }}"
            "QListView { background: transparent; border: none; outline: 0; }" + scroll_bar_sheet(self._look)
        )
        heading = self._look.font(11)
        heading.setLetterSpacing(heading.SpacingType.PercentageSpacing, 106)
        self._heading.setFont(heading)
        self.totals.setFont(self._look.font(11))
        self.name_field.restyle()
        self._heading.setStyleSheet(f"color: {name['muted']};")
        self._header.setContentsMargins(px(14), px(12), px(12), px(10))
        self._header.setSpacing(px(8))
        self._add_row.setContentsMargins(0, px(4), 0, px(12))
        self._relayout()
        self._show_totals()

    def _relayout(self) -> None:
        self.list.restyle()
        self.add_button.left = self.list.cards.geometry.gutter
        self.add_button.setFixedHeight(self._look.px(36))
        self.list.doItemsLayout()
        self.list.viewport().update()
        self._fit_list()

    def _fit_list(self) -> None:
        self.list.setMaximumHeight(self.list.content_height())

    def _show_totals(self) -> None:
        if self._report is None:
            return
        self.totals.show_totals(self._report, self.width() - self._heading.sizeHint().width() - self._look.px(34))
