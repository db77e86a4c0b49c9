"""The arithmetic view: what the mouse shows, tabs, channels, empty states, and files."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.arithmetic import Arithmetic, padded
from engine.design.check import check
from engine.design.network import NetworkDesign, layer
from engine.numbers import NumberTable
from engine.snapshot import Snapshot, Want
from tests.widgets import made_up
from widgets.arithmetic.sums import result_text
from widgets.theme import Look
from widgets.viewing.base import Focus
from widgets.views.arithmetic import FIELD, MATRIX, WINDOW, ArithmeticView

FOCUS = Focus("c1", 3)


def shown(qtbot: QtBot, snapshot: Snapshot | None = None, focus: Focus = FOCUS, tab: int = WINDOW) -> ArithmeticView:
    view = ArithmeticView(Look())
    qtbot.addWidget(view)
    view.tabs.choose(tab)
    view.resize(700, 340)
    view.show()
    view.show_snapshot(snapshot or made_up.snapshot(), focus)
    QApplication.processEvents()
    return view


def of(numbers: Arithmetic, layer: str = "c1", **changes: object) -> Snapshot:
    return made_up.snapshot(captured={Want("arithmetic", layer, unit=3): numbers}, **changes)


def pooling(rule: str = "max") -> Arithmetic:
    random = np.random.default_rng(0)
    axis = padded(9, (0, 0), 2, 3, 1, 3)
    patch = random.normal(0, 1, (1, 9, 9)).astype(np.float32)
    made = [[getattr(patch[0, i : i + 2, j : j + 2], rule)() for j in (0, 3, 6)] for i in (0, 3, 6)]
    weights, output = np.zeros((0, 2, 2), np.float32), np.array(made, np.float32)
    return Arithmetic(rule, patch, weights, None, output, axis, axis, 3, 6, 3, 6)  # type: ignore[arg-type]


def middle_of(view: ArithmeticView, row: int, column: int) -> QPoint:
    plan = view.window_canvas.plan()
    assert plan is not None
    cell = plan.output.rect(row - plan.rows.windows.start, column - plan.columns.windows.start)
    return cell.center().toPoint()


# -- the window --


def test_pointing_at_an_output_cell_shows_its_window_and_leaving_brings_the_other_back(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.player.go_to(1)
    assert view.window_canvas.place == (0, 1)
    qtbot.mouseMove(view.window_canvas, middle_of(view, 2, 0))
    assert view.window_canvas.place == (2, 0) and view.player.at == 1
    numbers = view.window_canvas.numbers
    assert numbers is not None
    assert view.legend.readout == f"output · row 2, column 0 · {result_text(numbers, (2, 0))}"
    qtbot.mouseMove(view.window_canvas, QPoint(2, 2))
    assert view.window_canvas.place == (0, 1) and view.legend.readout == ""


def test_a_click_goes_there_and_plays_on_from_there(qtbot: QtBot) -> None:
    view = shown(qtbot)
    qtbot.mouseClick(view.window_canvas, Qt.MouseButton.LeftButton, pos=middle_of(view, 3, 1))
    assert view.player.at == 3 * 28 + 1
    assert view.player.words.text() == "window 86 of 784"


def test_every_number_of_the_input_says_what_it_is(qtbot: QtBot) -> None:
    view = shown(qtbot)
    canvas, plan, numbers = view.window_canvas, view.window_canvas.plan(), view.window_canvas.numbers
    assert plan is not None and numbers is not None
    assert canvas.words_at(plan.input.rect(0, 3).center()) == "padding (zeros) · 0"
    assert canvas.words_at(plan.input.rect(4, 3).center()).startswith("input · row 2, column 1 · ")
    assert canvas.words_at(plan.kernel.rect(1, 2).center()).startswith("weight · row 1, column 2 · ")
    assert canvas.words_at(QPointF(plan.middle.center())) == ""


def test_cells_that_no_window_reads_say_so(qtbot: QtBot) -> None:
    view = shown(qtbot, of(pooling()))
    plan = view.window_canvas.plan()
    assert plan is not None
    assert view.window_canvas.words_at(plan.input.rect(2, 0).center()).endswith("no window reads it")
    assert "no window" not in view.window_canvas.words_at(plan.input.rect(3, 0).center())


def test_output_cells_to_come_are_empty_and_those_behind_are_not(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.player.go_to(28 + 1)

    def colour(row: int, column: int) -> int:
        QApplication.processEvents()
        return view.window_canvas.grab().toImage().pixel(middle_of(view, row, column) + QPoint(-9, -9))

    empty = view.look.colour("field").rgb()
    assert colour(0, 1) != empty and colour(1, 0) != empty and colour(2, 0) == empty == colour(2, 1)
    view.player.go_to(28 * 2)
    assert colour(2, 1) == empty and colour(2, 0) != empty


def test_stepping_changes_the_picture(qtbot: QtBot) -> None:
    view = shown(qtbot)

    def picture() -> QImage:
        QApplication.processEvents()
        return view.grab().toImage()

    first = picture()
    view.player.go_to(1)
    second = picture()
    view.player.go_to(0)
    assert second != first and picture() == first


@pytest.mark.parametrize("rule", ["max", "mean"])
def test_a_pooling_says_what_it_takes(qtbot: QtBot, rule: str) -> None:
    numbers = pooling(rule)
    view = shown(qtbot, of(numbers))
    text = result_text(numbers, (1, 2))
    assert ("÷" in text or ":" in text) == (rule == "mean")
    assert view.subtitle.endswith("channel 3 of 6")
    assert not view.chips.isVisibleTo(view._controls) and view.legend._legend is None
    assert np.allclose([[numbers.value(i, j) for j in range(3)] for i in range(3)], numbers.output, atol=1e-6)


# -- channels, layers, filters --


def test_few_channels_are_buttons_and_many_are_counted_through(qtbot: QtBot) -> None:
    colours = Arithmetic(**{**vars(made_up.convolution(3, 0, 3)), "source": "@in"})
    view = shown(qtbot, of(colours))
    assert view.chips.texts == ("R", "G", "B") and view.channel.isHidden()
    qtbot.mouseClick(view.chips._group.button(2), Qt.MouseButton.LeftButton)
    assert view.window_canvas.channel == 2
    view.show_snapshot(replace(of(colours), step=801), FOCUS)
    assert view.window_canvas.channel == 2, "a new step changes nothing of what is looked at"
    many = Arithmetic(**{**vars(made_up.convolution(6, 0, 3)), "channel": 6, "channels": 12})
    view.show_snapshot(of(many, "c2"), Focus("c2", 3))
    assert view.chips.isHidden() and (view.channel.minimum(), view.channel.maximum()) == (6, 11)
    assert view.window_canvas.channel == 0
    view.channel.setValue(9)
    assert view.window_canvas.channel == 3


def test_another_layer_begins_with_its_first_window(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.player.go_to(50)
    view.show_snapshot(made_up.snapshot(), Focus("c2", 5))
    assert view.player.at == 0 and view.window_canvas.place == (0, 0)


def test_until_the_chosen_filter_is_captured_the_one_that_is_there_is_shown_under_its_own_name(qtbot: QtBot) -> None:
    view = shown(qtbot, focus=Focus("c1", 7))
    assert not view.is_empty and "filter 3 of 12" in view.subtitle
    assert Want("arithmetic", "c1", unit=7) in view.wants(Focus("c1", 7))


def test_untrained_weights_are_said_to_be_so(qtbot: QtBot) -> None:
    assert "initial weights" not in shown(qtbot).subtitle
    assert shown(qtbot, made_up.snapshot(0)).subtitle.endswith("initial weights")


def test_layers_without_a_window_say_which_have_one(qtbot: QtBot) -> None:
    view = shown(qtbot, focus=Focus("a1"))
    assert view.is_empty
    assert (
        view._empty.text()
        == "No window slides over a row or a picture in ReLU a1. Choose Convolution c1 or Convolution c2 in the list."
    )
    dense = NetworkDesign("dense", (4,), (layer("h", "linear", units=2),))
    view.show_snapshot(made_up.snapshot(captured={}, design=dense), Focus("h"))
    assert (
        view._empty.text() == "No window slides over a row or a picture in Linear h, and no other layer of this network has one."
    )


# -- the matrix --


def test_the_matrix_times_the_pixels_is_the_output_without_its_bias(qtbot: QtBot) -> None:
    view = shown(qtbot, tab=MATRIX)
    product, numbers = view.matrix_canvas.product, view._numbers
    assert product is not None and numbers is not None
    np.testing.assert_allclose(product.matrix @ product.read, product.made, atol=1e-5)
    expected = [numbers.output[place] - 0.05 for place in product.made_places]
    np.testing.assert_allclose(product.made, expected, atol=1e-4)
    assert (product.matrix[product.is_zero] == 0).all() and product.is_zero.any()


def test_its_transpose_stands_beside_it(qtbot: QtBot) -> None:
    view = shown(qtbot, tab=MATRIX)
    before = view.matrix_canvas.product
    view.transpose.click()
    after = view.matrix_canvas.product
    assert before is not None and after is not None
    np.testing.assert_array_equal(after.matrix, before.matrix.T)
    np.testing.assert_allclose(after.read, before.made, atol=1e-6)
    np.testing.assert_allclose(after.made, before.matrix.T @ before.made, atol=1e-5)


def test_a_row_says_what_it_is_and_leads_to_its_window(qtbot: QtBot) -> None:
    view = shown(qtbot, tab=MATRIX)
    canvas = view.matrix_canvas
    grids, product = canvas.grids(), canvas.product
    assert grids is not None and product is not None
    words = canvas.words_at(grids[0].rect(1, 0).center())
    assert words.startswith(f"output {product.made_places[1]} from pixel {product.read_places[0]} · ")
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=grids[0].rect(1, 0).center().toPoint())
    assert divmod(view.player.at, 28) == product.made_places[1]


def test_more_room_shows_a_larger_matrix(qtbot: QtBot) -> None:
    view = shown(qtbot, tab=MATRIX)
    view.resize(300, 200)
    QApplication.processEvents()
    small = view.matrix_canvas.product
    view.resize(1400, 800)
    QApplication.processEvents()
    large = view.matrix_canvas.product
    assert small is not None and large is not None and large.matrix.size > small.matrix.size


def test_a_maximum_has_no_matrix_and_the_tabs_stay_usable(qtbot: QtBot) -> None:
    view = shown(qtbot, of(pooling()), tab=MATRIX)
    assert view.is_empty and "it has no matrix" in view._empty.text()
    qtbot.mouseClick(view.tabs._group.button(WINDOW), Qt.MouseButton.LeftButton)
    assert not view.is_empty


# -- the receptive field --


def test_a_unit_shows_the_field_that_the_design_reports(qtbot: QtBot) -> None:
    view = shown(qtbot, focus=Focus("c2", 2), tab=FIELD)
    canvas = view.field_canvas
    grids = canvas.grids()
    assert grids is not None
    before = canvas.grab().toImage()
    for unit in ((0, 0), (5, 20), (25, 25)):
        qtbot.mouseMove(canvas, grids[1].rect(*unit).center().toPoint())
        spans = check(made_up.design())["c2"].field
        assert canvas.unit == unit
        assert canvas.seen() == tuple(span.at(at) for span, at in zip(spans, unit, strict=True))
    QApplication.processEvents()
    assert canvas.grab().toImage() != before
    assert view.legend.readout == "row 25, column 25 sees rows 23 to 29, columns 23 to 29: 7 × 7"


def test_it_has_one_for_layers_in_which_no_window_slides(qtbot: QtBot) -> None:
    maps = made_up.snapshot(captured={Want("feature_maps", "a1"): made_up.feature_maps()})
    view = shown(qtbot, maps, Focus("a1"), FIELD)
    assert not view.is_empty and view.field_canvas.words().endswith("5 × 5")
    flat = shown(qtbot, focus=Focus("f"), tab=FIELD)
    assert flat.is_empty and "has no map of units" in flat._empty.text()


# -- files --


def test_the_products_of_the_window_that_is_shown_are_saved(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.player.go_to(30)
    table, array = view.numbers()
    assert isinstance(table, NumberTable)
    rows = list(csv.DictReader(table.encoded().decode().splitlines()))
    numbers = view._numbers
    assert numbers is not None and len(rows) == 25
    total = sum(float(row["input"]) * float(row["weight"]) for row in rows)
    assert total == pytest.approx(float(numbers.output[1, 2]) - 0.05, abs=1e-5)
    assert total == pytest.approx(sum(float(row["product"]) for row in rows), abs=1e-6)
    assert array.encoded()[:6] == b"\x93NUMPY"


def test_controls_never_become_windows_of_their_own(qtbot: QtBot) -> None:
    spy = QSignalSpy(QApplication.instance().focusWindowChanged)  # type: ignore[union-attr]
    view = ArithmeticView(Look())
    qtbot.addWidget(view)
    view.show_snapshot(made_up.snapshot(), FOCUS)
    assert not any(part.isVisible() for part in (view.chips, view.channel, view.transpose, view.tabs)) and spy.count() == 0


def test_layers_inside_blocks_are_offered_by_their_place(qtbot: QtBot) -> None:
    inside = (layer("c", "conv2d", filters=12, kernel=5, padding=2), layer("r", "relu"))
    design = NetworkDesign("blocks", (1, 28, 28), (layer("b", "block", repeat=2, layers=inside), layer("f", "flatten")))
    view = shown(qtbot, of(made_up.convolution(), "b.1.c", design=design), Focus("b.1.c", 3))
    assert view.subtitle.startswith("Convolution b.1.c · filter 3 of 12")
    view.show_snapshot(made_up.snapshot(captured={}, design=design), Focus("f"))
    assert view._empty.text().endswith("Choose Convolution b.0.c or Convolution b.1.c in the list.")


def test_layers_that_pool_everything_or_slide_through_volumes_are_not_offered(qtbot: QtBot) -> None:
    layers = (layer("c", "conv3d", filters=2), layer("g", "global_avg_pool"), layer("out", "linear", units=2))
    volumes = NetworkDesign("volumes", (1, 5, 5, 5), layers)
    view = shown(qtbot, made_up.snapshot(captured={}, design=volumes), Focus("c"))
    assert "no other layer of this network has one" in view._empty.text()
