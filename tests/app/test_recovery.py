"""Nothing is lost: what a killed window held comes back, runs that were left can be reopened, and nobody is asked for trifles."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import recovery
from app.changes import replace_config
from app.keeping.kept_runs import KeptRuns
from app.program import Program
from engine.files.design_file import load_design, save_design
from engine.files.run_writer import RunWriter
from engine.training.messages import RunState
from tests.app.conftest import TINY, close_program, make_program, open_file, opened
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "QUIET_MS", 20)


def sessions(folder: Path) -> list[Path]:
    root = folder / "state" / "sessions"
    return sorted(root.iterdir()) if root.exists() else []


def copy_of(folder: Path) -> Path | None:
    return next((found for session in sessions(folder) for found in session.glob("about.json")), None)


def widen(program: Program, filters: int = 6) -> None:
    program.parts.session.apply("Wider", lambda design: design.with_parameters("c1", filters=filters))


def train(program: Program, until: Callable) -> None:
    program.commands.toggle()
    until(lambda: program.parts.runs.shown is not None and program.parts.runs.shown.state is RunState.FINISHED)


def kill(program: Program) -> None:
    """End it so that what is not saved is left as a kill leaves it."""
    program._keeps_unsaved = True
    close_program(program)


def after_a_kill(qapp: QApplication, tmp_path: Path) -> Program:
    """A program behind one that was killed with an edit in it."""
    first = make_program(qapp, tmp_path)
    widen(first)
    kill(first)
    return make_program(qapp, tmp_path)


def offers(program: Program) -> list[str]:
    return [button.text() for button in program.parts.window.banner.buttons]


def choose(program: Program, title: str) -> None:
    next(button for button in program.parts.window.banner.buttons if button.text() == title).click()


def test_an_edit_is_copied_and_the_copy_goes_when_it_is_saved(program: Program, tmp_path: Path, until) -> None:
    session = program.parts.session
    widen(program)
    until(lambda: copy_of(tmp_path) is not None)
    copied = load_design(copy_of(tmp_path).with_name("document.design.json"))
    assert copied == session.document.design
    widen(program, 7)
    until(lambda: load_design(copy_of(tmp_path).with_name("document.design.json")) == session.document.design)
    assert program.parts.saver._save_to(tmp_path / "mine.design.json") and program.parts.saver.finish()
    until(lambda: copy_of(tmp_path) is None)


def test_changes_that_were_saved_just_before_the_end_are_not_offered(qapp: QApplication, tmp_path: Path, until) -> None:
    """Only the run was not saved; its design had been a moment before."""
    program = make_program(qapp, tmp_path)
    widen(program)
    until(lambda: copy_of(tmp_path) is not None)
    program.parts.recovery._timer.setInterval(3_600_000)
    assert program.parts.saver._save_to(tmp_path / "mine.design.json") and program.parts.saver.finish()
    train(program, until)
    kill(program)
    assert sessions(tmp_path) and copy_of(tmp_path) is None


def test_where_nothing_is_edited_or_trained_nothing_is_written(program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    qtbot.wait(100)
    assert sessions(tmp_path) == []


def test_a_clean_end_leaves_no_copy(qapp: QApplication, tmp_path: Path, until) -> None:
    program = make_program(qapp, tmp_path)
    widen(program)
    until(lambda: copy_of(tmp_path) is not None)
    close_program(program)
    assert sessions(tmp_path) == []


def test_what_a_killed_window_held_is_brought_back(qapp: QApplication, tmp_path: Path, until) -> None:
    first = make_program(qapp, tmp_path)
    path = tmp_path / "mine.design.json"
    save_design(path, TINY)
    assert open_file(first, path)
    train(first, until)
    widen(first, 9)
    first.parts.session.change("Rate", lambda document: replace_config(document, {"learning_rate": 0.003}))
    edited, trained = first.parts.session.document, first.parts.runs.shown
    kill(first)
    second = make_program(qapp, tmp_path)
    try:
        until(lambda: offers(second) == ["Bring back", "Discard"])
        assert f"up to step {trained.over.step}" in second.parts.window.banner.text
        assert second.parts.window.banner.text.startswith("An earlier session broke off at ")
        choose(second, "Bring back")
        session, runs = second.parts.session, second.parts.runs
        until(lambda: session.modified)
        assert session.document == edited and session.modified and session.path == path
        until(lambda: runs.shown is not None)
        assert runs.shown.over.step == trained.over.step and runs.shown.frames == trained.frames
        assert session.document == edited, "the run is of the design before it was edited"
        session.undo_stack.undo()
        assert session.document.design == TINY, "as the file has it"
        until(lambda: len(sessions(tmp_path)) == 1)
    finally:
        close_program(second)
    assert sessions(tmp_path) == []


def left_with(qapp: QApplication, tmp_path: Path, until: Callable, edit: Callable[[Program], object]) -> Program:
    """A program that has brought back a run, with what was edited since."""
    first = make_program(qapp, tmp_path)
    path = tmp_path / "mine.design.json"
    save_design(path, TINY)
    assert open_file(first, path)
    train(first, until)
    edit(first)
    kill(first)
    second = make_program(qapp, tmp_path)
    until(lambda: offers(second) == ["Bring back", "Discard"])
    choose(second, "Bring back")
    until(lambda: second.parts.runs.shown is not None)
    return second


def test_a_run_that_is_back_beside_edits_goes_on_as_it_began(qapp: QApplication, tmp_path: Path, until) -> None:
    """There was no way to go on with it: Space began another."""
    program = left_with(qapp, tmp_path, until, lambda program: widen(program, 9))
    try:
        session, run, edited = program.parts.session, program.parts.runs.shown, program.parts.session.document
        assert "The layers were edited since it began." in program.parts.window.banner.text
        assert offers(program) == ["Go on with the run’s own design"] and not run.can_go_on_as(edited)
        step = run.over.step
        choose(program, "Go on with the run’s own design")
        assert program.parts.runs.shown is run and run.is_alive and session.document.design == TINY
        until(lambda: run.state is RunState.FINISHED)
        assert run.over.step > step
        session.undo_stack.undo()
        assert session.document.design == edited.design, "the edits are one step away"
    finally:
        close_program(program)


def test_a_run_that_is_back_beside_edits_that_do_not_concern_it_just_goes_on(qapp: QApplication, tmp_path: Path, until) -> None:
    def edit(program: Program) -> None:
        session = program.parts.session
        session.apply("Rename", lambda design: design.renamed("mine"))
        session.change("Rate", lambda document: replace_config(document, {"learning_rate": 0.003, "epochs": 7}))

    program = left_with(qapp, tmp_path, until, edit)
    try:
        run = program.parts.runs.shown
        assert "Space goes on with it." in program.parts.window.banner.text and offers(program) == []
        program.commands.toggle()
        assert program.parts.runs.shown is run and run.is_alive and run.document.config.epochs == 3 + 7
    finally:
        close_program(program)


def test_the_runs_own_design_is_gone_on_with_from_the_menu(program: Program, until) -> None:
    window, session = program.parts.window, program.parts.session
    window.actions_table["run.as_begun"].trigger()
    assert "no run to go on with" in window.banner.text
    train(program, until)
    run = program.parts.runs.shown
    session.change("Batches", lambda document: replace_config(document, {"batch_size": 100, "device": "cpu"}))
    window.actions_table["run.as_begun"].trigger()
    assert program.parts.runs.shown is run and run.is_alive
    config = session.document.config
    assert (config.batch_size, config.device) == (64, "cpu"), "where it trains is no part of what it is"


def test_the_offer_outlasts_other_messages_and_is_in_the_menu(qapp: QApplication, tmp_path: Path, until) -> None:
    """Any message took it away, and nothing led back to it but the next start."""
    second = after_a_kill(qapp, tmp_path)
    try:
        banner, action = second.parts.window.banner, second.parts.window.actions_table["file.bring_back"]
        assert not action.isEnabled()
        until(lambda: offers(second) == ["Bring back", "Discard"])
        banner.tell("Something else.")
        banner.dismiss()
        assert offers(second) == ["Bring back", "Discard"]
        banner.dismiss()
        assert banner.text == "" and action.isEnabled()
        action.trigger()
        choose(second, "Bring back")
        assert opened(second) and second.parts.session.document.design["c1"].parameters.filters == 6
        until(lambda: not second.parts.recovery._finder.is_busy and not second.parts.recovery._writer.is_busy)
        assert not action.isEnabled() and banner.text == ""
    finally:
        close_program(second)


def test_what_has_no_file_comes_back_as_unsaved_and_undo_does_not_empty_it(qapp: QApplication, tmp_path: Path, until) -> None:
    first = make_program(qapp, tmp_path)
    widen(first, 9)
    until(lambda: copy_of(tmp_path) is not None)
    edited = first.parts.session.document
    kill(first)
    (left,) = sessions(tmp_path)
    second = make_program(qapp, tmp_path)
    try:
        until(lambda: bool(offers(second)))
        choose(second, "Bring back")
        until(lambda: second.parts.session.document.design == edited.design)
        assert second.parts.session.modified and second.parts.session.path is None
        second.parts.session.undo_stack.undo()
        assert second.parts.session.document.design == edited.design and second.parts.session.modified
        until(lambda: left not in sessions(tmp_path))
    finally:
        close_program(second)


def test_what_is_discarded_is_not_offered_again(qapp: QApplication, tmp_path: Path, until) -> None:
    second = after_a_kill(qapp, tmp_path)
    try:
        until(lambda: offers(second) == ["Bring back", "Discard"])
        choose(second, "Discard")
        assert second.parts.session.document.design == TINY
        until(lambda: sessions(tmp_path) == [])
    finally:
        close_program(second)


def test_two_windows_do_not_take_each_others_work(qapp: QApplication, program: Program, tmp_path: Path, qtbot, until) -> None:
    widen(program)
    until(lambda: copy_of(tmp_path) is not None)
    second = make_program(qapp, tmp_path)
    try:
        until(lambda: not second.parts.recovery._finder.is_busy)
        assert offers(second) == [] and len(sessions(tmp_path)) == 1
        widen(second, 8)
        until(lambda: len(sessions(tmp_path)) == 2)
    finally:
        close_program(second)
    assert len(sessions(tmp_path)) == 1


def test_what_is_not_decided_is_offered_once_more(qapp: QApplication, tmp_path: Path, until) -> None:
    first = make_program(qapp, tmp_path)
    widen(first)
    kill(first)
    for _ in range(2):
        program = make_program(qapp, tmp_path)
        until(lambda program=program: offers(program) == ["Bring back", "Discard"])
        close_program(program)


def test_a_short_run_is_left_unasked_and_comes_back(program: Program, until) -> None:
    parts, window = program.parts, program.parts.window
    train(program, until)
    run = parts.runs.shown
    assert parts.opener.open_builtin("lenet5"), "a run of some seconds: nobody is asked"
    assert "“tiny” is kept" in window.banner.text and "Recently trained" in window.banner.text
    window.actions_table["file.reopen_run"].trigger()
    until(lambda: parts.runs.shown is not None)
    again = parts.runs.shown
    assert again.over.step == run.over.step and parts.session.document.design == TINY and not parts.session.modified
    assert len(again.history["train/loss"]) == run.over.step and again.frames == run.frames
    assert "is back" in window.banner.text and not again.is_dear and again.is_unsaved
    program.commands.toggle()
    until(lambda: again.state is RunState.FINISHED and again.over.step > run.over.step)
    window.actions_table["file.recent_runs"].trigger()
    until(lambda: "No other run is kept" in window.banner.text)  # it went on where it lay


def test_what_is_kept_is_read_and_taken_off_the_windows_thread(program: Program, until, monkeypatch) -> None:
    """A slow disk held the window up."""
    threads: dict[str, set[threading.Thread]] = {}

    def noting(owner: type, name: str) -> None:
        real = getattr(owner, name)

        def wrapper(*args: object, **options: object) -> object:
            threads.setdefault(name, set()).add(threading.current_thread())
            return real(*args, **options)

        monkeypatch.setattr(owner, name, wrapper)

    train(program, until)
    assert program.parts.opener.open_builtin("lenet5")
    for owner, name in ((KeptRuns, "newest_first"), (RunWriter, "hold")):
        noting(owner, name)
    program.parts.window.actions_table["file.reopen_run"].trigger()
    until(lambda: {"newest_first", "hold"} <= set(threads))
    assert all(threading.main_thread() not in those for those in threads.values())
    until(lambda: program.parts.runs.shown is not None and program.parts.runs.shown.is_kept)


def test_recent_runs_are_found_by_name(program: Program, until) -> None:
    window = program.parts.window
    window.actions_table["file.recent_runs"].trigger()
    until(lambda: "No other run" in window.banner.text)
    train(program, until)
    assert program.parts.opener.open_builtin("lenet5")
    window.actions_table["file.recent_runs"].trigger()
    palette = window.command_palette
    until(palette.isVisible)
    assert palette.list.count() == 1 and palette.list.item(0).text().startswith("tiny on digits, step")
    assert palette.search.placeholderText() == "Find a run that was trained…", "it asked for an action"
    palette.hide()
    program.commands.open_command_palette()
    assert palette.search.placeholderText() == "Find an action…" == f"{palette.search.accessibleName()}…"
    palette.hide()


def test_a_disk_that_refuses_is_told_once(program: Program, tmp_path: Path, until) -> None:
    (tmp_path / "state").write_text("in the way")
    banner, told = program.parts.window.banner, []
    program.parts.recovery.told.connect(lambda sentence, kind: told.append(sentence))
    widen(program)
    until(lambda: bool(told))
    assert "Unsaved changes cannot be kept" in banner.text
    widen(program, 7)
    until(lambda: not program.parts.recovery._writer.is_busy and not program.parts.recovery._timer.isActive())
    assert len(told) == 1


WORK = """
import os, signal, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from app import recovery, start
recovery.QUIET_MS = 100
from app.program import Program
from app.document import Document
from app.settings import SettingsFile
from engine.training.config import training_config
from tests.app.conftest import TINY

