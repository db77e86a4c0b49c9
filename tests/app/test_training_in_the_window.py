"""Training through the window: keys and buttons in, pictures and sentences out."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.changes import replace_config
from app.program import Program
from engine.snapshot import Tiles, Want
from engine.training.messages import RunState


def configure(program: Program, **values: object) -> None:
    """Change settings of the training as the form does."""
    program.parts.session.change("Set", lambda document: replace_config(document, values))


def test_space_trains_pauses_and_goes_on(program: Program, qtbot: QtBot, until) -> None:
    runs, window = program.parts.runs, program.parts.window
    configure(program, epochs=10_000)  # so that it does not end before it is paused
    qtbot.keyClick(window, Qt.Key.Key_Space)
    until(lambda: runs.shown.progress is not None and runs.shown.progress.step > 5)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    until(lambda: runs.shown.state is RunState.PAUSED)
    step = runs.shown.progress.step
    qtbot.wait(150)
    assert runs.shown.progress.step == step
    qtbot.keyClick(window, Qt.Key.Key_Period)
    until(lambda: runs.shown.progress.step == step + 1)
    assert runs.shown.state is RunState.PAUSED
    qtbot.keyClick(window, Qt.Key.Key_Space)
    until(lambda: runs.shown.progress.step > step + 5)
    qtbot.keyClick(window, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    until(lambda: runs.shown.state is RunState.STOPPED)
    assert len(runs.shown.history["train/loss"]) == runs.shown.progress.step


def test_a_run_to_the_end_keeps_every_point(program: Program, until) -> None:
    runs = program.parts.runs
    program.commands.toggle()
    until(lambda: runs.shown.state is RunState.FINISHED)
    assert len(runs.shown.history["validation/accuracy"]) == 3
    (loss,) = program.parts.window.workspaces.views("loss")
    until(lambda: len(loss.plot.curve("train/loss").finite) == len(runs.shown.history["train/loss"]))
    assert len(runs.shown.history["train/loss"]) == runs.shown.progress.total_steps


def test_pause_and_stop_take_effect(program: Program, qtbot: QtBot, until) -> None:
    runs = program.parts.runs
    configure(program, epochs=10_000)
    program.commands.toggle()
    until(lambda: runs.shown.progress is not None and runs.shown.progress.step > 20)
    for order, state in ((program.commands.toggle, RunState.PAUSED), (runs.stop, RunState.STOPPED)):
        order()
        until(lambda state=state: runs.shown.state is state)


def test_editing_while_training_never_touches_the_run(program: Program, qtbot: QtBot, until) -> None:
    runs, session = program.parts.runs, program.parts.session
    configure(program, epochs=10_000)
    program.commands.toggle()
    until(lambda: runs.shown.progress is not None and runs.shown.progress.step > 5)
    design = runs.shown.document.design
    assert session.apply("Widen", lambda before: before.with_parameters("c1", filters=9))
    assert session.apply("Break", lambda before: before.without(["f"]))
    step = runs.shown.progress.step
    until(lambda: runs.shown.progress.step > step + 5)
    assert runs.shown.document.design == design
    assert program.parts.viewpoint.snapshot.design == design
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert session.document.design == design


def test_the_timeline_shows_a_past_step_in_every_view(program: Program, qtbot: QtBot, until) -> None:
    runs, session, window = program.parts.runs, program.parts.session, program.parts.window
    viewpoint = program.parts.viewpoint
    session.select(["c1"])
    want = Want("filters", "c1")
    program.commands.toggle()
    until(lambda: runs.shown.state is RunState.FINISHED)
    until(lambda: viewpoint.snapshot.get(want, Tiles) is not None)
    assert {0, 1, 2, 5, 10, 20, 50} <= set(runs.shown.frames)
    last = viewpoint.snapshot.get(want, Tiles).values(0)
    window.transport.scrubbed.emit(0)
    until(lambda: viewpoint.snapshot.step == 0)
    first = viewpoint.snapshot.get(want, Tiles).values(0)
    kept = runs.shown.filmstrip.nearest(0).weights["c1.weight"][0, 0].numpy()
    np.testing.assert_allclose(first, kept, atol=np.abs(kept).max() / 200)
    assert not np.allclose(first, last, atol=1e-4)
    session.select(["r1"])  # another layer can be chosen in the past too
    until(lambda: viewpoint.snapshot.step == 0 and viewpoint.snapshot.get(Want("feature_maps", "r1"), Tiles) is not None)
    program.parts.viewpoint.pin_beside(3)  # and another image
    until(lambda: viewpoint.snapshot.step == 0 and viewpoint.snapshot.front.index == 3)
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    until(lambda: viewpoint.snapshot.step > 50)
    assert not viewpoint.is_past


def test_a_diverging_run_names_the_layer_and_offers_a_way_on(program: Program, qtbot: QtBot, until) -> None:
    runs, window, session = program.parts.runs, program.parts.window, program.parts.session
    configure(program, learning_rate=900.0, momentum=0.99)
    program.commands.toggle()
    until(lambda: runs.shown.state is RunState.FAILED)
    until(lambda: window.banner.text != "")
    assert any(f"'{spec.id}'" in window.banner.text for spec in session.document.design.layers)
    button = next(button for button in window.banner.buttons if "learning rate" in button.text())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert session.document.config.optimizer.learning_rate < 900
    until(lambda: runs.shown.progress is not None and runs.shown.progress.step > 0)


def test_a_wrong_number_of_classes_is_one_sentence(program: Program, until) -> None:
    program.parts.session.apply("Narrow", lambda design: design.with_parameters("out", units=7))
    program.commands.toggle()
    until(lambda: program.parts.window.banner.text != "")
    assert "10" in program.parts.window.banner.text and "7" in program.parts.window.banner.text
    assert program.parts.runs.shown is None  # it was not begun


def test_a_finished_run_goes_on_with_more_epochs(program: Program, until) -> None:
    runs = program.parts.runs
    configure(program, epochs=1)
    program.commands.toggle()
    until(lambda: runs.shown.state is RunState.FINISHED)
    steps = runs.shown.progress.step
    program.commands.toggle()
    until(lambda: runs.shown.state is RunState.FINISHED and runs.shown.progress.step == 2 * steps)
    assert list(runs.shown.history["train/loss"].steps) == sorted(set(runs.shown.history["train/loss"].steps))


def test_closing_the_window_while_it_trains_ends_the_thread(program: Program, until, monkeypatch) -> None:
    configure(program, epochs=10_000)
    program.parts.saver.may_leave = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(QApplication, "quit", lambda *_: None)  # the tests share one application
    program.commands.toggle()
    until(lambda: program.parts.runs.shown.progress is not None and program.parts.runs.shown.progress.step > 3)
    program.parts.window.close()
    assert not program.parts.runs.shown.is_alive
