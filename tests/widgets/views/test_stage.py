"""The stage's layouts: legible cards at every size, views made on demand, tabs, enlarging, and layouts kept as text."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHoverEvent, QImage
from PySide6.QtWidgets import QApplication, QTabBar
from pytestqt.qtbot import QtBot

from engine.snapshot import Want
from tests.widgets import made_up
from tests.widgets.views.some_views import kinds, settle, some, stage_of, standing, thirty
from widgets.layouts import layout_from
from widgets.places import MINIMUM, divide, plan, share, top_height
from widgets.stage import Stage
from widgets.style import apply_style
from widgets.theme import Look
from widgets.viewing.base import Focus, View, view

SIZES = [(630, 582), (950, 862), (1910, 1302)]
"""The stage's in a window of 1280 × 720, 1600 × 1000 and 2560 × 1440 pixels."""


@pytest.fixture
def dressed() -> Look:
    look, app = Look(), QApplication.instance()
    assert isinstance(app, QApplication)
    apply_style(app, look)
    yield look
    app.setStyleSheet("")


def seen(stage: Stage) -> list[str]:
    return [shown.name for shown in stage.visible_views()]


def sizes(stage: Stage) -> dict[str, tuple[int, int]]:
    return {name: stage.docks[name].size().toTuple() for name in seen(stage)}


def tab_bars(stage: Stage) -> list[QTabBar]:
    return [bar for bar in stage.findChildren(QTabBar) if bar.isVisible() and bar.count()]


# -- heights --


@pytest.mark.parametrize("scale", [1.0, 1.6])
@pytest.mark.parametrize("size", SIZES)
def test_thirty_views_leave_every_visible_card_legible(qtbot: QtBot, dressed: Look, size: tuple[int, int], scale: float) -> None:
    dressed.set_scale(scale)
    apply_style(QApplication.instance(), dressed)
    stage = thirty(qtbot, size, dressed)
    assert stage.size().toTuple() == size
    assert len(seen(stage)) == sum(len(places) for places in plan(stage.views, size[0] / scale, size[1] / scale).values())
    for name, (width, height) in sizes(stage).items():
        assert height >= MINIMUM[1] * scale - 4 and width >= MINIMUM[0] * scale - 12, (name, width, height)
        corner = stage.docks[name].pos()
        assert corner.x() >= 0 and corner.x() + width <= size[0] and corner.y() + height <= size[1], name


@pytest.mark.parametrize("size", SIZES)
def test_the_row_on_top_gets_its_share(qtbot: QtBot, dressed: Look, size: tuple[int, int]) -> None:
    stage = thirty(qtbot, size, dressed)
    first = stage.docks["some0"]
    assert first.geometry().bottom() == pytest.approx(top_height(size[1]), abs=6)


def test_views_that_leave_take_the_mouse_off_their_separators(qtbot: QtBot) -> None:
    """Qt would look for the separator at the mouse's next move, and crash where it is gone."""
    stage = thirty(qtbot, SIZES[2])
    splits = (Qt.CursorShape.SplitHCursor, Qt.CursorShape.SplitVCursor)
    places = [QPoint(x, y) for x in range(0, stage.width(), 5) for y in range(0, stage.height(), 5)]
    for place in places:
        if stage.childAt(place) is None:
            hover(stage, place)
        if stage.cursor().shape() in splits:
            break
    assert stage.cursor().shape() in splits
    stage.clear_places()
    assert stage.cursor().shape() not in splits
    hover(stage, QPoint(300, 300))


def hover(stage: Stage, place: QPoint) -> None:
    """Move the mouse over the stage itself."""
    at = QPointF(place)
    QApplication.sendEvent(stage, QHoverEvent(QEvent.Type.HoverMove, at, at, at))


def test_a_small_stage_has_fewer_places_rather_than_lower_ones(qtbot: QtBot) -> None:
    stage = thirty(qtbot, SIZES[2])
    many = len(seen(stage))
    stage.resize(460, 380)
    qtbot.waitUntil(lambda: len(seen(stage)) == 1)
    stage.resize(*SIZES[2])
    qtbot.waitUntil(lambda: len(seen(stage)) == many)


def test_what_somebody_moved_is_not_arranged_anew(qtbot: QtBot) -> None:
    stage = thirty(qtbot, SIZES[1])
    stage.docks["some3"].header.close_button.click()
    qtbot.waitUntil(lambda: "some9" in seen(stage))  # the tab behind it
    before = seen(stage)
    for size in ((900, 800), SIZES[2]):
        stage.resize(*size)
        settle(stage)
        assert seen(stage) == before and not stage.is_open("some3")


