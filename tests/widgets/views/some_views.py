"""Throw-away views that are in no registry, and a stage of many of them."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from engine.snapshot import Snapshot, Want
from widgets.stage import Stage
from widgets.theme import Look
from widgets.viewing.base import GROUPS, Focus, View

AREAS = ("top", "middle", "side")
STILL = 3  # rounds of events in which nothing moves


def some(number: int, *, opens: bool = True) -> type[View]:
    """A kind of view that wants one thing captured and counts how often one is made."""

    class Some(View):
        name, title, help = f"some{number}", f"A throw-away view {number}", "For a test."
        workspaces = ("test",)
        area, order, group = AREAS[number % 3], number, GROUPS[number % len(GROUPS)][0]
        made = 0

        def content(self) -> QWidget:
            type(self).made += 1
            return QLabel(f"content {number}")

        def wants(self, focus: Focus) -> frozenset[Want]:
            return frozenset({Want("bars", self.name)})

        def draw(self, snapshot: Snapshot, focus: Focus) -> str:
            return ""

    Some.opens = opens
    return Some


def kinds(*views: type[View]) -> dict[str, type[View]]:
    return {view.name: view for view in views}


def stage_of(qtbot: QtBot, size: tuple[int, int], views: list[type[View]], look: Look | None = None) -> Stage:
    """A shown stage of ``size`` pixels."""
    stage = Stage(look or Look(), "test", kinds(*views))
    qtbot.addWidget(stage)
    stage.resize(*size)
    stage.show()
    settle(stage)
    return stage


def settle(stage: Stage) -> None:
    """Handle events until the stage fits no more and its cards stay where they are, however long the machine takes for each."""
    rounds = [standing(stage)]
    while stage._fitting.isActive() or len(rounds) <= STILL or rounds[-1] != rounds[-1 - STILL]:
        assert len(rounds) < 200, "the stage does not come to rest"
        QApplication.processEvents()
        rounds.append(standing(stage))


def standing(stage: Stage) -> dict[str, tuple[object, ...]]:
    """Where the visible cards are."""
    return {view.name: stage.docks[view.name].geometry().getRect() for view in stage.visible_views()}


def thirty(qtbot: QtBot, size: tuple[int, int], look: Look | None = None) -> Stage:
    return stage_of(qtbot, size, [some(number) for number in range(30)], look)
