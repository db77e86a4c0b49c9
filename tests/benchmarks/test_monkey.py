"""The monkey: a few of its actions, and that it notices what goes wrong."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from benchmarks.monkey import play
from benchmarks.whims import Whims


def test_some_actions_do_no_harm_and_what_does_is_told(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = play(12)
    assert outcome.actions == 12 and outcome.faults == [] and outcome.leaked == [] and len(outcome.memory) == 3
    monkeypatch.setattr(Whims, "do_one", lambda self: 1 // 0)
    assert "ZeroDivisionError" in play(2).faults[0]


def test_a_menu_that_is_waited_for_is_left(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def click(whims: Whims) -> str:
        QTest.mouseClick(whims._parts.window.top_bar.menu_button, Qt.MouseButton.LeftButton)
        return "menu"

    monkeypatch.setattr(Whims, "do_one", click)
    outcome = play(1)
    assert outcome.actions == 1 and outcome.faults == []


def test_it_clicks_in_the_list_of_a_choice(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    click = Whims._click

    def open_and_click(whims: Whims) -> str:
        choices = whims._parts.window.findChildren(QComboBox)
        next(each for each in choices if each.isVisible()).showPopup()
        return click(whims)

    monkeypatch.setattr(Whims, "do_one", open_and_click)
    assert play(4).faults == []
