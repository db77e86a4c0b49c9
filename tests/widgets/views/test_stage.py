"""The stage's first layout: views that open, places of a usable size, and tabs for what does not fit."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from widgets.places import room, share
from widgets.stage import Stage
from widgets.theme import Look
from widgets.viewing.base import GROUPS, View, view

AREAS = ("top", "middle", "side")


def made(look: Look, number: int, *, opens: bool = True) -> View:
    """A throw-away view that is in no registry."""

    class Some(View):
        name, title, help = f"some{number}", f"A throw-away view {number}", "For a test."
        area, order, group = AREAS[number % 3], number, GROUPS[number % len(GROUPS)][0]

        def content(self) -> QWidget:
            return QLabel()

    Some.opens = opens
    return Some(look)


def thirty(qtbot: QtBot, size: tuple[int, int]) -> Stage:
    look = Look()
    stage = Stage(look, "test", [made(look, number) for number in range(30)])
    qtbot.addWidget(stage)
    stage.resize(*size)
    stage.show()
    qtbot.wait(50)
    return stage


@pytest.mark.parametrize("size", [(630, 582), (950, 862)])
def test_thirty_views_share_places_and_do_not_widen_the_stage(qtbot: QtBot, size: tuple[int, int]) -> None:
    stage = thirty(qtbot, size)
    seen = stage.visible_views()
    assert len(seen) == sum(room(*size).values())
    for shown in seen:
        dock = stage.docks[shown.name]
        assert dock.width() >= 180, (shown.name, dock.size())
    assert stage.size().toTuple() == size


def test_a_view_that_does_not_open_is_closed_until_it_is_shown(qtbot: QtBot) -> None:
    look = Look()
    stage = Stage(look, "test", [made(look, 0), made(look, 3, opens=False)])
    qtbot.addWidget(stage)
    stage.resize(700, 600)
    stage.show()
    qtbot.waitUntil(lambda: [view.name for view in stage.visible_views()] == ["some0"])
    stage.docks["some3"].show()
    qtbot.waitUntil(lambda: len(stage.visible_views()) == 2)
    stage.restore_default()
    assert [view.name for view in stage.visible_views()] == ["some0"]


def test_what_does_not_fit_joins_its_groups_place(qtbot: QtBot) -> None:
    look = Look()
    views = [made(look, number) for number in (0, 1, 6, 7, 2)]
    for each in views:
        qtbot.addWidget(each)
    names = [[view.name for view in place] for place in share(views, 2)]
    assert names == [["some0", "some6", "some2"], ["some1", "some7"]]
    assert share(views[:2], 3) == [[views[0]], [views[1]]]


def test_an_unknown_group_is_refused() -> None:
    class Odd(View):
        name, group = "odd", "no such group"

    with pytest.raises(ValueError, match="no such group"):
        view(Odd)
