"""What is seen of a run never passes for the network and the data on screen: it is labelled, left off cards, or gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.changes import replace_config
from app.program import Program
from engine.training.messages import RunState


@pytest.fixture
def trained(program: Program, until: Callable) -> Program:
    """A program whose run is over, with one of its layers selected."""
    program.parts.session.change("Set", lambda document: replace_config(document, {"epochs": 1}))
    program.commands.toggle()
    until(lambda: program.parts.runs.shown.state is RunState.FINISHED)
    program.parts.session.select(["c1"])
    until(lambda: len(curve(program, "c1")) > 0)
    return program


def curve(program: Program, id: str) -> object:
    model = program.parts.window.network.model
    return model.series(model.row_of(id))


def label(program: Program) -> str:
    origin = program.parts.window.origin
    return "" if origin.isHidden() else origin.text()


def test_a_run_of_the_document_needs_no_label(trained: Program) -> None:
    assert label(trained) == "" and len(curve(trained, "out"))
    trained.parts.session.change("Longer", lambda document: replace_config(document, {"epochs": 7}))
    assert label(trained) == "" and len(curve(trained, "out"))


def test_after_an_edit_the_pictures_are_labelled_and_cards_that_changed_show_no_curve(trained: Program) -> None:
    inspector = trained.parts.window.inspector
    assert "gradient" in inspector.health.label.text().lower() or "∇" in inspector.health.label.text()
    trained.parts.session.apply("Wider", lambda design: design.with_parameters("c1", filters=6))
    assert label(trained) == "Shown: “tiny” on digits, before it was edited."
    assert not len(curve(trained, "c1")), "its parameters are others"
    assert not len(curve(trained, "out")), "it reads another shape"
    assert "Ctrl+R" in inspector.health.label.text()
    trained.parts.session.undo_stack.undo()
    assert label(trained) == "" and len(curve(trained, "c1")) and "Train (Space)" not in inspector.health.label.text()


def test_layers_that_an_edit_does_not_touch_keep_their_curves(trained: Program) -> None:
    trained.parts.session.apply("Narrow", lambda design: design.with_parameters("out", units=7))
    assert len(curve(trained, "c1")) and not len(curve(trained, "out")) and label(trained)


def test_after_other_data_are_chosen_the_pictures_are_labelled_and_no_card_shows_a_curve(trained: Program) -> None:
    trained.parts.chips.set_data("shapes")
    assert label(trained) == "Shown: “tiny” on digits. The data are shapes now."
    assert not any(len(curve(trained, spec.id)) for spec in trained.parts.session.document.design.layers)
    trained.parts.session.apply("Wider", lambda design: design.with_parameters("c1", filters=6))
    assert label(trained) == "Shown: “tiny” on digits, before it was edited. The data are shapes now."


def test_opening_another_design_leaves_nothing_of_the_run(trained: Program) -> None:
    trained.parts.chips.set_data("shapes")
    trained.parts.session.undo_stack.set_clean()
    assert trained.parts.opener.open_builtin("lenet5")
    assert label(trained) == "" and trained.parts.runs.shown is None
    assert all(view.is_empty for view in trained.parts.window.workspaces.stage.visible_views())
    model = trained.parts.window.network.model
    assert not any(len(model.series(row)) for row in range(1, model.rowCount()))


def test_a_new_run_of_something_else_begins_with_empty_views(trained: Program) -> None:
    views = trained.parts.window.workspaces.stage.visible_views()
    assert not all(view.is_empty for view in views)
    trained.parts.session.change("Data", lambda document: replace(document, data="strokes"))
    trained.commands.restart()
    assert all(view.is_empty for view in views)


def test_a_new_run_of_the_same_clears_the_views_only_where_its_data_take_long(trained: Program, qtbot) -> None:
    views = trained.parts.window.workspaces.stage.visible_views()
    trained.parts.runs.hear = lambda: None  # type: ignore[method-assign]  # as if the data were still being read
    trained.parts.runs._timer.stop()
    trained.commands.restart()
    trained.parts.runs._timer.stop()
    assert not all(view.is_empty for view in views)
    qtbot.waitUntil(lambda: all(view.is_empty for view in views))
