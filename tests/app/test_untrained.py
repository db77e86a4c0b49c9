"""Before anything is trained: the views show the network with its first weights, and the run begins with just these."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtWidgets import QApplication

from app import untrained as module
from app.changes import replace_config
from app.likeness import UNTRAINED
from app.program import Program
from app.run.live_run import LiveRun
from engine.data import load as loading
from engine.design.network import NetworkDesign
from engine.snapshot import Bars, Want
from engine.training.messages import RunState
from engine.zoo import network
from tests.app.conftest import close_program, make_program
from widgets.viewing.base import Focus

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The data that were loaded."""
    names: list[str] = []
    load = loading.load

    def counted(name, *args, **options):  # type: ignore[no-untyped-def]
        names.append(name)
        return load(name, *args, **options)

    monkeypatch.setattr(loading, "load", counted)
    return names


@pytest.fixture
def program(qapp: QApplication, tmp_path: Path, until: Until, loads: list[str]) -> Iterator[Program]:
    """With pictures of the untrained network."""
    made = make_program(qapp, tmp_path)
    made.parts.untrained.start()
    until(lambda: made.parts.viewpoint.snapshot is not None)
    yield made
    close_program(made)


def shown(program: Program) -> LiveRun:
    run = program.parts.runs.shown
    assert run is not None
    return run


def weights(program: Program) -> dict[str, torch.Tensor]:
    frame = shown(program).frame(None)
    assert frame is not None
    return dict(frame.weights)


def test_the_views_show_the_untrained_network_and_say_so(program: Program, until: Until) -> None:
    """They were empty until somebody pressed Space."""
    window = program.parts.window
    pictures = {view.name: view for view in window.workspaces.stage.visible_views()}
    until(lambda: not pictures["input_image"].is_empty and not pictures["feature_maps"].is_empty)
    assert program.parts.viewpoint.snapshot is not None and program.parts.viewpoint.snapshot.step == 0
    assert window.origin.text() == UNTRAINED and not window.origin.isHidden()
    assert window.transport.run_button.accessibleName() == "Run" and not window.transport.stop_button.isEnabled()
    until(lambda: "Handwritten digits" in window.data_card._title.text() or "1,797" in window.data_card._lines.text())
    assert not program.parts.session.modified
    assert program.parts.window.transport.run_button.toolTip() == "Run (Space)"


def test_the_run_begins_with_what_was_shown_and_reads_nothing_twice(program: Program, until: Until, loads: list[str]) -> None:
    before, seen = weights(program), program.parts.viewpoint.snapshot
    assert seen is not None
    answer = seen.get(Want("answer"), Bars)
    program.commands.toggle()
    until(lambda: shown(program).state is RunState.FINISHED)
    run = shown(program)
    first = run.filmstrip.nearest(0)
    assert first is not None and first.step == 0
    assert before.keys() == first.weights.keys()
    assert all(torch.equal(before[name], first.weights[name]) for name in before)
    assert loads == ["digits"]
    program.parts.viewpoint.go_to(0)
    until(lambda: program.parts.viewpoint.snapshot.cursor == 0)
    again = program.parts.viewpoint.snapshot.get(Want("answer"), Bars)
    assert answer is not None and again is not None and np.array_equal(answer.values, again.values)
    assert program.parts.window.origin.isHidden()


def test_it_is_made_anew_when_the_network_or_its_seed_changes_and_not_for_a_rate(program: Program, until: Until) -> None:
    session, untrained = program.parts.session, program.parts.untrained
    before, run = weights(program), shown(program)
    session.change("Rate", lambda document: replace_config(document, {"learning_rate": 0.003}))
    until(lambda: not untrained.is_busy)
    assert shown(program) is run
    session.apply("More filters", lambda design: design.with_parameters("c1", filters=6))
    until(lambda: not untrained.is_busy and shown(program) is not run)
    assert len(weights(program)["c1.weight"]) == 6
    session.undo_stack.undo()
    until(lambda: not untrained.is_busy and len(weights(program)["c1.weight"]) == 4)
    assert all(torch.equal(before[name], value) for name, value in weights(program).items())
    session.change("Seed", lambda document: replace_config(document, {"seed": 5}))
    until(lambda: not untrained.is_busy and not torch.equal(weights(program)["c1.weight"], before["c1.weight"]))


