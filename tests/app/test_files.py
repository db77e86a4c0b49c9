"""Opening and saving through the window: what was saved comes back, and what goes wrong is one sentence and loses nothing."""

from __future__ import annotations

import errno
import json
import os
import pickle
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shlex import quote

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import dialogs
from app.changes import replace_config
from app.program import Program
from app.run import live_run, saving
from app.run.answers import Asker
from app.run.live_run import LiveRun
from engine.files.design_file import save_design
from engine.files.run_folder import RunFolder
from engine.files.run_place import is_run
from engine.files.tensor_file import write_tensors
from engine.training.messages import RunState
from tests.app.conftest import TINY, make_program, open_file, opened, save_file
from tests.app.conftest import close_program as close
from tests.helpers.runs import frame_steps


def widen(program: Program, filters: int = 6) -> None:
    program.parts.session.apply("Wider", lambda design: design.with_parameters("c1", filters=filters))


def says(program: Program, *words: str) -> str:
    """The banner's sentence, which is one line in plain words and holds ``words``."""
    text = program.parts.window.banner.text
    assert text and "\n" not in text and "Traceback" not in text
    for word in words:
        assert word in text, text
    return text


# -- designs --


def test_save_and_open_again(program: Program, qtbot: QtBot, tmp_path: Path, monkeypatch) -> None:
    session, window, saver, path = program.parts.session, program.parts.window, program.parts.saver, tmp_path / "mine.design.json"
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: tmp_path / "mine")
    widen(program)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert saver.finish()
    assert path.is_file() and session.path == path and not session.modified
    says(program, "mine.design.json")
    saved = session.document.design
    widen(program, 7)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: pytest.fail("asked although there is a file"))
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert saver.finish()
    assert json.loads(path.read_text())["layers"][0]["filters"] == 7
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: tmp_path / "other.json")
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert saver.finish() and session.path == tmp_path / "other.json"
    session.undo_stack.undo()
    assert session.document.design == saved.renamed("other") and session.modified
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda *_: "discard")
    monkeypatch.setattr(dialogs, "ask_open", lambda *_: path)
    qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert opened(program)
    assert session.document.design == saved.with_parameters("c1", filters=7)
    assert session.path == path and not session.modified and session.document.data == "digits"


def test_leaving_a_dialog_changes_nothing(program: Program, monkeypatch) -> None:
    for name in ("ask_open", "ask_save", "ask_folder"):
        monkeypatch.setattr(dialogs, name, lambda *_: None)
    widen(program)
    document = program.parts.session.document
    for action in ("file.open", "file.save", "file.save_as", "file.image"):
        program.parts.window.actions_table[action].trigger()
    assert program.parts.session.document is document and program.parts.session.modified


@pytest.mark.parametrize("answer", ["save", "discard", "cancel"])
def test_unsaved_changes_are_asked_about(program: Program, tmp_path: Path, monkeypatch, answer: str) -> None:
    session, window = program.parts.session, program.parts.window
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda *_: answer)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: tmp_path / "kept")
    monkeypatch.setattr(QApplication, "quit", lambda *_: None)  # the tests share one application
    widen(program)
    edited = session.document.design
    window.actions_table["file.new"].trigger()
    kept = tmp_path / "kept.design.json"
    assert kept.exists() == (answer == "save")
    if answer == "cancel":
        assert session.document.design == edited and session.modified
        window.close()
        assert window.isVisible()
    else:
        assert session.document.design.layers == () and not session.modified


def test_where_saving_fails_the_window_stays_open(program: Program, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda *_: "save")
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: tmp_path / "no such folder" / "x")
    widen(program)
    program.parts.window.close()
    assert program.parts.window.isVisible() and program.parts.session.modified
    says(program, "no such folder")


