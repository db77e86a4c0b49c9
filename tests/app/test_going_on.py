"""Going on in the window: a run whose weights are no numbers any more, and the ways on from it and from past steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app import dialogs
from app.changes import replace_config
from app.program import Program
from engine.files.run_folder import RunFolder
from engine.training.messages import RunState
from tests.app.conftest import close_program, make_program


@pytest.fixture
def broken(qtbot: QtBot, qapp: QApplication, until: Callable, tmp_path: Path) -> Iterator[Program]:
    """A program whose run has just diverged."""
    program = make_program(qapp, tmp_path, epochs=40, learning_rate=1000.0, device="cpu")
    program.commands.toggle()
    until(lambda: program.parts.runs.shown is not None and program.parts.runs.shown.state is RunState.FAILED)
    yield program
    close_program(program)


def test_answers_that_are_no_numbers_are_called_so(broken: Program, until) -> None:
    viewpoint, window = broken.parts.viewpoint, broken.parts.window
    viewpoint.go_to(0)
    viewpoint.go_live()
    last = broken.parts.runs.shown.over.step
    until(lambda: viewpoint.snapshot is not None and viewpoint.snapshot.step == last and not viewpoint.is_past)
    (wall,), (pinned,) = window.workspaces.views("predictions"), window.workspaces.views("input_image")
    until(lambda: wall.snapshot is viewpoint.snapshot)
    assert "0 ✓ right" in wall.subtitle, "class 0 is not what no number means"
    assert "not a number" in pinned.subtitle and "✓" not in pinned.subtitle


def test_the_views_are_of_the_last_step_of_a_run_that_failed(broken: Program, until) -> None:
    """Some showed what was captured a second before, with most answers right, beside others that showed the end."""
    (wall,) = broken.parts.window.workspaces.views("predictions")
    last = broken.parts.runs.shown.over.step
    until(lambda: wall.snapshot is not None and wall.snapshot.step == last and "0 ✓ right" in wall.subtitle)


def test_space_goes_on_from_the_sound_step_that_is_shown(broken: Program, qtbot: QtBot, until) -> None:
    parts, window = broken.parts, broken.parts.window
    failed, step = parts.runs.shown, parts.runs.shown.frames[1]
    assert f"Go on from step {failed.newest_before_divergence().step} with learning rate 0.05" in [
        button.text() for button in window.banner.buttons
    ]
    parts.viewpoint.go_to(step)
    assert window.transport.run_button.toolTip() == f"Go on from step {step}, which is shown (Space)"
    parts.session.change("Lower", lambda document: replace_config(document, {"learning_rate": 0.01}))
    qtbot.keyClick(window, Qt.Key.Key_Space)
    run = parts.runs.shown
    assert run is not failed and f"from step {step}" in window.banner.text
    until(lambda: run.progress.step > step + 1)
    losses, before = run.history["train/loss"], failed.history["train/loss"]
    assert list(losses.steps[: step + 1]) == list(range(1, step + 2)) and run.frames[:2] == failed.frames[:2]
    assert list(losses.values[:step]) == list(before.values[:step]) and losses.values[step + 1] != before.values[step + 1]


def test_what_space_does_after_a_failure_is_said_before_and_after(broken: Program, qtbot: QtBot) -> None:
    """The advice was to lower the rate; Space went on at the same one without a word, and it happened again."""
    parts, window = broken.parts, broken.parts.window
    step = parts.runs.shown.newest_before_divergence().step
    assert window.banner.text.endswith("Try a learning rate of 0.05. Space keeps the old rate.")
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert f"from step {step}" in window.banner.text
    assert "The learning rate is still the same: it may happen again." in window.banner.text
    assert parts.runs.shown.document.config.optimizer.learning_rate == 1000.0


def test_the_banner_leads_on_from_the_newest_step_before_divergence(broken: Program, until) -> None:
    failed = broken.parts.runs.shown
    step = failed.newest_before_divergence().step
    next(button for button in broken.parts.window.banner.buttons if "Go on" in button.text()).click()
    run = broken.parts.runs.shown
    assert run is not failed and run.frames[-1] <= step
    assert run.document.config.optimizer.learning_rate == 0.05, "with the same one it would diverge again"
    assert "learning rate goes from" in broken.parts.window.banner.text
    until(lambda: run.state is RunState.FINISHED)
    assert not run.is_broken
    broken.parts.session.undo_stack.undo()
    assert broken.parts.session.document.config.optimizer.learning_rate == 1000.0


def test_the_lower_rate_holds_beside_edits_too(broken: Program) -> None:
    """The button said 0.05, and the new run had the old rate: it took the settings of the run with the design of the run."""
    widen(broken)
    next(button for button in broken.parts.window.banner.buttons if "Go on from" in button.text()).click()
    assert broken.parts.runs.shown.document.config.optimizer.learning_rate == 0.05
    broken.parts.runs.stop()


def test_where_the_run_may_not_be_replaced_no_setting_is_changed(broken: Program) -> None:
    failed = broken.parts.runs.shown
    broken.parts.runs.may_replace = lambda: False
    next(button for button in broken.parts.window.banner.buttons if "Go on from" in button.text()).click()
    assert broken.parts.runs.shown is failed
    assert broken.parts.session.document.config.optimizer.learning_rate == 1000.0


def test_a_loss_that_has_blown_up_is_no_good_end(qapp: QApplication, until: Callable, tmp_path: Path) -> None:
    program = make_program(qapp, tmp_path, epochs=1, learning_rate=10.0, device="cpu")
    try:
        program.commands.toggle()
        run, banner = program.parts.runs, program.parts.window.banner
        until(lambda: run.shown is not None and run.shown.state is RunState.FINISHED)
        until(lambda: "blown up" in banner.text)
        assert banner.property("kind") == "error"
        (button,) = banner.buttons
        assert button.text() == "Start again with learning rate 0.05"
    finally:
        close_program(program)


def test_a_new_run_begins_at_a_past_step_from_the_timelines_menu(program: Program, until) -> None:
    parts, timeline = program.parts, program.parts.window.transport.timeline
    program.commands.toggle()
    until(lambda: parts.runs.shown.state is RunState.FINISHED)
    until(lambda: timeline.steps.kept == parts.runs.shown.frames)
    finished, step = parts.runs.shown, parts.runs.shown.frames[4]
    place = QPoint(round(timeline.x_of(step)), timeline.height() // 2)
    timeline.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, timeline.mapToGlobal(place)))
    (menu,) = timeline.findChildren(QMenu)
    titles = [action.text() for action in menu.actions()]
    assert titles == [f"Show step {step}", f"A new run from step {step}"]
    menu.actions()[0].trigger()
    assert parts.viewpoint.cursor == step
    menu.actions()[1].trigger()
    menu.close()
    assert parts.runs.shown is not finished and parts.runs.shown.document.config.epochs == 3
    until(lambda: parts.runs.shown.state is RunState.FINISHED)
    assert parts.runs.shown.progress.step == finished.progress.step


def test_the_step_shown_is_gone_on_from_by_key_and_only_a_past_one(program: Program, qtbot: QtBot, until) -> None:
    parts, window = program.parts, program.parts.window
    program.commands.toggle()
    until(lambda: parts.runs.shown.state is RunState.FINISHED)
    finished = parts.runs.shown
    qtbot.keyClick(window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert parts.runs.shown is finished and "past step" in window.banner.text
    parts.viewpoint.go_to(finished.frames[2])
    assert "the newest" in window.transport.run_button.toolTip()
    qtbot.keyClick(window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert parts.runs.shown is not finished and f"step {finished.frames[2]}" in window.banner.text


def test_a_refused_start_says_why_and_what_is_shown(program: Program, until) -> None:
    parts, window = program.parts, program.parts.window
    program.commands.toggle()
    until(lambda: parts.runs.shown.state is RunState.FINISHED)
    trained = parts.runs.shown
    parts.chips.set_data("/no such folder")
    program.commands.toggle()
    until(lambda: parts.runs.shown is trained and parts.runs.before is None)
    assert "no such folder" in window.banner.text and "The run before it is shown again." in window.banner.text
    until(lambda: parts.viewpoint.snapshot is not None and parts.viewpoint.snapshot.step == trained.over.step)
    assert window.transport.timeline.steps.kept == trained.frames
    assert len(parts.viewpoint.snapshot.history["train/loss"]) == trained.over.step


@pytest.fixture
def unkept(program: Program, until: Callable, tmp_path: Path) -> Program:
    """A program with a trained run that could not be kept: there is a file where the folder should be."""
    (tmp_path / "state").write_text("in the way")
    program.commands.toggle()
    until(lambda: program.parts.runs.shown.state is RunState.FINISHED)
    assert not program.parts.runs.shown.is_kept
    return program


WAYS: dict[str, Callable[[Program], object]] = {
    "Ctrl+R": lambda program: program.commands.restart(),
    "another seed": lambda program: program.commands.restart_with_new_seed(),
    "Space after an edit": lambda program: (widen(program), program.commands.toggle()),
    "one step after an edit": lambda program: (widen(program), program.commands.step()),
    "a past step": lambda program: program.commands.fork(program.parts.runs.shown.frames[1]),
}


def widen(program: Program) -> None:
    program.parts.session.apply("Wider", lambda design: design.with_parameters("c1", filters=6))


@pytest.mark.parametrize("way", WAYS)
def test_a_run_that_could_not_be_kept_is_not_replaced_unasked(unkept: Program, monkeypatch, way: str) -> None:
    """With a full disk, Ctrl+R threw it away."""
    run, asked = unkept.parts.runs.shown, []
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda _, sentence: asked.append(sentence) or "cancel")
    WAYS[way](unkept)
    assert unkept.parts.runs.shown is run and len(asked) == 1 and "is in no folder yet" in asked[0]
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda *_: "discard")
    WAYS[way](unkept)
    assert unkept.parts.runs.shown is not run


def test_one_that_is_saved_first_is_in_its_folder(unkept: Program, monkeypatch, tmp_path: Path) -> None:
    run = unkept.parts.runs.shown
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda *_: "save")
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: tmp_path / "mine")
    unkept.commands.restart()
    assert unkept.parts.runs.shown is not run and RunFolder.open(tmp_path / "mine").latest_checkpoint() is not None
