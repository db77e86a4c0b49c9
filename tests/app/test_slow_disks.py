"""A disk that takes its time holds nobody up, and what it answers late replaces nothing unasked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QStandardPaths

from app import dialogs, opener, saver
from app.document import Document
from app.keeping.kept_runs import KeptRuns
from app.program import Program
from engine.data import images
from engine.files.design_file import load_design, save_design
from engine.training.messages import RunState
from tests.app.conftest import TINY, opened
from widgets.common import last_folder
from widgets.common.last_folder import last_folder_of

Until = Callable[[Callable[[], bool]], None]


class Slow:
    """Functions that wait for the disk until it ``answers``, and the threads they were called on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch, self._may_answer = monkeypatch, threading.Event()
        self.threads: list[threading.Thread] = []

    def down(self, owner: object, name: str) -> None:
        """Have ``name`` of ``owner`` wait."""
        real = getattr(owner, name)

        def wait(*args: object, **options: object) -> object:
            self.threads.append(threading.current_thread())
            assert self._may_answer.wait(60)
            return real(*args, **options)

        self._monkeypatch.setattr(owner, name, wait)

    def answers(self) -> None:
        """It has come to itself."""
        self._may_answer.set()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    made = Slow(monkeypatch)
    yield made
    made.answers()


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "far.design.json"
    save_design(path, TINY.renamed("far"))
    return path


def widen(program: Program, filters: int = 6) -> None:
    program.parts.session.apply("Wider", lambda design: design.with_parameters("c1", filters=filters))


def test_a_design_is_read_beside_the_window(program: Program, slow: Slow, design: Path) -> None:
    session, banner = program.parts.session, program.parts.window.banner
    slow.down(opener, "run_of")
    assert program.parts.opener.open_path(design)
    assert session.path is None and "Opening far.design.json" in banner.text
    slow.answers()
    opened(program)
    assert session.path == design and session.document.design.name == "far" and banner.text == ""
    assert threading.main_thread() not in slow.threads


@pytest.mark.parametrize("answer", ["cancel", "discard"])
def test_edits_of_meanwhile_are_asked_about(program: Program, slow: Slow, design: Path, monkeypatch, answer: str) -> None:
    session, asked = program.parts.session, []
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda _, sentence: asked.append(sentence) or answer)
    slow.down(opener, "read_design")
    assert program.parts.opener.open_path(design)
    widen(program)
    edited = session.document
    slow.answers()
    opened(program)
    assert len(asked) == 1 and (session.document is edited) == (answer == "cancel")


def test_of_two_designs_the_one_asked_for_last_is_opened(program: Program, slow: Slow, design: Path, tmp_path: Path) -> None:
    near = tmp_path / "near.design.json"
    save_design(near, TINY.renamed("near"))
    slow.down(opener, "read_design")
    for path in (design, near):
        assert program.parts.opener.open_path(path)
    slow.answers()
    opened(program)
    assert program.parts.session.path == near


def test_a_design_is_written_beside_the_window_and_later_edits_are_unsaved(program: Program, slow: Slow, tmp_path: Path) -> None:
    session, path = program.parts.session, tmp_path / "mine.design.json"
    session.saved_as(path)
    widen(program, 6)
    slow.down(saver, "write_design")
    assert program.parts.saver.save() and session.modified and "Saving mine.design.json" in program.parts.window.banner.text
    widen(program, 7)
    slow.answers()
    assert program.parts.saver.finish() and session.modified and load_design(path)["c1"].parameters.filters == 6
    session.undo_stack.undo()
    assert not session.modified, "that is what the file holds"
    session.undo_stack.undo()
    assert session.modified
    assert threading.main_thread() not in slow.threads


def test_leaving_waits_for_what_is_being_saved(program: Program, slow: Slow, tmp_path: Path) -> None:
    program.parts.session.saved_as(tmp_path / "mine.design.json")
    widen(program)
    slow.down(saver, "write_design")
    program.parts.saver.save()
    threading.Timer(0.05, slow.answers).start()
    program.leave()
    assert load_design(tmp_path / "mine.design.json")["c1"].parameters.filters == 6


def test_what_is_saved_twice_is_written_twice_in_that_order(program: Program, slow: Slow, tmp_path: Path) -> None:
    slow.down(saver, "write_design")
    for name in ("one", "two"):
        assert program.parts.saver._save_to(tmp_path / f"{name}.design.json")
    slow.answers()
    assert program.parts.saver.finish()
    assert all((tmp_path / f"{name}.design.json").is_file() for name in ("one", "two"))
    assert program.parts.session.path == tmp_path / "two.design.json"


def test_an_image_is_read_beside_the_window(program: Program, slow: Slow, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    Image.fromarray(np.zeros((8, 8), dtype=np.uint8)).save(path)
    slow.down(images, "read_image")
    program.commands.open_dropped(str(path))
    assert program.parts.viewpoint.front is None
    slow.answers()
    opened(program)
    assert program.parts.viewpoint.front.source.startswith("picture.png")
    assert threading.main_thread() not in slow.threads


def test_kept_runs_that_are_found_late_replace_nothing(program: Program, until: Until, slow: Slow) -> None:
    parts = program.parts
    program.commands.toggle()
    until(lambda: parts.runs.shown is not None and parts.runs.shown.state is RunState.FINISHED)
    assert parts.opener.open_builtin("lenet5")
    slow.down(KeptRuns, "newest_first")
    program.parts.window.actions_table["file.reopen_run"].trigger()
    until(lambda: bool(slow.threads))
    assert parts.opener.open_builtin("mlp")
    document = parts.session.document
    slow.answers()
    until(lambda: "ask for them again" in parts.window.banner.text)
    assert opened(program) and parts.session.document is document and parts.runs.shown is None


def test_a_dialog_does_not_wait_for_the_folder_used_last(program: Program, slow: Slow, tmp_path: Path, monkeypatch) -> None:
    documents, folder = tmp_path / "Documents", last_folder_of(program.parts.window)
    documents.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(documents))
    monkeypatch.setattr(last_folder, "PATIENCE_S", 1.0)
    folder.use(tmp_path / "mine.design.json")
    assert folder.start == tmp_path
    quickly = last_folder._is_folder
    slow.down(last_folder, "_is_folder")
    slowly = last_folder._is_folder
    monkeypatch.setattr(last_folder, "_is_folder", lambda path: (slowly if path == tmp_path else quickly)(path))
    assert folder.start == documents and folder.start == documents and len(slow.threads) == 1, "it is asked once"
    slow.answers()
    slow.threads[0].join(30)
    assert folder.start == tmp_path


def test_what_was_left_is_deleted_only_when_it_is_open(program: Program, slow: Slow, design: Path) -> None:
    """A kill while its file was read would have lost it."""
    edited, brought = Document(TINY.renamed("edited"), "digits"), []
    leftover = SimpleNamespace(document=edited, path=design, run=None)
    slow.down(opener, "read_design")
    assert program.parts.opener.bring_back(leftover, lambda: brought.append(program.parts.session.document))
    assert brought == []
    slow.answers()
    opened(program)
    assert brought == [edited] and program.parts.session.modified
