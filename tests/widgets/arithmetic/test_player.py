"""The player of the arithmetic view: one on, one back, play, scrub, at once, and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from widgets.arithmetic.player import SPEEDS, Player
from widgets.theme import Look


@pytest.fixture
def player(qtbot: QtBot) -> Player:
    made = Player(Look())
    qtbot.addWidget(made)
    made.resize(600, 32)
    made.set_count(5, 5)
    made.show()
    return made


def test_it_goes_one_on_and_one_back_and_no_farther(player: Player, qtbot: QtBot) -> None:
    moved = QSignalSpy(player.moved)
    assert player.words.text() == "window 1 of 5" and not player.back.isEnabled()
    for _ in range(7):
        qtbot.mouseClick(player.on, Qt.MouseButton.LeftButton)
    assert player.at == 4 and not player.on.isEnabled() and moved.count() == 4
    qtbot.mouseClick(player.back, Qt.MouseButton.LeftButton)
    assert player.at == 3 and player.words.text() == "window 4 of 5"


def test_it_plays_to_the_end_and_from_there_from_the_start(player: Player, qtbot: QtBot) -> None:
    qtbot.mouseClick(player.play, Qt.MouseButton.LeftButton)
    assert player.is_playing and player.play.accessibleName() == "Pause"
    for _ in range(4):
        player._beat.timeout.emit()
    assert player.at == 4 and not player.is_playing and player.play.accessibleName() == "Play"
    player.toggle()
    assert player.at == 0 and player.is_playing


def test_it_stops_where_nobody_sees_it(player: Player) -> None:
    player.toggle()
    player.hide()
    assert not player.is_playing


def test_a_faster_speed_has_shorter_beats_and_all_is_at_once(player: Player, qtbot: QtBot) -> None:
    beats = []
    player.toggle()
    for index in range(3):
        player.speed.choose(index)
        player._speed_chosen()
        beats.append(player._beat.interval())
    assert beats == sorted(beats, reverse=True) and len(set(beats)) == 3
    buttons = [button for button in player.speed._group.buttons() if button.text() == SPEEDS[-1][0]]
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert player.at == 4 and not player.is_playing


def test_the_place_stays_as_long_as_there_is_one(player: Player) -> None:
    moved = QSignalSpy(player.moved)
    player.go_to(3)
    player.set_count(9, 100)
    assert player.at == 3 and player.words.text() == "window 4 of 9 (of 100)"
    player.set_count(2, 2)
    assert player.at == 1 and moved.count() == 1, "the view draws itself then"
    player.rewind()
    assert player.at == 0 and moved.count() == 1


def test_the_slider_keeps_the_arrow_keys_to_itself(player: Player, qtbot: QtBot) -> None:
    player.slider.setFocus()
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(player.slider, event)
    assert event.isAccepted()
    qtbot.keyClick(player.slider, Qt.Key.Key_Right)
    assert player.at == 1
    other = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(player.slider, other)
    assert not other.isAccepted()


@pytest.mark.parametrize("width", [180, 260, 400, 700])
def test_a_narrow_player_says_less_and_the_slider_keeps_a_length(qtbot: QtBot, width: int) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    player = Player(Look(), window)
    player.set_count(5, 5)
    player.setGeometry(0, 0, width, 32)
    window.show()
    QApplication.processEvents()
    assert player.width() == width and player.slider.width() >= 30
    assert player.words.isVisible() or not player.speed.isVisible()
    assert width < 700 or (player.speed.isVisible() and player.words.text() == "window 1 of 5")
    parts = [part for part in player.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly) if part.isVisible()]
    assert max(part.geometry().right() for part in parts) < width
