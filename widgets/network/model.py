"""The network list's model: row 0 is the input, one row per layer; it holds cards and health, and never changes a design."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from engine.design.check import DesignReport
from engine.design.network import NetworkDesign
from engine.design.places import steps
from engine.errors import LayerscopeError
from engine.snapshot import History, Series
from widgets.network.cards import Card, card_of, lanes_of
from widgets.network.clipboard import IDS_MIME, layers_mime
from widgets.network.lanes import RowLanes

CARD = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


MOST_CARDS = 400
"""Cards are made as they are asked for, and made anew with every edit: those of rows that were passed long ago are let go."""


class LayerListModel(QAbstractListModel):
    """Cards in order. ``rename_asked`` (old id, new id) is what an inline editor leads to."""

    rename_asked = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.design: NetworkDesign | None = None
        self.history = History()
        self.step = float("inf")
        self.alike: frozenset[str] | None = None  # the layers that the history is of; None: all
        self._no_series = Series()
        self._note = ""
        self._misfit: tuple[str, LayerscopeError] | None = None  # with the id of the card that says it
        self._report: DesignReport | None = None
        self._cards: dict[int, Card] = {}  # of the rows that were asked for
        self._lanes: tuple[RowLanes, ...] = ()

    def set_design(self, design: NetworkDesign, report: DesignReport) -> None:
        """Show another design. Rows that stay are told apart by the number of rows: the same number resets nothing."""
        before, lanes = self.design, self._lanes
        reset = before is None or len(before.layers) != len(design.layers)
        if reset:
            self.beginResetModel()
        self.design, self._report = design, report
        if reset or before is None or not _same_wires(before, design):
            self._lanes = lanes_of(design)
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
        """What does not go with the data, said on the card ``id`` ("" for the input's) where the design itself has no fault."""
        self._misfit = (id, error) if error is not None else None
        if self.design is not None and self._report is not None:
            self.set_design(self.design, self._report)

    def card(self, row: int) -> Card:
        """The card of a row."""
        card = self._cards.get(row)
        if card is None:
            assert self.design is not None and self._report is not None
            card = self._cards[row] = self._told(card_of(self.design, self._report, row, self._note))
        return card

    def _told(self, card: Card) -> Card:
        """The card with what does not go with the data, if it is the one to say it."""
        if self._misfit is None or self._misfit[0] != card.id or card.problem or card.blocked:
            return card
        error = self._misfit[1]
        fix = error.suggestion.rstrip(".") if error.fix is not None else ""
        return replace(card, problem=error.problem, advice=error.suggestion, fix=fix)

    def lanes(self, row: int) -> RowLanes:
        """What the gutter draws beside a row."""
        return self._lanes[row]

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

    def id_at(self, row: int) -> str:
        """The layer's id, or "" for the input and outside the list."""
        layers = self.design.layers if self.design is not None else ()
        return layers[row - 1].id if 0 < row <= len(layers) else ""

    def row_of(self, id: str) -> int:
        """The row of a layer, or of the block that it is in; 0 for "" (the input), -1 for an unknown one."""
        if self.design is None:
            return -1
        return 0 if not id else self.design.index(steps(id)[0]) + 1 if id in self.design else -1

    def columns(self) -> int:
        """How many lanes lie side by side at most."""
        return max((piece.lane.column + 1 for row in self._lanes for piece in row.pieces), default=0)

    # -- what Qt asks --

    def rowCount(self, parent: Index | None = None) -> int:
        if self.design is None or (parent is not None and parent.isValid()):
            return 0
        return len(self.design.layers) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        card = self.card(index.row())
        if role == CARD:
            return card
        if role == Qt.ItemDataRole.DisplayRole:
            return card.title
        if role == Qt.ItemDataRole.EditRole:
            return card.id
        if role == Qt.ItemDataRole.ToolTipRole:
            return card.tip
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return card.spoken
        return card.advice if role == Qt.ItemDataRole.AccessibleDescriptionRole else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """An inline editor was committed: ask for the rename; the row changes when the design does."""
        if role != Qt.ItemDataRole.EditRole or index.row() < 1:
            return False
        if value != self.id_at(index.row()):
            self.rename_asked.emit(self.id_at(index.row()), str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.isValid() and index.row() > 0:
            flags |= Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsEditable
        return flags

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The dragged rows: their ids for this list, their text for others."""
        ids = [self.id_at(index.row()) for index in sorted(indexes, key=lambda index: index.row()) if index.row() > 0]
        if self.design is None:
            return QMimeData()
        mime = layers_mime(self.design, ids)
        mime.setData(IDS_MIME, json.dumps(ids).encode())
        return mime

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction


def _same_wires(before: NetworkDesign, after: NetworkDesign) -> bool:
    """Whether the same rows read the same rows."""
    if before.wiring() != after.wiring():
        return False
    return all(old.id == new.id for old, new in zip(before.layers, after.layers, strict=True))
