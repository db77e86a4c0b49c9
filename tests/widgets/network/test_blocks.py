"""Blocks in the network list, with real events: folded and unfolded, edited inside, grouped, one copy apart."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from engine.design.network import NetworkDesign, layer
from engine.snapshot import History
from tests.widgets.network.bench import ALT, CONTROL, Bench, block
from widgets.network import Palette
from widgets.network.clipboard import KIND_MIME, block_text
from widgets.network.rows import Position

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")  # popups, offscreen


def residual() -> NetworkDesign:
    inside = (
        layer("c", "conv2d", filters=4, kernel=3, padding=1),
        layer("r", "relu"),
        layer("sum", "add", ("r", "@in")),
    )
    return NetworkDesign(
        "residual",
        (1, 8, 8),
        (
            layer("c1", "conv2d", filters=4, kernel=3, padding=1),
            block("res", *inside, repeat=3, name="Residual block"),
            layer("flat", "flatten"),
            layer("out", "linear", units=10),
        ),
    )


@pytest.fixture
def blocks(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot, residual())
    yield bench
    bench.session.undo_stack.clear()


def places(bench: Bench) -> list[str]:
    return bench.panel.rows.places


def unfold(bench: Bench, place: str = "res") -> None:
    bench.click(place)
    bench.key(Qt.Key.Key_Right)


def inside(bench: Bench, block: str = "res") -> list[str]:
    return [spec.id for spec in bench.design[block].inside]


def press(bench: Bench, place: str, button: str) -> None:
    """The middle of a button on a card."""
    card, geometry = bench.panel.model.card(bench.row(place)), bench.panel.list.cards.geometry
    row = geometry.indented(bench.panel.list.row_rect(bench.row(place)), card.depth)
    back, _, on = geometry.stepper(row, card.copy)
    box = {"fold": geometry.chevron(row), "copy_previous": back, "copy_next": on}[button]
    QTest.mouseClick(bench.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, box.center())


# -- cards --


def test_the_card_of_a_block_sums_it_up(blocks: Bench) -> None:
    card = blocks.panel.model.card(blocks.row("res"))
    assert (card.title, card.label, card.repeat) == ("Residual block", "res", 3)
    assert card.summary == "3 layers · skip around 2"
    assert card.shape == "4 × 8 × 8" and card.params == "444 params"
    assert card.colours == ("convolution", "activation", "joining")
    assert card.spoken == "Residual block res, folded, 3 copies, 3 layers · skip around 2, output 4 × 8 × 8, 444 params"


def test_parallel_ways_are_counted(qtbot: QtBot) -> None:
    ways = [layer("a", "relu"), layer("b", "tanh", ("@in",)), layer("c", "sigmoid", ("@in",))]
    design = NetworkDesign("", (4,), (block("mix", *ways, layer("all", "add", ("a", "b", "c"))),))
    bench = Bench(qtbot, design)
    assert bench.panel.model.card(1).summary == "4 layers · 3 branches"


def test_a_misfit_in_a_folded_block_is_said_on_its_card_with_the_place(blocks: Bench) -> None:
    blocks.session.apply("Break", lambda design: design.with_parameters("res.0.c", filters=5))
    card = blocks.panel.model.card(blocks.row("res"))
    assert card.problem.startswith("copy 1, sum: ") and card.advice
    assert blocks.panel.model.card(blocks.row("flat")).blocked == "waits for sum in copy 1 of res"
    unfold(blocks)
    assert not blocks.panel.model.card(blocks.row("res")).problem, "now the layer itself says it"
    assert blocks.panel.model.card(blocks.row("res.0.sum")).problem
    press(blocks, "res", "copy_next")
    assert blocks.panel.model.card(blocks.row("res")).problem.startswith("copy 1, sum: "), "the copy at fault is not seen"


def test_what_does_not_go_with_the_data_is_said_on_the_folded_block(blocks: Bench) -> None:
    from engine.errors import DesignError

    blocks.panel.set_misfit(DesignError("it has 4 units for 10 classes", "Set them.", layer="res.2.c"))
    assert blocks.panel.model.card(blocks.row("res")).problem == "copy 3, c: it has 4 units for 10 classes"
    blocks.panel.set_selection(["res.2.c"])
    assert blocks.panel.model.card(blocks.row("res.2.c")).problem == "it has 4 units for 10 classes"
    assert not blocks.panel.model.card(blocks.row("res")).problem


# -- folding --


def test_keys_unfold_walk_in_and_fold_again(blocks: Bench) -> None:
    unfold(blocks)
    assert places(blocks) == ["", "c1", "res", "res.0.c", "res.0.r", "res.0.sum", "flat", "out"]
    assert blocks.panel.selected_ids() == ["res"]
    blocks.key(Qt.Key.Key_Right)
    assert blocks.panel.selected_ids() == ["res.0.c"] and blocks.session.selected == "res.0.c"
    blocks.key(Qt.Key.Key_Down)
    assert blocks.session.selected == "res.0.r"
    blocks.key(Qt.Key.Key_Left)
    assert blocks.session.selected == "res"
    blocks.key(Qt.Key.Key_Left)
    assert places(blocks) == ["", "c1", "res", "flat", "out"] and blocks.session.selected == "res"


def test_the_chevron_and_a_double_click_fold_and_unfold(blocks: Bench) -> None:
    press(blocks, "res", "fold")
    assert len(places(blocks)) == 8
    press(blocks, "res", "fold")
    assert len(places(blocks)) == 5
    QTest.mouseDClick(blocks.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, blocks.card("res"))
    assert len(places(blocks)) == 8


def test_folding_what_is_selected_away_selects_the_block(blocks: Bench) -> None:
    unfold(blocks)
    blocks.click("res.0.r")
    press(blocks, "res", "fold")
    assert blocks.panel.selected_ids() == ["res"] and blocks.session.selected == "res"


def test_choosing_a_layer_in_a_folded_block_unfolds_it_at_its_copy(blocks: Bench) -> None:
    blocks.session.select(["res.1.r"])
    assert blocks.panel.selected_ids() == ["res.1.r"] == list(blocks.session.selection)
    assert blocks.panel.model.card(blocks.row("res")).copy == "copy 2 of 3"


def test_the_stepper_and_its_keys_show_another_copy_and_take_the_selection_along(blocks: Bench) -> None:
    unfold(blocks)
    blocks.click("res.0.r")
    press(blocks, "res", "copy_next")
    assert blocks.panel.selected_ids() == ["res.1.r"] == list(blocks.session.selection)
    blocks.key(Qt.Key.Key_Right, ALT)
    assert blocks.session.selected == "res.2.r"
    blocks.key(Qt.Key.Key_Right, ALT)
    assert blocks.session.selected == "res.2.r", "it is the last"
    press(blocks, "res", "copy_previous")
    assert blocks.session.selected == "res.1.r"


def test_the_health_is_that_of_the_copy_shown(blocks: Bench) -> None:
    numbers = History()
    numbers.extend("layer/res.1.c/gradient_norm", [0, 1], [0.5, 0.25])
    blocks.panel.set_history(numbers, float("inf"))
    unfold(blocks)
    assert not len(blocks.panel.model.series(blocks.row("res.0.c")))
    press(blocks, "res", "copy_next")
    assert len(blocks.panel.model.series(blocks.row("res.1.c"))) == 2


def test_folding_leaves_the_card_where_the_hand_is(qtbot: QtBot) -> None:
    before = [layer(f"r{number}", "relu") for number in range(40)]
    after = [layer(f"s{number}", "relu") for number in range(40)]
    inside = [layer(f"t{number}", "relu") for number in range(8)]
    bench = Bench(qtbot, NetworkDesign("", (8,), (*before, block("b", *inside), *after)), size=(350, 500))
    bench.click("r1")
    bench.panel.list.scrollTo(bench.panel.model.index(bench.row("b")), bench.panel.list.ScrollHint.PositionAtCenter)
    QApplication.processEvents()
    top = bench.panel.list.row_rect(bench.row("b")).top()
    for _ in range(2):
        press(bench, "b", "fold")
        QApplication.processEvents()
        assert bench.panel.list.row_rect(bench.row("b")).top() == top and bench.panel.selected_ids() == ["r1"]


def test_all_are_folded_and_unfolded_at_once(blocks: Bench) -> None:
    blocks.panel.run("unfold_all")
    assert len(places(blocks)) == 8
    blocks.panel.run("fold_all")
    assert len(places(blocks)) == 5


# -- edits inside --


def test_a_layer_is_added_below_the_selection_in_the_block(blocks: Bench) -> None:
    unfold(blocks)
    blocks.click("res.0.c")
    blocks.panel.add_kind("batch_norm")
    assert inside(blocks) == ["c", "batch_norm", "r", "sum"]
    assert blocks.session.selected == "res.0.batch_norm" and blocks.panel.selected_ids() == ["res.0.batch_norm"]
    blocks.key(Qt.Key.Key_Delete)
    assert inside(blocks) == ["c", "r", "sum"] and blocks.session.selected == "res.0.r"


def test_below_the_header_is_inside(blocks: Bench) -> None:
    unfold(blocks)
    blocks.panel.add_kind("dropout")
    assert inside(blocks)[0] == "dropout" and blocks.session.selected == "res.0.dropout"


def test_an_edit_keeps_the_copy_that_is_looked_at(blocks: Bench) -> None:
    blocks.session.select(["res.1.c"])
    blocks.panel.add_kind("dropout")
    assert inside(blocks)[1] == "dropout" and blocks.session.selected == "res.1.dropout"
    blocks.key(Qt.Key.Key_Delete)
    assert blocks.session.selected == "res.1.r"


def test_keys_move_duplicate_and_rename_inside(blocks: Bench) -> None:
    unfold(blocks)
    blocks.click("res.0.r")
    blocks.key(Qt.Key.Key_Up, ALT)
    assert inside(blocks) == ["r", "c", "sum"] and blocks.session.selected == "res.0.r"
    blocks.key(Qt.Key.Key_Up, ALT)
    assert inside(blocks) == ["r", "c", "sum"], "it does not leave the block"
    blocks.key(Qt.Key.Key_D, CONTROL)
    assert inside(blocks) == ["r", "r1", "c", "sum"]
    blocks.key(Qt.Key.Key_F2)
    editor = blocks.view.findChild(QLineEdit)
    assert editor is not None and editor.text() == "r1"
    editor.selectAll()
    blocks.type("act", editor)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert inside(blocks) == ["r", "act", "c", "sum"] and blocks.session.selected == "res.0.act"


def test_removing_a_block_and_a_layer_in_it_is_one_edit(blocks: Bench) -> None:
    unfold(blocks)
    blocks.click("res")
    blocks.click("res.0.r", Qt.KeyboardModifier.ShiftModifier)
    blocks.key(Qt.Key.Key_Delete)
    assert blocks.ids == ["c1", "flat", "out"] and blocks.titles == ["Remove res"]
    assert blocks.session.selected == "flat"
    blocks.session.undo_stack.undo()
    assert blocks.ids == ["c1", "res", "flat", "out"]


def test_removing_the_last_layer_of_a_block_selects_the_block(blocks: Bench) -> None:
    unfold(blocks)
    blocks.click("res.0.c")
    blocks.click("res.0.sum", Qt.KeyboardModifier.ShiftModifier)
    blocks.key(Qt.Key.Key_Delete)
    assert inside(blocks) == [] and blocks.session.selected == "res"
    blocks.panel.add_kind("relu")
    assert len(inside(blocks)) == 1 and blocks.session.selected.startswith("res.0."), (
        "what is added below goes into the empty block"
    )


# -- drag and drop --


def dragged(bench: Bench) -> QMimeData:
    return bench.panel.model.mimeData(bench.panel.list.selectedIndexes())


def test_a_layer_is_dragged_into_a_folded_block_and_out_of_it_again(blocks: Bench) -> None:
    blocks.session.apply("Add", lambda design: design.inserted(1, layer("t", "tanh")))
    blocks.click("t")
    mime = dragged(blocks)
    assert blocks.carry(mime, blocks.card("res"))
    box = blocks.panel.list.cards.geometry.card(blocks.panel.list.row_rect(blocks.row("res")))
    assert blocks.view.grab().toImage().pixelColor(int(box.center().x()), int(box.top())) == blocks.look.colour("accent"), (
        "the card is outlined"
    )
    blocks.drop(mime, blocks.card("res"))
    assert inside(blocks) == ["c", "r", "sum", "t"] and blocks.session.selected == "res.0.t"
    blocks.drop(dragged(blocks), blocks.card("flat") + QPoint(0, 20))
    assert blocks.ids == ["c1", "res", "flat", "t", "out"] and inside(blocks) == ["c", "r", "sum"]


def test_a_kind_is_dropped_between_layers_of_an_unfolded_block(blocks: Bench) -> None:
    unfold(blocks)
    mime = QMimeData()
    mime.setData(KIND_MIME, b"dropout")
    blocks.drop(mime, blocks.card("res.0.c") + QPoint(0, 20))
    assert inside(blocks) == ["c", "dropout", "r", "sum"]


def test_behind_a_block_is_further_left_below_its_last_layer(blocks: Bench) -> None:
    unfold(blocks)
    below = blocks.card("res.0.sum") + QPoint(0, 20)
    drop = blocks.panel.list.drop_at(below)
    assert drop is not None and drop.position == Position("res", 3)
    drop = blocks.panel.list.drop_at(QPoint(10, below.y()))
    assert drop is not None and drop.position == Position("", 2)


def test_a_block_dropped_into_itself_is_refused_in_words(blocks: Bench) -> None:
    unfold(blocks)
    blocks.click("res")
    blocks.drop(dragged(blocks), blocks.card("res.0.r") + QPoint(0, 20))
    assert len(blocks.refused) == 1 and "into itself" in blocks.refused[0]
    assert blocks.ids == ["c1", "res", "flat", "out"]


# -- wires --


def test_wires_inside_a_block_also_from_its_header(blocks: Bench) -> None:
    blocks.session.apply("Add", lambda design: design.inserted(3, layer("more", "add"), block="res"))
    unfold(blocks)
    blocks.drag(blocks.dot("res"), blocks.dot("res.0.more"))
    assert blocks.design["res.0.more"].inputs == ("sum", "@in")
    blocks.drag(blocks.dot("res.0.c"), blocks.dot("res.0.more"))
    assert blocks.design["res.0.more"].inputs == ("sum", "@in", "c")


def test_the_last_layer_of_a_block_stands_for_it_outside(blocks: Bench) -> None:
    blocks.session.apply("Add", lambda design: design.inserted(2, layer("t", "tanh"), layer("more", "add")))
    unfold(blocks)
    blocks.drag(blocks.dot("res.0.sum"), blocks.dot("more"))
    assert blocks.design["more"].inputs == ("t", "res")
    blocks.drag(blocks.dot("res.0.c"), blocks.dot("more"))
    assert "only the last layer of a block" in blocks.refused[-1]
    blocks.drag(blocks.dot("c1"), blocks.dot("res.0.sum"))
    assert "already reads '@in'" in blocks.refused[-1], "the block reads it, and the layer what the block reads"


def test_a_wire_from_outside_into_a_block_becomes_an_input_of_the_block(blocks: Bench) -> None:
    blocks.session.apply("Add", lambda design: design.inserted(1, layer("t", "tanh")))
    unfold(blocks)
    blocks.drag(blocks.dot("c1"), blocks.dot("res.0.sum"))
    assert blocks.design["res"].inputs == ("t", "c1") and blocks.design["res.0.sum"].inputs == ("r", "@in", "@in2")
    assert not blocks.session.report.errors and blocks.session.undo_stack.count() == 2
    assert blocks.panel.model.card(blocks.row("res.0.sum")).summary == "+ Input + Input 2"


def test_a_wire_into_a_block_in_a_block_says_what_to_wire_first(qtbot: QtBot) -> None:
    deep = block("deep", layer("x", "relu"), layer("sum", "add", ("x", "@in")))
    bench = Bench(qtbot, NetworkDesign("", (4,), (layer("a", "relu"), layer("b", "relu"), block("res", deep))))
    bench.panel.run("unfold_all")
    bench.drag(bench.dot("a"), bench.dot("res.0.deep.0.sum"))
    assert "Wire 'deep' to it first" in bench.refused[-1]


def test_a_wire_inside_is_clicked_and_removed(blocks: Bench) -> None:
    unfold(blocks)
    geometry = blocks.panel.list.cards.geometry
    rect = blocks.panel.list.row_rect(blocks.row("res.0.r"))
    QTest.mouseClick(
        blocks.view,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(int(geometry.lane_x(rect, 0)), rect.center().y()),
    )
    blocks.key(Qt.Key.Key_Delete)
    assert blocks.design["res.0.sum"].inputs == () and blocks.titles[-1] == "Unwire @in from sum"


def test_the_menu_wires_inside(blocks: Bench) -> None:
    unfold(blocks)
    blocks.click("res.0.sum")
    menus = {action.text(): action.menu() for action in blocks.panel.layer_menu().actions() if action.menu()}
    sources = {action.text(): action for action in menus["Also read from"].actions()}
    assert list(sources) == ["c · Convolution · 4 × 8 × 8"]
    sources["c · Convolution · 4 × 8 × 8"].trigger()
    assert blocks.design["res.0.sum"].inputs == ("r", "@in", "c")
    menus = {action.text(): action.menu() for action in blocks.panel.layer_menu().actions() if action.menu()}
    assert [action.text() for action in menus["Stop reading from"].actions()][1] == "Input · of the block"


# -- blocks made and unmade --


def test_grouping_makes_a_block_and_ungrouping_gives_the_layers_back(bench: Bench) -> None:
    bench.click("c2")
    bench.click("sum", Qt.KeyboardModifier.ShiftModifier)
    bench.panel.run("group")
    assert bench.ids == ["c1", "r1", "p1", "block", "flat", "out"] and bench.session.selected == "block"
    assert [spec.id for spec in bench.design["block"].inside] == ["c2", "r2", "sum"]
    bench.panel.run("ungroup")
    assert bench.ids == ["c1", "r1", "p1", "c2", "r2", "sum", "flat", "out"]
    assert sorted(bench.panel.selected_ids()) == ["c2", "r2", "sum"]


def test_grouping_what_cannot_be_a_block_is_refused_in_words(bench: Bench) -> None:
    bench.click("c1")
    bench.click("p1", Qt.KeyboardModifier.ShiftModifier)
    bench.click("c2", CONTROL)
    bench.panel.run("group")
    assert "only the last layer of a block" in bench.refused[0]


def test_ungrouping_without_a_block_says_what_to_select(bench: Bench) -> None:
    bench.click("c1")
    for command in ("ungroup", "copy_apart", "save_block"):
        bench.panel.run(command)
        assert "Select a block" in bench.refused[-1]
    assert not bench.titles


def test_one_copy_is_edited_alone(blocks: Bench) -> None:
    blocks.session.select(["res.1.r"])
    blocks.panel.run("copy_apart")
    assert [(spec.id, spec.parameters.inner.repeat) for spec in blocks.design.layers if spec.inside] == [
        ("res", 1),
        ("res1", 1),
        ("res2", 1),
    ]
    assert blocks.panel.selected_ids() == ["res1"] and blocks.titles == ["Edit copy 2 of res alone"]
    assert blocks.session.undo_stack.count() == 1


def test_a_block_is_saved_under_a_name_asked_for_in_the_panel(blocks: Bench) -> None:
    asked: list[tuple[str, str]] = []
    blocks.panel.save_block_requested.connect(lambda name, text: asked.append((name, text)))
    blocks.click("res")
    blocks.panel.run("save_block")
    field = blocks.panel.name_field
    assert field.isVisible() and field.field.text() == "Residual block"
    QTest.keyClick(field.field, Qt.Key.Key_Escape)
    assert field.isHidden() and not asked
    blocks.panel.run("save_block")
    blocks.type("Mine", field.field)
    QTest.keyClick(field.field, Qt.Key.Key_Return)
    assert field.isHidden() and asked[0][0] == "Mine"
    (entry,) = json.loads(asked[0][1])["layers"]
    assert (entry["name"], entry["repeat"], len(entry["layers"])) == ("Mine", 3, 3)


def test_a_block_of_ones_own_is_listed_added_and_removed_in_the_palette(blocks: Bench) -> None:
    text = json.dumps({"kind": "block", "name": "Mine", "layers": [{"id": "t", "kind": "tanh"}]})
    blocks.panel.set_my_blocks({"Mine": text})
    removed: list[str] = []
    blocks.panel.block_removal_asked.connect(removed.append)
    blocks.click("c1")
    blocks.type("/")
    palette = blocks.panel.palette_popup
    assert palette is not None and palette.model.entry(0).title == "My blocks" and palette.model.entry(1).title == "Mine"
    blocks.type("mine", palette.search)
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert [spec.kind for spec in blocks.design.layers][1] == "block" and blocks.design.layers[1].parameters.name == "Mine"
    palette.search.clear()
    palette.list.setCurrentIndex(palette.model.index(1))
    QTest.keyClick(palette.list, Qt.Key.Key_Delete)
    assert removed == ["Mine"]
    blocks.panel.set_my_blocks({})
    assert palette.model.entry(0).title != "My blocks"


def test_a_block_of_ones_own_is_dragged_out_of_the_palette_and_reads_what_is_above(blocks: Bench) -> None:
    text = block_text(
        NetworkDesign("", (4,), (layer("a", "relu"), block("two", layer("j", "add", ("@in", "@in2")), inputs=("@in", "a")))),
        "two",
        "Two",
    )
    palette = Palette(blocks.look)
    palette.set_blocks({"Two": text})
    blocks.drop(palette.model.mimeData([palette.model.index(1)]), blocks.card("flat") + QPoint(0, 20))
    assert blocks.ids == ["c1", "res", "flat", "two", "out"] and blocks.design["two"].inputs == ("flat", "flat")
    assert not blocks.session.report.errors


def test_blocks_that_lie_as_deep_in_one_another_as_they_may(qtbot: QtBot) -> None:
    inner = layer("r", "relu")
    for _ in range(32):
        inner = block("b", inner, repeat=1)
    bench = Bench(qtbot, NetworkDesign("deep", (4,), (inner, layer("out", "linear"))))
    bench.panel.run("unfold_all")
    assert len(places(bench)) == 1 + 32 + 1 + 1 and bench.panel.rows.depth(33) == 32
    assert not bench.view.grab().isNull()
    bench.session.select([places(bench)[33]])
    bench.panel.add_kind("tanh")
    assert bench.panel.rows.depth(34) == 32


# -- clipboard --


def test_blocks_are_copied_and_pasted_whole(blocks: Bench) -> None:
    unfold(blocks)
    blocks.click("res")
    blocks.key(Qt.Key.Key_C, CONTROL)
    blocks.key(Qt.Key.Key_V, CONTROL)
    assert blocks.ids == ["c1", "res", "res1", "flat", "out"], "behind the block, also where that is unfolded"
    assert blocks.design["res1"].parameters == blocks.design["res"].parameters


def test_layers_are_copied_from_one_block_into_another(blocks: Bench) -> None:
    unfold(blocks)
    blocks.click("res.0.r")
    blocks.click("res.0.sum", Qt.KeyboardModifier.ShiftModifier)
    blocks.key(Qt.Key.Key_C, CONTROL)
    blocks.click("c1")
    blocks.key(Qt.Key.Key_V, CONTROL)
    assert blocks.ids == ["c1", "r", "sum", "res", "flat", "out"] and blocks.design["sum"].inputs == ("r", "@in")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('[{"id": "t", "kind": "tanh"}, {"kind": "relu"}]', ["tanh", "relu"]),
        ('{"kind": "conv2d", "filters": 3}', ["conv2d"]),
        ('{"kind": "block", "id": "b", "repeat": 2, "layers": [{"id": "t", "kind": "tanh"}]}', ["block"]),
    ],
)
def test_layers_come_from_a_text_editor(blocks: Bench, text: str, kinds: list[str]) -> None:
    QGuiApplication.clipboard().setText(text)
    blocks.click("c1")
    blocks.key(Qt.Key.Key_V, CONTROL)
    assert [spec.kind for spec in blocks.design.layers][1 : 1 + len(kinds)] == kinds, blocks.refused


def test_a_block_with_two_inputs_is_pasted_where_one_of_them_means_nothing(blocks: Bench) -> None:
    text = json.dumps(
        {"kind": "block", "inputs": ["c1", "gone"], "layers": [{"id": "j", "kind": "add", "inputs": ["@in", "@in2"]}]}
    )
    QGuiApplication.clipboard().setText(text)
    blocks.click("out")
    blocks.key(Qt.Key.Key_V, CONTROL)
    assert blocks.design.layers[-1].inputs == ("c1", "out"), blocks.refused


def test_a_design_with_heads_is_copied(blocks: Bench) -> None:
    from dataclasses import replace

    blocks.session.apply("Head", lambda design: replace(design, heads=(("flat", 0.3),)))
    blocks.click("c1")
    blocks.key(Qt.Key.Key_C, CONTROL)
    blocks.key(Qt.Key.Key_V, CONTROL)
    assert len(blocks.ids) == 5 and not blocks.refused
