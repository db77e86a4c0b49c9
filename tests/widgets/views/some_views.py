"""Throw-away views that are in no registry, and a stage of many of them."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from engine.snapshot import Snapshot, Want
from widgets.stage import Stage
from widgets.theme import Look
from widgets.viewing.base import GROUPS, Focus, View

AREAS = ("top", "middle", "side")


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
    qtbot.wait(50)
    return stage


def thirty(qtbot: QtBot, size: tuple[int, int], look: Look | None = None) -> Stage:
    return stage_of(qtbot, size, [some(number) for number in range(30)], look)
