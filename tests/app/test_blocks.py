"""A design with nested, repeated blocks in the whole program: trained, looked at inside, scrubbed, saved, opened again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.changes import Part, continues, difference, replace_config
from app.document import Document
from app.program import Program
from app.selection import after_edit
from engine.design.document import from_json, to_json
from engine.design.network import LayerSpec, NetworkDesign, layer
from engine.snapshot import Tiles, Want
from engine.training.config import training_config
from engine.training.messages import RunState
from tests.app.conftest import TINY, close_program, make_program


def block(id: str, *layers: LayerSpec, **parameters: object) -> LayerSpec:
    return layer(id, "block", layers=layers, **parameters)


def nested() -> NetworkDesign:
    """A block of two copies with a block of two copies in it, and skips around both."""
    conv = layer("c", "conv2d", filters=4, kernel=3, padding=1)
    deep = block("deep", conv, layer("r", "relu"), layer("sum", "add", ("r", "@in")), repeat=2)
    res = block("res", conv, deep, layer("sum", "add", ("deep", "@in")), repeat=2, name="Residual")
    first = layer("c1", "conv2d", filters=4, kernel=3, padding=1)
    return NetworkDesign("nested", (1, 8, 8), (first, res, layer("f", "flatten"), layer("out", "linear", units=10)))


@pytest.fixture
def opened(program: Program) -> Iterator[Program]:
    program.parts.session.open(Document(nested(), "digits", training_config(epochs=1)))
    yield program


def places(program: Program) -> list[str]:
    return program.parts.window.network.rows.places


def captured(program: Program, view: str, layer: str) -> bool:
    snapshot = program.parts.viewpoint.snapshot
    return snapshot is not None and snapshot.get(Want(view, layer), Tiles) is not None


def test_a_layer_in_a_block_is_trained_looked_at_scrubbed_saved_and_opened_again(
    opened: Program, until: Callable, tmp_path: Path
) -> None:
    parts = opened.parts
    parts.session.select(["res.1.deep.1.c"])
    assert "res.1.deep.1.c" in places(opened) and parts.window.inspector.title.text() == "CONVOLUTION · c"
    opened.commands.toggle()
    until(lambda: parts.runs.shown is not None and parts.runs.shown.state is RunState.FINISHED)
    for view in ("feature_maps", "filters"):
        until(lambda view=view: captured(opened, view, "res.1.deep.1.c"))
    network, model = parts.window.network, parts.window.network.model
    until(lambda: len(model.series(network.rows.row_of("res.1.deep.1.c"))) > 0)
    assert "gradient" in parts.window.inspector.health.label.text()
    views = {view.name: view for view in parts.window.workspaces.stage.visible_views()}
    until(lambda: not views["feature_maps"].is_empty and not views["filters"].is_empty)
    parts.viewpoint.go_to(1)
    until(lambda: parts.viewpoint.snapshot.step == 1 and captured(opened, "filters", "res.1.deep.1.c"))
    parts.session.select(["res"])
    assert opened.presenter.focus().layer == "res.1.sum", "the views show what the block gives"
    until(lambda: captured(opened, "feature_maps", "res.1.sum"))
    parts.saver.save_run_to(tmp_path / "run")
    until(lambda: (tmp_path / "run").is_dir() and not parts.runs.shown.is_unsaved)
    parts.session.open(Document(TINY, "digits"))
    assert places(opened) == ["", "c1", "r1", "f", "out"]
    parts.opener.open_path(tmp_path / "run")
    until(lambda: parts.session.document.design == nested() and parts.runs.shown is not None)
    assert places(opened) == ["", "c1", "res", "f", "out"]
    parts.session.select(["res.0.deep.0.c"])
    until(lambda: captured(opened, "filters", "res.0.deep.0.c"))


def test_before_training_a_layer_in_a_block_is_shown_with_its_first_weights(opened: Program, until: Callable) -> None:
    opened.parts.untrained.start()
    opened.parts.session.select(["res.1.deep.1.c"])
    for view in ("feature_maps", "filters"):
        until(lambda view=view: captured(opened, view, "res.1.deep.1.c"))


@pytest.mark.parametrize(("place", "asked"), [("res.1.deep.0.c", "res.1.deep.0.c"), ("res", "res.1.sum")])
def test_a_probe_is_asked_of_a_layer_in_a_block_and_of_a_block(opened: Program, until: Callable, place: str, asked: str) -> None:
    parts = opened.parts
    opened.commands.toggle()
    until(lambda: parts.runs.shown is not None and parts.runs.shown.state is RunState.FINISHED)
    answers: list[object] = []
    parts.probes.answered.connect(answers.append)
    parts.session.select([place])
    opened.commands.look_inside("activation_max")
    until(lambda: bool(answers))
    assert answers[0].probe.layer == asked
    parts.probes.cancel()


def test_up_and_down_walk_through_what_is_shown(opened: Program) -> None:
    commands, session = opened.commands, opened.parts.session
    session.select(["c1"])
    commands.choose_layer(1)
    assert session.selected == "res"
    opened.parts.window.network.run("unfold")
    commands.choose_layer(1)
    assert session.selected == "res.0.c"
    commands.choose_layer(1)
    commands.choose_layer(1)
    assert session.selected == "res.0.sum", "the inner block is folded"
    commands.choose_layer(1)
    commands.choose_layer(9)
    assert session.selected == "out"
    commands.choose_layer(-99)
    assert session.selected == "c1"


def test_left_and_right_belong_to_the_list_on_blocks_and_to_the_pictures_elsewhere(
    opened: Program, qtbot: QtBot, until: Callable
) -> None:
    window, session = opened.parts.window, opened.parts.session
    stepped: list[int] = []
    opened.parts.viewpoint.pin_beside = stepped.append  # type: ignore[method-assign]
    window.activateWindow()
    until(window.isActiveWindow)
    window.network.list.setFocus()
    session.select(["res"])
    qtbot.keyClick(window.network.list, Qt.Key.Key_Right)
    assert "res.0.c" in places(opened)
    qtbot.keyClick(window.network.list, Qt.Key.Key_Left)
    assert "res.0.c" not in places(opened) and not stepped
    session.select(["c1"])
    qtbot.keyClick(window.network.list, Qt.Key.Key_Right)
    assert stepped == [1] and session.selected == "c1"


def test_cards_of_layers_in_blocks_lose_their_curves_when_they_are_edited(opened: Program, until: Callable) -> None:
    parts = opened.parts
    opened.commands.toggle()
    until(lambda: parts.runs.shown is not None and parts.runs.shown.state is RunState.FINISHED)
    assert parts.likeness.layers is None
    parts.session.apply("Wider", lambda design: design.with_parameters("res.0.deep.0.c", kernel=5, padding=2))
    alike = parts.likeness.layers
    assert alike is not None and "c1" in alike and "res.1.c" in alike
    assert not {"res.0.deep.0.c", "res.1.deep.1.c"} & alike
    parts.session.undo_stack.undo()
    assert parts.likeness.layers is None


def test_one_copy_apart_and_undo_bring_all_back(opened: Program) -> None:
    session, network = opened.parts.session, opened.parts.window.network
    session.select(["res.1.c"])
    opened.parts.window.actions_table["edit.copy_apart"].trigger()
    assert [spec.id for spec in session.document.design.layers] == ["c1", "res", "res1", "f", "out"]
    assert session.selected == "res1" == network.current_id()
    opened.parts.window.actions_table["edit.ungroup"].trigger()
    assert session.document.design["deep"].inside and set(network.selected_ids()) == set(session.selection)
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert session.document.design == nested()


def test_a_block_is_kept_listed_after_a_new_start_and_removed(
    opened: Program, qapp: QApplication, tmp_path: Path, until: Callable
) -> None:
    session, window = opened.parts.session, opened.parts.window
    session.select(["res"])
    window.actions_table["edit.save_block"].trigger()
    window.network.name_field.named.emit("Mein Block / 1")
    assert list(opened.parts.my_blocks.texts) == ["Mein Block / 1"]
    (path,) = (tmp_path / "blocks").iterdir()
    assert from_json(path.read_text(encoding="utf-8")).layers[0].parameters.name == "Mein Block / 1"
    again = make_program(qapp, tmp_path)
    try:
        until(lambda: list(again.parts.my_blocks.texts) == ["Mein Block / 1"])
        assert again.parts.window.palette_panel.model.entry(1).title == "Mein Block / 1"
        again.parts.window.palette_panel.layers_chosen.emit(again.parts.my_blocks.texts["Mein Block / 1"])
        assert any(spec.inside for spec in again.parts.session.document.design.layers)
        again.parts.window.palette_panel.removal_asked.emit("Mein Block / 1")
        assert not path.exists() and not again.parts.my_blocks.texts
    finally:
        close_program(again)


def test_a_damaged_block_file_is_passed_over(program: Program, tmp_path: Path, until: Callable) -> None:
    folder = tmp_path / "blocks"
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(("", "{", "[1]", "\udcff".encode("utf-8", "surrogatepass").decode("latin-1"))):
        (folder / f"{number}.design.json").write_text(text, encoding="utf-8")
    (folder / "good.design.json").write_text(to_json(NetworkDesign("good", (4,), (block("b", layer("r", "relu")),))))
    program.parts.my_blocks.read()
    until(lambda: list(program.parts.my_blocks.texts) == ["good"])


def test_heads_belong_to_what_is_learned() -> None:
    before = Document(nested(), "digits")
    after = before.with_design(nested().with_head("c1", 0.3))
    assert difference(before, after) == Part.DESIGN and not continues(before, after)
    assert continues(before, replace_config(before, {"epochs": 7}))


@pytest.mark.parametrize(
    ("edit", "selected", "expected"),
    [
        (lambda d: d.inserted(1, layer("n", "relu"), block="res"), ["res.1.c"], ["res.1.n"]),
        (lambda d: d.without(["res.0.deep"]), ["res.1.deep.0.c"], ["res.1.sum"]),
        (lambda d: d.without(["res.0.sum"]), ["res.1.sum"], ["res.1.deep"]),
        (lambda d: d.without(["res.0.c", "res.0.deep", "res.0.sum"]), ["res.1.sum"], ["res"]),
        (lambda d: d.without(["res"]), ["res.1.sum"], ["f"]),
        (lambda d: d.with_id("res", "body"), ["res.1.sum"], ["body"]),
        (lambda d: d.with_parameters("res", repeat=3), ["res.1.sum"], ["res.1.sum"]),
        (lambda d: d.with_parameters("res", repeat=1), ["res.1.sum"], ["res.0.sum"]),
        (lambda d: d.grouped(["res.0.c", "res.0.deep"]), ["res.1.c"], ["res.1.block"]),
    ],
)
def test_what_is_selected_after_an_edit_inside_blocks(edit: Callable, selected: list[str], expected: list[str]) -> None:
    assert after_edit(nested(), edit(nested()), selected) == expected