class Scratch(Program):
    def __init__(self, app):
        document = Document(TINY, "digits", training_config(epochs=100000, device="cpu"))
        super().__init__(app, SettingsFile(Path(sys.argv[1]) / "settings.json"), document)
        self.timer = QTimer(self, interval=20)
        self.timer.timeout.connect(self.look)
        self.timer.start()
        self.parts.loader.when_loaded(self.commands.toggle)
        self.step = 0

    def look(self):
        run = self.parts.runs.shown
        if run is None or run.progress is None or run.progress.step < 20 or run.kept.kept_step == 0:
            return
        if not self.step:
            self.parts.session.apply("Wider", lambda design: design.with_parameters("c1", filters=9))
            self.step = run.progress.step
        if self.parts.recovery._is_kept and not self.parts.recovery._writer.is_busy and run.kept.kept_step > self.step:
            self.timer.stop()
            print(run.progress.step, flush=True)
            os.kill(os.getpid(), int(sys.argv[2]))

start.Program = Scratch
sys.exit(start.run_window(None, False))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there a process cannot send itself these signals")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM] if sys.platform != "win32" else [])
def test_a_killed_process_loses_neither_edits_nor_training(qapp: QApplication, tmp_path: Path, until, number: int) -> None:
    command = [sys.executable, "-c", WORK, str(tmp_path), str(int(number))]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == (-9 if number == signal.SIGKILL else 143), done.stderr
    step = int(done.stdout)
    program = make_program(qapp, tmp_path)
    try:
        until(lambda: offers(program) == ["Bring back", "Discard"])
        choose(program, "Bring back")
        until(lambda: program.parts.runs.shown is not None)
        assert program.parts.session.document.design["c1"].parameters.filters == 9
        assert program.parts.session.selection == ("c1",), "as of any document that is opened"
        over = program.parts.runs.shown.over
        assert over.step >= (step if number == signal.SIGTERM else step // 2) and over.optimizer
        program.commands.toggle()
        assert "Traceback" not in done.stderr
    finally:
        close_program(program)
