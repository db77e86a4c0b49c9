"""What belongs to a saved design: its name, its data and its training; and what saving never touches."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app import dialogs
from app.builtin import EXAMPLES
from app.changes import replace_config
from app.program import Program
from engine.files.design_file import save_design
from engine.training.config import TrainingConfig
from tests.app.conftest import TINY, open_file, opened, save_file
from tests.app.test_files import says, widen


def save_as(program: Program, path: Path, monkeypatch) -> None:
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: path)
    program.parts.window.actions_table["file.save_as"].trigger()
    program.parts.saver.finish()


def test_a_design_without_a_name_is_called_after_its_file(program: Program, tmp_path: Path, monkeypatch) -> None:
    session, window = program.parts.session, program.parts.window
    window.actions_table["file.new"].trigger()
    assert session.document.design.name == "untitled"
    window.network.add_kind("flatten")
    save_as(program, tmp_path / "my lenet", monkeypatch)
    assert session.document.design.name == "my lenet" and not session.modified
    assert window.windowTitle() == "my lenet — Layerscope"
    assert json.loads((tmp_path / "my lenet.design.json").read_text())["name"] == "my lenet"
    session.undo_stack.undo()
    assert session.document.design.name == "my lenet" and session.document.design.layers == ()
    save_as(program, tmp_path / "another", monkeypatch)
    assert session.document.design.name == "another"


def test_a_design_that_is_saved_as_another_is_called_so_everywhere(program: Program, tmp_path: Path, monkeypatch) -> None:
    """The title of the window and the top bar went on showing the name of what it was made from."""
    session, window = program.parts.session, program.parts.window
    window.network.add_kind("flatten")
    save_as(program, tmp_path / "mydesign", monkeypatch)
    assert window.windowTitle() == "mydesign — Layerscope" and window.top_bar._shown_name == "mydesign"
    assert session.document.design.name == "mydesign" and not session.modified
    assert json.loads((tmp_path / "mydesign.design.json").read_text())["name"] == "mydesign"
    session.undo_stack.undo()
    assert session.document.design.name == "mydesign", "undo takes edits back, not what a file is called"


def test_a_file_that_is_called_as_the_design_leaves_its_name(program: Program, tmp_path: Path, monkeypatch) -> None:
    session = program.parts.session
    session.apply("Rename", lambda design: design.renamed("Mine: 1/2"))
    save_as(program, tmp_path / "Mine- 1-2.design.json", monkeypatch)
    assert session.document.design.name == "Mine: 1/2"
    session.apply("Rename", lambda design: design.renamed("LeNet-5"))
    assert save_file(program) and session.document.design.name == "LeNet-5"


def test_data_and_training_belong_to_a_saved_design(program: Program, tmp_path: Path, monkeypatch) -> None:
    session, path = program.parts.session, tmp_path / "my lenet.design.json"
    change = {"optimizer": "adam", "learning_rate": 0.02, "epochs": 9, "augment": ("flip",)}
    session.change("Set", lambda document: replace_config(replace(document, data="strokes"), change))
    save_as(program, path, monkeypatch)
    saved = session.document
    assert not session.modified
    session.change("Set", lambda document: replace_config(replace(document, data="digits"), {"optimizer": "sgd", "epochs": 2}))
    session.amend(lambda document: replace_config(document, {"device": "cpu"}))
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda *_: "discard")
    assert open_file(program, path)
    assert session.document == replace_config(saved, {"device": "cpu"}), "the device belongs to the machine"
    assert not session.modified


@pytest.mark.parametrize(
    "content",
    [
        b"{ no JSON",
        b"[]",
        b'{"format": "someone-elses/1"}',
        b'{"format": "layerscope-training/99"}',
        b'{"format": "layerscope-training/1", "training": {"epochs": -1}}',
        b'{"format": "layerscope-training/1", "training": {"magic": 1}}',
        b'{"format": "layerscope-training/1", "training": [1], "data": 7}',
        b"\xff\xfe",
    ],
)
def test_a_damaged_companion_is_one_sentence_and_the_design_opens(shared: Program, tmp_path: Path, content: bytes) -> None:
    path, before = tmp_path / "x.design.json", shared.parts.session.document
    save_design(path, TINY.renamed("x"))
    (tmp_path / "x.training.json").write_bytes(content)
    assert open_file(shared, path)
    says(shared, "x.training.json", "stay as they are")
    assert shared.parts.session.document == before.with_design(TINY.renamed("x"))


def test_a_hand_written_companion_leaves_the_rest_at_its_defaults(shared: Program, tmp_path: Path) -> None:
    path = tmp_path / "x.design.json"
    save_design(path, TINY)
    (tmp_path / "x.training.json").write_text('{"format": "layerscope-training/1", "training": {"learning_rate": 0.3}}')
    assert open_file(shared, path)
    config = shared.parts.session.document.config
    assert (config.optimizer.learning_rate, config.epochs) == (0.3, TrainingConfig().epochs)
    assert shared.parts.session.document.data == "digits", "it says nothing of data"


def test_a_foreign_file_of_the_companions_name_is_left_alone(program: Program, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "x.training.json").write_text("years of work")
    save_as(program, tmp_path / "x", monkeypatch)
    says(program, "x.training.json")
    assert (tmp_path / "x.training.json").read_text() == "years of work"


def test_an_example_is_never_written_over(program: Program, qtbot: QtBot, tmp_path: Path, monkeypatch) -> None:
    session, path = program.parts.session, EXAMPLES / "shapes_cnn.design.json"
    before = {each: each.read_bytes() for each in EXAMPLES.iterdir()}
    program.parts.window.actions_table["example.shapes_cnn.design"].trigger()
    opened(program)
    assert session.path == path and session.document.data == "shapes", "it brings its data"
    session.apply("Wider", lambda design: design.with_parameters("c1", filters=5))
    proposed: list[str] = []

    def ask(parent: object, title: str, proposal: str, *_: object) -> Path:
        proposed.append(proposal)
        return tmp_path / "mine" if len(proposed) == 1 else path

    monkeypatch.setattr(dialogs, "ask_save", ask)
    qtbot.keyClick(program.parts.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert program.parts.saver.finish()
    assert session.path == tmp_path / "mine.design.json" and not session.modified
    assert not Path(proposed[0]).is_relative_to(EXAMPLES)
    program.parts.window.actions_table["file.save_as"].trigger()
    assert not program.parts.saver.finish()
    says(program, "shapes_cnn.design.json", "Choose another folder")
    assert {each: each.read_bytes() for each in EXAMPLES.iterdir()} == before


def test_what_is_unsaved_is_said(program: Program, tmp_path: Path, monkeypatch) -> None:
    session, window = program.parts.session, program.parts.window
    save_as(program, tmp_path / "tiny", monkeypatch)
    session.change("Set epochs to 9", lambda document: replace_config(document, {"epochs": 9}))
    assert window.windowTitle() == "tiny • training settings — Layerscope"
    assert "training settings not saved yet" in window.top_bar._name.toolTip()
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda parent, sentence: asked.append(sentence) or "cancel")
    window.actions_table["file.new"].trigger()
    assert asked == ["“tiny” has unsaved changes of its training settings."]
    widen(program)
    assert window.windowTitle() == "tiny • — Layerscope"
    assert "layers and training settings not saved yet" in window.top_bar._name.toolTip()
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert window.windowTitle() == "tiny — Layerscope" and not session.modified
