"""Text and pictures change size as one, by keys and menu, in words, and are so large again at the next start."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.appearance import SCALES, Appearance, known_scale
from app.program import Program
from app.settings import SettingsFile
from tests.app.conftest import close_program
from widgets.theme import Look

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.mark.parametrize("key", [Qt.Key.Key_Plus, Qt.Key.Key_Equal])
def test_keys_make_everything_larger_and_usual_again(shared: Program, qtbot: QtBot, key: Qt.Key) -> None:
    window, look = shared.parts.window, shared.parts.look
    before = (window.top_bar.height(), window.transport.height(), window.network.list.cards.geometry.card_height)
    font = window.inspector.title.font().pixelSize()
    qtbot.keyClick(window, key, CTRL)
    assert look.scale == 1.1 and window.banner.text == "Text and pictures are at 110 %."
    after = (window.top_bar.height(), window.transport.height(), window.network.list.cards.geometry.card_height)
    assert after == tuple(round(1.1 * each) for each in before)
    assert window.inspector.title.font().pixelSize() == round(1.1 * font)
    qtbot.keyClick(window, Qt.Key.Key_Minus, CTRL)
    qtbot.keyClick(window, Qt.Key.Key_Minus, CTRL)
    assert look.scale == 0.9 and window.banner.text.endswith("90 %, the smallest there is.")
    qtbot.keyClick(window, Qt.Key.Key_0, CTRL)
    assert look.scale == 1.0 and window.banner.text == "Text and pictures are at 100 %."


def test_sizes_end_at_both_ends_and_say_so(qtbot: QtBot) -> None:
    look, told = Look(), []
    appearance = Appearance(look)
    appearance.told.connect(told.append)
    for _ in range(20):
        appearance.larger()
    assert look.scale == SCALES[-1] == 2.5 and told[-1] == "Text and pictures are at 250 %, the largest there is."
    for _ in range(20):
        appearance.smaller()
    assert look.scale == SCALES[0] == 0.9


def test_presenting_is_larger_up_to_the_largest_and_is_not_kept(qtbot: QtBot) -> None:
    look = Look()
    appearance = Appearance(look)
    for usual, presented in ((1.0, 1.6), (1.25, 2.0), (2.0, 2.5)):
        look.set_scale(usual)
        appearance.present(True)
        assert look.scale == pytest.approx(presented) and look.high_contrast and appearance.scale == usual
        appearance.larger()
        assert appearance.scale == usual, "what is chosen while presenting is for this time"
        appearance.usual()
        assert look.scale == pytest.approx(presented)
        appearance.switch_theme()
        assert look.high_contrast
        appearance.present(False)
        assert look.scale == usual and not look.high_contrast


def test_size_and_theme_are_kept_between_starts(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    first = Program(qapp, SettingsFile(tmp_path / "settings.json"))
    first.parts.window.actions_table["view.larger"].trigger()
    first.parts.window.actions_table["view.larger"].trigger()
    first.parts.window.actions_table["view.light"].trigger()
    close_program(first)
    second = Program(qapp, SettingsFile(tmp_path / "settings.json"))
    assert second.parts.look.scale == 1.25 and second.parts.look.theme.name == "light"
    second.parts.window.actions_table["view.light"].trigger()
    second.parts.window.actions_table["view.usual_size"].trigger()
    close_program(second)


@pytest.mark.parametrize(("kept", "taken"), [(1.0, 1.0), (17.0, 2.5), (-1.0, 0.9), (1.3, 1.25), (0.0, 0.9)])
def test_a_size_that_is_not_there_becomes_the_nearest(kept: float, taken: float) -> None:
    assert known_scale(kept) == taken
