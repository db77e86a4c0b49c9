"""ResultCanvas: draws what a probe answered, by kind, with its headline and facts in words."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.numbers import Numbers
from engine.probing.facts import facts_of, in_words
from engine.probing.forms import numbers_of_answer
from engine.probing.pictures import strip_tiles
from engine.probing.result import BarChart, HeatMap, ImageStrip, ProbeResult, Table
from engine.words import number
from widgets.common.bars import Bar, BarList
from widgets.common.given import given
from widgets.common.mosaic import Hit
from widgets.common.picture_grid import PictureGrid
from widgets.common.pictures import Pictures
from widgets.probe_panel.facts_table import FactsTable
from widgets.probe_panel.heat_map import heat_map_pictures
from widgets.theme import Look

LEAST = 150  # the least height for pictures, in grid pixels
ENOUGH = 0.5  # of the height: pictures that get so much leave the rest to all facts
SHARE = 0.68  # of the height, which pictures get where facts have to be scrolled to
_ANY = (1 << 24) - 1  # Qt's largest height
EMPTY = "Choose a question, set what it should ask, and press Ask: the answer appears here."


class ResultCanvas(QScrollArea):
    """Shows one ProbeResult at a time, whole or in progress; before the first it says what to do. Scrolled where it is low."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.result: ProbeResult | None = None
        self.headline = given(QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText), objectName="headline")
        self.asked_of = given(QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText), objectName="muted")
        self.meaning = given(QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText), objectName="muted")
        self.facts = FactsTable(look)
        self.progress = QProgressBar(maximum=1000, textVisible=False)
        self.progress.setAccessibleName("How much of the answer is ready")
        keep = self.progress.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(keep)
        self.empty = given(QLabel(EMPTY, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter), objectName="empty")
        self.pictures = PictureGrid(look, largest=640, gap=12)
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
        self.body = QWidget()
        self.setWidget(self.body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.installEventFilter(self)
        column = QVBoxLayout(self.body)
        for label in (self.headline, self.asked_of, self.progress):
            column.addWidget(label)
        column.addWidget(self._stack, 1)
        column.addWidget(self.meaning)
        column.addWidget(self.facts)
        column.addStretch(1)
        self._column = column
        look.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        px = self._look.px
        self.progress.setFixedHeight(px(4))
        self._column.setContentsMargins(px(8), px(4), px(4), px(4))
        self._column.setSpacing(px(4))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Another headline or other facts leave the pictures another height."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._arrange()
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        """Pictures get as much room as they need and there is; their legend, meaning and facts follow right below. Where there is
        little, everything is scrolled, so that pictures have their share: they are seen first, facts below them."""
        if self._stack.currentWidget() is not self.pictures:
            self.body.setMinimumHeight(0)
            self._set_heights(0, _ANY)
            return
        room = self.maximumViewportSize()
        wanted, needed = self._heights(room.width(), room.height())
        if needed > room.height():  # beside the scroll bar, which stays even where less suffices there: else it would come and go
            wanted, needed = self._heights(room.width() - self.verticalScrollBar().sizeHint().width(), room.height())
            needed = max(needed, room.height() + 1)
        self._set_heights(wanted, wanted)
        self.body.setMinimumHeight(needed)

    def _heights(self, width: int, height: int) -> tuple[int, int]:
        """The height of the pictures, and what all needs at least, in a room of so many pixels."""
        margins = self._column.contentsMargins()
        width -= margins.left() + margins.right()
        others = [self.headline, self.asked_of, self.progress, self.meaning, self.facts]
        seen = [each for each in others if not each.isHidden() or each is self.progress]
        taken = sum(_height(each, width) for each in seen) + self._column.spacing() * (len(seen) + 1)
        taken += margins.top() + margins.bottom()
        hidden = self.facts.sizeHint().height() - self.facts.minimumSizeHint().height() if not self.facts.isHidden() else 0
        least, rest = self._look.px(LEAST), height - taken
        above = sum(_height(each, width) + self._column.spacing() for each in seen[: seen.index(self.progress) + 1])
        share = rest if rest >= ENOUGH * height else min(round(SHARE * height), height - margins.top() - above)
        wanted = self.pictures.height_for(width, max(least, share))
        return wanted, min(wanted, least) + taken - hidden

    def _set_heights(self, least: int, most: int) -> None:
        if (least, most) != (self._stack.minimumHeight(), self._stack.maximumHeight()):
            self._stack.setMinimumHeight(least)
            self._stack.setMaximumHeight(most)

    def clear(self) -> None:
        """Back to the empty state."""
        self.result = None
        self.empty.setText(EMPTY)
        self._stack.setCurrentWidget(self.empty)
        for label in (self.headline, self.asked_of, self.meaning):
            label.setText("")
            label.hide()
        self.facts.show_facts(())
        self.progress.hide()
        self._arrange()

    @property
    def is_empty(self) -> bool:
        """Whether the empty state is showing."""
        return self._stack.currentWidget() is self.empty

    def show_result(self, result: ProbeResult, asked_of: str = "") -> None:
        """Draw ``result``, whole or in progress, in place of what was there; ``asked_of`` says in words what was asked."""
        self.result = result
        meaning = f"{result.meaning}." if isinstance(result, HeatMap) and result.meaning else ""
        for label, text in ((self.headline, result.headline), (self.asked_of, asked_of), (self.meaning, meaning)):
            label.setText(text)
            label.setVisible(bool(text))
        self.facts.show_facts(facts_of(result))
        self.progress.setValue(round(1000 * result.done))
        self.progress.setVisible(result.done < 1)
        self._stack.setCurrentWidget(self._page(result))
        self._arrange()

    def numbers(self) -> list[Numbers]:
        """The answer as numbers, in the very forms of the command line."""
        return numbers_of_answer(self.result) if self.result is not None else []

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
                item = QTableWidgetItem(in_words(cell))
                if not isinstance(cell, str):
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        self.table.resizeColumnsToContents()


def _height(widget: QWidget, width: int) -> int:
    """The height that a part asks for at ``width``."""
    return widget.heightForWidth(width) if widget.hasHeightForWidth() else widget.sizeHint().height()


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

    captions = tuple(result.captions) + ("",) * (len(pixels) - len(result.captions))
    return Pictures(pixels, describe, captions=captions if any(captions) else ())


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
