"""What each of the first views says and does."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.design.network import NetworkDesign, layer
from engine.snapshot import Bars, Example, History, Want
from tests.widgets import made_up
from widgets.common.pictures import from_images
from widgets.dock import ViewDock
from widgets.theme import Look
from widgets.viewing.base import Focus, View
from widgets.views.feature_maps import FeatureMapsView
from widgets.views.filters import FiltersView
from widgets.views.headline import HeadlineView
from widgets.views.input_image import InputImageView, probable
from widgets.views.loss import LossView
from widgets.views.predictions import PredictionsView


def shown(qtbot: QtBot, view: View) -> View:
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    QApplication.processEvents()
    return view


def test_feature_maps_say_what_they_show_and_a_click_chooses_the_unit(qtbot: QtBot) -> None:
    view = FeatureMapsView(Look())
    view.show_snapshot(made_up.snapshot(), Focus("c1", 3))
    shown(qtbot, view)
    assert view.subtitle == "Convolution c1 · 12 maps of 28 × 28 · test image #4"
    with qtbot.waitSignal(view.unit_chosen) as caught:
        at = view.grid.canvas.tile_rect(7).center().toPoint()
        qtbot.mouseClick(view.grid.canvas.sheet, Qt.MouseButton.LeftButton, pos=at)
    assert caught.args == [7]


def test_only_the_first_of_very_many_maps_are_said_to_be_shown(qtbot: QtBot) -> None:
    view = FeatureMapsView(Look())
    qtbot.addWidget(view)
    tiles = dataclasses.replace(made_up.feature_maps(), total=512)
    view.show_snapshot(_with(tiles, "feature_maps"), Focus("c1"))
    assert "512 maps of 28 × 28 (the first 12)" in view.subtitle


def _with(tiles, capture, **changes):  # type: ignore[no-untyped-def]
    return made_up.snapshot(captured={Want(capture, "c1"): tiles}, **changes)


def test_the_scale_of_feature_maps_is_chosen_and_printed(qtbot: QtBot) -> None:
    view = FeatureMapsView(Look())
    view.show_snapshot(made_up.snapshot(), Focus("c1"))
    shown(qtbot, view)

    def note() -> str:
        assert view.grid.canvas.pictures is not None and view.grid.canvas.pictures.legend is not None
        return view.grid.canvas.pictures.legend.note

    assert note() == "one range for every map"
    qtbot.keyClick(view.scale, Qt.Key.Key_Up)
    assert note() == "each map has its own range"
    qtbot.keyClick(view.scale, Qt.Key.Key_End)
    assert note() == "fixed range"


@pytest.mark.parametrize("kind", [FeatureMapsView, FiltersView])
def test_a_layer_that_was_added_since_the_run_began_is_said_to_be_new(qtbot: QtBot, kind: type[View]) -> None:
    """It was said to have no filters, or not to have been captured yet, and a message named another layer."""
    view = kind(Look())
    qtbot.addWidget(view)
    view.show_snapshot(made_up.snapshot(), Focus("dropout"))
    assert view.is_empty and "started without the layer 'dropout'. Ctrl+R starts one with it" in view._empty.text()
    view.show_snapshot(made_up.snapshot(), Focus("c1"))
    assert not view.is_empty


@pytest.mark.parametrize("layer_id", ["f", "", "a1"])
def test_filters_say_which_layers_have_some(qtbot: QtBot, layer_id: str) -> None:
    view = FiltersView(Look())
    qtbot.addWidget(view)
    reason = view.draw(made_up.snapshot(), Focus(layer_id))
    assert "Choose Convolution c1 or Convolution c2 or Linear out in the list" in reason


def test_a_network_that_learns_no_filters_says_so(qtbot: QtBot) -> None:
    view = FiltersView(Look())
    qtbot.addWidget(view)
    design = NetworkDesign("nothing", (1, 28, 28), (layer("f", "flatten"), layer("a1", "softmax")))
    assert "has no filters, and no other layer" in view.draw(made_up.snapshot(design=design), Focus("a1"))


def test_filters_of_a_linear_layer_are_awaited_rather_than_called_missing(qtbot: QtBot) -> None:
    view = FiltersView(Look())
    qtbot.addWidget(view)
    design = NetworkDesign("softmax", (1, 28, 28), (layer("f", "flatten"), layer("out", "linear", units=10)))
    assert "have not been captured" in view.draw(made_up.snapshot(design=design), Focus("out"))
    assert "Choose Linear out in the list" in view.draw(made_up.snapshot(design=design), Focus("f"))


def test_filters_stand_in_rows_of_their_channels(qtbot: QtBot) -> None:
    view = FiltersView(Look())
    view.show_snapshot(made_up.snapshot(), Focus("c2", 1))
    shown(qtbot, view)
    assert view.subtitle == "Convolution c2 · 6 filters of 12 × 3 × 3"
    mosaic = view.grid.canvas.mosaic
    assert mosaic is not None and mosaic.columns == 12 and mosaic.factor >= 8
    qtbot.mouseMove(view.grid.canvas.sheet, view.grid.canvas.tile_rect(15).center().toPoint())
    assert view.grid.legend.readout.startswith("filter 1, channel 3 · row 1, column 1 · ")
    with qtbot.waitSignal(view.unit_chosen) as caught:
        at = view.grid.canvas.tile_rect(2 * 12 + 5).center().toPoint()
        qtbot.mouseClick(view.grid.canvas.sheet, Qt.MouseButton.LeftButton, pos=at)
    assert caught.args == [2]


@pytest.mark.parametrize(("units", "inputs"), [(64, 2), (1, 64), (64, 64), (10, 84), (2, 1)])
def test_a_weight_matrix_fills_its_card_and_says_its_size(qtbot: QtBot, units: int, inputs: int) -> None:
    """64 units on 2 inputs were a strip four pixels wide, called "1 of 1 × 64 × 2"."""
    design = NetworkDesign("numbers", (inputs,), (layer("h", "linear", units=units),))
    values = np.linspace(-1, 1, units * inputs).reshape(1, units, inputs)
    tiles = dataclasses.replace(made_up.tiles_of(values, signed=True), total=units)
    view = FiltersView(Look())
    view.show_snapshot(made_up.snapshot(design=design, captured={Want("filters", "h"): tiles}), Focus("h", 0))
    shown(qtbot, view)
    plural = ["" if count == 1 else "s" for count in (units, inputs)]
    assert view.subtitle == f"Linear h · {units} unit{plural[0]} × {inputs} input{plural[1]}"
    canvas = view.grid.canvas
    place = canvas.tile_rect(0)
    assert place.width() > 0.4 * canvas.width() and place.height() > 0.4 * canvas.height()
    assert canvas.sheet.width() <= canvas.width() and canvas.sheet.height() <= canvas.height(), "nothing is scrolled"
    last = QPoint(round(place.right()) - 2, round(place.bottom()) - 2)
    qtbot.mouseMove(canvas.sheet, last)
    assert view.grid.legend.readout == f"unit {units - 1} · weight of input {inputs - 1} · 1"
    with qtbot.waitSignal(view.unit_chosen) as caught:
        qtbot.mouseClick(canvas.sheet, Qt.MouseButton.LeftButton, pos=last)
    assert caught.args == [units - 1]


def test_a_matrix_that_is_not_shown_whole_says_so(qtbot: QtBot) -> None:
    tiles = dataclasses.replace(made_up.tiles_of(np.ones((1, 256, 3)), signed=True), total=500)
    view = FiltersView(Look())
    qtbot.addWidget(view)
    view.show_snapshot(_with(tiles, "filters"), Focus("c1"))
    assert "500 units (the first 256) × 3 inputs" in view.subtitle


def test_filters_on_rgb_input_can_be_seen_in_colour(qtbot: QtBot) -> None:
    view = FiltersView(Look())
    design = NetworkDesign("rgb", (3, 32, 32), (layer("c1", "conv2d", filters=4),))
    values = np.zeros((12, 3, 3))
    values[3] = 1.0  # the red channel of the second filter
    values[4] = -1.0
    snapshot = _with(made_up.tiles_of(values, signed=True, columns=3), "filters", design=design)
    dock = ViewDock(Look(), view)
    qtbot.addWidget(dock)
    dock.show()
    view.show_snapshot(snapshot, Focus("c1"))
    assert view.rgb.isVisibleTo(dock) and view.rgb.isChecked(), "as one colour picture each, unless somebody wants the channels"
    pictures = view.grid.canvas.pictures
    assert pictures is not None and pictures.pixels.shape == (4, 3, 3)
    assert pictures.pixels[1, 1, 1] == 0xFFFF0080
    assert pictures.pixels[0, 1, 1] == 0xFF808080, "zero is grey"
    view.rgb.click()
    apart = view.grid.canvas.pictures
    assert apart is not None and apart.pixels.shape == (12, 3, 3) and apart.group == 3
    view.show_snapshot(made_up.snapshot(), Focus("c1"))
    assert not view.rgb.isVisibleTo(dock)


def test_the_most_probable_classes_and_always_the_true_one() -> None:
    bars = Bars(tuple("abcdef"), np.array([0.5, 0.3, 0.1, 0.06, 0.04, 0.0], np.float32), truth=5)
    rows = probable(bars, 4)
    assert [row.label for row in rows] == ["a", "b", "c", "f ✓"]
    assert [row.colour for row in rows] == ["bad", "muted", "muted", "good"]
    assert rows[0].text == "50.0 %"


def test_the_pinned_image_is_shown_with_the_networks_opinion(qtbot: QtBot) -> None:
    view = InputImageView(Look())
    view.show_snapshot(made_up.snapshot(), Focus())
    shown(qtbot, view)
    assert view.subtitle == "✓ 4"
    assert [bar.label for bar in view.bars.bars] == ["4 ✓", "9", "7", "5"]
    assert view.picker.value() == 4
    wrong = Bars(made_up.DIGITS, np.eye(10, dtype=np.float32)[9], 4, "probability")
    view.show_snapshot(made_up.snapshot(captured={Want("answer"): wrong}), Focus())
    assert view.subtitle == "✗ 9, is 4"


def test_the_picker_pins_another_image_and_follows_the_pinned_one(qtbot: QtBot) -> None:
    view = InputImageView(Look())
    dock = ViewDock(Look(), view)
    qtbot.addWidget(dock)
    dock.show()
    chosen: list[int] = []
    view.image_chosen.connect(chosen.append)
    view.show_snapshot(made_up.snapshot(), Focus())
    assert chosen == [], "showing an image is not choosing one"
    view.picker.selectAll()
    qtbot.keyClicks(view.picker, "17")
    qtbot.keyClick(view.picker, Qt.Key.Key_Return)
    assert chosen == [17]
    view.picker.clearFocus()
    view.show_snapshot(made_up.snapshot(pinned=(Example(made_up.digit(9)[np.newaxis], 1, "test image #9", 9),)), Focus())
    assert view.picker.value() == 9 and chosen == [17]
    assert np.array_equal(view.picture.canvas.pictures.pixels, from_images(made_up.digit(9)[np.newaxis, np.newaxis], str).pixels)


def test_the_picker_shows_the_number_that_came_not_the_one_that_was_asked_for(qtbot: QtBot) -> None:
    view = InputImageView(Look())
    dock = ViewDock(Look(), view)
    qtbot.addWidget(dock)
    dock.show()
    dock.activateWindow()
    view.show_snapshot(made_up.snapshot(), Focus())
    view.picker.setFocus()
    qtbot.waitUntil(view.picker.hasFocus)
    view.picker.selectAll()
    qtbot.keyClicks(view.picker, "999999")
    view.show_snapshot(made_up.snapshot(), Focus())
    assert view.picker.text() == "test 999999", "nothing is taken out of a hand that types"
    qtbot.keyClick(view.picker, Qt.Key.Key_Return)
    came = Example(made_up.digit(9)[np.newaxis], 1, "test image #999", 999)
    view.show_snapshot(made_up.snapshot(pinned=(came,)), Focus())
    assert view.picker.text() == "test 999"


def test_an_image_of_ones_own_has_no_number(qtbot: QtBot) -> None:
    view = InputImageView(Look())
    qtbot.addWidget(view)
    view.show_snapshot(made_up.snapshot(pinned=(Example(made_up.digit(9)[np.newaxis], -1, "photo.png"),)), Focus())
    assert view.picker.text() == "own" and view.subtitle.startswith("photo.png: ")
    view.show_snapshot(made_up.snapshot(pinned=(Example(made_up.digit(9)[np.newaxis], 1, "test image #0", 0),)), Focus())
    assert view.picker.text() == "test 0"


def test_under_the_mouse_a_smaller_picture_takes_the_place_of_a_larger_one(qtbot: QtBot) -> None:
    view = InputImageView(Look())
    large, small = (Example(np.full((1, size, size), 90, np.uint8), -1, "a file") for size in (28, 8))
    view.show_snapshot(made_up.snapshot(pinned=(large,)), Focus())
    shown(qtbot, view)
    corner = view.picture.canvas.tile_rect(0).bottomRight().toPoint() - QPoint(3, 3)
    qtbot.mouseMove(view.picture.canvas.sheet, corner)
    assert view.picture.legend.readout.startswith("a file · row 27, column 27")
    view.show_snapshot(made_up.snapshot(pinned=(small,)), Focus())
    assert view.picture.legend.readout == ""


def test_colour_images_can_be_pinned(qtbot: QtBot) -> None:
    view = InputImageView(Look())
    view.show_snapshot(made_up.snapshot(pinned=(Example(np.full((3, 5, 5), 90, np.uint8), -1, "a file"),)), Focus())
    shown(qtbot, view)
    qtbot.mouseMove(view.picture.canvas.sheet, view.picture.canvas.tile_rect(0).center().toPoint())
    assert view.picture.legend.readout == "a file · row 2, column 2 · 90, 90, 90"


def test_the_wall_says_what_is_right_and_wrong(qtbot: QtBot) -> None:
    view = PredictionsView(Look())
    view.show_snapshot(made_up.snapshot(), Focus())
    shown(qtbot, view)
    assert view.subtitle == "57 ✓ right · 7 ✗ wrong"
    qtbot.mouseMove(view.grid.canvas.sheet, view.grid.canvas.tile_rect(8).center().toPoint())
    assert view.grid.legend.readout == "test image #16: label 8, predicted 1 (56 %) ✗"
    with qtbot.waitSignal(view.image_chosen) as caught:
        at = view.grid.canvas.tile_rect(8).center().toPoint()
        qtbot.mouseClick(view.grid.canvas.sheet, Qt.MouseButton.LeftButton, pos=at)
    assert caught.args == [16]


def test_images_of_the_wall_are_converted_once(qtbot: QtBot) -> None:
    view = PredictionsView(Look())
    qtbot.addWidget(view)
    snapshot = made_up.snapshot()
    view.show_snapshot(snapshot, Focus())
    first = view.grid.canvas.pictures
    wall = snapshot.captured[Want("predictions")]
    later = dataclasses.replace(wall, predicted=wall.labels)
    view.show_snapshot(made_up.snapshot(captured={Want("predictions"): later}), Focus())
    second = view.grid.canvas.pictures
    assert first is not None and second is not None and first.pixels is second.pixels
    assert view.subtitle == "64 ✓ right · 0 ✗ wrong"


def test_a_wall_without_indices_chooses_nothing(qtbot: QtBot) -> None:
    view = PredictionsView(Look())
    wall = dataclasses.replace(made_up.wall(), indices=np.zeros(0, np.int64))
    view.show_snapshot(made_up.snapshot(captured={Want("predictions"): wall}), Focus())
    shown(qtbot, view)
    chosen: list[int] = []
    view.image_chosen.connect(chosen.append)
    qtbot.mouseClick(view.grid.canvas.sheet, Qt.MouseButton.LeftButton, pos=view.grid.canvas.tile_rect(0).center().toPoint())
    assert chosen == []


def test_accuracy_names_the_best_step_up_to_the_one_shown(qtbot: QtBot) -> None:
    view = HeadlineView(Look())
    qtbot.addWidget(view)
    history = History()
    history.extend("validation/accuracy", [10, 20, 30], [0.5, 0.9, 0.8])
    view.show_snapshot(made_up.snapshot(30, history=history), Focus())
    assert view.subtitle == "80.0 % · best 90.0 % at step 20"
    view.show_snapshot(made_up.snapshot(15, history=history), Focus())
    assert view.subtitle == "50.0 % · best 50.0 % at step 10"


def test_a_past_step_is_marked_on_the_curves_and_the_newest_is_not(qtbot: QtBot) -> None:
    view = LossView(Look())
    shown(qtbot, view)
    snapshot = made_up.snapshot()
    view.show_snapshot(snapshot, Focus())
    live = view.plot.grab().toImage()
    view.show_snapshot(dataclasses.replace(snapshot, step=100, cursor=100), Focus())
    QApplication.processEvents()
    assert view.plot.grab().toImage() != live


def test_what_was_set_before_the_first_points_holds_for_them(qtbot: QtBot) -> None:
    view = LossView(Look())
    qtbot.addWidget(view)
    view.log_button.setChecked(True)
    view.smoothing.setValue(0)
    view.show_snapshot(made_up.snapshot(), Focus())
    assert 10 ** view.plot.shown_range().top < 10 and len(view.plot.curve("train/loss").average) == 0


def test_log_smoothing_and_fit_are_controls_of_the_loss(qtbot: QtBot) -> None:
    view = LossView(Look())
    dock = ViewDock(Look(), view)
    qtbot.addWidget(dock)
    dock.resize(500, 300)
    dock.show()
    view.show_snapshot(made_up.snapshot(), Focus())
    linear = view.plot.shown_range()
    qtbot.mouseClick(view.log_button, Qt.MouseButton.LeftButton)
    assert view.plot.shown_range() != linear
    view.smoothing.setValue(0)
    assert len(view.plot.curve("train/loss").average) == 0
    qtbot.keyClick(view.smoothing, Qt.Key.Key_End)
    assert len(view.plot.curve("train/loss").average) == 800
    assert not view.fit_button.isVisibleTo(dock)
    qtbot.mousePress(view.plot, Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    qtbot.mouseMove(view.plot, QPoint(240, 100))
    qtbot.mouseRelease(view.plot, Qt.MouseButton.LeftButton, pos=QPoint(240, 100))
    assert view.fit_button.isVisibleTo(dock)
    view.fit_button.click()
    assert not view.fit_button.isVisibleTo(dock)


def test_the_headline_is_called_what_the_task_calls_it(qtbot: QtBot) -> None:
    view = HeadlineView(Look())
    qtbot.addWidget(view)
    titles: list[str] = []
    view.title_changed.connect(titles.append)
    history = History()
    history.extend("train/mse", [10, 20, 30], [0.5, 0.2, 0.3])
    history.extend("validation/mse", [10, 20, 30], [0.4, 0.1, 0.2])
    view.show_snapshot(made_up.snapshot(30, task=made_up.RECONSTRUCT, history=history), Focus())
    assert titles == ["Mean squared error"] and view.title == "Mean squared error"
    assert view.subtitle == "0.2 · best 0.1 at step 20"
    view.show_snapshot(made_up.snapshot(800), Focus())
    assert titles[-1] == "Accuracy" and "%" in view.subtitle


def test_pictures_that_come_out_stand_below_those_that_went_in(qtbot: QtBot) -> None:
    view = PredictionsView(Look())
    qtbot.addWidget(view)
    view.resize(400, 500)
    view.show()
    rows = made_up.pictures()
    view.show_snapshot(made_up.snapshot(task=made_up.RECONSTRUCT, captured={Want("predictions"): rows}), Focus())
    assert view.subtitle == "from top to bottom: input, answer"
    shown = view.grid.canvas.pictures
    assert shown is not None and shown.pixels.shape == (12, 57, 28)
    np.testing.assert_array_equal(shown.pixels[3, :28] & 255, rows.rows[0][3, 0])
    np.testing.assert_array_equal(shown.pixels[3, 29:] & 255, rows.rows[1][3, 0])
    with qtbot.waitSignal(view.image_chosen) as chosen:
        view.grid.tile_chosen.emit(2)
    assert chosen.args == [6]


def test_numbers_stand_against_the_true_ones(qtbot: QtBot) -> None:
    view = PredictionsView(Look())
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.show()
    view.show_snapshot(made_up.snapshot(task=made_up.REGRESS, captured={Want("predictions"): made_up.pairs()}), Focus())
    assert "answer against the true one" in view.subtitle and view.scatter.isVisible()
    with qtbot.waitSignal(view.image_chosen) as chosen:
        view.scatter.point_chosen.emit(5)
    assert chosen.args == [5]


def test_the_answer_may_be_numbers_or_a_picture(qtbot: QtBot) -> None:
    view = InputImageView(Look())
    qtbot.addWidget(view)
    view.resize(300, 300)
    view.show()
    bars = Bars(("height",), np.array([0.5], np.float32), unit="m", wanted=(-0.25,))
    view.show_snapshot(made_up.snapshot(task=made_up.REGRESS, captured={Want("answer"): bars}), Focus())
    assert [(bar.label, bar.text) for bar in view.bars.bars] == [("height", "0.5 m"), ("true height", "−0.25 m")]
    assert view.bars.bars[0].start == view.bars.bars[1].start == pytest.approx(1 / 3)
    rows = made_up.pictures(1)
    view.show_snapshot(made_up.snapshot(task=made_up.RECONSTRUCT, captured={Want("answer"): rows}), Focus())
    assert not view.bars.isVisible()
    shown = view.picture.canvas.pictures
    assert shown is not None and shown.captions == ("input", "input", "answer")
