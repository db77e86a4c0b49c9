"""The session: every change is one step that can be undone, refusals change nothing, and the selection follows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.changes import Part, replace_config
from app.document import Document
from app.program import Program
from app.session import Session
from engine.design.network import NetworkDesign, layer
from engine.training.messages import RunState
from tests.app.conftest import TINY

START = Document(TINY, "digits")
CHANGES = {
    "wider": lambda d: d.with_design(d.design.with_parameters("c1", filters=d.design["c1"].parameters.filters + 1)),
    "insert": lambda d: d.with_design(d.design.inserted(1, layer("new", "batch_norm"))),
    "duplicate": lambda d: d.with_design(d.design.duplicated(["r1"])),
    "remove": lambda d: d.with_design(d.design.without(["r1"])),
    "move": lambda d: d.with_design(d.design.moved(["out"], 0)),
    "name": lambda d: d.with_design(d.design.renamed(d.design.name + "x")),
    "data": lambda d: replace(d, data="strokes" if d.data == "digits" else "digits"),
    "seed": lambda d: replace_config(d, {"seed": d.config.seed + 1}),
}
REFUSED = {
    "kernel": lambda d: d.with_design(d.design.with_parameters("c1", kernel=0)),
    "two of one name": lambda d: d.with_design(d.design.with_id("f", "out")),
    "unknown layer": lambda d: d.with_design(d.design.with_parameters("nobody", kernel=2)),
}


@pytest.fixture
def session(qapp: QApplication) -> Session:
    return Session(START)


@settings(max_examples=60)
@given(names=st.lists(st.sampled_from([*CHANGES, *REFUSED]), max_size=12), back=st.integers(0, 12))
def test_undoing_everything_gives_the_original_and_redoing_the_result(qapp: QApplication, names: list[str], back: int) -> None:
    session = Session(START)
    seen = [START]
    for name in names:
        before = session.document
        accepted = session.change(name, {**CHANGES, **REFUSED}[name])
        assert accepted or session.document is before
        if session.document != before:
            seen.append(session.document)
        assert all(id in session.document.design for id in session.selection)
    assert session.undo_stack.count() == len(seen) - 1
    for document in reversed(seen[:-1]):
        session.undo_stack.undo()
        assert session.document == document
        assert session.report.layers[0].id == document.design.layers[0].id
        assert all(id in session.document.design for id in session.selection)
    assert session.document == START and not session.modified
    for _ in range(back):
        session.undo_stack.redo()
    assert session.document == seen[min(back, len(seen) - 1)]


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_edit_changes_nothing_and_says_one_sentence(session: Session, qtbot: QtBot, name: str) -> None:
    session.select(["r1"])
    with qtbot.waitSignal(session.refused) as told, qtbot.assertNotEmitted(session.document_changed):
        assert not session.change(name, REFUSED[name])
    assert session.document is START and session.selection == ("r1",)
    assert not session.modified and not session.undo_stack.can_undo()
    (sentence,) = told.args
    assert sentence and "\n" not in sentence and "Traceback" not in sentence


def test_one_gesture_is_one_step_and_two_are_two(session: Session) -> None:
    for gesture, filters in ((1, (5, 6, 7)), (2, (8, 9))):
        for value in filters:
            edit = lambda design, value=value: design.with_parameters("c1", filters=value)  # noqa: E731
            session.apply(f"Set filters to {value}", edit, f"c1/filters/{gesture}")
    assert session.undo_stack.count() == 2
    assert session.undo_stack.undo_text() == "Set filters to 9"
    session.undo_stack.undo()
    assert session.document.design["c1"].parameters.filters == 7
    session.undo_stack.undo()
    assert session.document == START


def test_a_gesture_that_comes_back_leaves_no_step(session: Session) -> None:
    for value in (5, 6, 4):
        session.apply("Set", lambda design, value=value: design.with_parameters("c1", filters=value), "drag")
    assert session.undo_stack.count() == 0 and not session.modified and session.document == START


def test_a_gesture_over_a_save_keeps_the_mark(session: Session, tmp_path) -> None:
    def drag(value: int) -> None:
        session.apply("Set", lambda design: design.with_parameters("c1", filters=value), "drag")

    drag(5)
    session.saved_as(tmp_path / "a.design.json")
    assert not session.modified
    drag(6)
    assert session.modified
    session.undo_stack.undo()
    assert session.document.design["c1"].parameters.filters == 5 and not session.modified


def test_the_selection_follows_what_is_inserted_and_removed(session: Session) -> None:
    session.select(["r1"])
    session.change("Insert", CHANGES["insert"])
    assert session.selection == ("new",)
    session.undo_stack.undo()
    assert session.selection == ("r1",), "what now stands in its place"
    session.change("Remove", CHANGES["remove"])
    assert session.selection == ("f",)
    session.undo_stack.undo()
    assert session.selection == ("r1",), "what came back"
    session.select(["f", "out", "nobody"])
    session.apply("Remove", lambda design: design.without(["f", "out"]))
    assert session.selection == ("r1",), "the last that is left"
    session.apply("Remove", lambda design: design.without(["c1", "r1"]))
    assert session.selection == () and session.selected == ""


def test_another_document_forgets_the_steps_and_selects_its_first_layer(session: Session) -> None:
    session.change("Insert", CHANGES["insert"])
    other = NetworkDesign("other", (1, 8, 8), (layer("f", "flatten"), layer("c1", "linear", units=3), layer("out", "linear")))
    session.open(Document(other))
    assert session.selection == ("c1",)
    assert not session.modified and not session.undo_stack.can_undo() and session.path is None


def test_the_first_layer_of_an_empty_design_is_selected(session: Session) -> None:
    session.open(Document(NetworkDesign("empty", (1, 8, 8))))
    session.apply("Add", lambda design: design.inserted(0, layer("c1", "conv2d")))
    assert session.selection == ("c1",)
    session.undo_stack.undo()
    assert session.selection == ()
    session.undo_stack.redo()
    assert session.selection == ("c1",)


def test_opening_a_design_that_shares_an_id_selects_only_the_first_layer_of_it(session: Session) -> None:
    said: list[tuple[str, ...]] = []
    session.selection_changed.connect(lambda: said.append(session.selection))
    wide = (layer("f", "flatten"), *(layer(f"l{number}", "linear", units=3) for number in range(50)))
    session.open(Document(NetworkDesign("other", (1, 8, 8), wide)))
    assert session.selection == ("l0",) and said == [("l0",)]


def test_title_mark_and_banner_in_the_window(program: Program, tmp_path) -> None:
    session, window = program.parts.session, program.parts.window
    assert window.windowTitle() == "tiny — Layerscope"
    session.apply("Wider", lambda design: design.with_parameters("c1", filters=9))
    assert window.windowTitle() == "tiny • — Layerscope"
    for action in ("edit.undo", "edit.redo", "edit.undo"):
        window.actions_table[action].trigger()
    assert window.windowTitle() == "tiny — Layerscope"
    session.apply("Bad", lambda design: design.with_parameters("c1", kernel=0))
    assert "'c1'" in window.banner.text and "kernel" in window.banner.text
    assert window.windowTitle() == "tiny — Layerscope"
    session.apply("Rename", lambda design: design.renamed("other"))
    assert window.windowTitle() == "other • — Layerscope"


def test_the_menu_says_what_is_undone_and_redone_and_greys_what_is_not_there(program: Program) -> None:
    session, table = program.parts.session, program.parts.window.actions_table
    undo, redo = table["edit.undo"], table["edit.redo"]
    assert (undo.text(), undo.isEnabled(), redo.isEnabled()) == ("Undo", False, False)
    session.apply("Set filters to 9", lambda design: design.with_parameters(session.selected, filters=9))
    assert (undo.text(), undo.isEnabled(), redo.isEnabled()) == ("Undo: Set filters to 9", True, False)
    undo.trigger()
    assert (undo.text(), undo.isEnabled(), redo.text()) == ("Undo", False, "Redo: Set filters to 9")
    redo.trigger()
    assert session.document.design[session.selected].parameters.filters == 9


def test_a_slider_dragged_in_the_training_form_is_one_step_and_undo_reaches_the_run(program: Program, until) -> None:
    session, runs, chips = program.parts.session, program.parts.runs, program.parts.chips
    program.parts.session.change("Set", lambda document: replace_config(document, {"epochs": 100_000, "seed": 4}))
    program.commands.toggle()
    until(lambda: runs.shown.state is RunState.RUNNING and runs.shown.progress is not None and runs.shown.progress.step > 0)
    steps = session.undo_stack.count()
    for gesture in ((0.02, 0.03), (0.04, 0.06)):
        for value in gesture:
            chips.form.changed.emit("learning_rate", value, True)
        chips.form.changed.emit("learning_rate", gesture[-1], False)
    assert session.undo_stack.count() == steps + 2
    assert runs.shown.document.config.optimizer.learning_rate == 0.06
    session.undo_stack.undo()
    assert session.document.config.optimizer.learning_rate == runs.shown.document.config.optimizer.learning_rate == 0.03
    session.undo_stack.undo()
    assert session.document.config.optimizer.learning_rate == runs.shown.document.config.optimizer.learning_rate == 0.05
    session.undo_stack.redo()
    assert runs.shown.document.config.optimizer.learning_rate == 0.03
    chips.form.changed.emit("batch_size", 8, False)
    assert runs.shown.document.config.batch_size == 64, "what cannot change during a run waits for the next"
    chips.form.changed.emit("batch_size", 0, False)
    assert session.document.config.batch_size == 8 and "Batch size" in program.parts.window.banner.text


def test_undo_gives_the_data_set_back(program: Program) -> None:
    session, chips, bar = program.parts.session, program.parts.chips, program.parts.window.top_bar
    chips.set_data("strokes")
    assert session.document.data == "strokes" and "strokes" in bar.chips["data"].text() and session.modified
    session.undo_stack.undo()
    assert session.document.data == "digits" and "digits" in bar.chips["data"].text() and not session.modified


def test_a_change_says_what_of_the_document_is_another(session: Session) -> None:
    told: list[Part] = []
    session.document_changed.connect(told.append)
    for name in ("wider", "name", "data", "seed"):
        session.change(name, CHANGES[name])
    assert told == [Part.DESIGN, Part.NAME, Part.DATA, Part.TRAINING]
    session.undo_stack.undo()
    assert told[-1] == Part.TRAINING


def test_a_new_name_or_training_checks_nothing_and_lists_nothing_anew(program: Program, monkeypatch) -> None:
    session, network, inspector = program.parts.session, program.parts.window.network, program.parts.window.inspector
    report, listed = session.report, []
    monkeypatch.setattr(network, "set_design", lambda *_: listed.append("list"))
    monkeypatch.setattr(inspector, "show_layer", lambda *_: listed.append("inspector"))
    session.change("Rename", CHANGES["name"])
    session.change("Seed", CHANGES["seed"])
    assert session.report is report and listed == []
    assert program.parts.window.windowTitle() == "tinyx • — Layerscope"
    assert "seed 1" in program.parts.window.top_bar.chips["training"].toolTip()
    session.change("Wider", CHANGES["wider"])
    assert session.report is not report and set(listed) == {"list", "inspector"}
