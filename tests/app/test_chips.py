"""The chips: what they say of training and data, the training form with real choices, and a run that is alive meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidgetAction

from app import dialogs
from app.changes import live_changes, replace_config
from app.chips import training_words
from app.program import Program
from engine.data.augmentation import AUGMENTATIONS
from engine.design.parameters import parameter
from engine.training.config import training_config
from engine.training.device import available_devices
from engine.training.kinds import OPTIMISERS, Optimiser
from engine.training.messages import RunState
from widgets.explanations import explain
from widgets.form.field_row import NEXT_START


class Crawl(Optimiser):
    """Never implemented: it is only shown."""

    kind: ClassVar[str] = "crawl"
    title: ClassVar[str] = "Crawl"
    help: ClassVar[str] = "Slow."
    learning_rate: float = parameter(0.25, "How slow.", low=0.0, high=1.0, live=True)
    stickiness: float = parameter(0.5, "How sticky.", low=0.0, high=1.0, live=True)
    legs: int = parameter(6, "How many legs.", low=0, high=100)


@pytest.fixture
def crawl() -> Iterator[None]:
    OPTIMISERS.declare(Crawl)
    yield
    OPTIMISERS.remove("crawl")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "SGD · lr 0.05"),
        ({"momentum": 0.5}, "SGD · lr 0.05 · momentum 0.5"),
        ({"optimizer": "adam"}, "Adam · lr 0.001"),
        ({"optimizer": "adam", "weight_decay": 1e-4, "beta1": 0.8}, "Adam · lr 0.001 · β₁ 0.8 · weight decay 1e-4"),
        ({"optimizer": "crawl", "legs": 8}, "Crawl · lr 0.25"),
        ({"optimizer": "crawl", "stickiness": 1.0}, "Crawl · lr 0.25 · stickiness 1"),
    ],
)
def test_the_chip_says_the_rate_and_what_is_not_as_usual(crawl: None, values: dict[str, object], words: str) -> None:
    assert training_words(training_config(**values)) == words


def test_the_tip_says_task_loss_epochs_batch_and_seed(program: Program) -> None:
    session, chip = program.parts.session, program.parts.window.top_bar.chips["training"]
    session.change("Set", lambda document: replace_config(document, {"task": "classify", "loss": "cross_entropy", "seed": 7}))
    config = session.document.config
    said = f"Classify, Cross-entropy, {config.epochs} epochs, batches of {config.batch_size}, seed 7."
    assert chip.toolTip() == f"{said} {explain('optimiser')}"


def test_an_optimiser_enrolled_later_is_chosen_and_set_in_the_popup(program: Program, crawl: None) -> None:
    session, chips, chip = program.parts.session, program.parts.chips, program.parts.window.top_bar.chips["training"]
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    form = chips.form
    assert form.isVisible()
    form.rows["optimizer"].editor.setFocus()
    QTest.keyClicks(form.rows["optimizer"].editor, "crawl")
    assert session.document.config.optimizer == Crawl()
    field = form.rows["optimizer.stickiness"].editor
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Return)
    form.rows["epochs"].editor.setFocus()
    assert session.document.config.optimizer == Crawl(stickiness=0.52)
    assert chip.text() == "Crawl · lr 0.25 · stickiness 0.52"
    session.undo_stack.undo()
    assert session.document.config.optimizer == Crawl(), "two steps of one gesture are undone together"
    assert field.text() == "0.5", "the open form follows"


def test_after_enter_in_the_popup_the_keys_of_the_program_work(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    session, toggled = program.parts.session, []
    monkeypatch.setattr(program.parts.runs, "toggle", toggled.append)  # nothing is to be trained here
    QTest.mouseClick(program.parts.window.top_bar.chips["training"], Qt.MouseButton.LeftButton)
    field, popup = program.parts.chips.form.rows["epochs"].editor, program.parts.chips._popup
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "9")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert session.document.config.epochs == 9 and not field.hasFocus()
    QTest.keyClick(popup, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.document.config.epochs == 3 and field.text() == "3"
    QTest.keyClick(popup, Qt.Key.Key_Space)
    assert toggled == [session.document] and popup.isVisible()
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_augmentations_are_added_and_set(program: Program) -> None:
    session, chips = program.parts.session, program.parts.chips
    chips._open("training")
    chips.form.changed.emit("augment", ("shift",), False)
    chips.form.changed.emit("augment.shift.pixels", 3, False)
    chips.form.changed.emit("augment", (*session.document.config.augment, "flip"), False)
    assert [made.kind for made in session.document.config.augment] == ["shift", "flip"]
    assert session.document.config.augment[0] == AUGMENTATIONS.get("shift")(pixels=3)
    assert session.undo_stack.undo_text() == "Set augmentation to Shift, Horizontal flip"


def test_a_refused_value_is_told_below_its_row(program: Program) -> None:
    chips = program.parts.chips
    chips._open("training")
    chips.form.changed.emit("optimizer.momentum", 2.0, False)
    assert "out of range" in chips.form.rows["optimizer.momentum"].error
    assert "Momentum" in program.parts.window.banner.text
    QApplication.processEvents()
    assert all(row.height() >= row.heightForWidth(row.width()) for row in chips.form.rows.values()), "nothing is squeezed"
    chips.form.changed.emit("optimizer.momentum", 0.3, False)
    assert chips.form.rows["optimizer.momentum"].error == ""


def test_the_popup_grows_with_what_is_chosen_and_ends_with_the_screen(program: Program) -> None:
    chips = program.parts.chips
    popup, room = chips._popup, QApplication.primaryScreen().availableGeometry()
    chips._open("training")
    QApplication.processEvents()
    before = popup.height()
    assert chips.form.width() == popup._scroll.width(), "no scroll bar as long as there is room"
    chips.form.changed.emit("augment", ("shift",), False)
    QApplication.processEvents()
    assert popup.height() > before
    program.parts.look.set_scale(2.5)
    program.parts.session.change("Add", lambda document: replace_config(document, {"augment": tuple(AUGMENTATIONS)}))
    popup.hide()
    chips._open("training")
    QApplication.processEvents()
    assert popup.geometry().bottom() <= room.bottom() and chips.form.height() > popup.height()
    assert chips.form.width() < popup._scroll.width(), "the scroll bar covers nothing"


def test_while_a_run_is_alive_the_form_says_what_waits(program: Program, until) -> None:
    session, chips, runs = program.parts.session, program.parts.chips, program.parts.runs
    session.change("Set", lambda document: replace_config(document, {"epochs": 100_000}))
    program.commands.toggle()
    until(lambda: runs.shown is not None and runs.shown.state is RunState.RUNNING)
    chips._open("training")
    rows = chips.form.rows
    assert NEXT_START in rows["batch_size"].label.text()
    assert NEXT_START not in rows["optimizer.learning_rate"].label.text()
    runs.shown.stop()
    until(lambda: not runs.shown.is_alive)
    assert NEXT_START not in rows["batch_size"].label.text(), "an open form follows the run"


def test_a_run_that_counts_on_says_how_many_epochs_come_and_up_to_which(program: Program, until) -> None:
    """The form said 3 while the run stood at epoch 4 of 6."""
    chips, runs = program.parts.chips, program.parts.runs
    label = lambda: chips.form.rows["epochs"].label.text()  # noqa: E731
    chips._open("training")
    assert "epoch " not in label()
    program.commands.toggle()
    until(lambda: runs.shown is not None and runs.shown.state is RunState.FINISHED)
    assert "3 more epochs, to epoch 6" in label()
    program.parts.speed.choose(5.0)
    program.commands.toggle()
    until(lambda: runs.shown.state is RunState.RUNNING)
    assert "this run: to epoch 6" in label() and program.parts.session.document.config.epochs == 3
    runs.shown.stop()
    until(lambda: not runs.shown.is_alive)
    assert "more epochs, to epoch 6" in label()


def test_data_sets_stand_below_what_they_hold(program: Program) -> None:
    chips = program.parts.chips
    chips.fill_data_menu()
    groups: dict[str, list[str]] = {}
    for action in chips.data_menu.actions():
        if isinstance(action, QWidgetAction):
            heading = action.defaultWidget()
            assert isinstance(heading, QLabel) and not action.isEnabled()
            groups[heading.text()] = names = []
        elif action.data():
            names.append(action.data())
    assert {"strokes", "digits", "shapes"} <= set(groups["IMAGE"])
    assert "hills" in groups["NUMBERS"] and "moods" in groups["SENTENCES"] and "waves" in groups["SIGNAL"]


def test_f1_explains_the_chosen_kind(program: Program) -> None:
    chips, window = program.parts.chips, program.parts.window
    chips._open("training")
    chips.form.rows["optimizer.momentum"].editor.setFocus()
    QTest.keyClick(chips.form.rows["optimizer.momentum"].editor, Qt.Key.Key_F1)
    assert window.help_panel.toPlainText().startswith("SGD")


def test_the_data_chip_follows_the_document(program: Program) -> None:
    program.parts.session.change("Data", lambda document: replace(document, data="hills"))
    assert program.parts.window.top_bar.chips["data"].text() == "Data: hills"


def test_another_optimiser_waits_for_the_next_start(program: Program, until) -> None:
    session, runs, chips = program.parts.session, program.parts.runs, program.parts.chips
    session.change("Set", lambda document: replace_config(document, {"epochs": 100_000, "device": "cpu", "momentum": 0.5}))
    program.commands.toggle()
    until(lambda: runs.shown is not None and runs.shown.state is RunState.RUNNING)
    running = runs.shown.document.config.optimizer
    chips.form.changed.emit("optimizer", "adam", False)
    chips.form.changed.emit("optimizer.beta1", 0.8, False)
    chips.form.changed.emit("optimizer.learning_rate", 0.5, False)
    assert session.document.config.optimizer.kind == "adam"
    assert runs.shown.document.config.optimizer == running, "Adam's values are not those of the SGD that runs"
    for _ in range(3):
        session.undo_stack.undo()
    assert runs.shown.document.config.optimizer == session.document.config.optimizer == running
    chips.form.changed.emit("optimizer.momentum", 0.25, False)
    assert runs.shown.document.config.optimizer.momentum == 0.25


def test_the_optimiser_chosen_back_is_the_runs_again_and_others_settings_stay_out_of_it() -> None:
    config = training_config
    running = config(momentum=0.5)
    assert live_changes(config(optimizer="adam"), config(momentum=0.9), running) == {"optimizer.momentum": 0.9}
    assert live_changes(config(optimizer="adam"), config(momentum=0.5), running) == {}
    assert live_changes(config(learning_rate=0.2), config(learning_rate=0.2, seed=3), running) == {}, "only what was edited"


def test_a_file_of_examples_is_chosen_from_the_data_menu(program: Program, tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("x,label\n1,a\n2,b\n", encoding="utf-8")
    monkeypatch.setattr(dialogs, "ask_open", lambda *_: path)
    chips = program.parts.chips
    chips.fill_data_menu()
    (choose,) = (action for action in chips.data_menu.actions() if action.text() == "Choose a file…")
    choose.trigger()
    assert program.parts.session.document.data == str(path)


def device_actions(program: Program) -> dict[str, QAction]:
    program.parts.chips._open("device")
    program.parts.chips.device_menu.hide()
    return {action.data(): action for action in program.parts.chips.device_menu.actions()}


def test_a_device_that_is_not_there_cannot_be_chosen(shared: Program) -> None:
    shared.parts.chips.set_devices(("cpu",))
    actions = device_actions(shared)
    assert {name for name, action in actions.items() if action.isEnabled()} == {"auto", "cpu"}
    assert "none" in actions["cuda"].toolTip()
    shared.parts.chips.set_devices(("cuda", "cpu"))
    assert device_actions(shared)["cuda"].isEnabled()


def test_the_devices_are_those_that_torch_has(shared: Program) -> None:
    shared.parts.chips.set_devices(())
    shared._finish_loading()
    enabled = {name for name, action in device_actions(shared).items() if action.isEnabled()}
    assert enabled == {"auto", *available_devices()} and "cpu" in enabled


def test_choosing_a_device_is_no_change_of_the_document(shared: Program) -> None:
    session = shared.parts.session
    session.apply("Wider", lambda design: design.with_parameters("c1", filters=9))
    steps = session.undo_stack.count()
    device_actions(shared)["cpu"].trigger()
    assert session.document.config.device == "cpu" and session.undo_stack.count() == steps
    session.undo_stack.undo()
    assert session.document.config.device == "cpu" and not session.modified


def test_what_a_run_cannot_take_on_is_said_to_wait(program: Program, until) -> None:
    parts, banner = program.parts, program.parts.window.banner
    parts.session.change("Long", lambda document: replace_config(document, {"epochs": 10_000, "device": "auto"}))
    program.commands.toggle()
    until(lambda: parts.runs.shown is not None and parts.runs.shown.progress is not None)
    parts.chips.set_data("strokes")
    assert "strokes" in banner.text and "from the next start" in banner.text
    banner.hide()
    parts.chips.set_device("cpu")
    assert "CPU" in banner.text and "from the next start" in banner.text
    banner.hide()
    parts.chips.set_data("digits")
    assert banner.text == "", "the run learns from these"
    parts.runs.stop()
    until(lambda: not parts.runs.shown.is_alive)
    parts.chips.set_data("strokes")
    assert banner.text == "" or "from the next start" not in banner.text
