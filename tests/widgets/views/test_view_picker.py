"""The view picker, by mouse and keyboard: cards by group, search, pictures, and marks that follow the stage."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QListWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from app.appearance import SCALES
from tests.widgets import made_up
from tests.widgets.views.some_views import some, stage_of
from widgets.common.sketches import draw_sketch
from widgets.stage import Stage
from widgets.theme import Look
from widgets.view_cards import CARD, OPEN, VIEW, ViewCards, in_two_lines
from widgets.view_picker import ViewPicker
from widgets.viewing.base import GROUPS, VIEWS, Focus
from widgets.views.feature_maps import FeatureMapsView

Key = Qt.Key


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return stage_of(qtbot, (900, 700), [some(number, opens=number < 4) for number in range(14)])


@pytest.fixture
def picker(qtbot: QtBot, stage: Stage) -> ViewPicker:
    made = ViewPicker(Look(), stage)
    qtbot.addWidget(made)
    made.open(stage)
    qtbot.wait(30)
    return made


def cards(picker: ViewPicker) -> dict[str, QListWidgetItem]:
    rows = [picker.list.item(row) for row in range(picker.list.count())]
    return {item.data(VIEW).name: item for item in rows if item.data(VIEW) is not None}


def headings(picker: ViewPicker) -> list[str]:
    rows = [picker.list.item(row) for row in range(picker.list.count())]
    return [item.text() for item in rows if item.data(VIEW) is None]


def current(picker: ViewPicker) -> str:
    return picker.list.currentItem().data(VIEW).name


def test_every_view_is_a_card_under_its_group(picker: ViewPicker) -> None:
    assert len(cards(picker)) == 14
    assert headings(picker) == ["Curves", "Inside the network", "Data", "Answers", "Health", "Tools"]
    assert {name for name, item in cards(picker).items() if item.data(OPEN)} == {f"some{number}" for number in range(4)}
    assert current(picker) == "some0", "headings cannot be chosen"


def test_nothing_is_cut_off_at_the_right(picker: ViewPicker) -> None:
    width = picker.list.viewport().width()
    assert all(picker.list.visualItemRect(item).right() < width for item in cards(picker).values())
    first, heading = picker.list.visualItemRect(cards(picker)["some0"]), picker.list.visualItemRect(picker.list.item(0))
    assert heading.bottom() < first.top(), "a heading has its own row"


def test_a_click_opens_and_another_closes(qtbot: QtBot, picker: ViewPicker, stage: Stage) -> None:
    card = cards(picker)["some6"]
    for is_open in (True, False):
        place = picker.list.visualItemRect(card).center()
        qtbot.mouseClick(picker.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert stage.is_open("some6") is is_open and card.data(OPEN) is is_open and picker.isVisible()
    assert card.data(Qt.ItemDataRole.AccessibleTextRole) == "A throw-away view 6, closed"


def test_a_click_on_a_heading_does_nothing(qtbot: QtBot, picker: ViewPicker, stage: Stage) -> None:
    before = stage.layout_text()
    qtbot.mouseClick(picker.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 14))
    assert stage.layout_text() == before


def test_typing_searches_and_enter_toggles(qtbot: QtBot, picker: ViewPicker, stage: Stage) -> None:
    qtbot.keyClicks(picker.search, "view 13")
    assert list(cards(picker)) == ["some13"] and headings(picker) == ["Inside the network"]
    qtbot.keyClick(picker.search, Key.Key_Return)
    assert stage.is_open("some13")
    qtbot.keyClick(picker.search, Key.Key_Return)
    assert not stage.is_open("some13")
    picker.search.setText("no such view")
    assert not cards(picker)
    qtbot.keyClick(picker.search, Key.Key_Return)


def test_arrow_keys_go_from_card_to_card(qtbot: QtBot, picker: ViewPicker) -> None:
    assert current(picker) == "some0"
    qtbot.keyClick(picker.search, Key.Key_Right)
    assert current(picker) == "some6"
    for _ in range(2):
        qtbot.keyClick(picker.search, Key.Key_Right)
    assert current(picker) == "some1", "over a heading into the next group"
    qtbot.keyClick(picker.search, Key.Key_Left)
    assert current(picker) == "some12"
    qtbot.keyClick(picker.search, Key.Key_Left)
    qtbot.keyClick(picker.search, Key.Key_Down)
    assert current(picker) == "some7", "the card below, past the heading"
    qtbot.keyClick(picker.search, Key.Key_Up)
    assert current(picker) == "some6"


def test_escape_closes_it(qtbot: QtBot, picker: ViewPicker) -> None:
    qtbot.keyClick(picker.search, Key.Key_Escape)
    assert not picker.isVisible()


def test_the_marks_are_right_while_a_view_is_enlarged(qtbot: QtBot, picker: ViewPicker, stage: Stage) -> None:
    stage.toggle_enlarged("some0")
    picker.open(stage)
    assert cards(picker)["some1"].data(OPEN)
    picker.list.setCurrentItem(cards(picker)["some1"])
    qtbot.keyClick(picker.search, Key.Key_Return)
    assert not stage.is_open("some1") and stage.is_open("some0") and stage.is_open("some2")


@pytest.mark.parametrize(("theme", "scale"), [("dark", 1.0), ("light", 1.6)])
def test_a_view_that_has_drawn_is_its_own_picture(qtbot: QtBot, theme: str, scale: float) -> None:
    look = Look(theme, scale)
    stage = stage_of(qtbot, (900, 700), [type("Here", (FeatureMapsView,), {"workspaces": ("test",)})], look)
    picker = ViewPicker(look, stage)
    qtbot.addWidget(picker)
    picker.open(stage)
    sketched = shown(picker)
    picker.hide()
    (view,) = stage.views
    view.show_snapshot(made_up.snapshot(), Focus("c1"))
    picker.open(stage)
    assert shown(picker) != sketched


def test_a_view_class_can_bring_its_own_sketch(qtbot: QtBot) -> None:
    drawn: list[str] = []
    kind = some(0, opens=False)
    kind.sketch = classmethod(lambda cls, painter, box, look: drawn.append(cls.name))  # type: ignore[method-assign,assignment]
    stage = stage_of(qtbot, (900, 700), [kind])
    picker = ViewPicker(Look(), stage)
    qtbot.addWidget(picker)
    picker.open(stage)
    picker.grab()
    assert set(drawn) == {"some0"} and kind.made == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("group", [name for name, _ in GROUPS])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_group_has_a_sketch_of_its_own(qapp: object, group: str, theme: str) -> None:
    look, box = Look(theme), QRectF(10, 10, 140, 70)
    image = QImage(160, 90, QImage.Format.Format_RGB32)
    image.fill(look.colour("field"))
    blank = image.copy()
    with QPainter(image) as painter:
        draw_sketch(group, painter, box, look)
    assert image != blank
    margin = look.px(4)
    inside = box.toRect().adjusted(-margin, -margin, margin, margin)
    ink = {(x, y) for x in range(160) for y in range(90) if image.pixel(x, y) != blank.pixel(x, y)}
    assert all(inside.contains(x, y) for x, y in ink)


def shown(picker: QWidget) -> bytes:
    image = picker.grab().toImage()
    return bytes(image.constBits())


def test_help_is_broken_between_words(qapp: object) -> None:
    metrics = QFontMetrics(Look().font(11))
    width = metrics.horizontalAdvance("one two three")
    assert in_two_lines("one two three four", metrics, width) == ("one two three", "four")
    assert in_two_lines("one", metrics, width) == ("one", "")


@pytest.mark.parametrize("scale", SCALES)
def test_every_title_is_whole_at_every_size_also_of_a_view_that_is_open(
    scale: float, picker: ViewPicker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "What the network s…" at 200 %."""
    look = Look(scale=scale)
    cards, rooms = ViewCards(look, picker), dict[str, int]()
    monkeypatch.setattr(cards, "_line", lambda painter, box, words: rooms.setdefault(words, int(box.width())))
    size = [look.px(side) for side in CARD]
    image, bold = QImage(*size, QImage.Format.Format_RGB32), QFontMetrics(look.font(12, bold=True))
    with QPainter(image) as painter:
        for kind in VIEWS.entries():
            cards._paint_card(painter, QRectF(0, 0, *size), kind, is_open=True, chosen=False, hovered=False)
            assert bold.horizontalAdvance(kind.title) <= rooms[kind.title]
