"""The result canvas draws every kind of answer, whole and in progress, and says it in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.colours import NEUTRAL, colour_table
from engine.probing.facts import Fact
from engine.probing.forms import GAP
from engine.probing.result import BarChart, HeatMap, ImageStrip, ProbeResult, Table
from engine.probing.saving import save_result
from tests.widgets import made_up
from widgets.common.mosaic import Hit
from widgets.common.pictures import Pictures
from widgets.probe_panel import ResultCanvas
from widgets.probe_panel.heat_map import heat_map_pictures
from widgets.theme import Look

VALUES = np.array([[1.0, 0.0], [-0.5, np.nan]], np.float32)
WHITE = int(colour_table("diverging")[NEUTRAL])


@pytest.fixture
def canvas(qtbot: QtBot) -> ResultCanvas:
    canvas = ResultCanvas(Look())
    qtbot.addWidget(canvas)
    canvas.resize(700, 420)
    canvas.show()
    QApplication.processEvents()
    return canvas


def shown(canvas: ResultCanvas) -> Pictures:
    pictures = canvas.pictures.canvas.pictures
    assert pictures is not None
    return pictures


def test_before_the_first_answer_it_teaches(canvas: ResultCanvas) -> None:
    assert canvas.is_empty and "Ask" in canvas.empty.text()
    canvas.show_result(HeatMap("x", values=VALUES))
    assert not canvas.is_empty
    canvas.clear()
    assert canvas.is_empty and canvas.headline.text() == "" and canvas.result is None


def test_a_heat_map_is_symmetric_with_zero_neutral_and_gaps_where_unknown() -> None:
    pictures = heat_map_pictures(HeatMap("x", values=VALUES, unit="P"))
    table = colour_table("diverging")
    assert pictures.pixels[0].tolist() == [[int(table[254]), WHITE], [int(table[64]), 0]]
    assert pictures.legend is not None
    assert (pictures.legend.low, pictures.legend.middle, pictures.legend.high) == ("−1", "0", "1 P")


def test_a_heat_map_lies_beside_and_over_its_image() -> None:
    picture = np.full((1, 4, 4), 100, np.uint8)
    pictures = heat_map_pictures(HeatMap("x", values=VALUES, picture=picture))
    assert pictures.pixels.shape == (3, 4, 4) and len(pictures.captions) == 3
    assert (pictures.pixels[0] == 0xFF646464).all(), "the image as it is"
    assert (pictures.pixels[1, :2, 2:] == WHITE).all(), "one value is a block of pixels"
    assert (pictures.pixels[2, :2, 2:] == 0xFF646464).all(), "zero leaves the image as it is"
    assert (pictures.pixels[2, 2:, 2:] == 0xFF646464).all(), "so does what is not computed"
    assert (pictures.pixels[2, :2, :2] != 0xFF646464).all()
    assert pictures.describe(Hit(2, 3, 0)) == "row 3, column 0 · −0.5"
    assert pictures.describe(Hit(2, 3, 3)) == "row 3, column 3 · not computed yet"


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(
    "result",
    [
        HeatMap("x", values=VALUES),
        HeatMap("x", values=VALUES, picture=np.arange(48, dtype=np.uint8).reshape(3, 4, 4)),
        ImageStrip("x", pictures=(np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 2, 2), np.ones((1, 4, 4), np.float32))),
    ],
    ids=["map", "map over picture", "strip"],
)
def test_a_file_has_the_very_pixels_of_the_window(qtbot: QtBot, result: ProbeResult, theme: str, tmp_path: Path) -> None:
    canvas = ResultCanvas(Look(theme))
    qtbot.addWidget(canvas)
    canvas.resize(900, 500)
    canvas.show()
    canvas.show_result(result)
    save_result(result, tmp_path / "answer.png")
    pixels = np.array(Image.open(tmp_path / "answer.png"))
    inside = canvas.pictures.canvas
    screen = inside.sheet.grab().toImage()
    tiles, size = shown(canvas).pixels, shown(canvas).pixels.shape[1]
    assert pixels.shape[0] % size == 0
    factor = pixels.shape[0] // size
    for tile in range(len(tiles)):
        rect = inside.tile_rect(tile)
        start = tile * (size * factor + GAP)
        for row in range(size):
            for column in range(size):
                *colour, opacity = pixels[row * factor, start + column * factor].tolist()
                step = rect.width() / size
                found = screen.pixelColor(int(rect.x() + (column + 0.5) * step), int(rect.y() + (row + 0.5) * step))
                wanted = QColor(*colour) if opacity else Look(theme).colour("bar")
                assert found.name() == wanted.name(), f"tile {tile}, row {row}, column {column}"


@pytest.mark.parametrize("fill", [0.0, np.nan, np.inf])
def test_a_heat_map_with_nothing_in_it_is_neutral_or_empty(canvas: ResultCanvas, fill: float) -> None:
    values = np.full((5, 5), fill, np.float32)
    assert set(heat_map_pictures(HeatMap("x", values=values)).pixels.ravel().tolist()) == {WHITE if fill == 0 else 0}
    canvas.show_result(HeatMap("x", values=values, picture=made_up.digit()[np.newaxis]))


def test_pictures_that_suit_neither_with_the_scroll_bar_nor_without_come_to_rest(canvas: ResultCanvas, monkeypatch) -> None:
    canvas.show_result(HeatMap("x", values=VALUES))
    QApplication.processEvents()
    narrow = canvas.body.width() - 24
    monkeypatch.setattr(canvas.pictures, "height_for", lambda width, room: 500 if width > narrow else 60)
    canvas.resize(700, 140)  # less than pictures need at least where they are wide, and more where they are not
    canvas.show_result(HeatMap("x", values=VALUES))
    QApplication.processEvents()
    assert canvas.verticalScrollBar().maximum() > 0 and canvas._stack.height() == 60


def test_progress_is_shown_until_the_answer_is_whole(canvas: ResultCanvas) -> None:
    canvas.show_result(HeatMap("Covering…", done=0.25, values=VALUES))
    assert canvas.progress.isVisible() and canvas.progress.value() == 250
    canvas.show_result(HeatMap("The left stroke matters most.", values=VALUES))
    assert not canvas.progress.isVisible()
    assert canvas.headline.text() == "The left stroke matters most."


def test_facts_are_words_and_numbers(canvas: ResultCanvas) -> None:
    facts = {"target": "4", "best_activation": 3.14159, "patch": [6, 6], "images": 12000, "clamped": True, "layer": None}
    canvas.show_result(ProbeResult("x", facts))
    assert canvas.facts.facts == (
        *(Fact("target", "4"), Fact("best activation", "3.14"), Fact("patch", "6, 6"), Fact("images", "12,000")),
        Fact("clamped", "yes"),
    )


def test_facts_are_an_aligned_table_of_names_values_and_units(canvas: ResultCanvas) -> None:
    facts = {"probability": 0.978, "lowest_at": [16, 10], "patch": [6, 4], "positions": 529, "layer": None}
    units = {"probability": "share", "lowest_at": "row, column", "patch": "px"}
    canvas.show_result(ProbeResult("x", facts, units=units))
    canvas.resize(300, 420)
    QApplication.processEvents()
    table = canvas.facts
    rows = [[item.text() for column in range(3) if (item := table.item(row, column))] for row in range(table.rowCount())]
    assert rows == [
        ["probability", "97.8", "%"],
        ["lowest at", "16, 10", "row, column"],
        ["patch", "6 × 4", "px"],
        ["positions", "529", ""],
    ]
    for row in range(4):
        item = table.item(row, 1)
        assert item is not None and item.textAlignment() & Qt.AlignmentFlag.AlignRight
        shown = table.visualItemRect(item).width()
        assert shown >= QFontMetrics(item.font()).horizontalAdvance(item.text()), "values are whole"
    canvas.resize(900, 420)
    QApplication.processEvents()
    assert table.rowCount() < 4, "where there is room, facts stand beside one another"


def test_pictures_of_other_sizes_are_enlarged_by_whole_factors(canvas: ResultCanvas) -> None:
    large, small = np.ones((3, 9, 9), np.float32), np.full((1, 4, 4), 0.5, np.float32)
    canvas.show_result(ImageStrip("x", pictures=(large, small), captions=("answer", "best image")))
    pictures = shown(canvas)
    assert pictures.pixels.shape == (2, 9, 9)
    assert (pictures.pixels[1, :8, :8] == 0xFF808080).all() and (pictures.pixels[1, 8] == 0).all()
    assert pictures.describe(Hit(1, 3, 5)) == "best image · row 1, column 2 · 0.5"
    assert pictures.describe(Hit(1, 8, 8)) == "best image"


def test_pictures_out_of_range_are_clamped(canvas: ResultCanvas) -> None:
    canvas.show_result(ImageStrip("x", pictures=(np.array([[[-1.0, 2.0, np.nan]]], np.float32),), captions=("a",)))
    assert shown(canvas).pixels[0].tolist() == [[0xFF000000, 0xFFFFFFFF, 0xFF000000]]


def test_bars_stand_on_zero(canvas: ResultCanvas) -> None:
    canvas.show_result(BarChart("x", labels=("a", "b"), values=np.array([3.0, -1.0], np.float32), unit="logit"))
    first, second = canvas.bars.bars
    assert (first.start, first.end) == (0.25, 1.0) and (second.start, second.end) == (0.25, 0.0)
    assert [bar.text for bar in (first, second)] == ["3 logit", "−1 logit"]
    assert first.colour != second.colour


def test_tables_have_their_rows(canvas: ResultCanvas) -> None:
    canvas.show_result(Table("x", columns=("layer", "mean"), rows=(("c1", 0.12345), ("a1", 2.0))))
    assert [canvas.table.horizontalHeaderItem(column).text() for column in (0, 1)] == ["layer", "mean"]
    assert [[canvas.table.item(row, column).text() for column in (0, 1)] for row in (0, 1)] == [["c1", "0.123"], ["a1", "2"]]


@pytest.mark.parametrize("kind", [ProbeResult, HeatMap, ImageStrip, BarChart, Table])
def test_an_answer_without_contents_is_its_headline(canvas: ResultCanvas, kind: type[ProbeResult]) -> None:
    canvas.show_result(kind("Working on it.", {}, 0.0))
    assert canvas.headline.text() == "Working on it."
    QApplication.processEvents()
    canvas.grab()
