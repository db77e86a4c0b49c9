"""The network list's model: row 0 is the input, one row per layer; it holds cards and health, and never changes a design."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from engine.design.check import DesignReport
from engine.design.network import NetworkDesign
from engine.snapshot import History, Series
from widgets.network.cards import Card, cards, lanes_of
from widgets.network.clipboard import IDS_MIME, layers_mime
from widgets.network.lanes import RowLanes

CARD = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class LayerListModel(QAbstractListModel):
    """Cards in order. ``rename_asked`` (old id, new id) is what an inline editor leads to."""

    rename_asked = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.design: NetworkDesign | None = None
        self.history = History()
        self.step = float("inf")
        self._note = ""
        self._report: DesignReport | None = None
        self._cards: list[Card] = []
        self._lanes: tuple[RowLanes, ...] = ()

    def set_design(self, design: NetworkDesign, report: DesignReport) -> None:
        """Show another design. Rows that stay are told apart by the number of rows: the same number resets nothing."""
        new, lanes = cards(design, report, self._note), lanes_of(design)
        reset = len(new) != len(self._cards)
        if reset:
            self.beginResetModel()
        old, old_lanes = self._cards, self._lanes
        self.design, self._report, self._cards, self._lanes = design, report, new, lanes
        if reset:
            self.endResetModel()
            return
        changed = [row for row in range(len(new)) if new[row] != old[row] or lanes[row] != old_lanes[row]]
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def set_note(self, note: str) -> None:
        """The muted line of the input's card."""
        if note == self._note:
            return
        self._note = note
        if self.design is not None and self._report is not None:
            self.set_design(self.design, self._report)

    def card(self, row: int) -> Card:
        """The card of a row."""
        return self._cards[row]

    def lanes(self, row: int) -> RowLanes:
        """What the gutter draws beside a row."""
        return self._lanes[row]

    def series(self, row: int) -> Series:
        """The health numbers that a row's card shows, of all steps; empty where there are none."""
        card = self._cards[row]
        return self.history[f"layer/{card.id}/{card.series}"]

    def health_key(self, row: int) -> tuple[int, int, float]:
        """Changes when what the row shows of its health changes (a run adds points to the same Series)."""
        series = self.series(row)
        return id(series), len(series), self.step

    def id_at(self, row: int) -> str:
        """The layer's id, or "" for the input and outside the list."""
        return self._cards[row].id if 0 <= row < len(self._cards) else ""

    def row_of(self, id: str) -> int:
        """The row of a layer; 0 for "" (the input), -1 for an unknown one."""
        return next((row for row, card in enumerate(self._cards) if card.id == id), -1)

    def columns(self) -> int:
        """How many lanes lie side by side at most."""
        return max((piece.lane.column + 1 for row in self._lanes for piece in row.pieces), default=0)

    # -- what Qt asks --

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        card = self._cards[index.row()]
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
