"""Work that waits for the end of the event in hand."""

from __future__ import annotations

import gc
import weakref

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from widgets.common.bars import BarList
from widgets.common.soon import Soon, do_all
from widgets.theme import Look


def made(qtbot: QtBot, root: QWidget | None = None) -> tuple[Soon, list[str]]:
    if root is None:
        root = QWidget()
        qtbot.addWidget(root, before_close_func=lambda _: root)  # held until the test is over
    owner, done = QWidget(root), []
    soon = Soon(owner)
    soon.due.connect(lambda: done.append("work"))
    return soon, done


def test_it_is_done_once_after_the_event_in_hand(qtbot: QtBot) -> None:
    soon, done = made(qtbot)
    soon.ask()
    soon.ask()
    assert done == []
    qtbot.waitUntil(lambda: done == ["work"])
    qtbot.wait(20)
    assert done == ["work"]


def test_all_that_waits_below_a_widget_is_done_at_once_and_not_again(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    (one, one_done), (_, idle_done), (other, other_done) = made(qtbot, root), made(qtbot, root), made(qtbot)
    one.ask()
    other.ask()
    do_all(root)
    assert (one_done, idle_done, other_done) == (["work"], [], [])
    qtbot.waitUntil(lambda: other_done == ["work"])
    do_all(root)
    assert (one_done, idle_done) == (["work"], [])


def test_what_was_done_otherwise_is_not_done_again(qtbot: QtBot) -> None:
    soon, done = made(qtbot)
    soon.ask()
    soon.stop()
    soon.now()
    qtbot.wait(20)
    assert done == []


def test_a_widget_that_is_gone_has_nothing_left_to_do(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    soon, done = made(qtbot, root)
    soon.ask()
    delete(soon.parent())
    do_all(root)
    qtbot.wait(20)
    assert done == []


def test_a_recorded_widget_goes_when_nobody_holds_it(qapp) -> None:
    gc.disable()
    try:
        widget = BarList(Look())
        widget.refresh()
        seen = weakref.ref(widget)
        del widget
        assert seen() is None
    finally:
        gc.enable()
