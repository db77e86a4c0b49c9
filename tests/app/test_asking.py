"""Images, data sets and probes in the window: what is wrong with them is one sentence, and what is asked is answered."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from app.changes import replace_config
from app.program import Program
from engine.design.network import NetworkDesign
from engine.errors import DataError
from engine.training.messages import RunState
from tests.app.conftest import TINY, opened


def colour_folder(folder: Path) -> Path:
    """Two classes of 8×8 colour images: red ones and blue ones."""
    rng = np.random.default_rng(0)
    for name, channel in (("red", 0), ("blue", 2)):
        (folder / name).mkdir(parents=True)
        for number in range(24):
            pixels = rng.integers(0, 90, (8, 8, 3), dtype=np.uint8)
            pixels[..., channel] += 150
            Image.fromarray(pixels).save(folder / name / f"{number}.png")
    return folder


def train(program: Program, until, **config: object) -> None:
    program.parts.session.change("Set", lambda document: replace_config(document, {"device": "cpu", "epochs": 1, **config}))
    program.commands.toggle()
    until(lambda: program.parts.runs.shown.state is RunState.FINISHED)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "I;16", "1"])
def test_an_image_of_any_kind_is_pinned_by_dropping_it(shared: Program, tmp_path: Path, mode: str) -> None:
    path = tmp_path / "picture.png"
    image = Image.fromarray(np.full((13, 21), 40_000, np.uint16)) if mode == "I;16" else Image.new("RGB", (21, 13)).convert(mode)
    image.save(path)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    shared.parts.window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, buttons, keys))
    opened(shared)
    pin = shared.parts.viewpoint.front
    assert pin.picture.shape == (1, 8, 8) and pin.picture.dtype == np.uint8 and "picture.png" in pin.source
    assert "Space" in shared.parts.window.banner.text


def test_a_text_renamed_to_png_is_one_sentence(shared: Program, tmp_path: Path) -> None:
    path, pin = tmp_path / "text.png", shared.parts.viewpoint.front
    path.write_text("no picture at all")
    shared.commands.open_dropped(str(path))
    opened(shared)
    assert "text.png" in shared.parts.window.banner.text and "\n" not in shared.parts.window.banner.text
    assert shared.parts.viewpoint.front is pin


def test_the_data_menu_lists_every_set_and_says_where_one_is_missing(shared: Program, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LAYERSCOPE_DATA", str(tmp_path))
    chips = shared.parts.chips
    chips.fill_data_menu()
    actions = {action.data(): action for action in chips.data_menu.actions() if action.data()}
    assert {"digits", "strokes", "shapes", "mnist"} <= set(actions)
    assert actions["digits"].isChecked() and actions["digits"].isEnabled()
    assert not actions["mnist"].isEnabled() and str(tmp_path) in actions["mnist"].toolTip()
    assert all(action.toolTip() for action in actions.values())


def test_a_folder_that_vanishes_is_one_sentence(program: Program, until, tmp_path: Path) -> None:
    folder = colour_folder(tmp_path / "colours")
    program.parts.chips.set_data(str(folder))
    document = program.parts.session.document
    shutil.rmtree(folder)
    program.commands.toggle()
    until(lambda: program.parts.runs.shown.state is RunState.FAILED)
    until(lambda: "colours" in program.parts.window.banner.text)
    assert "\n" not in program.parts.window.banner.text and program.parts.session.document is document


def test_an_invalid_design_does_not_end_the_run_that_is_alive(program: Program, until) -> None:
    runs, session = program.parts.runs, program.parts.session
    session.change("Set", lambda document: replace_config(document, {"epochs": 10_000}))
    program.commands.toggle()
    until(lambda: runs.shown.state is RunState.RUNNING and runs.shown.progress is not None)
    session.apply("Break", lambda design: design.with_parameters("c1", kernel=50, padding=0))
    program.commands.restart()
    assert "c1" in program.parts.window.banner.text
    assert runs.shown.is_alive and runs.shown.state is RunState.RUNNING


def test_asking_before_training_is_one_sentence(shared: Program) -> None:
    told = QSignalSpy(shared.parts.probes.failed)
    shared.commands.ask_probe("occlusion", {})
    assert told.count() == 1 and "Space" in told.at(0)[0]
    assert not shared.parts.probes.is_busy


@pytest.mark.parametrize("channels", [1, 3])
def test_both_probes_answer_for_grey_and_colour(program: Program, until, tmp_path: Path, channels: int) -> None:
    session, panel, probes = program.parts.session, program.parts.window.probe_panel, program.parts.probes
    if channels == 3:
        folder = str(colour_folder(tmp_path / "colours"))
        layers = TINY.with_parameters("out", units=2).layers
        session.change("Colour", lambda d: replace(d, design=NetworkDesign("tiny", (3, 8, 8), layers), data=folder))
    train(program, until)
    session.select(["c1"])
    program.commands.look_inside("occlusion")
    until(lambda: not probes.is_busy and not panel.canvas.is_empty)
    assert panel.canvas.result.values.shape == (8, 8) and np.isfinite(panel.canvas.result.values).all()
    program.commands.ask_probe("activation_max", {"layer": "c1", "unit": 1, "steps": 8})
    assert probes.is_busy
    until(lambda: not probes.is_busy)
    assert panel.canvas.result.pictures[0].shape[0] == channels


def test_cancelled_and_replaced_questions_give_no_late_answers(program: Program, qtbot: QtBot, until) -> None:
    probes = program.parts.probes
    train(program, until)
    answers: list = []
    probes.answered.connect(answers.append)
    long = {"layer": "c1", "unit": 0, "steps": 100_000, "preset": "sharp"}
    program.commands.ask_probe("activation_max", long)
    until(lambda: bool(answers))
    probes.cancel()
    count = len(answers)
    qtbot.wait(150)
    assert len(answers) == count and not probes.is_busy
    program.commands.ask_probe("activation_max", long)
    program.commands.ask_probe("occlusion", {})
    until(lambda: not probes.is_busy)
    assert {answer.probe.kind for answer in answers[count:]} == {"occlusion"}


def test_a_question_cancelled_before_its_weights_came_is_not_asked(program: Program, qtbot: QtBot, until) -> None:
    runs, probes = program.parts.runs, program.parts.probes
    program.parts.session.change("Set", lambda document: replace_config(document, {"epochs": 10_000}))
    program.commands.toggle()
    until(lambda: runs.shown.has_network and runs.shown.progress is not None and runs.shown.progress.step > 0)
    asked: list = []
    probes._asker.ask = lambda *question: asked.append(question)
    program.commands.ask_probe("occlusion", {})
    probes.cancel()
    qtbot.wait(150)
    assert not asked and not probes.is_busy


def test_the_past_is_asked_with_its_own_weights(program: Program, until) -> None:
    runs, viewpoint, probes = program.parts.runs, program.parts.viewpoint, program.parts.probes
    panel = program.parts.window.probe_panel
    train(program, until)
    answers = {}
    for step in (0, max(runs.shown.frames)):
        viewpoint.go_to(step)
        program.commands.ask_probe("occlusion", {"output": "logit", "target": "0"})
        until(lambda: not probes.is_busy)
        answers[step] = panel.canvas.result.values.copy()
        assert f"step {step}" in panel.canvas.asked_of.text()
    first, last = answers.values()
    assert not np.allclose(first, last)


def test_a_layer_the_run_has_not_is_one_sentence(program: Program, until) -> None:
    train(program, until)
    told = QSignalSpy(program.parts.probes.failed)
    program.commands.ask_probe("activation_max", {"layer": "nobody", "steps": 4})
    until(lambda: not program.parts.probes.is_busy)
    assert told.count() == 1 and "nobody" in told.at(0)[0]


def test_the_card_of_the_data_is_counted_on_another_thread(program: Program, until, monkeypatch) -> None:
    from app import data_cards

    threads: list[str] = []
    count = data_cards.facts_of

    def counted(data):
        threads.append(threading.current_thread().name)
        return count(data)

    monkeypatch.setattr(data_cards, "facts_of", counted)
    card, said = program.parts.window.data_card, []
    monkeypatch.setattr(card, "say", said.append)
    train(program, until)
    until(lambda: card._title.text() != "" and "digits" in card._title.text().lower())
    assert threads == ["layerscope-data-card"]
    assert said[0] == "Reading digits…" and said[-1] == "Counting the examples of digits…"


def test_data_that_cannot_be_counted_are_one_sentence(program: Program, until, monkeypatch) -> None:
    from app import data_cards

    def refuse(data):
        raise DataError("The images are damaged", "Choose other data.")

    monkeypatch.setattr(data_cards, "facts_of", refuse)
    program.parts.session.change("Set", lambda document: replace_config(document, {"epochs": 10_000}))
    program.commands.toggle()
    until(lambda: "damaged" in program.parts.window.data_card._title.text())
    assert "damaged" in program.parts.window.banner.text and program.parts.runs.shown.is_alive


def test_images_are_pinned_beside_each_other_by_keys(program: Program, qtbot: QtBot, until) -> None:
    train(program, until)
    window, viewpoint = program.parts.window, program.parts.viewpoint
    until(lambda: viewpoint.front is not None)
    qtbot.keyClick(window, Qt.Key.Key_P)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    assert [pin.index for pin in viewpoint.pins.all] == [1, 0] and "2 images" in window.banner.text
    until(lambda: viewpoint.snapshot.front.index == 1)
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert [pin.index for pin in viewpoint.pins.all] == [0]


def test_scrubbing_a_run_that_is_over_draws_every_position(program: Program, until) -> None:
    train(program, until, epochs=2)
    viewpoint, runs = program.parts.viewpoint, program.parts.runs
    (view,) = program.parts.window.workspaces.views("filters")
    program.parts.session.select(["c1"])
    for step in runs.shown.frames[:12]:
        program.parts.window.transport.scrubbed.emit(step)
        until(lambda step=step: viewpoint.snapshot.step == step)
        assert view.snapshot is viewpoint.snapshot, "drawn as soon as it was developed"


def test_the_layer_asked_about_follows_the_selection(program: Program) -> None:
    session, panel = program.parts.session, program.parts.window.probe_panel
    panel.choose("activation_max")
    fields = panel.form.rows
    assert session.selected == "c1" and fields["layer"].editor.text() == "c1", "what is selected at the start"
    program.commands.look_inside("activation_max")
    program.parts.window.probe_panel.set_value("unit", 3)
    session.select(["out"])
    assert fields["layer"].editor.text() == "out" and fields["unit"].editor.value() == 0
    session.select([])
    assert fields["layer"].editor.text() == "", "of the input there is nothing to ask; the field says what is asked instead"


def test_a_layer_that_the_run_was_started_without_is_said_to_be_new(program: Program, until) -> None:
    """It said that there was no such layer, and named another."""
    train(program, until)
    session, window = program.parts.session, program.parts.window
    window.network.add_kind("dropout")
    new = session.selected
    program.commands.look_inside("activation_max")
    sentence = f"started without the layer '{new}'. Ctrl+R starts one with it."
    assert sentence in window.probe_panel._message.text() and not program.parts.probes.is_busy
    assert new not in window.banner.text
    program.commands.choose_workspace("watch")
    (view,) = window.workspaces.views("feature_maps")
    until(lambda: sentence in view._empty.text())
    program.commands.ask_probe("activation_max", {"layer": "c9", "steps": 1})
    until(lambda: "There is no layer 'c9'" in window.probe_panel._message.text())


def test_pictures_that_were_left_out_are_told_comes_back_and_stand_on_the_card(program: Program, until, tmp_path: Path) -> None:
    folder = colour_folder(tmp_path / "colours")
    for name in ("red/3.png", "blue/7.png"):
        (folder / name).write_bytes(b"no picture")
    window, layers = program.parts.window, TINY.with_parameters("out", units=2).layers
    design = NetworkDesign("tiny", (3, 8, 8), layers)
    program.parts.session.change("Colour", lambda d: replace(d, design=design, data=str(folder)))
    train(program, until)
    told = "2 images cannot be read and were left out: 'blue/7.png' (damaged or no image), 'red/3.png' (damaged or no image)."
    until(lambda: window.data_card._notes.text().startswith(told))
    until(lambda: "Finished" in window.banner.text or told in window.banner.text)
    while told not in window.banner.text:
        assert window.banner.text, "it was lost"
        window.banner.dismiss()