@pytest.mark.parametrize(("size", "scale"), [((460, 380), 1.0), (SIZES[1], 2.5)])
def test_what_somebody_moved_comes_back_when_there_is_room_for_it_again(
    qtbot: QtBot, dressed: Look, size: tuple[int, int], scale: float
) -> None:
    """At 250 % its cards were cut, and squeezed for good."""
    stage = thirty(qtbot, SIZES[1], dressed)
    drag_separator(qtbot, stage)
    settle(stage)
    before, text = sizes(stage), json.loads(stage.layout_text())
    dressed.set_scale(scale)
    stage.resize(*size)
    settle(stage)
    for name, (width, height) in sizes(stage).items():
        assert height >= MINIMUM[1] * scale - 4 and width >= MINIMUM[0] * scale - 12, (name, width, height)
    kept = json.loads(stage.layout_text())
    assert (kept["open"], kept["places"]) == (text["open"], text["places"]), "what is kept is what somebody moved"
    dressed.set_scale(1.0)
    stage.resize(*SIZES[1])
    settle(stage)
    assert seen(stage) == list(before)
    for name, found in sizes(stage).items():
        assert found == pytest.approx(before[name], abs=6), name


def drag_separator(qtbot: QtBot, stage: Stage) -> None:
    """Make the middle narrower."""
    left, right = stage.docks["some1"].geometry(), stage.docks["some2"].geometry()
    gap = QPoint((left.right() + right.left()) // 2 + 1, left.center().y())
    qtbot.mousePress(stage, Qt.MouseButton.LeftButton, pos=gap)
    qtbot.mouseMove(stage, gap - QPoint(60, 0))
    qtbot.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=gap - QPoint(60, 0))


def test_a_separator_that_was_dragged_stays_where_it_is(qtbot: QtBot) -> None:
    stage = thirty(qtbot, SIZES[1])
    drag_separator(qtbot, stage)
    before = seen(stage)
    stage.resize(900, 800)
    settle(stage)
    assert seen(stage) == before and not json.loads(stage.layout_text())["first"]


def test_a_stage_that_is_not_on_screen_keeps_the_sizes_too(qtbot: QtBot) -> None:
    stage = arranged(qtbot, (1000, 800))
    places = json.loads(stage.layout_text())["places"]
    assert set(places) == set(seen(stage))
    stage.hide()
    assert json.loads(stage.layout_text())["places"] == places


def test_pixels_are_divided_in_proportion_but_for_the_least() -> None:
    assert divide(600, [3, 2, 1], [0, 0, 0]) == [300, 200, 100]
    assert divide(600, [3, 2, 1], [150] * 3) == [270, 180, 150]
    assert divide(600, [10, 1, 1], [150] * 3) == [300, 150, 150]
    assert divide(300, [3, 2, 1], [150] * 3) == [100, 100, 100]
    for total in range(600, 640):
        assert sum(divide(total, [1, 1, 1], [0] * 3)) == sum(divide(total, [3, 2, 1], [150] * 3)) == total, "none is over"


def test_what_does_not_fit_joins_its_groups_place(qtbot: QtBot) -> None:
    look = Look()
    views = [some(number)(look) for number in (0, 1, 6, 7, 2)]
    for each in views:
        qtbot.addWidget(each)
    names = [[each.name for each in place] for place in share(views, 2)]
    assert names == [["some0", "some6", "some2"], ["some1", "some7"]]
    assert share(views[:2], 3) == [[views[0]], [views[1]]]


def test_an_unknown_group_is_refused() -> None:
    class Odd(View):
        name, group = "odd", "no such group"

    with pytest.raises(ValueError, match="no such group"):
        view(Odd)


@pytest.mark.parametrize("size", [(628, 582), (901, 701), (1280, 648), (1911, 1303)])
def test_cards_stand_where_they_stood_whatever_was_before(qtbot: QtBot, dressed: Look, size: tuple[int, int]) -> None:
    """Sizes leave no pixel over: Qt would give it to one card or to another."""
    stage = stage_of(qtbot, size, [some(number) for number in range(6)], dressed)
    before = standing(stage)
    stage.present()
    stage.resize(2560, 648)
    settle(stage)
    stage.stop_presenting()
    stage.resize(*size)
    settle(stage)
    assert standing(stage) == before


# -- views on demand --


