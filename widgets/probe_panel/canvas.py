"""ResultCanvas: draws what a probe answered, by kind, with its headline and facts in words."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.probing.pictures import strip_tiles
from engine.probing.result import BarChart, HeatMap, ImageStrip, ProbeResult, Table
from engine.words import number
from widgets.common.bars import Bar, BarList
from widgets.common.given import given
from widgets.common.mosaic import Hit
from widgets.common.picture_grid import PictureGrid
from widgets.common.pictures import Pictures
from widgets.probe_panel.heat_map import heat_map_pictures
from widgets.theme import Look

EMPTY = "Choose a question, set what it should ask, and press Ask: the answer appears here."


class ResultCanvas(QWidget):
    """Shows one ProbeResult at a time, whole or in progress; before the first it says what to do."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: ProbeResult | None = None
        self.headline = given(QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText), objectName="headline")
        self.facts = given(QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText), objectName="muted")
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.progress = QProgressBar(maximum=1000, textVisible=False)
        self.progress.setAccessibleName("How much of the answer is ready")
        self.progress.setFixedHeight(look.px(4))
        keep = self.progress.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(keep)
        self.empty = given(QLabel(EMPTY, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter), objectName="empty")
        self.pictures = PictureGrid(look, largest=420, gap=12)
        self.bars = BarList(look)
        self.table = QTableWidget()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self._bar_box = QScrollArea(widgetResizable=True)
        self._bar_box.setWidget(self.bars)
        self._stack = QStackedWidget()
        self._lay_out(look)
        self.clear()

    def _lay_out(self, look: Look) -> None:
        for page in (self.empty, self.pictures, self._bar_box, self.table):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.px(8), look.px(4), look.px(4), look.px(4))
        column.setSpacing(look.px(8))
        column.addWidget(self.headline)
        column.addWidget(self.progress)
        column.addWidget(self._stack, 1)
        column.addWidget(self.facts)

    def clear(self) -> None:
        """Back to the empty state."""
        self.result = None
        self._stack.setCurrentWidget(self.empty)
        for label in (self.headline, self.facts):
            label.setText("")
        self.progress.hide()

    @property
    def is_empty(self) -> bool:
        """Whether the empty state is showing."""
        return self._stack.currentWidget() is self.empty

    def show_result(self, result: ProbeResult) -> None:
        """Draw ``result``, whole or in progress, in place of what was there."""
        self.result = result
        self.headline.setText(result.headline)
        self.facts.setText("    ".join(f"{name.replace('_', ' ')} {_words(value)}" for name, value in result.facts.items()))
        self.progress.setValue(round(1000 * result.done))
        self.progress.setVisible(result.done < 1)
        self._stack.setCurrentWidget(self._page(result))

    def _page(self, result: ProbeResult) -> QWidget:
        """Fill the page that draws this kind of result; an answer with nothing to draw is its headline and facts."""
        match result:
            case HeatMap() if result.values.size:
                self.pictures.show_pictures(heat_map_pictures(result))
                return self.pictures
            case ImageStrip() if result.pictures:
                self.pictures.show_pictures(_strip(result))
                return self.pictures
            case BarChart() if len(result.values):
                self.bars.show_bars(_bars(result))
                return self._bar_box
            case Table() if result.columns:
                self._fill_table(result)
                return self.table
        self.empty.setText("" if result.done >= 1 else "Working…")
        return self.empty

    def _fill_table(self, result: Table) -> None:
        self.table.setColumnCount(len(result.columns))
        self.table.setHorizontalHeaderLabels(list(result.columns))
        self.table.setRowCount(len(result.rows))
        for row, cells in enumerate(result.rows):
            for column, cell in enumerate(cells):
                item = QTableWidgetItem(_words(cell))
                if not isinstance(cell, str):
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        self.table.resizeColumnsToContents()


def _words(value: object) -> str:
    """A fact's or a cell's value as a reader wants it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float() | np.floating():
            return number(float(value))
        case list() | tuple():
            return ", ".join(_words(part) for part in value)
        case None:
            return "–"
    return str(value)


def _strip(result: ImageStrip) -> Pictures:
    """Pictures side by side at one size."""
    pixels, places = strip_tiles(result)

    def describe(hit: Hit) -> str:
        place, picture = places[hit.tile], result.pictures[hit.tile]
        row, column = (hit.row - place.top) // place.factor, (hit.column - place.left) // place.factor
        name = result.captions[hit.tile] if hit.tile < len(result.captions) else f"picture {hit.tile}"
        if not (0 <= row < picture.shape[1] and 0 <= column < picture.shape[2]):
            return name
        values = ", ".join(number(float(value)) for value in picture[:, row, column])
        return f"{name} · row {row}, column {column} · {values}"

    return Pictures(pixels, describe, captions=result.captions)


def _bars(result: BarChart) -> list[Bar]:
    """Bars from zero; where some are negative, zero stands where it falls between the ends."""
    values = np.nan_to_num(result.values.astype(float))
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    span = (high - low) or 1.0
    zero = -low / span
    unit = f" {result.unit}" if result.unit else ""
    return [
        Bar(label, (value - low) / span, f"{number(raw)}{unit}", "bad" if value < 0 else "accent", start=zero)
        for label, value, raw in zip(result.labels, values.tolist(), result.values.tolist(), strict=True)
    ]
