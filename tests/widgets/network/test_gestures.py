"""Every gesture of the network list, with real events, down to the design that comes out."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QClipboard, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from app.document import Document
from engine.design.network import NETWORK_INPUT, NetworkDesign, layer
from tests.widgets.network.bench import ALT, CONTROL, Bench
from widgets.network.clipboard import IDS_MIME, KIND_MIME
from widgets.network.rows import Position

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")  # popups, offscreen
IDS = ["c1", "r1", "p1", "c2", "r2", "sum", "flat", "out"]


def kind_mime(kind: str) -> QMimeData:
    mime = QMimeData()
    mime.setData(KIND_MIME, kind.encode())
    return mime


# -- keyboard --


def test_del_removes_and_the_line_closes(bench: Bench) -> None:
    bench.click("r1")
    bench.key(Qt.Key.Key_Delete)
    assert bench.ids == [id for id in IDS if id != "r1"]
    assert bench.design.wiring()[1] == ("c1",)
    assert bench.titles == ["Remove r1"]
    bench.session.undo_stack.undo()
    assert bench.ids == IDS


def test_del_with_several_selected_is_one_edit(bench: Bench) -> None:
    bench.click("c1")
    bench.click("p1", Qt.KeyboardModifier.ShiftModifier)
    bench.key(Qt.Key.Key_Delete)
    assert bench.ids == ["c2", "r2", "sum", "flat", "out"]
    assert bench.titles == ["Remove 3 layers"]
    assert bench.session.undo_stack.count() == 1


def test_del_on_the_input_does_nothing(bench: Bench) -> None:
    bench.click("")
    bench.key(Qt.Key.Key_Delete)
    assert bench.ids == IDS
    assert not bench.titles


def test_ctrl_d_duplicates_below_and_selects_the_copy(bench: Bench) -> None:
    bench.click("c1")
    bench.key(Qt.Key.Key_D, CONTROL)
    assert bench.ids[:3] == ["c1", "c3", "r1"]
    assert bench.panel.selected_ids() == ["c3"]


def test_alt_arrows_move_and_keep_the_selection(bench: Bench) -> None:
    bench.click("r1")
    bench.key(Qt.Key.Key_Down, ALT)
    assert bench.ids[:3] == ["c1", "p1", "r1"]
    assert bench.panel.selected_ids() == ["r1"]
    bench.key(Qt.Key.Key_Up, ALT)
    bench.key(Qt.Key.Key_Up, ALT)
    assert bench.ids[:3] == ["r1", "c1", "p1"]
    bench.key(Qt.Key.Key_Up, ALT)  # already the first
    assert len(bench.titles) == 3


def test_a_move_that_would_turn_a_wire_round_is_refused_in_words(bench: Bench) -> None:
    bench.click("p1")
    bench.panel.list.setFocus()
    bench.click("c2", CONTROL)
    bench.click("r2", CONTROL)
    mime = bench.panel.model.mimeData(bench.panel.list.selectedIndexes())
    bench.drop(mime, bench.card("out") + QPoint(0, 20))
    assert bench.ids == IDS
    assert len(bench.refused) == 1
    assert "sum" in bench.refused[0]


def test_arrows_walk_and_emit_the_selection(bench: Bench) -> None:
    bench.click("c1")
    seen: list[list[str]] = []
    bench.panel.selection_changed.connect(seen.append)
    bench.key(Qt.Key.Key_Down)
    bench.key(Qt.Key.Key_Down)
    bench.key(Qt.Key.Key_Home)
    assert seen == [["r1"], ["p1"], []]
    assert bench.panel.current_id() == ""


def test_a_range_upwards_puts_the_current_layer_last(bench: Bench) -> None:
    bench.click("c2")
    bench.key(Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert bench.panel.selected_ids() == ["c2", "p1"]
    assert bench.session.selected == "p1"


def test_f2_renames_in_place_and_references_follow(bench: Bench) -> None:
    bench.click("p1")
    bench.key(Qt.Key.Key_F2)
    editor = bench.view.findChild(QLineEdit)
    assert editor is not None and editor.text() == "p1"
    editor.selectAll()
    bench.type("pool", editor)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()  # the editor commits when it has dealt with the key
    assert bench.ids[2] == "pool"
    assert bench.design["sum"].inputs == ("r2", "pool")


def test_f2_with_a_taken_id_is_refused(bench: Bench) -> None:
    bench.click("p1")
    bench.key(Qt.Key.Key_F2)
    editor = bench.view.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    bench.type("c1", editor)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()  # the editor commits when it has dealt with the key
    assert bench.ids == IDS
    assert "c1" in bench.refused[0]


def test_f1_asks_for_help_on_the_kind(bench: Bench) -> None:
    asked: list[str] = []
    bench.panel.help_requested.connect(asked.append)
    bench.click("p1")
    bench.key(Qt.Key.Key_F1)
    assert asked == ["max_pool2d"]


# -- clipboard --


def test_copy_and_paste(bench: Bench) -> None:
    bench.click("c2")
    bench.click("r2", Qt.KeyboardModifier.ShiftModifier)
    bench.key(Qt.Key.Key_C, CONTROL)
    mime = QGuiApplication.clipboard().mimeData()
    assert [entry["id"] for entry in json.loads(mime.text())["layers"]] == ["c2", "r2"]
    bench.click("out")
    bench.key(Qt.Key.Key_V, CONTROL)
    assert bench.ids == [*IDS, "c3", "r3"]
    assert bench.design["c3"].parameters == bench.design["c2"].parameters
    assert bench.panel.selected_ids() == ["c3", "r3"]


def test_cut_and_paste_moves(bench: Bench) -> None:
    bench.click("r1")
    bench.key(Qt.Key.Key_X, CONTROL)
    assert "r1" not in bench.ids
    bench.click("p1")
    bench.key(Qt.Key.Key_V, CONTROL)
    assert bench.ids[:3] == ["c1", "p1", "r1"]


def test_pasting_a_design_written_as_text(bench: Bench) -> None:
    text = '{"format": "layerscope-design/1", "input": {"shape": [3]}, "layers": [{"id": "t", "kind": "tanh"}]}'
    QGuiApplication.clipboard().setText(text)
    bench.click("c1")
    bench.key(Qt.Key.Key_V, CONTROL)
    assert bench.ids[:3] == ["c1", "t", "r1"]


@pytest.mark.parametrize("text", ["", "hello", "[1, 2]", '{"layers": 3}', '{"layers": [1]}', '{"format": "x/1", "layers": []}'])
def test_a_foreign_clipboard_is_refused_in_words(bench: Bench, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    bench.key(Qt.Key.Key_V, CONTROL)
    assert bench.ids == IDS
    assert len(bench.refused) == 1
    assert bench.refused[0].endswith(".")


def test_a_clipboard_that_holds_nothing_is_refused_in_words(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QClipboard, "mimeData", lambda _: None)
    bench.key(Qt.Key.Key_V, CONTROL)
    assert bench.ids == IDS and len(bench.refused) == 1


def test_copying_a_joining_layer_keeps_what_it_reads(bench: Bench) -> None:
    bench.click("sum")
    bench.key(Qt.Key.Key_C, CONTROL)
    bench.key(Qt.Key.Key_V, CONTROL)
    assert bench.ids[5:7] == ["sum", "sum1"]
    assert "p1" in bench.design["sum1"].inputs


# -- drag and drop --


def test_dragging_a_card_moves_it_and_shows_a_drop_line(bench: Bench) -> None:
    bench.click("r1")
    mime = bench.panel.model.mimeData(bench.panel.list.selectedIndexes())
    below_p1 = bench.card("p1") + QPoint(0, 20)
    assert bench.carry(mime, below_p1)
    line = bench.panel.list.row_rect(3).bottom() - bench.panel.list.cards.geometry.gap // 2 + 1
    picture = bench.view.grab().toImage()
    assert picture.pixelColor(200, line) == bench.look.colour("accent")
    bench.drop(mime, below_p1)
    assert bench.view.grab().toImage().pixelColor(200, line) != bench.look.colour("accent")
    assert bench.ids[:3] == ["c1", "p1", "r1"]
    assert bench.titles == ["Move r1"]


def test_dropping_with_the_copy_action_copies(bench: Bench) -> None:
    bench.click("r1")
    mime = bench.panel.model.mimeData(bench.panel.list.selectedIndexes())
    bench.drop(mime, bench.card("p1") + QPoint(0, 20), copy=True)
    assert bench.ids[:4] == ["c1", "r1", "p1", "r3"]


def test_the_mouse_starts_a_drag_with_the_selected_layers(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(
        bench.panel.list, "_run_drag", lambda drag: started.append(json.loads(bytes(drag.mimeData().data(IDS_MIME).data())))
    )
    bench.click("c2")
    bench.click("r2", Qt.KeyboardModifier.ShiftModifier)
    bench.drag(bench.card("c2"), bench.card("p1"))
    assert started == [["c2", "r2"]]


def test_dropping_a_kind_between_two_cards_inserts_it_there(bench: Bench) -> None:
    bench.drop(kind_mime("batch_norm"), bench.card("c1") + QPoint(0, 20))
    assert bench.ids[:3] == ["c1", "batch_norm", "r1"]
    assert bench.design.wiring()[2] == ("batch_norm",)
    assert bench.panel.selected_ids() == ["batch_norm"]


def test_dropping_a_kind_before_an_add_joins_its_branch(bench: Bench) -> None:
    bench.drop(kind_mime("dropout"), bench.card("sum") - QPoint(0, 20))
    assert bench.design["sum"].inputs == ("dropout", "p1")


def test_dropping_on_the_add_button_appends(bench: Bench) -> None:
    button = bench.panel.add_button
    bench.drop(kind_mime("softmax"), QPoint(100, 10), widget=button)
    assert bench.design.layers[-1].kind == "softmax"


def test_a_foreign_drag_is_not_taken(bench: Bench) -> None:
    mime = QMimeData()
    mime.setText("hello")
    assert not bench.carry(mime, bench.card("c1"))


def test_an_unknown_kind_is_refused(bench: Bench) -> None:
    bench.drop(kind_mime("warp_drive"), bench.card("c1"))
    assert bench.ids == IDS
    assert "warp_drive" in bench.refused[0]


# -- wires --


def test_dragging_from_dot_to_card_adds_an_input(bench: Bench) -> None:
    bench.drag(bench.dot("r1"), bench.dot("sum"))
    assert bench.design["sum"].inputs == ("r2", "p1", "r1")
    assert bench.titles == ["Wire r1 to sum"]


def test_dragging_a_wire_upwards_means_the_same(bench: Bench) -> None:
    bench.drag(bench.dot("sum"), bench.dot("r1"))
    assert bench.design["sum"].inputs == ("r2", "p1", "r1")


def test_a_kind_with_one_input_changes_it(bench: Bench) -> None:
    bench.drag(bench.dot("p1"), bench.card("r2"))
    assert bench.design["r2"].inputs == ("p1",)
    bench.drag(bench.dot("c2"), bench.card("r2"))
    assert bench.design["r2"].inputs == ()  # the layer above again


def test_a_wire_from_the_input(bench: Bench) -> None:
    bench.drag(bench.dot(""), bench.dot("sum"))
    assert bench.design["sum"].inputs == ("r2", "p1", NETWORK_INPUT)


def test_escape_cancels_a_wire(bench: Bench) -> None:
    bench.drag(bench.dot("r1"), bench.dot("sum"), release=False)
    assert bench.panel.list.cards.wire_to == bench.row("sum")
    bench.key(Qt.Key.Key_Escape)
    QTest.mouseRelease(bench.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, bench.dot("sum"))
    assert not bench.titles
    assert bench.panel.list.cards.wire_from == -1


def test_a_wire_that_is_there_is_refused(bench: Bench) -> None:
    bench.drag(bench.dot("p1"), bench.dot("sum"))
    assert not bench.titles
    assert "already reads" in bench.refused[0]


def test_a_click_on_a_dot_selects(bench: Bench) -> None:
    QTest.mouseClick(bench.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, bench.dot("c2"))
    assert bench.panel.selected_ids() == ["c2"]


# -- context menu --


def entries(menu: QMenu) -> dict[str, object]:
    return {action.text().split("\t")[0]: action for action in menu.actions() if action.text()}


def test_the_context_menu_opens_and_removes(bench: Bench) -> None:
    bench.click("r1")
    point = bench.card("r1")
    QApplication.sendEvent(bench.view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, bench.view.mapToGlobal(point)))
    menu = bench.panel.findChild(QMenu)
    assert menu is not None and menu.isVisible()
    entries(menu)["Remove"].trigger()
    menu.close()
    assert "r1" not in bench.ids


def test_the_menu_wires_and_unwires(bench: Bench) -> None:
    bench.click("sum")
    menu = bench.panel.layer_menu()
    also = next(action.menu() for action in menu.actions() if action.text() == "Also read from")
    assert [action.text().split(" · ")[0] for action in also.actions()] == ["c2", "r1", "c1", "Input"]
    also.actions()[0].trigger()
    assert bench.design["sum"].inputs == ("r2", "p1", "c2")
    menu = bench.panel.layer_menu()
    stop = next(action.menu() for action in menu.actions() if action.text() == "Stop reading from")
    next(action for action in stop.actions() if action.text().startswith("p1")).trigger()
    assert bench.design["sum"].inputs == ("r2", "c2")


def test_the_menu_of_the_input_has_only_what_fits_it(bench: Bench) -> None:
    bench.click("")
    assert list(entries(bench.panel.layer_menu())) == ["Add a layer below…", "Paste below"]


# -- the palette at the selection --


def test_slash_opens_the_palette_and_enter_inserts_below(bench: Bench, qtbot: QtBot) -> None:
    positions: list[Position] = []
    bench.panel.add_requested.connect(positions.append)
    bench.click("c1")
    bench.type("/")
    palette = bench.panel.palette_popup
    assert palette is not None and palette.isVisible()
    assert positions == [Position("", 1)]
    bench.type("batch", palette.search)
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert bench.ids[:3] == ["c1", "batch_norm", "r1"]
    assert not palette.isVisible()


def test_the_add_button_inserts_at_the_end(bench: Bench) -> None:
    bench.click("c1")
    QTest.mouseClick(bench.panel.add_button, Qt.MouseButton.LeftButton)
    palette = bench.panel.palette_popup
    assert palette is not None
    bench.type("soft", palette.search)
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert bench.design.layers[-1].kind == "softmax"


def test_what_is_chosen_after_layers_have_gone_comes_to_the_end(bench: Bench) -> None:
    bench.click("out")
    bench.type("/")
    palette = bench.panel.palette_popup
    assert palette is not None
    bench.session.apply("Remove", lambda design: design.without(IDS[3:]))  # as undoing does while the palette is open
    bench.type("add", palette.search)
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert [spec.kind for spec in bench.design.layers[3:]] == ["add"]


def test_escape_closes_the_palette(bench: Bench) -> None:
    bench.type("/")
    palette = bench.panel.palette_popup
    assert palette is not None
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert bench.ids == IDS


def test_an_add_reads_the_nearest_earlier_layer_of_its_shape(bench: Bench) -> None:
    bench.panel.add_kind("add", Position("", 5))  # behind r2, of 12 × 14 × 14 as c2 and p1
    new = bench.design.layers[5]
    assert (new.kind, new.inputs) == ("add", ("r2", "c2"))
    assert bench.session.report[new.id].error is None


def test_an_add_with_nothing_to_join_says_what_is_missing(bench: Bench) -> None:
    bench.panel.add_kind("add", Position("", 8))  # behind out: nothing else has 10 numbers
    new = bench.design.layers[8]
    assert new.inputs == ()
    assert "needs 2 or more" in str(bench.session.report[new.id].error)


# -- wires that are clicked --


def on_wire(bench: Bench, id: str) -> QPoint:
    """A point on the lane that passes the row of ``id``."""
    row = bench.row(id)
    rect, lane = bench.panel.list.row_rect(row), bench.panel.model.lanes(row).pieces[0].lane
    return QPoint(round(bench.panel.list.cards.geometry.lane_x(rect, lane.column)), rect.bottom() - 4)


def test_del_on_a_clicked_wire_removes_the_wire_and_no_layer(bench: Bench) -> None:
    bench.click("flat")
    assert bench.design["sum"].inputs == ("r2", "p1")
    QTest.mouseClick(bench.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, on_wire(bench, "c2"))
    assert bench.panel.selected_ids() == ["flat"], "a wire is no layer"
    bench.key(Qt.Key.Key_Delete)
    assert bench.ids == IDS and bench.titles == ["Unwire p1 from sum"]
    assert bench.design.wiring()[bench.design.index("sum")] == ("r2",)
    bench.key(Qt.Key.Key_Delete)  # nothing is chosen now but the layer
    assert bench.ids == [id for id in IDS if id != "flat"]


def test_a_clicked_wire_stands_out_until_esc_or_another_click(bench: Bench) -> None:
    before = bench.view.grab().toImage()
    point = on_wire(bench, "c2")
    QTest.mouseClick(bench.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
    colour = bench.view.grab().toImage().pixelColor(point)
    assert colour == bench.look.colour("accent") != before.pixelColor(point)
    bench.key(Qt.Key.Key_Escape)
    assert bench.panel.list.cards.wire is None
    QTest.mouseClick(bench.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
    bench.click("c1")
    bench.key(Qt.Key.Key_Delete)
    assert bench.titles == ["Remove c1"]


def test_of_a_lane_with_two_readers_the_wire_that_was_clicked_goes(bench: Bench) -> None:
    bench.session.apply("Also", lambda design: design.inserted(6, layer("cat", "concat", inputs=["sum", "p1"])))
    upper, lower = on_wire(bench, "r2"), on_wire(bench, "sum")
    assert bench.panel.list.wire_at(upper) == (bench.row("p1"), bench.row("sum"))
    assert bench.panel.list.wire_at(lower) == (bench.row("p1"), bench.row("cat"))


def test_the_first_two_layers_of_an_empty_design_stand_in_the_order_in_which_they_came(bench: Bench) -> None:
    bench.session.open(Document(NetworkDesign("empty", (1, 28, 28))))
    bench.panel.add_kind("conv2d")
    bench.panel.add_kind("relu")
    assert [spec.kind for spec in bench.design.layers] == ["conv2d", "relu"]