def test_only_views_that_open_at_first_are_made(qtbot: QtBot) -> None:
    opening, closed = some(0), some(6, opens=False)
    stage = stage_of(qtbot, (700, 600), [opening, closed])
    assert (opening.made, closed.made) == (1, 0) and seen(stage) == ["some0"]
    assert not stage.is_open("some6") and "some6" in stage
    with qtbot.waitSignal(stage.view_made) as made:
        opened = stage.open_view("some6")
    assert made.args == [opened] and closed.made == 1
    qtbot.waitUntil(lambda: seen(stage) == ["some6"])
    assert stage.tabifiedDockWidgets(stage.docks["some6"]) == [stage.docks["some0"]], "it is a tab on its group's place"
    stage.close_view("some6")
    qtbot.waitUntil(lambda: seen(stage) == ["some0"])
    assert stage.open_view("some6") is opened and closed.made == 1
    stage.restore_default()
    qtbot.waitUntil(lambda: seen(stage) == ["some0"])


def test_a_view_of_another_workspace_can_be_opened_and_is_closed_at_first(qtbot: QtBot) -> None:
    elsewhere = some(7)
    elsewhere.workspaces = ("other",)
    stage = stage_of(qtbot, (700, 600), [some(0), some(1), elsewhere])
    assert elsewhere.made == 0
    stage.open_view("some7")
    qtbot.waitUntil(lambda: seen(stage) == ["some0", "some7"])


def test_the_first_view_of_an_empty_stage_fills_it(qtbot: QtBot) -> None:
    stage = stage_of(qtbot, (700, 600), [some(0, opens=False)])
    stage.open_view("some0")
    qtbot.waitUntil(lambda: sizes(stage) == {"some0": (700, 600)})


def test_hidden_views_capture_nothing(qtbot: QtBot) -> None:
    stage = thirty(qtbot, SIZES[0])
    assert len(stage.views) == 30 and len(seen(stage)) == 4
    assert stage.wants(Focus()) == {Want("bars", name) for name in seen(stage)}
    stage.close_view("some1")
    qtbot.waitUntil(lambda: "some1" not in seen(stage) and len(seen(stage)) == 4)
    assert stage.wants(Focus()) == {Want("bars", name) for name in seen(stage)}
    stage.toggle_enlarged("some2")
    qtbot.waitUntil(lambda: stage.wants(Focus()) == {Want("bars", "some2")})
    stage.hide()
    assert not stage.wants(Focus())


def test_opening_leaves_the_enlarged_state(qtbot: QtBot) -> None:
    stage = stage_of(qtbot, (900, 700), [some(0), some(1), some(7, opens=False)])
    qtbot.mouseDClick(stage.docks["some0"].header, Qt.MouseButton.LeftButton, pos=QPoint(20, 15))
    qtbot.waitUntil(lambda: seen(stage) == ["some0"])
    assert stage.is_open("some1"), "it only stands behind"
    stage.open_view("some7")
    qtbot.waitUntil(lambda: seen(stage) == ["some0", "some7"])


def test_a_title_reaches_header_tab_and_buttons(qtbot: QtBot) -> None:
    stage = stage_of(qtbot, (400, 300), [some(0), some(6)])
    dock = stage.docks["some0"]
    before: QImage = dock.header.words.grab().toImage()
    dock.view.set_title("Intersection over union")
    assert dock.windowTitle() == "Intersection over union"
    assert dock.header.close_button.toolTip() == "Close Intersection over union"
    qtbot.waitUntil(lambda: dock.header.words.grab().toImage() != before)
    (bar,) = tab_bars(stage)
    qtbot.waitUntil(lambda: "Intersection over union" in [bar.tabText(at) for at in range(bar.count())])
    assert dock.header.words.sizeHint().width() > 100


# -- tabs --


@pytest.mark.parametrize(("theme", "scale"), [("dark", 1.0), ("light", 1.6)])
def test_tabs_keep_their_titles_whole_and_say_them_under_the_mouse(qtbot: QtBot, dressed: Look, theme: str, scale: float) -> None:
    dressed.set_theme(theme)
    dressed.set_scale(scale)
    apply_style(QApplication.instance(), dressed)
    stage = thirty(qtbot, SIZES[0], dressed)
    for bar in tab_bars(stage):
        assert bar.elideMode() == Qt.TextElideMode.ElideNone and bar.usesScrollButtons(), "what has no room is scrolled"
        assert 21 * scale <= bar.height() <= 30 * scale
        for at in range(bar.count()):
            assert bar.tabToolTip(at) == bar.tabText(at) and bar.tabText(at).startswith("A throw-away view")
            whole = bar.fontMetrics().horizontalAdvance(bar.tabText(at)) + 2 * dressed.px(8)
            assert bar.tabRect(at).width() >= min(whole, dressed.px(180))


def test_a_click_on_a_tab_shows_its_view(qtbot: QtBot) -> None:
    stage = stage_of(qtbot, (400, 300), [some(0), some(6)])
    (bar,) = tab_bars(stage)
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    qtbot.waitUntil(lambda: seen(stage) == ["some6"])


# -- layouts --


