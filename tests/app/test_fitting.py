"""What of a network does not go with its data is on its card before anybody starts a run, with a button that mends it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.program import Program
from engine.design.network import layer
from engine.training.messages import RunState
from tests.app.test_asking import colour_folder
from widgets.network.cards import Card


def card(program: Program, id: str) -> Card:
    model = program.parts.window.network.model
    return model.card(model.row_of(id))


def click_fix(program: Program, id: str) -> None:
    panel = program.parts.window.network.list
    point = panel.cards.geometry.fix_button(panel.row_rect(program.parts.window.network.model.row_of(id))).center()
    QTest.mouseClick(panel.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)


def narrow(program: Program) -> None:
    program.parts.session.apply("Narrow", lambda design: design.with_parameters("out", units=7))


def test_a_wrong_number_of_classes_is_on_the_last_card_and_a_click_mends_it(shared: Program) -> None:
    session = shared.parts.session
    assert card(shared, "out").problem == ""
    narrow(shared)
    assert "7" in card(shared, "out").problem and "10 classes" in card(shared, "out").problem
    assert card(shared, "out").fix == "Set units of layer 'out' to 10"
    assert shared.parts.runs.shown is None
    steps = session.undo_stack.count()
    click_fix(shared, "out")
    assert session.document.design["out"].parameters.units == 10 and card(shared, "out").problem == ""
    assert session.undo_stack.count() == steps + 1 and session.undo_stack.undo_text() == "Set units of layer 'out' to 10"
    session.undo_stack.undo()
    assert card(shared, "out").problem


def test_the_inspector_says_it_too_and_has_the_button(shared: Program, qtbot: QtBot) -> None:
    inspector = shared.parts.window.inspector
    narrow(shared)
    shared.parts.session.select(["c1"])
    assert inspector.fix_button.isHidden()
    shared.parts.session.select(["out"])
    assert "10 classes" in inspector.error_box.label.text()
    assert inspector.fix_button.text() == "Fix: set units of out to 10"
    shared.commands.appearance.switch_theme()
    assert not inspector.fix_button.isHidden() and not inspector.error_box.isHidden()
    qtbot.mouseClick(inspector.fix_button, Qt.MouseButton.LeftButton)
    assert shared.parts.session.document.design["out"].parameters.units == 10
    assert inspector.fix_button.isHidden() and inspector.error_box.isHidden()


def test_other_data_are_looked_at_again(shared: Program) -> None:
    shared.parts.chips.set_data("shapes")
    assert "8 classes" in card(shared, "out").problem
    shared.parts.chips.set_data("digits")
    assert card(shared, "out").problem == ""


def test_what_concerns_the_input_is_on_its_card(shared: Program) -> None:
    shared.parts.chips.set_data("hills")
    assert card(shared, "").problem and card(shared, "").fix.startswith("Change the input shape of the design to 2")
    click_fix(shared, "")
    assert shared.parts.session.document.design.input_shape == (2,)


def test_a_fault_of_the_design_itself_comes_first(shared: Program) -> None:
    narrow(shared)
    shared.parts.session.apply("Too large", lambda design: design.with_parameters("c1", kernel=30))
    assert "kernel" in card(shared, "c1").problem and card(shared, "c1").fix == "Set kernel to 8"
    assert card(shared, "out").problem == "" and card(shared, "out").blocked


def test_built_in_networks_bring_data_that_they_fit(shared: Program) -> None:
    for name in ("mlp", "lenet5", "convnetjs_mnist", "autoencoder", "mask_small", "regression_mlp"):
        assert shared.parts.opener.open_builtin(name)
        assert shared.parts.fitting.misfit is None, name


def test_of_a_folder_it_is_known_once_it_has_been_read(program: Program, until, tmp_path: Path) -> None:
    parts = program.parts
    folder = str(colour_folder(tmp_path / "colours"))
    parts.chips.set_data(folder)
    assert parts.fitting.misfit is None
    program.commands.toggle()
    until(lambda: parts.runs.shown.state is RunState.FAILED)
    assert "2 classes" in card(program, "out").problem
    click_fix(program, "out")
    assert parts.session.document.design["out"].parameters.units == 2 and card(program, "out").problem == ""
    parts.session.change("Back", lambda document: replace(document, data="digits"))
    assert "10 classes" in card(program, "out").problem


def test_with_no_layers_the_input_follows_the_data_in_one_step(shared: Program) -> None:
    """An empty design kept the shape of the data before, and said of it that it was the new data's."""
    session = shared.parts.session
    assert shared.parts.opener.open_builtin("lenet5")
    shared.parts.opener.new()
    steps = session.undo_stack.count()
    for data, shape in (("digits", (1, 8, 8)), ("moons", (2,)), ("hills", (2,))):
        shared.parts.chips.set_data(data)
        assert session.document.design.input_shape == shape, data
    assert session.undo_stack.count() == steps + 3
    session.apply("Add", lambda design: design.inserted(0, layer("out", "linear", units=1)))
    assert not session.report.errors
    for _ in range(3):
        session.undo_stack.undo()
    assert (session.document.data, session.document.design.input_shape) == ("digits", (1, 8, 8))


def test_an_input_of_another_shape_comes_before_what_follows_from_it(shared: Program) -> None:
    """The first word was that of a layer: "Put a flatten layer before it"."""
    session, banner = shared.parts.session, shared.parts.window.banner
    shared.parts.chips.set_data("moons")
    flat = layer("out", "linear", units=2)
    session.apply("One layer", lambda design: design.with_layers([flat]).with_input((1, 8, 8)))
    assert "flatten" in card(shared, "out").advice
    assert card(shared, "").fix == "Change the input shape of the design to 2"
    shared.commands.toggle()
    assert "input shape" in banner.text and "flatten" not in banner.text
    click_fix(shared, "")
    assert session.document.design.input_shape == (2,)
    assert card(shared, "").problem == card(shared, "out").problem == ""
