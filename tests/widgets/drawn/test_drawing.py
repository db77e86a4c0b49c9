"""Every gesture on the drawing, with real events, down to the design that comes out."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.design.check import check
from engine.design.network import NetworkDesign, layer
from tests.widgets.drawn.bench import CONTROL, NONE, Bench, small
from widgets.network.clipboard import IDS_MIME, KIND_MIME

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")  # popups, offscreen


@pytest.fixture(params=["graph", "volumes"])
def bench(qtbot: QtBot, request: pytest.FixtureRequest) -> Iterator[Bench]:
    made = Bench(qtbot, small(), request.param)
    yield made
    made.session.undo_stack.clear()


def kind_mime(kind: str) -> QMimeData:
    mime = QMimeData()
    mime.setData(KIND_MIME, kind.encode())
    return mime


# -- selection --


def test_a_click_selects_here_and_in_the_list(bench: Bench) -> None:
    bench.click("p1")
    assert bench.session.selection == ("p1",)
    assert bench.panel.selected_ids() == ["p1"]
    bench.click("out", CONTROL)
    assert bench.session.selection == ("p1", "out")
    bench.click("p1", CONTROL)
    assert bench.session.selection == ("out",)
    bench.click("@in")
    assert bench.session.selection == ()


def test_what_is_selected_in_the_list_is_marked_here(bench: Bench) -> None:
    QApplication.processEvents()
    before = bench.canvas.grab().toImage()
    bench.session.select(["gap"])
    QApplication.processEvents()
    assert bench.canvas.selection == ("gap",)
    assert bench.canvas.grab().toImage() != before


def test_a_layer_in_a_block_is_selected_by_its_place(bench: Bench) -> None:
    bench.click("res.0.a")
    assert bench.session.selection == ("res.0.a",)
    assert bench.panel.selected_ids() == ["res.0.a"]  # the list unfolds the block that it is in


def test_another_copy_is_marked_on_the_one_that_is_drawn_and_a_folded_block_for_what_is_inside(bench: Bench) -> None:
    bench.session.select(["res.2.b"])
    assert bench.canvas.selection == ("res.0.b",)
    bench.drawing.toggle_fold("res")
    assert bench.canvas.selection == ("res",)


# -- folding --


def test_a_double_click_folds_and_unfolds(bench: Bench) -> None:
    assert "res.0.a" in bench.drawn and "res" not in bench.drawn  # few layers: all is unfolded at first
    bench.drawing.toggle_fold("res")
    assert "res" in bench.drawn and "res.0.a" not in bench.drawn
    bench.double_click("res")
    assert "res.0.a" in bench.drawn
    handle = next(frame.handle for frame in bench.drawing.scene().frames)
    at = bench.canvas.to_screen((handle.left + 8, (handle.top + handle.bottom) / 2))
    QTest.mouseClick(bench.canvas, Qt.MouseButton.LeftButton, NONE, at)
    assert "res" in bench.drawn
    bench.session.select(["res"])
    bench.key(Qt.Key.Key_Return)
    assert "res.0.a" in bench.drawn
    assert not bench.titles, "folding is no edit"


def test_a_block_that_is_gone_is_forgotten_and_a_double_click_on_a_layer_does_nothing(bench: Bench) -> None:
    bench.double_click("c1")
    bench.session.apply("Remove", lambda design: design.without(["res"]))
    assert bench.drawing.unfolded == frozenset()
    assert bench.drawn == {"@in", "c1", "r1", "p1", "gap", "out"}


# -- edits --


def test_del_removes_what_is_selected(bench: Bench) -> None:
    bench.click("p1")
    bench.key(Qt.Key.Key_Delete)
    assert bench.ids == ["c1", "r1", "res", "gap", "out"]
    assert bench.titles == ["Remove p1"]
    bench.session.undo_stack.undo()
    bench.click("res.0.bn")
    bench.key(Qt.Key.Key_Delete)
    assert [spec.id for spec in bench.design["res"].inside] == ["a", "r", "b", "sum"]
    assert "res.0.bn" not in bench.drawn


def test_the_plus_on_a_line_opens_the_palette_and_inserts_there(bench: Bench) -> None:
    QTest.mouseClick(bench.canvas, Qt.MouseButton.LeftButton, NONE, bench.plus("p1", "res"))
    palette = bench.drawing.palette_popup
    assert palette is not None and palette.isVisible()
    QTest.keyClicks(palette.search, "dropout")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert bench.ids == ["c1", "r1", "p1", "dropout", "res", "gap", "out"]
    assert bench.titles == ["Add dropout"]


def test_a_kind_dropped_on_a_line_is_put_there(bench: Bench) -> None:
    bench.drop(kind_mime("tanh"), bench.plus("c1", "r1") if bench.drawing.way == "graph" else bench.plus("r1", "p1"))
    kinds = [spec.kind for spec in bench.design.layers]
    assert kinds.index("tanh") == (1 if bench.drawing.way == "graph" else 2)
    bench.drop(kind_mime("relu"), bench.plus("bn", "res.0.r") if bench.drawing.way == "graph" else bench.plus("r", "res.0.b"))
    assert len(bench.design["res"].inside) == 6
    assert not check(bench.design).errors


def test_a_kind_dropped_on_a_skip_is_put_on_the_skip(bench: Bench) -> None:
    bench.drop(kind_mime("conv2d"), bench.plus("@in", "res.0.sum"))
    inside = bench.design["res"].inside
    new = next(spec for spec in inside if spec.id not in ("a", "bn", "r", "b", "sum"))
    assert new.inputs == ("@in",)
    assert inside[-1].inputs == ("b", new.id)


def test_a_kind_dropped_beside_all_comes_last(bench: Bench) -> None:
    box = bench.drawing.scene().box
    at = bench.canvas.to_screen((box.left, box.bottom))
    bench.drop(kind_mime("softmax"), QPoint(max(2, at.x() + 2), min(bench.canvas.height() - 2, at.y())))
    assert bench.design.layers[-1].kind == "softmax"


def test_a_layer_dragged_from_the_list_moves_to_the_line(bench: Bench) -> None:
    mime = QMimeData()
    mime.setData(IDS_MIME, json.dumps(["r1"]).encode())
    bench.drop(mime, bench.plus("p1", "res"))
    assert bench.ids == ["c1", "p1", "r1", "res", "gap", "out"]
    assert bench.titles == ["Move r1"]
    bench.drop(mime, bench.plus("@in", "res.0.sum"))
    assert len(bench.refused) == 1 and "neighbours" in bench.refused[0]


def test_a_wire_pulled_from_a_port_is_read(bench: Bench) -> None:
    bench.pull("res.0.r" if bench.drawing.way == "volumes" else "res.0.a", "res.0.sum")
    assert bench.design["res"].inside[-1].inputs == ("b", "@in", "r" if bench.drawing.way == "volumes" else "a")
    before = bench.design
    bench.pull("p1", "res.0.sum")
    assert bench.design == before
    assert "same block" in bench.refused[-1]


def test_a_wire_from_the_input(qtbot: QtBot) -> None:
    layers = (layer("c", "conv2d", filters=3, kernel=3, padding=1), layer("s", "add"))
    bench = Bench(qtbot, NetworkDesign("sum", (3, 8, 8), layers))
    bench.pull("@in", "s")
    assert bench.design["s"].inputs == ("c", "@in")
    bench.session.undo_stack.clear()


def test_unwiring_is_in_the_menu_of_a_line(bench: Bench) -> None:
    menu = bench.drawing.menu("", bench.wire("@in", "res.0.sum"))
    next(action for action in menu.actions() if action.text().startswith("Unwire")).trigger()
    assert bench.design["res"].inside[-1].inputs == ("b",)


def test_a_joining_kind_on_a_line_reads_what_has_the_same_shape(bench: Bench) -> None:
    bench.drawing.insert("add", bench.wire("res", "gap").link)
    assert bench.design["add"].inputs == ("res", "p1")
    assert not check(bench.design).errors


# -- what does not fit --


def test_a_misfit_is_drawn_with_what_to_do(bench: Bench) -> None:
    bench.session.apply("Break", lambda design: design.with_parameters("p1", kernel=99))
    part = bench.drawing.scene().by_place["p1"]
    assert part.remedy is not None
    words = [shape.text for shape in part.shapes if hasattr(shape, "text")]
    assert any("largest kernel that fits" in text for text in words)
    assert "waits" in bench.drawing.scene().tips["out"] or bench.drawing.scene().by_place["out"]


# -- looking --


def test_zoom_by_wheel_keys_and_buttons(bench: Bench) -> None:
    canvas, bar = bench.canvas, bench.drawing.bar
    bar.size_button.click()
    assert canvas.percent == 100
    at = canvas.to_scene(QPointF(300, 200))
    turn = QWheelEvent(
        QPointF(300, 200), canvas.mapToGlobal(QPointF(300, 200)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, NONE,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, turn)
    assert canvas.percent == 120
    assert canvas.to_scene(QPointF(300, 200)) == pytest.approx(at)
    bar.smaller.click()
    assert canvas.percent == 100 and bar.size_button.text() == "100 %"
    canvas.setFocus()
    QTest.keyClicks(canvas, "+")
    assert canvas.percent == 120
    bar.fit.click()
    seen, box = canvas.camera.seen(canvas.width(), canvas.height()), bench.drawing.scene().box
    assert seen.left <= box.left + 1e-6 and seen.bottom >= box.bottom - 1e-6


def test_all_of_a_drawing_fits_into_a_small_card_too(bench: Bench) -> None:
    bench.view.resize(320, 240)
    QApplication.processEvents()
    bench.drawing.bar.fit.clicked.emit()
    canvas, box = bench.canvas, bench.drawing.scene().box
    seen = canvas.camera.seen(canvas.width(), canvas.height())
    assert seen.left <= box.left + 1e-6 and seen.right >= box.right - 1e-6
    assert seen.top <= box.top + 1e-6 and seen.bottom >= box.bottom - 1e-6
    assert canvas.percent < 60


def test_dragging_the_ground_pans_and_selects_nothing(bench: Bench) -> None:
    bench.drawing.bar.size_button.click()
    selected, before = bench.session.selection, bench.canvas.camera
    QTest.mousePress(bench.canvas, Qt.MouseButton.LeftButton, NONE, QPoint(5, 5))
    QTest.mouseMove(bench.canvas, QPoint(40, 25))
    QTest.mouseMove(bench.canvas, QPoint(60, 45))
    QTest.mouseRelease(bench.canvas, Qt.MouseButton.LeftButton, NONE, QPoint(60, 45))
    after = bench.canvas.camera
    assert (after.x, after.y) != (before.x, before.y) and after.zoom == before.zoom
    assert bench.session.selection == selected and not bench.titles


def test_under_the_mouse_stands_what_is_known(bench: Bench) -> None:
    QTest.mouseMove(bench.canvas, bench.canvas.place_of("p1"))
    assert "8×16×16 → 8×8×8" in bench.canvas.toolTip()
    assert "0 parameters" in bench.canvas.toolTip()
    QTest.mouseMove(bench.canvas, bench.plus("p1", "res"))
    assert "Put a layer here" in bench.canvas.toolTip()


def test_it_draws_only_while_it_is_seen(bench: Bench) -> None:
    bench.view.hide()
    drawings: list[int] = []
    bench.drawing.drawn_anew.connect(lambda: drawings.append(1))
    bench.session.apply("Remove", lambda design: design.without(["p1"]))
    assert not drawings
    bench.view.show()
    assert drawings == [1] and "p1" not in bench.drawn


@pytest.mark.parametrize("size", [(1, 1), (40, 30), (90, 700), (3000, 2000)])
def test_any_size_theme_and_scale(bench: Bench, size: tuple[int, int]) -> None:
    bench.view.resize(*size)
    for theme, scale in (("light", 2.0), ("dark", 1.0)):
        bench.look.set_theme(theme)
        bench.look.set_scale(scale)
        QApplication.processEvents()
        bench.canvas.grab()


def test_a_network_without_layers(qtbot: QtBot) -> None:
    bench = Bench(qtbot, NetworkDesign("empty", (1, 28, 28)))
    assert bench.drawn == {"@in"}
    bench.drop(kind_mime("conv2d"), QPoint(50, 50))
    assert bench.ids == ["c1"]
    bench.session.undo_stack.clear()


# -- many layers --


def test_what_takes_long_to_draw_follows_when_the_hand_rests(bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit of 500 layers waited for the drawing before the list showed it."""
    monkeypatch.setattr("widgets.drawn.drawing.QUICK_S", -1.0)  # whatever it takes is long
    before = bench.canvas.scene
    bench.session.apply("Other", lambda design: design.with_parameters("c1", filters=7))
    bench.session.apply("Another", lambda design: design.with_parameters("c1", filters=9))
    assert bench.canvas.scene is before
    qtbot.waitUntil(lambda: bench.canvas.scene is not before)
    assert bench.drawing.scene() is bench.canvas.scene


def test_more_layers_than_can_be_told_apart_are_not_drawn(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("widgets.drawn.drawing.MOST", 3)
    bench.session.apply("More", lambda design: design.inserted(0, *[layer(f"r{n}", "relu") for n in range(4)]))
    assert not bench.drawing.scene().parts and "too many to draw" in bench.canvas.note
    bench.canvas.grab()
    bench.session.apply("Fewer", lambda design: design.with_layers(design.layers[:2]))
    assert bench.drawing.scene().parts and not bench.canvas.note