def test_a_design_that_does_not_fit_says_why_until_it_does(program: Program, until: Until, loads: list[str]) -> None:
    session, untrained, spaces = program.parts.session, program.parts.untrained, program.parts.window.workspaces
    session.apply("Seven", lambda design: design.with_parameters("out", units=7))
    until(lambda: not untrained.is_busy)
    views = spaces.stage.visible_views()
    assert program.parts.runs.shown is None and all("10 classes" in view._empty.text() for view in views)
    assert program.parts.window.origin.isHidden()
    session.apply("Ten", lambda design: design.with_parameters("out", units=10))
    until(lambda: not untrained.is_busy and program.parts.viewpoint.snapshot is not None)
    assert loads == ["digits"]


def test_a_run_that_was_trained_stays_when_the_network_is_edited(program: Program, until: Until) -> None:
    program.commands.toggle()
    until(lambda: shown(program).state is RunState.FINISHED)
    run = shown(program)
    program.parts.session.apply("More filters", lambda design: design.with_parameters("c1", filters=6))
    until(lambda: not program.parts.untrained.is_busy)
    assert shown(program) is run and "before it was edited" in program.parts.window.origin.text()


def test_another_network_that_is_opened_is_shown_untrained(program: Program, until: Until, loads: list[str]) -> None:
    program.parts.opener.open_builtin("regression_mlp")
    until(lambda: program.parts.runs.shown is not None and shown(program).document.data == "hills")
    assert loads == ["digits", "hills"]
    until(lambda: program.parts.viewpoint.snapshot is not None)


