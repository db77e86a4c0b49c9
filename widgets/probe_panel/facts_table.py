"""FactsTable: the facts of an answer as aligned rows of name, value and unit, in as many columns of rows as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem, QWidget

from engine.probing.facts import Fact
from widgets.explanations import EXPLANATIONS, explain
from widgets.theme import Look

ROW = 20  # the height of a row
BLOCK = 230  # the width from which facts stand beside one another
_CELLS = 4  # name, value, unit, and a gap to the next block
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FactsTable(QTableWidget):
    """Values stand right-aligned below one another, their units left-aligned beside them."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._facts: tuple[Fact, ...] = ()
        self._blocks = 0
        self.setObjectName("facts")
        self.setAccessibleName("Facts")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setMinimumSectionSize(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        look.changed.connect(self._restyle)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these facts in place of those before."""
        if tuple(facts) != self._facts:
            self._facts = tuple(facts)
            self._fill(self._fitting())
        self.setVisible(bool(facts))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is shown."""
        return self._facts

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(BLOCK), self.rowCount() * self._look.px(ROW) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(3, self.rowCount()) * self._look.px(ROW))

    def _fitting(self) -> int:
        return max(1, min(self.width() // self._look.px(BLOCK), 4, len(self._facts)))

    def _fill(self, blocks: int) -> None:
        """The facts from top to bottom, in ``blocks`` beside one another."""
        rows = -(-len(self._facts) // blocks)
        self._blocks = blocks
        self.clear()
        self.setRowCount(rows)
        self.setColumnCount(_CELLS * blocks)
        for place, fact in enumerate(self._facts):
            block, row = divmod(place, max(1, rows))
            for cell, words in enumerate((fact.name, fact.value, fact.unit)):
                self.setItem(row, _CELLS * block + cell, self._item(words, cell, fact))
        self._measure()

    def _item(self, words: str, cell: int, fact: Fact) -> QTableWidgetItem:
        item = QTableWidgetItem(words)
        item.setFont(self._look.font(11, fixed=cell == 1))
        item.setForeground(self._look.colour("text" if cell == 1 else "muted"))
        key = fact.name.removeprefix("lowest ").replace(" ", "_") if fact.name != "lowest at" else "lowest_at"
        about = explain(key) if key in EXPLANATIONS else ""
        item.setToolTip(f"{fact.name}: {fact.value} {fact.unit}\n{about}".strip())
        if cell == 1:
            item.setTextAlignment(_RIGHT)
        return item

    def _measure(self) -> None:
        px = self._look.px
        for row in range(self.rowCount()):
            self.setRowHeight(row, px(ROW))
        for block in range(self._blocks):
            rows = self.rowCount()
            facts = self._facts[block * rows : (block + 1) * rows]
            fonts = (self._look.font(11), self._look.font(11, fixed=True), self._look.font(11))
            texts = ([each.name for each in facts], [each.value for each in facts], [each.unit for each in facts])
            words = [
                max(map(QFontMetrics(font).horizontalAdvance, column), default=0)
                for font, column in zip(fonts, texts, strict=True)
            ]
            widths = [wide + px(10) if wide else px(2) for wide in words]  # where nothing has a unit, values get the room
            room = self.width() // self._blocks - px(8)
            widths[1] = max(px(40), min(widths[1], room - widths[0] - widths[2]))  # names and units are whole
            for cell, width in enumerate((*widths, max(px(8), room - sum(widths)))):
                self.setColumnWidth(_CELLS * block + cell, width)
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitting() != self._blocks:
            self._fill(self._fitting())
        elif event.oldSize().width() != event.size().width():
            self._measure()

    def _restyle(self) -> None:
        if self._facts:
            self._fill(self._fitting())