FOREIGN = {
    "empty": b"",
    "no JSON": b"{ this is not JSON",
    "not UTF-8": b"\xff\xfe\x00\x9f",
    "a list": b"[1, 2, 3]",
    "another format": b'{"format": "someone-elses/1", "layers": []}',
    "newer": b'{"format": "layerscope-design/99", "name": "n", "input": [1, 8, 8], "layers": []}',
    "deep": b"[" * 100_000,
    "huge number": b'{"format": "layerscope-design/1", "name": "n", "input": [1, 8, 8], "layers": '
    b'[{"id": "a", "kind": "linear", "units": 1e400}]}',
    "unknown kind": b'{"format": "layerscope-design/1", "name": "n", "input": [1, 8, 8], "layers": '
    b'[{"id": "a", "kind": "os.system"}]}',
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_design_is_one_sentence(shared: Program, tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.design.json"
    path.write_bytes(FOREIGN[name])
    document = shared.parts.session.document
    open_file(shared, path)
    says(shared)
    assert shared.parts.session.document is document


def test_what_is_not_there_is_one_sentence(shared: Program, tmp_path: Path) -> None:
    for path in (tmp_path / "missing.design.json", tmp_path):
        open_file(shared, path)
        says(shared, path.name)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_refuses_costs_one_sentence(shared: Program, tmp_path: Path, monkeypatch, code: int, call: str) -> None:
    session, path = shared.parts.session, tmp_path / "mine.design.json"
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: path)
    session.path = None
    widen(shared, 5)
    assert save_file(shared)
    before = path.read_bytes()
    widen(shared, 6)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as broken:
        broken.setattr(os, call, refuse)
        broken.setattr(Path, "replace", refuse if call == "replace" else Path.replace)
        assert not save_file(shared)
    says(shared, "mine.design.json", {errno.ENOSPC: "space", errno.EROFS: "read-only"}[code])
    assert session.modified and path.read_bytes() == before and list(tmp_path.glob(".layerscope*")) == []
    assert save_file(shared) and not session.modified and path.read_bytes() != before


# -- runs --


def open_run(program: Program, path: Path, until: Callable) -> None:
    """Open a run and wait until it is there, or refused."""
    assert program.parts.opener.open_path(path)
    says(program, "Opening")
    until(lambda: "Opening" not in program.parts.window.banner.text)


def start(program: Program, until: Callable, **config: object) -> None:
    program.parts.session.change("Set", lambda document: replace_config(document, {"device": "cpu", **config}))
    program.commands.toggle()


def finished(program: Program) -> Callable[[], bool]:
    return lambda: program.parts.runs.shown.state is RunState.FINISHED


def saved(program: Program, until: Callable, path: Path) -> RunFolder:
    program.parts.saver.save_run_to(path)
    until(lambda: program.parts.runs.shown.folder == path)
    return RunFolder.open(path)


def test_a_finished_run_comes_back_whole_in_another_program(
    program: Program, qapp: QApplication, until, tmp_path: Path, monkeypatch
) -> None:
    runs = program.parts.runs
    start(program, until, epochs=2)
    until(finished(program))
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: tmp_path / "run")
    program.parts.window.actions_table["file.save_run"].trigger()
    until(lambda: (tmp_path / "run" / "config.json").is_file())
    (tmp_path / "two").mkdir()
    second = make_program(qapp, tmp_path / "two")
    try:
        open_run(second, tmp_path / "run" / "design.json", until)
        first, again = runs.shown, second.parts.runs.shown
        trained_as = replace_config(program.parts.session.document, {"task": "classify"})  # as the data suggested
        assert again.document.design == TINY and again.document.config == trained_as.config
        for name in ("train/loss", "train/accuracy", "validation/loss", "validation/accuracy", "learning_rate"):
            np.testing.assert_array_equal(again.history[name].steps, first.history[name].steps)
            np.testing.assert_allclose(again.history[name].values, first.history[name].values, rtol=1e-6)
        assert again.frames == first.frames and second.parts.window.transport.timeline.steps.kept == first.frames
        for step in first.frames:
            kept, back = first.filmstrip.nearest(step).weights, again.filmstrip.nearest(step).weights
            assert kept.keys() == back.keys() and all(torch.equal(kept[key], back[key]) for key in kept)
        assert again.progress.step == first.progress.step and again.progress.total_steps == first.progress.total_steps
        seen = second.parts.viewpoint
        until(lambda: seen.snapshot is not None and seen.snapshot.step == first.progress.step)
        assert not second.parts.session.modified
        says(second, "run", str(runs.shown.progress.step))
    finally:
        close(second)


