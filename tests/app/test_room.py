"""At 1280 × 720 everything stands inside the window and is legible, whatever was visited before and however large the text is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import Document
from app.program import Program
from app.settings import SettingsFile
from tests.widgets import made_up


@pytest.fixture
def program(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    made = Program(qapp, SettingsFile(tmp_path / "settings.json"), Document(made_up.design()))
    made.parts.window.resize(1280, 720)
    made.parts.window.show()
    made.parts.loader.start()
    made.parts.loader.finish()
    qtbot.wait(50)
    yield made
    made.leave()
    made.parts.window.hide()
    made.parts.window.deleteLater()
    made.deleteLater()


def visit(program: Program, qtbot: QtBot, workspace: str) -> None:
    program.commands.choose_workspace(workspace)
    qtbot.wait(60)


def assert_every_view_is_inside(program: Program) -> None:
    stage = program.parts.window.workspaces.stage
    views = stage.visible_views()
    assert views
    for view in views:
        dock = stage.docks[view.name].geometry()
        assert stage.rect().contains(dock), (view.name, dock, stage.rect())
        assert stage.rect().contains(view.rect().translated(view.mapTo(stage, view.rect().topLeft()))), view.name


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_views_stay_inside_the_stage_on_a_second_visit_in_another_theme(program: Program, qtbot: QtBot, scale: float) -> None:
    program.commands.look.set_scale(scale)
    for theme in ("dark", "light"):
        program.commands.look.set_theme(theme)
        for workspace in ("watch", "design", "probe"):
            visit(program, qtbot, workspace)
            assert_every_view_is_inside(program)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_buttons_and_chips_show_all_of_their_words(program: Program, qtbot: QtBot, scale: float) -> None:
    bar = program.parts.window.top_bar
    bar.set_chip("data", "Data: strokes · 8,000", "", "strokes")
    program.commands.look.set_scale(scale)
    qtbot.wait(60)
    for button in (*bar._buttons.values(), *bar.chips.values(), bar.views_button):
        assert button.width() >= button.minimumSizeHint().width(), button.text()
        assert bar.rect().contains(button.mapTo(bar, button.rect().bottomRight())), button.text()
    assert bar.chips["data"].text() == ("strokes" if scale == 2.0 else "Data: strokes · 8,000")


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_transport_bar_is_inside_the_window(program: Program, qtbot: QtBot, scale: float) -> None:
    program.commands.look.set_scale(scale)
    qtbot.wait(60)
    transport = program.parts.window.transport
    assert transport.figures.geometry().right() <= transport.width()
    assert transport.figures.width() >= transport.figures.minimumSizeHint().width()
    assert transport.timeline.width() >= transport.timeline.minimumSizeHint().width()


def test_titles_are_whole_where_there_is_room_for_them(program: Program, qtbot: QtBot) -> None:
    visit(program, qtbot, "watch")
    stage = program.parts.window.workspaces.stage
    for name in ("feature_maps", "input_image"):
        words = stage.docks[name].header.words
        assert words.width() >= words.sizeHint().width(), name
