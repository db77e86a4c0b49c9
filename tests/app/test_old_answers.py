"""A probe's answer says when it is older than what is seen, is renewed with one click, and goes with its network."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app import dialogs
from app.changes import replace_config
from app.program import Program
from engine.probing.result import HeatMap
from engine.training.messages import RunState
from tests.app.test_files import finished


@pytest.fixture
def answered(program: Program, until: Callable) -> Program:
    """A program with a finished run and an answer of its last step, which is seen."""
    program.parts.session.change("Set", lambda document: replace_config(document, {"device": "cpu"}))
    program.commands.toggle()
    until(finished(program))
    program.commands.choose_workspace("probe")
    program.commands.ask_probe("occlusion", {})
    until(lambda: not program.parts.probes.is_busy)
    assert not program.parts.window.probe_panel.canvas.is_empty and not program.parts.window.probe_panel.again.isVisible()
    return program


def test_an_answer_goes_with_its_network(answered: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl+N the answer of the network before stayed, as if it were of the empty one."""
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda *_: "discard")
    answered.parts.window.actions_table["file.new"].trigger()
    panel = answered.parts.window.probe_panel
    assert panel.canvas.is_empty and "press Ask" in panel.canvas.empty.text() and panel.canvas.headline.text() == ""


def test_an_answer_that_the_training_has_left_behind_says_so_and_is_renewed(
    answered: Program, qtbot: QtBot, until: Callable
) -> None:
    """Only a small grey "step 24" told that it was not of step 48."""
    panel, run = answered.parts.window.probe_panel, answered.parts.runs.shown
    asked_at = run.progress.step
    answered.commands.toggle()
    until(lambda: run.progress.step > asked_at and finished(answered)())
    until(lambda: panel.age.text() == f"Asked at step {asked_at:,}, now {run.progress.step:,}.")
    assert panel.age.isVisible()
    qtbot.mouseClick(panel.again, Qt.MouseButton.LeftButton)
    until(lambda: f"step {run.progress.step}" in panel.canvas.asked_of.text() and not answered.parts.probes.is_busy)
    assert not panel.age.isVisible()


def test_while_it_trains_an_answer_is_old_only_after_an_epoch(answered: Program, until: Callable) -> None:
    """The warning stood there from the step after the answer on, whatever was asked."""
    panel, run = answered.parts.window.probe_panel, answered.parts.runs.shown
    asked_at = run.progress.step
    answered.parts.speed.choose(8.0)
    answered.commands.toggle()
    until(lambda: run.progress.step > asked_at)
    epoch = run.progress.total_steps // run.progress.epochs
    assert epoch > 8 and run.progress.step - asked_at < epoch and run.state is RunState.RUNNING
    assert answered.parts.probes.age() == "" and not panel.age.isVisible()
    run.pause()
    until(lambda: run.state is RunState.PAUSED)
    until(lambda: panel.age.isVisible() and f"Asked at step {asked_at:,}" in panel.age.text())
    answered.parts.speed.full()
    run.resume()
    until(lambda: run.progress.step - asked_at >= epoch and panel.age.isVisible())


def test_the_button_beside_an_old_answer_asks_the_same_and_says_so(answered: Program, qtbot: QtBot, until: Callable) -> None:
    """It was called “Ask again”, and did not ask what the form said."""
    panel, probes = answered.parts.window.probe_panel, answered.parts.probes
    answered.parts.viewpoint.go_to(0)
    panel.choose("activation_max", {"layer": "c1"})
    assert panel.again.isVisible() and panel.again.text() == "Ask the same again"
    qtbot.mouseClick(panel.again, Qt.MouseButton.LeftButton)
    until(lambda: "step 0" in panel.canvas.asked_of.text() and not probes.is_busy)
    assert isinstance(panel.canvas.result, HeatMap)


def test_an_answer_of_another_step_than_the_past_that_is_seen_says_so(answered: Program) -> None:
    panel, step = answered.parts.window.probe_panel, answered.parts.runs.shown.progress.step
    answered.parts.viewpoint.go_to(0)
    assert panel.age.text() == f"Asked at step {step:,}, now 0." and panel.age.isVisible()
    answered.parts.viewpoint.go_live()
    assert not panel.age.isVisible()


def test_an_answer_of_the_run_before_says_so(answered: Program, until: Callable) -> None:
    panel, before = answered.parts.window.probe_panel, answered.parts.runs.shown
    answered.parts.window.actions_table["run.restart"].trigger()
    until(lambda: answered.parts.runs.shown is not before and finished(answered)())
    until(lambda: panel.age.text().startswith(f"Asked of the run before at step {before.progress.step:,}, now "))
    assert not panel.canvas.is_empty


def test_a_question_about_the_network_before_is_given_up(
    program: Program, until: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.commands.toggle()
    until(finished(program))
    program.commands.ask_probe("activation_max", {"layer": "c1", "unit": 0, "steps": 100_000})
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda *_: "discard")
    program.parts.window.actions_table["file.new"].trigger()
    assert not program.parts.probes.is_busy and program.parts.window.probe_panel.canvas.is_empty


def test_an_answer_does_not_keep_its_run_in_memory(answered: Program, until: Callable) -> None:
    """The past steps of a run that was started again stayed as long as an answer of it was shown."""
    run = weakref.ref(answered.parts.runs.shown)
    answered.commands.restart()
    until(finished(answered))
    until(lambda: gc.collect() >= 0 and run() is None)
    assert "Asked of the run before" in answered.parts.window.probe_panel.age.text()
