"""The palette: finding a kind by typing, adding it by keyboard and mouse, dragging it out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.design.kinds import CATEGORIES, LAYER_KINDS
from widgets.network import Palette
from widgets.network.clipboard import KIND_MIME, kind_from_mime
from widgets.network.kind_list import entries, match
from widgets.theme import Look


@pytest.fixture
def palette(qtbot: QtBot) -> Palette:
    palette = Palette(Look())
    qtbot.addWidget(palette)
    palette.resize(320, 500)
    palette.show()
    palette.search.setFocus()
    QApplication.processEvents()
    return palette


def chosen(palette: Palette) -> list[str]:
    names: list[str] = []
    palette.chosen.connect(names.append)
    return names


def test_every_kind_is_listed_under_its_category() -> None:
    rows = entries("")
    headings = [row.category for row in rows if not row.kind]
    assert headings == [category for category in CATEGORIES if category in headings]
    assert sorted(row.kind for row in rows if row.kind) == sorted(LAYER_KINDS)
    heading = ""
    for row in rows:
        heading = heading if row.kind else row.category
        assert row.category == heading


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("conv", "conv2d"),
        ("Max", "max_pool2d"),
        ("pool", "avg_pool2d"),
        ("bnorm", "batch_norm"),
        ("rlu", "relu"),
        ("add", "add"),
        ("norm", "batch_norm"),
        ("softmax", "softmax"),
    ],
)
def test_typing_finds_the_kind(typed: str, best: str) -> None:
    assert entries(typed)[0].kind == best


def test_the_better_match_comes_first() -> None:
    relu = LAYER_KINDS.get("relu")
    assert match("re", relu) == 0
    assert (match("rlu", relu) or 0) > 2
    assert match("xyz", relu) is None
    assert match("pooling", LAYER_KINDS.get("max_pool2d")) == 1
    assert entries("xyzzy") == []


def test_typing_and_enter_choose(palette: Palette) -> None:
    names = chosen(palette)
    QTest.keyClicks(palette.search, "line")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert names == ["linear"]


def test_down_passes_over_headings(palette: Palette) -> None:
    names = chosen(palette)
    first = palette.list.currentIndex().data()
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    second = palette.list.currentIndex().data()
    assert first and second and first != second
    QTest.keyClick(palette.search, Qt.Key.Key_Up)
    QTest.keyClick(palette.search, Qt.Key.Key_Up)
    assert palette.list.currentIndex().data() == first
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert [LAYER_KINDS.get(name).title for name in names] == [first]


def test_double_click_adds_in_the_dock(palette: Palette) -> None:
    names = chosen(palette)
    index = palette.model.index(palette.model.row_of("conv2d"))
    point = palette.list.visualRect(index).center()
    QTest.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
    assert names == []
    QTest.mouseDClick(palette.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
    assert names == ["conv2d"]


def test_a_search_without_matches_says_so_and_chooses_nothing(palette: Palette) -> None:
    names = chosen(palette)
    QTest.keyClicks(palette.search, "xyzzy")
    assert palette.none_found.isVisible()
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert names == []
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert palette.search.text() == ""
    assert not palette.none_found.isVisible()


def test_a_kind_can_be_dragged_and_a_heading_cannot(palette: Palette) -> None:
    index = palette.model.index(palette.model.row_of("relu"))
    mime = palette.model.mimeData([index])
    assert mime.hasFormat(KIND_MIME)
    assert kind_from_mime(mime) == "relu"
    assert index.flags() & Qt.ItemFlag.ItemIsDragEnabled
    heading = next(row for row in range(palette.model.rowCount()) if not palette.model.entry(row).kind)
    assert palette.model.index(heading).flags() == Qt.ItemFlag.NoItemFlags


def test_screen_readers_hear_title_and_help(palette: Palette) -> None:
    interface = QAccessible.queryAccessibleInterface(palette.list)
    assert interface is not None
    name = interface.child(palette.model.row_of("relu")).text(QAccessible.Text.Name)
    assert name.startswith("ReLU: Keeps what is positive")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_each_kind_wears_its_category_colour(palette: Palette, theme: str) -> None:
    palette.look.set_theme(theme)
    index = palette.model.index(palette.model.row_of("relu"))
    palette.list.scrollTo(index)
    image = palette.list.viewport().grab().toImage()
    rect = palette.list.visualRect(index)
    assert image.pixelColor(rect.left() + 4 + 10, rect.center().y()) == palette.look.colour("activation")
