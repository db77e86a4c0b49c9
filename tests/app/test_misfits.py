"""A start that does not fit is refused before anything is replaced, and mended by a button where that is simple."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.changes import replace_config
from app.program import Program
from engine.training.messages import RunState
from tests.app.test_asking import colour_folder


def test_too_few_classes_leave_the_trained_run_and_one_click_mends_it(program: Program, qtbot: QtBot, until) -> None:
    parts, banner = program.parts, program.parts.window.banner
    parts.session.change("Set", lambda document: replace_config(document, {"epochs": 1, "device": "cpu"}))
    program.commands.toggle()
    until(lambda: parts.runs.shown.state is RunState.FINISHED)
    shown, snapshot = parts.runs.shown, parts.viewpoint.snapshot
    parts.session.apply("Narrow", lambda design: design.with_parameters("out", units=7))
    program.commands.toggle()
    assert "10" in banner.text and "7" in banner.text and "'out'" in banner.text and "\n" not in banner.text
    assert parts.runs.shown is shown and shown.has_network and parts.viewpoint.snapshot is snapshot
    assert parts.session.selection == ("out",)
    (button,) = banner.buttons
    assert button.text() == "Fix: set units of out to 10"
    steps = parts.session.undo_stack.count()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert parts.session.document.design["out"].parameters.units == 10
    assert parts.session.undo_stack.count() == steps + 1
    assert parts.session.undo_stack.undo_text() == "Set units of layer 'out' to 10"
    parts.session.undo_stack.undo()
    assert parts.session.document.design["out"].parameters.units == 7


def test_a_task_that_does_not_fit_the_data_is_refused_at_once(program: Program) -> None:
    parts = program.parts
    parts.session.change("Numbers", lambda document: replace(document, data="hills"))
    program.commands.toggle()
    assert parts.runs.shown is None
    assert "2" in parts.window.banner.text and "\n" not in parts.window.banner.text


def test_what_shows_only_after_loading_can_be_mended_too(program: Program, qtbot: QtBot, until, tmp_path: Path) -> None:
    parts, banner = program.parts, program.parts.window.banner
    parts.chips.set_data(str(colour_folder(tmp_path / "colours")))
    program.commands.toggle()
    until(lambda: parts.runs.shown.state is RunState.FAILED and banner.text != "")
    (button,) = banner.buttons
    assert button.text() == "Fix: set units of out to 2"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    program.commands.toggle()
    until(lambda: parts.runs.shown.progress is not None and parts.runs.shown.progress.step > 2)


def test_a_loss_that_does_not_go_with_the_task_leaves_the_run_as_it_is(program: Program, until) -> None:
    runs, session = program.parts.runs, program.parts.session
    program.commands.toggle()
    until(lambda: runs.shown is not None and runs.shown.state is RunState.FINISHED)
    before = runs.shown
    change = {"penalty": ("activity_l1",), "penalty.activity_l1.layer": "nowhere"}
    session.change("Set", lambda document: replace_config(document, change))
    program.commands.restart()
    until(lambda: "nowhere" in program.parts.window.banner.text)
    assert runs.shown is before and before.has_network