def test_a_run_saved_while_it_trains_goes_on_bit_for_bit(
    program: Program, qtbot: QtBot, qapp: QApplication, until, tmp_path: Path
) -> None:
    runs = program.parts.runs
    start(program, until, epochs=40, seed=3)
    until(lambda: runs.shown.progress is not None and runs.shown.progress.step > 30)
    half = saved(program, until, tmp_path / "half")
    state = half.load_checkpoint()
    assert 30 <= state.step < runs.shown.progress.total_steps or runs.shown.state is RunState.FINISHED
    steps = half.history()["train/loss"].steps
    assert list(steps) == list(range(1, state.step + 1)), "the saved curves end where the saved network stands"
    assert max(frame_steps(half)) <= state.step
    until(finished(program))
    straight = runs.shown.over
    program.parts.window.hide()
    (tmp_path / "two").mkdir()
    second = make_program(qapp, tmp_path / "two")
    try:
        open_run(second, tmp_path / "half", until)
        assert second.parts.runs.shown.frames == frame_steps(half)
        qtbot.mouseClick(second.parts.window.transport.run_button, Qt.MouseButton.LeftButton)
        until(finished(second))
        again = second.parts.runs.shown.over
        assert again.step == straight.step
        for name, weight in straight.network.items():
            assert torch.equal(weight, again.network[name]), name
        np.testing.assert_array_equal(second.parts.runs.shown.history["train/loss"].steps, np.arange(1, straight.step + 1))
        np.testing.assert_allclose(
            second.parts.runs.shown.history["train/loss"].values, runs.shown.history["train/loss"].values, rtol=1e-6
        )
    finally:
        close(second)


def test_saving_before_there_is_a_network_is_one_sentence(shared: Program, monkeypatch) -> None:
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: pytest.fail("asked for a folder"))
    shared.parts.window.actions_table["file.save_run"].trigger()
    says(shared, "Space")


def test_a_run_is_written_beside_the_window_and_leaving_waits_for_it(
    program: Program, until, tmp_path: Path, monkeypatch
) -> None:
    saver, threads, may_write, told = program.parts.saver, [], threading.Event(), []
    write = saving.write

    def slowly(order: saving.Order) -> None:
        threads.append(threading.current_thread().name)
        may_write.wait(30)
        write(order)

    monkeypatch.setattr(saving, "write", slowly)
    start(program, until, epochs=1)
    until(finished(program))
    saver.told.connect(lambda sentence, kind: told.append(sentence))
    for name in ("one", "two"):
        saver.save_run_to(tmp_path / name)
    assert told == ["Saving the run in one…", "Saving the run in two…"] and not (tmp_path / "one").exists()
    QTimer.singleShot(50, may_write.set)
    assert saver.finish(), "it waits for both"
    assert threads == ["layerscope-saver"] * 2 and all(is_run(tmp_path / name) for name in ("one", "two"))
    assert told[2].startswith("Saved the run in one") and told[3].startswith("Saved the run in two")


def test_a_run_is_saved_as_it_was_when_that_was_asked_for(program: Program, until, tmp_path: Path, monkeypatch) -> None:
    """It goes on for more epochs while it waits to be written; what lies in the folder had ended."""
    saver, may_write = program.parts.saver, threading.Event()
    write = saving.write

    def slowly(order: saving.Order) -> None:
        may_write.wait(30)
        write(order)

    monkeypatch.setattr(saving, "write", slowly)
    start(program, until, epochs=1)
    until(finished(program))
    saver.save_run_to(tmp_path / "run")
    program.commands.toggle()
    assert program.parts.runs.shown.document.config.epochs == 2
    may_write.set()
    assert saver.finish() and RunFolder.open(tmp_path / "run").config.epochs == 1


def test_a_run_that_was_to_be_saved_is_saved_when_the_window_goes_at_once(program: Program, until, tmp_path: Path) -> None:
    """Its state comes between two steps; whoever quits before that loses nothing."""
    start(program, until, epochs=100_000)
    until(lambda: program.parts.runs.shown.has_begun)
    program.parts.saver.save_run_to(tmp_path / "run")
    program.leave()
    assert is_run(tmp_path / "run") and program.parts.runs.shown.saved_step > 0