def test_much_data_and_large_networks_are_left_to_the_run(
    program: Program, until: Until, tmp_path: Path, loads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    threads, is_large = [], module._is_large
    monkeypatch.setattr(module, "_is_large", lambda path: threads.append(threading.current_thread().name) or is_large(path))
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    session, untrained, spaces = program.parts.session, program.parts.untrained, program.parts.window.workspaces
    (tmp_path / "much.csv").write_text("a,b,c\n" + "1,2,3\n" * 1000)
    view = spaces.stage.visible_views()[0]
    session.open(network_on(program, "regression_mlp", str(tmp_path / "much.csv")))
    until(lambda: not untrained.is_busy)
    assert loads == ["digits"] and "too many data" in view._empty.text()
    assert threads == ["layerscope-untrained"], "a folder of many files is not counted while the window waits"
    session.open(network_on(program, "regression_mlp", "hills"))
    until(lambda: not untrained.is_busy)
    assert program.parts.runs.shown is None and "more than is read for a look" in view._empty.text()
    monkeypatch.setattr(module, "MOST_PARAMS", 100)
    session.open(network_on(program, "regression_mlp", "hills"))
    session.apply("Wider", lambda design: design.with_parameters(design.layers[0].id, units=50))
    until(lambda: not untrained.is_busy)
    assert "too large" in view._empty.text()


def test_saving_a_run_that_has_not_begun_says_that_there_is_none(program: Program) -> None:
    program.parts.saver.save_run()
    assert "no trained network" in program.parts.window.banner.text


def test_data_that_are_not_wanted_any_more_are_not_read_on(qapp: QApplication, tmp_path: Path, until: Until) -> None:
    made = make_program(qapp, tmp_path)
    made.parts.session.open(network_on(made, "residual_small", "strokes"))
    made.parts.untrained.start()
    until(lambda: made.parts.untrained.is_busy)
    close_program(made)  # and the fixture sees whether a thread is left
    assert made.parts.runs.shown is None


def network_on(program: Program, name: str, data: str):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    return replace(program.parts.session.document.with_design(network(name)), data=data)


def test_the_data_card_is_of_the_data_that_are_chosen(program: Program, until: Until) -> None:
    """It said "Reading…" for ever on a fresh start, and went on showing the old data after a change."""
    card, session = program.parts.window.data_card, program.parts.session
    until(lambda: card._lines.text() != "")
    program.commands.toggle()
    until(lambda: shown(program).state is RunState.FINISHED)
    session.change("Other data", lambda document: network_on(program, "residual_small", "moons"))
    assert card._title.text() == "moons has not been read yet: press Space to train on it."
    assert card._lines.text() == "" and card._mean_row.isHidden()
    session.undo_stack.undo()
    until(lambda: card._lines.text() != "")


def test_the_data_card_stays_while_the_network_does_not_fit(program: Program, until: Until, loads: list[str]) -> None:
    """It said that the data had not been read yet, though they had been a second before."""
    card, session, untrained = program.parts.window.data_card, program.parts.session, program.parts.untrained
    until(lambda: card._lines.text() != "")
    title, lines = card._title.text(), card._lines.text()
    for edit in (
        lambda design: design.with_parameters("c1", kernel=30),
        lambda design: design.without(["f"]),
        lambda design: design.with_layers([]),
    ):
        session.apply("Misfit", edit)
        until(lambda: not untrained.is_busy)
        assert program.parts.runs.shown is None
        assert (card._title.text(), card._lines.text()) == (title, lines)
        session.undo_stack.undo()
        until(lambda: not untrained.is_busy and program.parts.runs.shown is not None)
    assert loads == ["digits"]


@pytest.mark.parametrize("shape", [(1, 8, 8), (2, 8, 8), (2,)])
def test_data_that_the_network_does_not_fit_are_read_all_the_same(
    program: Program, until: Until, loads: list[str], shape: tuple[int, ...]
) -> None:
    card, session, untrained = program.parts.window.data_card, program.parts.session, program.parts.untrained
    until(lambda: card._lines.text() != "")
    session.apply("Other input", lambda design: design.with_input(shape).with_parameters("c1", kernel=30))
    for data in ("moons", "shapes"):
        program.parts.chips.set_data(data)
        until(lambda: not untrained.is_busy and card._lines.text() != "")
        assert program.parts.runs.shown is None and loads[-1] == data
        assert "read" not in card._title.text() and data[:4] in card._title.text().lower()


def test_the_arithmetic_of_a_layer_is_shown_before_anything_is_trained(program: Program, until: Until) -> None:
    """In the Design workspace, on the pinned example, with the first weights; another filter, layer and example follow."""
    parts, spaces = program.parts, program.parts.window.workspaces
    program.commands.choose_workspace("design")
    parts.session.select(["c1"])
    view = spaces.stage.open_view("arithmetic")
    until(lambda: not view.is_empty)
    assert "c1 · filter 0 of 4 · initial weights" in view.subtitle
    (numbers,) = [found for want, found in view.snapshot.captured.items() if want.capture == "arithmetic"]  # type: ignore[union-attr]
    np.testing.assert_array_equal(numbers.weights, weights(program)["c1.weight"][0].numpy())
    assert abs(numbers.value(3, 4) - numbers.output[3, 4]) < 1e-5
    spaces.set_focus(Focus("c1", 2))
    until(lambda: "filter 2 of 4" in view.subtitle)
    parts.viewpoint.pin_index(3)
    until(lambda: parts.viewpoint.snapshot.front.index == 3)
    parts.session.select(["r1"])
    until(lambda: view.is_empty)
    assert "No window slides over a row or a picture in ReLU r1" in view._empty.text()


def test_an_empty_network_comes_to_read_what_a_file_holds_once(
    program: Program, until: Until, tmp_path: Path, loads: list[str]
) -> None:
    """It followed built-in data only: of a file nothing is known before it has been read."""
    session, chips = program.parts.session, program.parts.chips
    path = tmp_path / "signals.npz"
    np.savez(path, x=np.random.default_rng(0).standard_normal((40, 2, 50), dtype=np.float32), y=np.arange(40) % 2)
    program.parts.session.open(session.document.with_design(NetworkDesign("empty", (1, 28, 28), ())))
    chips.set_data(str(path))
    until(lambda: session.document.design.input_shape == (2, 50))
    until(lambda: not program.parts.untrained.is_busy)
    assert loads.count(str(path)) == 1, "what was read serves the network on the new input too"
    session.undo_stack.undo()
    assert (session.document.data, session.document.design.input_shape) == ("digits", (1, 28, 28))
    session.undo_stack.redo()
    assert (session.document.data, session.document.design.input_shape) == (str(path), (2, 50))
    session.apply("Other input", lambda design: design.with_input((2, 25)))
    until(lambda: not program.parts.untrained.is_busy)
    assert session.document.design.input_shape == (2, 25), "it was changed by hand"


def test_a_network_with_layers_keeps_its_input_whatever_a_file_holds(program: Program, until: Until, tmp_path: Path) -> None:
    session = program.parts.session
    path, shape = tmp_path / "signals.npz", session.document.design.input_shape
    np.savez(path, x=np.random.default_rng(0).standard_normal((40, 2, 50), dtype=np.float32), y=np.arange(40) % 2)
    read: list[str] = []
    program.parts.untrained.read.connect(lambda name, _: read.append(name))
    program.parts.chips.set_data(str(path))
    until(lambda: str(path) in read)
    assert session.document.design.input_shape == shape
