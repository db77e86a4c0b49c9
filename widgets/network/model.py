"""The network list's model: row 0 is the input, one row per layer that is shown; it holds cards and health."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from engine.design.check import DesignReport
from engine.design.mending import mend_of
from engine.design.network import NetworkDesign
from engine.design.places import own_id
from engine.errors import LayerscopeError
from engine.snapshot import History, Series
from widgets.common.whereabouts import within
from widgets.network.cards import Card, card_of, lanes_of
from widgets.network.clipboard import IDS_MIME, layers_mime, layers_text
from widgets.network.folding import Folding
from widgets.network.lanes import RowLanes
from widgets.network.rows import Rows

CARD = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


MOST_CARDS = 400
"""Cards are made as they are asked for, and made anew with every edit: those of rows that were passed long ago are let go."""


class LayerListModel(QAbstractListModel):
    """Cards in order. ``rename_asked`` (place, new id) is what an inline editor leads to."""

    rename_asked = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.design: NetworkDesign | None = None
        self.rows: Rows | None = None
        self.folding = Folding()
        self.history = History()
        self.step = float("inf")
        self.alike: frozenset[str] | None = None  # places of the layers that the history is of; None: all
        self._no_series = Series()
        self._note = ""
        self._misfit: tuple[str, LayerscopeError] | None = None  # with the place of the layer that it is about
        self._report: DesignReport | None = None
        self._cards: dict[int, Card] = {}  # of the rows that were asked for
        self._lanes: tuple[RowLanes, ...] = ()

    def set_design(self, design: NetworkDesign, report: DesignReport, folding: Folding | None = None) -> None:
        """Show another design, with ``folding`` or as it was. Rows that stay are told apart by the number of rows: the same
        number resets nothing."""
        before, lanes = self.rows, self._lanes
        if folding is None:
            folding = self.folding.followed(before.design, design) if before is not None else self.folding
        after = Rows(design, folding)
        reset = before is None or len(before) != len(after)
        if reset:
            self.beginResetModel()
        self.design, self._report, self.rows, self.folding = design, report, after, folding
        if reset or before is None or before.places != after.places or before.wirings != after.wirings:
            self._lanes = lanes_of(after)
        if reset:
            self._cards.clear()
            self.endResetModel()
        else:
            self._tell_changed(self._make_anew(), lanes)

    def _make_anew(self) -> list[int]:
        """The cards that were asked for, as they are now; the rows of those that are others."""
        old, self._cards = self._cards, {}
        if len(old) > MOST_CARDS:
            return list(range(self.rowCount()))
        return [row for row, card in old.items() if self.card(row) != card]

    def _tell_changed(self, rows: list[int], lanes: tuple[RowLanes, ...]) -> None:
        if lanes is not self._lanes:
            rows = [*rows, *(row for row, (old, new) in enumerate(zip(lanes, self._lanes, strict=True)) if old != new)]
        if rows:
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))

    def set_note(self, note: str) -> None:
        """The muted line of the input's card."""
        if note == self._note:
            return
        self._note = note
        if self.design is not None and self._report is not None:
            self.set_design(self.design, self._report)

    def set_misfit(self, id: str, error: LayerscopeError | None) -> None:
        """What does not go with the data, said on the card of the layer ``id``, or of the folded block in which that is ("" for
        the input's), where the design itself has no fault."""
        self._misfit = (id, error) if error is not None else None
        if self.design is not None and self._report is not None:
            self.set_design(self.design, self._report)

    def card(self, row: int) -> Card:
        """The card of a row."""
        card = self._cards.get(row)
        if card is None:
            assert self.rows is not None and self._report is not None
            card = self._told(card_of(self.rows, self._report, row, self._note))
            mend = mend_of(self.rows.design, self._report, card.id) if card.problem and not card.fix else None
            card = self._cards[row] = replace(card, fix=mend.title) if mend else card
        return card

    def _told(self, card: Card) -> Card:
        """The card with what does not go with the data, if it is the one to say it."""
        if self._misfit is None or self.rows is None or card.problem or card.blocked:
            return card
        place, error = self._misfit
        if self.rows.shown(place) != card.id:
            return card
        fix = error.suggestion.rstrip(".") if error.fix is not None else ""
        at = f"{within(self.rows.design, place, card.id)}: " if place != card.id and card.id else ""
        return replace(card, problem=f"{at}{error.problem}", advice=error.suggestion, fix=fix)

    def lanes(self, row: int) -> RowLanes:
        """What the gutter draws beside a row."""
        return self._lanes[row]

    def closing(self, row: int) -> list[int]:
        """At which depths blocks end below a row."""
        return self.rows.closing.get(row, []) if self.rows is not None else []

    def series(self, row: int) -> Series:
        """The health numbers that a row's card shows, of all steps; empty where there are none."""
        card = self.card(row)
        if self.alike is not None and card.id not in self.alike:
            return self._no_series
        return self.history[f"layer/{card.id}/{card.series}"]

    def health_key(self, row: int) -> tuple[int, int, float]:
        """Changes when what the row shows of its health changes (a run adds points to the same Series)."""
        series = self.series(row)
        return id(series), len(series), self.step

    def place_at(self, row: int) -> str:
        """The layer's place, or "" for the input and outside the list."""
        return self.rows.places[row] if self.rows is not None and 0 < row < len(self.rows) else ""

    def row_of(self, place: str) -> int:
        """The row of a layer; 0 for "" (the input), -1 for one that is unknown or in a folded block."""
        return self.rows.row_of(place) if self.rows is not None else -1

    def columns(self) -> int:
        """How many lanes lie side by side at most."""
        return max((piece.lane.column + 1 for row in self._lanes for piece in row.pieces), default=0)

    # -- what Qt asks --

    def rowCount(self, parent: Index | None = None) -> int:
        if self.rows is None or (parent is not None and parent.isValid()):
            return 0
        return len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        card = self.card(index.row())
        if role == CARD:
            return card
        if role == Qt.ItemDataRole.DisplayRole:
            return card.title
        if role == Qt.ItemDataRole.EditRole:
            return own_id(card.id)
        if role == Qt.ItemDataRole.ToolTipRole:
            return card.tip
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return card.spoken
        return card.advice if role == Qt.ItemDataRole.AccessibleDescriptionRole else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """An inline editor was committed: ask for the rename; the row changes when the design does."""
        if role != Qt.ItemDataRole.EditRole or index.row() < 1:
            return False
        place = self.place_at(index.row())
        if value != own_id(place):
            self.rename_asked.emit(place, str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.isValid() and index.row() > 0:
            flags |= Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsEditable
        return flags

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The dragged rows: their places for this list, their text for others."""
        ids = [self.place_at(index.row()) for index in sorted(indexes, key=lambda index: index.row()) if index.row() > 0]
        if self.design is None:
            return QMimeData()
        mime = layers_mime(layers_text(self.design, ids))
        mime.setData(IDS_MIME, json.dumps(ids).encode())
        return mime

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
