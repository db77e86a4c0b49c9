"""The network panel: header with totals, list of layer cards, add button; what is done to layers is asked of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from engine.design.check import DesignReport
from engine.design.network import NetworkDesign
from engine.errors import DesignError, LayerscopeError
from engine.snapshot import History
from widgets.explanations import explain
from widgets.network.add_button import AddButton
from widgets.network.cards import shorter, totals
from widgets.network.gestures import Gestures
from widgets.network.list_view import LayerListView
from widgets.network.menu import add_wiring, layer_menu
from widgets.network.model import LayerListModel
from widgets.network.palette import Palette
from widgets.network.scroll_bar import scroll_bar_sheet
from widgets.theme import Look


class NetworkPanel(QWidget):
    """Shows a design and asks for edits; it never changes one. GUI thread only. The id "" means the network's input."""

    edit_requested = Signal(str, object, str)  # title, Edit, merge key
    selection_changed = Signal(list)  # ids of the selected layers, the current one last; [] for the input
    add_requested = Signal(int)  # the palette opens to insert at this position
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
        self._insert_at = 0
        self._columns = -1
        self._health_keys: dict[str, tuple[int, int, float]] = {}  # what was painted last, by layer
        self.setObjectName("networkPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.model = LayerListModel(self)
        self.list = LayerListView(look, self.model)
        self.add_button = AddButton(look)
        self._gestures = Gestures(self)
        self._heading, self.totals = QLabel("NETWORK"), QLabel()
        self.totals.setAccessibleName("Totals")
        self._build()
        self._connect()
        self.restyle()

    def _build(self) -> None:
        self._header = QHBoxLayout()
        self.totals.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.totals.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._header.addWidget(self._heading)
        self._header.addWidget(self.totals, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._header)
        layout.addWidget(self.list, 1)
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
        self.list.fix_clicked.connect(self.mend)
        self.model.rename_asked.connect(self._gestures.rename)
        self._gestures.edit_requested.connect(self.edit_requested)
        self._gestures.refused.connect(self.refused)
        self.add_button.clicked.connect(lambda: self.open_palette(self._end()))
        self.add_button.dropped.connect(lambda mime: self._gestures.drop(mime, self._end(), False))
        self._look.changed.connect(self.restyle)

    # -- what is shown --

    def set_design(self, design: NetworkDesign, report: DesignReport) -> None:
        """Show ``design``; selected layers that are still there stay selected, without a signal."""
        ids, current, at_input = self.selected_ids(), self.current_id(), self._input_selected()
        if self._design is not None and design.wiring() != self._design.wiring():
            self.list.choose_wire(None)
        self._design = self._gestures.design = design
        self._report = report
        self._quiet = True
        self.model.set_design(design, report)
        self._select([id for id in ids if id in design], current if current in design else "", at_input)
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

    def mend(self) -> None:
        """Ask for what does not go with the data to be mended, where that is simple."""
        if self._misfit is not None and self._misfit.fix is not None:
            self._gestures.ask(self._misfit.suggestion.strip().rstrip("."), self._misfit.fix)

    def set_history(self, history: History, step: float) -> None:
        """The health numbers up to ``step``. Cheap: only the curves of visible rows are painted again."""
        self.model.history, self.model.step = history, step
        for row in self.list.visible_rows():
            id, key = self.model.id_at(row), self.model.health_key(row)
            if self.model.card(row).series and self._health_keys.get(id) != key:  # a run adds points to the same History
                self._health_keys[id] = key
                self.list.viewport().update(self.list.cards.geometry.line(self.list.row_rect(row), 2))

    def set_alike(self, ids: frozenset[str] | None) -> None:
        """The layers that the health numbers are of; the others have changed since, and show none. None: all."""
        self.model.alike = ids
        self.set_history(self.model.history, self.model.step)

    def set_selection(self, ids: Iterable[str]) -> None:
        """Select these layers, the last one as the current; none selects the input. No signal."""
        known = [id for id in ids if self.model.row_of(id) > 0]
        if known == self.selected_ids() and (known or self._input_selected()):
            return
        self._quiet = True
        self._select(known, known[-1] if known else "", at_input=not known)
        self._quiet = False

    def selected_ids(self) -> list[str]:
        """The selected layers from input to output, the current one last."""
        rows = sorted(index.row() for index in self.list.selectedIndexes() if index.row() > 0)
        ids, current = [self.model.id_at(row) for row in rows], self.current_id()
        return [*(id for id in ids if id != current), current] if current in ids else ids

    def current_id(self) -> str:
        """The layer the keyboard is on; "" for the input or none."""
        return self.model.id_at(self.list.currentIndex().row())

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

    def _on_selection(self) -> None:
        if not self._quiet:
            self.selection_changed.emit(self.selected_ids())

    # -- commands: by key, menu or from outside --

    def run(self, command: str) -> None:
        """One of the commands of the list's keys and menu: add, remove, duplicate, move_up, copy, ..."""
        ids, gestures = self.selected_ids(), self._gestures
        commands: dict[str, Callable[[], None]] = {
            "add": self.open_palette,
            "remove": lambda: gestures.remove(ids),
            "duplicate": lambda: gestures.duplicate(ids),
            "move_up": lambda: gestures.shift(ids, down=False),
            "move_down": lambda: gestures.shift(ids, down=True),
            "rename": self._rename_current,
            "copy": lambda: gestures.copy(ids),
            "cut": lambda: gestures.cut(ids),
            "paste": lambda: gestures.paste(self._below_selection()),
            "help": self._ask_help,
            "settings": self.settings_requested.emit,
        }
        commands[command]()

    def add_kind(self, kind: str, position: int | None = None) -> None:
        """Ask for a new layer of ``kind`` at ``position``; below the selection where none is given."""
        self._gestures.add(kind, self._below_selection() if position is None else position)

    def _rename_current(self) -> None:
        """Open the inline editor of the current layer's id."""
        if self.current_id():
            self.list.edit(self.list.currentIndex())

    def open_palette(self, position: int | None = None) -> None:
        """Open the palette's search below the selected card; what is chosen is inserted at ``position``."""
        self._insert_at = self._below_selection() if position is None else position
        if self.palette_popup is None:
            self.palette_popup = Palette(self._look, self, popup=True)
            self.palette_popup.chosen.connect(self._add_chosen)
        anchor = self.list.row_rect(min(self._insert_at, self.model.rowCount() - 1)).bottomLeft()
        self.palette_popup.open_at(self.list.viewport().mapToGlobal(anchor + QPoint(self.list.cards.geometry.gutter, 0)))
        self.add_requested.emit(self._insert_at)

    def _add_chosen(self, kind: str) -> None:
        self.add_kind(kind, min(self._insert_at, self._end()))  # layers may have gone while the palette was open

    def layer_menu(self) -> QMenu:
        """The context menu for what is selected."""
        ids, id = self.selected_ids(), self.current_id()
        menu = layer_menu(self, ids, self.run)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(ids) == 1 and id and self._design is not None and self._report is not None:
            add_wiring(menu, self._design, self._report, id, self._gestures.wire, self._gestures.unwire)
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

    def _end(self) -> int:
        return max(0, self.model.rowCount() - 1)

    def _below_selection(self) -> int:
        rows = [index.row() for index in self.list.selectedIndexes()]
        return max(rows) if rows else self._end()

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
        misfits = len(self._report.errors)
        text = totals(self._report.costs, misfits)
        room = self.width() - self._heading.sizeHint().width() - self._look.px(34)
        fitting = [each for each in (text, *shorter(text)) if self.totals.fontMetrics().horizontalAdvance(each) <= room]
        self.totals.setText(fitting[0] if fitting else "")
        self.totals.setToolTip(f"{text}\n{explain('parameters')}\n{explain('macs')}")
        self.totals.setStyleSheet(f"color: {self._look.colour('bad' if misfits else 'muted').name()};")
