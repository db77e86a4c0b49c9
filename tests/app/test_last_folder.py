"""Dialogs begin where something was opened or saved last, and never in the folder that the program was started from."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from app import dialogs
from app.program import Program
from tests.app.conftest import TINY, opened
from widgets.common import save_dialog
from widgets.common.last_folder import last_folder_of

OPEN, FOLDER = dialogs.ask_open, dialogs.ask_folder  # before the tests' own stand in for them


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "Documents"
    folder.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(folder))
    return folder


def test_they_begin_in_the_users_documents_then_in_the_folder_used_last(
    documents: Path, tmp_path: Path, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They began in the folder of the program."""
    begun: list[str] = []
    window = QWidget()
    inside = QWidget(window)
    qtbot.addWidget(window)
    chosen = tmp_path / "work" / "mine.csv"
    chosen.parent.mkdir()
    monkeypatch.setattr(
        QFileDialog, "getOpenFileName", lambda _parent, _title, folder, _: (begun.append(folder), (str(chosen), ""))[1]
    )
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda _parent, _title, folder: (begun.append(folder), "")[1])
    assert OPEN(inside, "Open", "*") == chosen and FOLDER(window, "A folder") is None
    assert begun == [str(documents), str(chosen.parent)]
    last_folder_of(inside).text = str(tmp_path / "gone")
    FOLDER(window, "A folder")
    documents.rmdir()
    FOLDER(window, "A folder")
    assert begun[2:] == [str(documents), str(Path.home())]


def test_a_file_is_saved_beside_the_last_one(documents: Path, tmp_path: Path, qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple[str, str]] = []
    window = QWidget()
    qtbot.addWidget(window)

    def choose(dialog: QFileDialog) -> int:
        begun.append((dialog.directory().absolutePath(), Path(dialog.selectedFiles()[0]).name))
        dialog.selectFile(str(tmp_path / "map.png"))
        return 1

    monkeypatch.setattr(QFileDialog, "exec", choose)
    for _ in range(2):
        assert save_dialog.ask_save(window, "Save", "map.png", "Pictures (*.png)", "png") == tmp_path / "map.png"
    assert begun == [(str(documents), "map.png"), (str(tmp_path), "map.png")]


def test_what_is_opened_otherwise_counts_too(program: Program, documents: Path, tmp_path: Path) -> None:
    from engine.files.design_file import save_design

    (tmp_path / "mine").mkdir()
    save_design(tmp_path / "mine" / "mine.design.json", TINY)
    program.commands.open_dropped(str(tmp_path / "mine" / "mine.design.json"))
    opened(program)
    assert last_folder_of(program.parts.window).start == tmp_path / "mine"