def arranged(qtbot: QtBot, size: tuple[int, int]) -> Stage:
    """A stage somebody has changed: one view closed, one opened, one made wide."""
    stage = stage_of(qtbot, size, [some(0), some(1), some(2), some(3), some(7, opens=False)])
    stage.docks["some3"].header.close_button.click()
    stage.open_view("some7")
    stage.resizeDocks([stage.docks["some7"], stage.docks["some2"]], [size[0] // 2, size[0] // 2], Qt.Orientation.Horizontal)
    settle(stage)
    assert seen(stage) == ["some0", "some2", "some7"]
    return stage


@pytest.mark.parametrize("size", [(1000, 800), (1600, 1000), (800, 640)])
def test_a_layout_comes_back_at_any_size_in_its_proportions(qtbot: QtBot, size: tuple[int, int]) -> None:
    first = arranged(qtbot, (1000, 800))
    across, down = size[0] / 1000, size[1] / 800
    expected = {name: (width * across, height * down) for name, (width, height) in sizes(first).items()}
    second = Stage(Look(), "test", kinds(*(some(number) for number in (0, 1, 2, 3)), some(7, opens=False)))
    qtbot.addWidget(second)
    second.restore_layout(first.layout_text())
    assert second.layout_text() == first.layout_text(), "one that was never shown keeps what it was given"
    second.show()
    second.resize(*size)  # as a window does that is maximised once it is on screen
    settle(second)
    assert seen(second) == ["some0", "some2", "some7"]
    assert second.size().toTuple() == size and not second.is_open("some3") and second.is_open("some1")
    for name, found in sizes(second).items():
        assert found == pytest.approx(expected[name], abs=14), name


def test_an_untouched_layout_fits_itself_to_the_new_size(qtbot: QtBot) -> None:
    text = thirty(qtbot, SIZES[2]).layout_text()
    small = Stage(Look(), "test", kinds(*(some(number) for number in range(30))))
    qtbot.addWidget(small)
    small.restore_layout(text)
    small.resize(*SIZES[0])
    small.show()
    qtbot.waitUntil(lambda: len(seen(small)) == 4)


def damaged(text: str, **changes: object) -> str:
    return json.dumps(json.loads(text) | changes)


@pytest.mark.parametrize("kind", ["old", "version", "state", "field", "cut"])
def test_a_layout_that_cannot_be_read_gives_the_first_one(qtbot: QtBot, kind: str) -> None:
    stage = arranged(qtbot, (1000, 800))
    text = stage.layout_text()
    bad = {
        "old": json.loads(text)["state"],
        "version": damaged(text, version=1),
        "state": damaged(text, state="AAAA"),
        "field": damaged(text, more=1),
        "cut": text[:50],
    }[kind]
    stage.restore_layout(bad)
    qtbot.waitUntil(lambda: seen(stage) == ["some0", "some1", "some2", "some3"])
    assert json.loads(stage.layout_text())["first"]


def test_a_view_that_is_gone_is_passed_over(qtbot: QtBot) -> None:
    text = arranged(qtbot, (1000, 800)).layout_text()
    fewer = Stage(Look(), "test", kinds(some(0), some(1), some(2), some(3)))
    qtbot.addWidget(fewer)
    fewer.resize(1000, 800)
    fewer.restore_layout(text)
    fewer.show()
    qtbot.waitUntil(lambda: seen(fewer) == ["some0", "some1", "some2"])


def test_enlarging_and_back_keeps_views_tabs_and_sizes(qtbot: QtBot) -> None:
    stage = arranged(qtbot, (1000, 800))
    before, text = sizes(stage), stage.layout_text()
    stage.docks["some2"].header.enlarge_button.click()
    qtbot.waitUntil(lambda: sizes(stage) == {"some2": (1000, 800)})
    assert stage.layout_text() == text, "what is kept is the layout behind"
    stage.docks["some2"].header.enlarge_button.click()
    qtbot.waitUntil(lambda: sizes(stage) == before)
    assert layout_from(stage.layout_text()).open == layout_from(text).open  # type: ignore[union-attr]


def test_a_floating_card_comes_back_with_the_first_layout(qtbot: QtBot) -> None:
    stage = arranged(qtbot, (1000, 800))
    stage.docks["some0"].setFloating(True)
    assert layout_from(stage.layout_text()) is not None
    stage.restore_default()
    qtbot.waitUntil(lambda: seen(stage) == ["some0", "some1", "some2", "some3"])
    assert not stage.docks["some0"].isFloating()


def test_a_restored_view_draws_again(qtbot: QtBot) -> None:
    stage = arranged(qtbot, (1000, 800))
    stage.docks["some0"].view.show_snapshot(made_up.snapshot(), Focus())
    assert not stage.docks["some0"].view.is_empty
