"""Recent designs and runs: the newest first, ten at most, none that is gone; a run is opened by its folder or any file in it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app import dialogs
from app.design_files import run_of
from app.program import Program
from app.recent import MOST, Recent
from engine.files.design_file import save_design
from tests.app.conftest import TINY, close_program, make_program, open_file, opened

Until = Callable[[Callable[[], bool]], None]


def save(path: Path, name: str = "tiny") -> Path:
    save_design(path, TINY.renamed(name))
    return path


def recent_titles(program: Program) -> list[str]:
    table = program.parts.window.actions_table
    return [table[id].text().split("  ")[0] for id in table.specs if id.startswith("recent.")]


def test_the_newest_is_first_ten_are_kept_and_none_twice(tmp_path: Path) -> None:
    recent = Recent()
    paths = [save(tmp_path / f"{number}.design.json") for number in range(12)]
    for path in paths:
        recent.add(path)
    recent.add(paths[5])
    assert recent.paths == [paths[5], *(path for path in reversed(paths[2:]) if path != paths[5])][:MOST]
    assert len(recent.kept) == MOST


def test_what_is_gone_leaves_when_it_is_chosen_but_for_what_lies_on_a_disk_that_is_away(
    program: Program, until: Until, tmp_path: Path
) -> None:
    recent, banner, table = program.parts.recent, program.parts.window.banner, program.parts.window.actions_table
    away, gone, odd = tmp_path / "unplugged" / "away.design.json", tmp_path / "gone.design.json", Path("\0 no path").absolute()
    for path in (away, gone, odd):
        recent.add(path)
    assert len(recent_titles(program)) == 3
    before = program.parts.session.document
    for path, told in ((away, "unplugged” cannot be reached"), (gone, "There is no gone.design.json"), (odd, "left the list")):
        table[f"recent.{recent.paths.index(path)}"].trigger()
        until(lambda told=told: told in banner.text)
    assert recent.paths == [away] and len(recent_titles(program)) == 1
    assert program.parts.session.document == before


def test_a_disk_that_does_not_answer_holds_nobody_up(program: Program, until: Until, tmp_path: Path, monkeypatch) -> None:
    """The window stood still as soon as a menu was opened, and once more as it was closed."""
    threads, answered = set(), threading.Event()
    path = save(tmp_path / "far.design.json", "far")
    program.parts.recent.add(path)
    exists = Path.exists

    def slow(self: Path) -> bool:
        if self == path:
            threads.add(threading.current_thread())
            answered.wait(20)
        return exists(self)

    monkeypatch.setattr(Path, "exists", slow)
    program.parts.window.menu.aboutToShow.emit()
    program.parts.window.actions_table["recent.0"].trigger()
    until(lambda: bool(threads))
    assert "Opening far.design.json" in program.parts.window.banner.text
    assert program.parts.recent.kept == (str(path),) and threading.main_thread() not in threads
    answered.set()
    until(lambda: program.parts.session.path == path)
    assert "Opening" not in program.parts.window.banner.text or program.parts.window.banner.isHidden()


def test_a_late_answer_does_not_replace_what_was_opened_meanwhile(program: Program, until: Until, tmp_path: Path) -> None:
    """It put the run away that was trained in the meantime, without a question."""
    program.parts.recent.add(save(tmp_path / "far.design.json", "far"))
    program.parts.window.actions_table["recent.0"].trigger()
    other = save(tmp_path / "near.design.json", "near")
    program.parts.opener.open_path(other)
    until(lambda: "far.design.json answers now" in program.parts.window.banner.text)
    until(lambda: program.parts.session.path == other)


def test_an_ampersand_is_no_key(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    window = program.parts.window
    program.parts.recent.add(save(tmp_path / "salt&pepper.design.json"))
    assert window.actions_table["recent.0"].text().startswith("salt&&pepper  ")
    program.parts.session.change("Rename to a&b", lambda document: document.with_design(document.design.renamed("a&b")))
    assert window.actions_table["edit.undo"].text() == "Undo: Rename to a&&b"
    program.commands.open_command_palette()
    qtbot.keyClicks(window.command_palette.search, "salt&pepper")
    assert window.command_palette.list.item(0).text().startswith("File  ›  salt&pepper  ")
    window.command_palette.hide()


def test_opened_and_saved_designs_stand_in_the_menu_and_the_palette(
    program: Program, qtbot: QtBot, qapp: QApplication, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = program.parts.window
    assert open_file(program, save(tmp_path / "first.design.json", "first"))
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: tmp_path / "second.design.json")
    assert program.parts.saver.save_as() and program.parts.saver.finish()
    assert recent_titles(program) == ["second", "first"]
    file = next(action.menu() for action in window.menu.actions() if action.text() == "File")
    inner = next(action.menu() for action in file.actions() if action.text() == "Open recent")
    assert isinstance(inner, QMenu) and [action.text().split("  ")[0] for action in inner.actions()] == ["second", "first"]
    program.commands.open_command_palette()
    qtbot.keyClicks(window.command_palette.search, "first design")
    qtbot.keyClick(window.command_palette.search, Qt.Key.Key_Return)
    until(lambda: program.parts.session.path == tmp_path / "first.design.json")
    assert recent_titles(program) == ["first", "second"]
    program.leave()
    again = make_program(qapp, tmp_path)
    assert recent_titles(again) == ["first", "second"]
    close_program(again)


def test_an_example_of_the_programs_own_is_not_recent(program: Program) -> None:
    program.parts.window.actions_table["example.shapes_cnn.design"].trigger()
    assert opened(program) and program.parts.session.path is not None
    assert recent_titles(program) == []


@pytest.fixture
def saved_run(program: Program, until: Until, tmp_path: Path) -> Path:
    """A run of some steps in a folder, put away again."""
    program.commands.step()
    until(lambda: program.parts.runs.shown is not None and program.parts.runs.shown.has_network)
    folder = tmp_path / "my run"
    program.parts.saver.save_run_to(folder)
    until(lambda: recent_titles(program) == ["my run"])
    program.parts.runs.put_away()
    return folder


def assert_opens(program: Program, until: Until, open_it: Callable[[], object]) -> None:
    program.parts.runs.put_away()
    open_it()
    until(lambda: program.parts.runs.shown is not None)
    assert program.parts.runs.shown.over is not None and "Opened the run my run" in program.parts.window.banner.text


def test_a_run_is_opened_by_its_folder_in_every_way(
    program: Program, saved_run: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, window = program.parts.window.actions_table, program.parts.window
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: saved_run)
    assert_opens(program, until, table["file.open_run"].trigger)
    for name in (
        "design.json",
        "config.json",
        "metrics.csv",
        "checkpoints/" + sorted((saved_run / "checkpoints").iterdir())[0].name,
    ):
        monkeypatch.setattr(dialogs, "ask_open", lambda *_, name=name: saved_run / name)
        assert_opens(program, until, table["file.open"].trigger)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(saved_run))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(300, 300), Qt.DropAction.CopyAction, mime, buttons, keys)
    assert_opens(program, until, lambda: window.dropEvent(event))
    assert_opens(program, until, table["recent.0"].trigger)


def test_a_folder_that_looks_like_a_picture_is_opened_as_a_folder(program: Program, saved_run: Path, until: Until) -> None:
    odd = saved_run.with_name("run.png")
    shutil.copytree(saved_run, odd)
    program.commands.open_dropped(str(odd))
    until(lambda: program.parts.runs.shown is not None)
    assert "Opened the run run.png" in program.parts.window.banner.text


def test_a_folder_that_is_no_run_is_one_sentence(program: Program, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    open_file(program, tmp_path / "empty")
    assert "empty" in program.parts.window.banner.text and "Traceback" not in program.parts.window.banner.text


def test_only_files_of_a_run_lead_to_it(tmp_path: Path) -> None:
    run = tmp_path / "run"
    (run / "checkpoints").mkdir(parents=True)
    for name in ("design.json", "config.json", "metrics.csv", "checkpoints/step-00000001.safetensors", "other.design.json"):
        (run / name).touch()
    assert run_of(run) == run_of(run / "metrics.csv") == run_of(run / "checkpoints" / "step-00000001.safetensors") == run
    assert run_of(run / "other.design.json") is None and run_of(tmp_path) is None and run_of(tmp_path / "run.json") is None
