"""Work that waits for the end of the event in hand."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from widgets.common.soon import Soon, do_all


def made(qtbot: QtBot) -> tuple[QWidget, Soon, list[str]]:
    owner, done = QWidget(), []
    qtbot.addWidget(owner)
    return owner, Soon(owner, lambda: done.append("work")), done


def test_it_is_done_once_after_the_event_in_hand(qtbot: QtBot) -> None:
    _, soon, done = made(qtbot)
    soon.ask()
    soon.ask()
    assert done == []
    qtbot.waitUntil(lambda: done == ["work"])
    qtbot.wait(20)
    assert done == ["work"]


def test_all_of_it_can_be_done_at_once_and_is_not_done_again(qtbot: QtBot) -> None:
    scenes = [made(qtbot) for _ in range(3)]
    for _, soon, _ in scenes[:2]:
        soon.ask()
    do_all()
    assert [done for *_, done in scenes] == [["work"], ["work"], []]
    qtbot.wait(20)
    do_all()
    assert [done for *_, done in scenes] == [["work"], ["work"], []]


def test_what_was_done_otherwise_is_forgotten(qtbot: QtBot) -> None:
    _, soon, done = made(qtbot)
    soon.ask()
    soon.forget()
    do_all()
    qtbot.wait(20)
    assert done == []


def test_a_widget_that_is_gone_has_nothing_left_to_do() -> None:
    owner, done = QWidget(), []
    soon = Soon(owner, lambda: done.append("work"))
    soon.ask()
    delete(owner)
    do_all()
    assert done == []
