"""Names and folders that are proposed and taken when the window saves: none leads out of its folder or into a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app import dialogs
from app.program import Program
from app.run.live_run import LiveRun
from engine.files.run_folder import RunFolder
from tests.app.test_files import finished, says, start


def rename(program: Program, name: str) -> None:
    program.parts.session.apply("Rename", lambda design: replace(design, name=name))


@pytest.mark.parametrize("name", ["../../outside", "/etc/x", "..\\x", "a\0b"])
def test_a_designs_name_reaches_no_path(program: Program, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    proposals: list[Path] = []
    monkeypatch.setattr(dialogs, "ask_save", lambda _window, _title, proposal, *_: proposals.append(Path(proposal)))
    rename(program, name)
    program.parts.saver.save_as()
    program.parts.saver._ask_run_folder(LiveRun(program.parts.session.document))
    assert [path.parent for path in proposals] == [Path(), Path()], "names only: the dialog says where"
    assert all("\0" not in path.name and "\\" not in path.name for path in proposals)


def test_a_run_that_is_saved_twice_lies_where_it_lay(
    program: Program, until: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(program, until, epochs=1)
    until(finished(program))
    folder = tmp_path / "tiny-run"
    for chosen in (folder, folder / folder.name):  # the dialog goes into the folder, and gives its name once more
        monkeypatch.setattr(dialogs, "ask_save", lambda *_, chosen=chosen: chosen)
        program.parts.window.banner.hide()
        program.parts.saver.save_run_as()
        until(lambda: program.parts.window.banner.text.startswith("Saved the run in tiny-run"))
    assert not (folder / folder.name).exists() and RunFolder.open(folder).latest_checkpoint() is not None
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: pytest.fail("it has a folder"))
    program.parts.window.banner.hide()
    program.parts.saver.save_run()
    until(lambda: program.parts.window.banner.text.startswith("Saved the run in tiny-run"))
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: folder / "another")
    program.parts.saver.save_run_as()
    until(lambda: "Saving" not in program.parts.window.banner.text)
    assert says(program, "lies in the folder of the run 'tiny-run'") and not (folder / "another").exists()


def test_the_title_names_the_folder_of_the_run_that_is_shown(program: Program, until: Callable, tmp_path: Path) -> None:
    """Two windows with runs of one network could not be told apart."""
    window = program.parts.window
    start(program, until, epochs=1)
    until(finished(program))
    assert window.windowTitle() == "tiny • training settings — Layerscope", "it is in no folder of the user's"
    for name in ("first", "second"):
        program.parts.saver.save_run_to(tmp_path / name)
        until(lambda name=name: f" · run {name} — " in window.windowTitle())
    assert "tiny · run second" in window.top_bar._name.toolTip()
    program.parts.runs.put_away()
    assert "run second" not in window.windowTitle() + window.top_bar._name.toolTip()


def test_an_opened_run_is_named_in_the_title(program: Program, until: Callable, tmp_path: Path) -> None:
    start(program, until, epochs=1)
    until(finished(program))
    program.parts.saver.save_run_to(tmp_path / "mine")
    until(lambda: program.parts.runs.shown.folder is not None)
    program.parts.runs.put_away()
    program.parts.session.open(program.parts.session.document)
    assert program.parts.opener.open_path(tmp_path / "mine")
    until(lambda: program.parts.window.windowTitle() == "tiny · run mine — Layerscope")


def test_a_run_is_proposed_under_the_present_name_of_its_design(
    program: Program, until: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It went by the name that the design had when it began, though both had been saved under another."""
    proposals: list[str] = []
    monkeypatch.setattr(dialogs, "ask_save", lambda _window, _title, proposal, *_: proposals.append(proposal))
    start(program, until, epochs=1)
    until(finished(program))
    rename(program, "my first")
    program.parts.saver.save_run()
    program.parts.session.apply("Wider", lambda design: design.with_parameters("c1", filters=9).renamed("another"))
    program.parts.saver.save_run()
    assert proposals == ["my first-run", "tiny-run"], "what is another network has another name"