def test_waiting_for_a_run_to_be_saved_from_within_an_answer_ends(program: Program, until, tmp_path: Path, monkeypatch) -> None:
    """A run that was opened asks whether the edited design may be left, while another one is being written: the window stood."""
    saver, may_write, waited = program.parts.saver, threading.Event(), []
    write = saving.write

    def slowly(order: saving.Order) -> None:
        may_write.wait(30)
        write(order)

    monkeypatch.setattr(saving, "write", slowly)
    run = train(program, until)
    saver.save_run_to(tmp_path / "run")

    def finish(_: object) -> None:
        QTimer.singleShot(0, may_write.set)
        QTimer.singleShot(5000, saver, saver._writing.idle.emit)  # so that it ends where it does not
        saver.finish()
        waited.append(run.saved_step)

    other: Asker[int] = Asker("layerscope-test", program.parts.answers)
    other.ask(lambda: iter([1]), finish, pytest.fail)
    until(lambda: bool(waited))
    assert waited == [run.over.step]


class Bomb:
    """Executed when unpickled."""

    def __reduce__(self) -> tuple[Callable, tuple]:
        return os.mkdir, (os.environ["LAYERSCOPE_TEST_BOMB"],)


def test_damaged_and_hostile_runs_are_one_sentence_each(program: Program, until, tmp_path: Path, monkeypatch) -> None:
    session = program.parts.session
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda *_: "discard")
    start(program, until, epochs=1)
    until(finished(program))
    run = saved(program, until, tmp_path / "run")
    checkpoint = run.latest_checkpoint()
    good, card, last = checkpoint.read_bytes(), (run.path / "config.json").read_bytes(), program.parts.runs.shown.over
    monkeypatch.setenv("LAYERSCOPE_TEST_BOMB", str(tmp_path / "executed"))
    spoilt = [pickle.dumps(Bomb()), good[: len(good) // 2], b"", good[:8] + b"\xff" * 64]
    for content in spoilt:
        checkpoint.write_bytes(content)
        open_run(program, run.path, until)
        says(program, checkpoint.name, "filmstrip")
        again = program.parts.runs.shown.over
        assert all(torch.equal(weights, again.network[name]) for name, weights in last.network.items()), "the newest whole thing"
    torch.save({"weights": Bomb()}, checkpoint)
    open_run(program, run.path, until)
    write_tensors(checkpoint, "layerscope-checkpoint/99", {"a": torch.zeros(1)}, {})
    document, shown = session.document, program.parts.runs.shown.over
    open_run(program, run.path, until)
    says(program, "newer")
    checkpoint.write_bytes(good)
    (run.path / "config.json").write_text("{}")
    open_run(program, run.path, until)
    says(program, "config.json")
    assert session.document is document and program.parts.runs.shown.over is shown, "what was open stays open"
    (run.path / "config.json").write_bytes(card)
    frame = next((run.path / "filmstrip").glob("*.safetensors"))
    frame.write_bytes(pickle.dumps(Bomb()))
    open_run(program, run.path, until)
    says(program, frame.name)
    assert len(program.parts.runs.shown.frames) == len(frame_steps(run)) - 1
    assert not (tmp_path / "executed").exists()


def test_a_run_is_saved_off_the_windows_thread(program: Program, until, tmp_path: Path, monkeypatch) -> None:
    start(program, until, epochs=1)
    until(finished(program))
    threads, fsync = set(), os.fsync

    def noting(file: int) -> None:
        threads.add(threading.current_thread())
        fsync(file)

    monkeypatch.setattr(os, "fsync", noting)
    program.parts.saver.save_run_to(tmp_path / "run")
    assert program.parts.window.banner.text == "Saving the run in run…" and not (tmp_path / "run").exists()
    assert program.parts.saver.finish()
    assert threads and threading.main_thread() not in threads and "Saved the run in run" in program.parts.window.banner.text
    says(program, f"python main.py evaluate {quote(str(tmp_path / 'run'))}")


def test_a_full_disk_under_a_run_leaves_no_half_of_one(program: Program, until, tmp_path: Path, monkeypatch) -> None:
    start(program, until, epochs=1)
    until(finished(program))
    old = saved(program, until, tmp_path / "run")
    before = {path: path.read_bytes() for path in old.path.rglob("*") if path.is_file()}

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for call in ("fsync", "rename"):
        with monkeypatch.context() as broken:
            broken.setattr(os, call, refuse)
            broken.setattr(Path, "rename", refuse if call == "rename" else Path.rename)
            program.parts.saver.save_run_to(old.path)
            program.parts.saver.save_run_to(tmp_path / "new")
            assert not program.parts.saver.finish()
        says(program, "space")
        assert not (tmp_path / "new").exists()
        assert {path: path.read_bytes() for path in old.path.rglob("*") if path.is_file()} == before
        assert list(tmp_path.glob(".layerscope*")) == []


def test_a_folder_that_is_no_run_is_never_written_over(program: Program, until, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    start(program, until, epochs=1)
    until(finished(program))
    program.parts.saver.save_run_to(tmp_path / "mine")
    assert not program.parts.saver.finish()
    says(program, "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def train(program: Program, until) -> LiveRun:
    program.commands.toggle()
    until(lambda: program.parts.runs.shown is not None and program.parts.runs.shown.state is RunState.FINISHED)
    assert program.parts.runs.shown is not None
    return program.parts.runs.shown


def test_another_network_puts_the_run_of_the_old_one_away(program: Program, until) -> None:
    parts, window = program.parts, program.parts.window
    train(program, until)
    (predictions,) = window.workspaces.views("predictions")
    until(lambda: not predictions.is_empty)
    assert parts.opener.open_builtin("lenet5")
    assert parts.runs.shown is None and parts.runs.all == () and parts.viewpoint.snapshot is None
    assert all(view.is_empty for view in window.workspaces.stage.visible_views())


def test_opening_the_same_network_again_keeps_its_run(program: Program, until, tmp_path: Path) -> None:
    run = train(program, until)
    path = tmp_path / "same.design.json"
    save_design(path, program.parts.session.document.design)
    assert open_file(program, path)
    assert program.parts.runs.shown is run


@pytest.mark.parametrize("answer", ["save", "discard", "cancel"])
def test_training_on_with_a_saved_run_is_not_thrown_away_unasked(
    program: Program, until, tmp_path: Path, monkeypatch, answer: str
) -> None:
    folder = tmp_path / "run"
    run = train(program, until)
    assert not run.is_dear and program.parts.saver.may_leave()  # some seconds only
    program.parts.saver.save_run_to(folder)
    assert program.parts.saver.finish() and not run.is_dear
    first = run.saved_step
    program.commands.toggle()
    until(lambda: run.state is RunState.FINISHED and run.progress.step > first)
    assert run.is_dear
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda *_: answer)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: folder)
    assert program.parts.saver.may_leave() == (answer != "cancel")
    assert (RunFolder.open(folder).checkpoint_steps()[-1] > first) == (answer == "save")
    assert run.is_dear == (answer != "save")


def test_the_run_that_may_come_back_is_the_one_that_is_saved(program: Program, until, tmp_path: Path, monkeypatch) -> None:
    """While the next one still reads its data; that one was to be saved instead, and nothing was."""
    run, may_read = train(program, until), threading.Event()
    run.progress = replace(run.progress, seconds=61.0)
    load = live_run.load_data

    def slowly(*args: object) -> object:
        may_read.wait(30)
        return load(*args)

    monkeypatch.setattr(live_run, "load_data", slowly)
    program.commands.restart()
    assert program.parts.runs.before is run
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda *_: "save")
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: tmp_path / "run")
    assert program.parts.saver.may_leave()
    assert RunFolder.open(tmp_path / "run").checkpoint_steps() == (run.over.step,) and not run.is_dear
    may_read.set()


def test_a_run_of_a_minute_is_not_thrown_away_unasked(program: Program, until, monkeypatch) -> None:
    run = train(program, until)
    run.progress = replace(run.progress, seconds=61.0)
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda *_: "cancel")
    assert not program.parts.opener.open_builtin("lenet5")
    assert program.parts.runs.shown is run
