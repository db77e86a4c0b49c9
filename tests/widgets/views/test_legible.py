"""What views show is legible: pictures fill their panels, figures are whole, units are bars, tiles carry their class."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.design.network import NetworkDesign, layer
from engine.snapshot import Snapshot, Tiles, Units, Want
from tests.widgets import made_up
from widgets.common.legend import LegendStrip
from widgets.common.pictures import Legend
from widgets.dock import ViewDock
from widgets.theme import Look
from widgets.transport import Transport
from widgets.viewing.base import Focus, View
from widgets.views.feature_maps import FeatureMapsView
from widgets.views.filters import FiltersView
from widgets.views.headline import HeadlineView
from widgets.views.input_image import InputImageView
from widgets.views.predictions import PredictionsView


def shown(qtbot: QtBot, view: View, size: tuple[int, int] = (500, 400)) -> None:
    qtbot.addWidget(view)
    view.resize(*size)
    view.show()
    QApplication.processEvents()


def units(count: int, labels: tuple[str, ...] = (), truth: int = -1) -> Units:
    return Units(np.linspace(-2, 3, count, dtype=np.float32), labels, truth, count)


def seen_at(id: str, captured: object, **changes: object) -> Snapshot:
    return made_up.snapshot(captured={Want("feature_maps", id): captured}, **changes)


# -- units --


def test_the_classes_are_bars_with_their_names_and_the_true_one_is_marked(qtbot: QtBot) -> None:
    view = FeatureMapsView(Look())
    view.show_snapshot(seen_at("out", units(10, made_up.DIGITS, 4)), Focus("out"))
    shown(qtbot, view)
    assert view.title == "Activations" and view.subtitle.startswith("Linear out · 10 units")
    assert [bar.label for bar in view.classes.bars] == [*"0123", "4 ✓", *"56789"]
    assert view.classes.bars[0].text == "−2" and view.classes.bars[0].end == 0.0
    assert view.classes.bars[9].end == 1.0 and view.classes.isVisible() and not view.grid.isVisible()


def test_many_classes_are_scrolled_and_none_is_missing(qtbot: QtBot) -> None:
    names = tuple(f"class {index}" for index in range(100))
    view = FeatureMapsView(Look())
    view.show_snapshot(seen_at("out", units(100, names)), Focus("out"))
    shown(qtbot, view)
    assert view.classes.height() >= 100 * 20 and len(view.classes.bars) == 100


@pytest.mark.parametrize("count", [1, 84, 1024])
def test_other_units_are_columns_that_say_and_choose_which_they_are(qtbot: QtBot, count: int) -> None:
    view = FeatureMapsView(Look())
    view.show_snapshot(seen_at("c1", units(count)), Focus("c1", 0))
    shown(qtbot, view)
    columns = view.units
    assert columns.isVisible() and "unit" in view.subtitle
    rows, across, pitch = columns._grid()
    assert rows * across >= count and pitch >= 2
    last = count - 1
    row, column = divmod(last, across)
    place = QPointF(44 + (column + 0.5) * pitch, (row + 0.5) * columns.height() / rows)
    assert columns.unit_at(place) == last and columns.unit_at(QPointF(10, 10)) == -1
    with qtbot.waitSignal(columns.hovered) as said:
        qtbot.mouseMove(columns, place.toPoint())
    assert said.args[0].startswith(f"unit {last} · ")
    with qtbot.waitSignal(view.unit_chosen) as chosen:
        qtbot.mouseClick(columns, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert chosen.args == [last]


def test_columns_stand_on_zero_up_where_positive_and_down_where_negative(qtbot: QtBot) -> None:
    view = FeatureMapsView(Look())
    view.show_snapshot(seen_at("c1", Units(np.array([2.0, -1.0], np.float32), total=2)), Focus("c1"))
    shown(qtbot, view)
    columns = view.units
    image = columns.grab().toImage()

    def coloured(column: int, *, red: bool) -> list[int]:
        x = round(44 + (column + 0.4) * columns._grid()[2])
        found = [image.pixelColor(x, y) for y in range(image.height())]
        return [
            y
            for y, colour in enumerate(found)
            if abs(colour.red() - colour.blue()) > 40 and (colour.red() > colour.blue()) == red
        ]

    up, down = coloured(0, red=True), coloured(1, red=False)
    assert len(up) == pytest.approx(2 * len(down), abs=4) and len(down) > 50
    assert max(up) <= min(down) + 2, "both end at zero"


def test_a_flatten_shows_no_map_but_says_why(qtbot: QtBot) -> None:
    view = FeatureMapsView(Look())
    view.show_snapshot(seen_at("f", units(3456)), Focus("f"))
    shown(qtbot, view)
    assert view.is_empty
    reason = view.draw(seen_at("f", units(3456)), Focus("f"))
    assert "3,456" in reason and "Choose Convolution c2" in reason and "no map" in reason
    view.show_snapshot(made_up.snapshot(), Focus("c1"))
    assert not view.is_empty and view.title == "Feature maps"


# -- pictures --


@pytest.mark.parametrize("size", [(280, 200), (560, 260), (900, 500)])
def test_maps_use_the_width_of_their_panel(qtbot: QtBot, size: tuple[int, int]) -> None:
    view = FeatureMapsView(Look())
    view.show_snapshot(made_up.snapshot(), Focus("c1"))
    shown(qtbot, view, size)
    canvas = view.grid.canvas
    mosaic = canvas.mosaic
    assert mosaic is not None
    assert mosaic.size[0] > canvas.width() * 2 / 3
    right = canvas.tile_rect(mosaic.columns - 1).right() + canvas.sheet.x()
    assert canvas.tile_rect(0).left() + canvas.sheet.x() == pytest.approx(canvas.width() - right, abs=2), (
        "what is left is at both sides"
    )


def test_filters_of_three_channels_fill_the_panel_in_colour_and_apart(qtbot: QtBot) -> None:
    view = FiltersView(Look())
    design = NetworkDesign("rgb", (3, 32, 32), (layer("c1", "conv2d", filters=12, kernel=5),))
    tiles = made_up.filters(12, 3, 5)
    view.show_snapshot(made_up.snapshot(captured={Want("filters", "c1"): tiles}, design=design), Focus("c1"))
    shown(qtbot, view, (600, 240))
    for count, width in ((12, 6), (36, 9)):
        mosaic = view.grid.canvas.mosaic
        assert mosaic is not None and mosaic.count == count and mosaic.columns >= width
        assert mosaic.size[0] > 400
        view.rgb.click()
    legend = view.grid.canvas.pictures.legend  # type: ignore[union-attr]
    assert legend is not None, "the colours are explained in both"


def test_tiles_of_predictions_carry_their_class_and_wrong_ones_the_true_one(qtbot: QtBot) -> None:
    view = PredictionsView(Look())
    view.show_snapshot(made_up.snapshot(), Focus())
    shown(qtbot, view)
    pictures = view.grid.canvas.pictures
    assert pictures is not None
    wall = made_up.wall()
    for caption, label, predicted in zip(pictures.captions, wall.labels, wall.predicted, strict=True):
        assert caption == (str(predicted) if label == predicted else f"{predicted}≠{label}")
    mosaic, metrics = view.grid.canvas.mosaic, QFontMetrics(view.look.font(11))
    assert mosaic is not None
    room = mosaic.tile[0] + mosaic.gap - 2
    assert max(metrics.horizontalAdvance(caption) for caption in pictures.captions) <= room, "captions are whole"


def test_long_class_names_stand_in_two_lines_and_widen_the_tiles(qtbot: QtBot) -> None:
    names = ("airplane", "automobile", *"23456789")
    view = PredictionsView(Look())
    task = dataclasses.replace(made_up.CLASSIFY, labels=names)
    view.show_snapshot(made_up.snapshot(task=task), Focus())
    shown(qtbot, view)
    canvas, metrics = view.grid.canvas, QFontMetrics(view.look.font(11))
    assert canvas.pictures is not None and canvas.mosaic is not None
    assert "automobile\n≠8" in canvas.pictures.captions
    assert canvas.caption_height >= 2 * 13
    assert metrics.horizontalAdvance("automobile") <= canvas.mosaic.tile[0] + canvas.mosaic.gap
    before = canvas.mosaic
    wall = dataclasses.replace(made_up.wall(), predicted=made_up.wall().labels)
    view.show_snapshot(made_up.snapshot(task=task, captured={Want("predictions"): wall}), Focus())
    assert canvas.mosaic == before, "tiles stay where they are whatever is predicted"


def test_the_answer_stands_beside_the_picture_in_a_low_card(qtbot: QtBot) -> None:
    view = InputImageView(Look())
    view.show_snapshot(made_up.snapshot(), Focus())
    shown(qtbot, view, (290, 200))
    assert view.bars.x() > view.picture.x() and view.bars.width() >= 100
    beside = view.picture.canvas.mosaic
    view.resize(290, 420)
    QApplication.processEvents()
    assert view.bars.y() > view.picture.y()
    assert beside is not None and beside.factor >= 4, "the picture fills the low card"


# -- figures --


def header(qtbot: QtBot, view: View, width: int) -> ViewDock:
    dock = ViewDock(Look(), view)
    qtbot.addWidget(dock)
    dock.resize(width, 240)
    dock.show()
    QApplication.processEvents()
    return dock


@pytest.mark.parametrize("width", [150, 200, 240, 280, 320, 400, 600])
def test_figures_and_keys_of_a_card_are_whole_or_left_out(qtbot: QtBot, width: int) -> None:
    view = HeadlineView(Look())
    view.show_snapshot(made_up.snapshot(), Focus())
    dock = header(qtbot, view, width)
    key, subtitle = dock.header.words.shown(dock.header.words.width() - 80)
    short = (("train", "training"), ("valid.", "good"))
    assert subtitle in ("", *view.subtitles) and key in ((), view.key, short, short[1:])
    if width >= 240:
        assert subtitle, "the figure comes first"


def test_the_subtitle_says_less_before_it_says_nothing(qtbot: QtBot) -> None:
    view = HeadlineView(Look())
    view.show_snapshot(made_up.snapshot(), Focus())
    words = header(qtbot, view, 600).header.words
    said = [words.shown(room)[1] for room in (400, 330, 260, 130, 60, 10)]
    assert said[0] == view.subtitles[0] and said[-1] == ""
    assert sorted(said, key=len, reverse=True) == said


def test_a_legend_is_whole_in_any_width(qtbot: QtBot) -> None:
    strip = LegendStrip(Look())
    qtbot.addWidget(strip)
    legend = Legend("diverging", "−0.0976", "0.0976", "0", "one range for every map", ("higher without it", "needed"))
    metrics = QFontMetrics(strip.look.font(11))
    for width in range(120, 700, 20):
        strip.resize(width, 20)
        low, high = strip._fitting(legend, metrics.horizontalAdvance)
        assert low.endswith("−0.0976") and high.startswith("0.0976")
        if width >= 210:
            assert metrics.horizontalAdvance(low) + 108 + metrics.horizontalAdvance(high) <= width
    assert "needed" in high and "one range for every map" in high


def test_figures_of_the_run_get_shorter_words_not_shorter_figures(qtbot: QtBot) -> None:
    bar = Transport(Look())
    qtbot.addWidget(bar)
    bar.show()
    bar.set_progress(1_234_567, 9_000_000, 120.0, 300, 1_234_567.0, 0.125, 40.0)
    for width in range(1400, 560, -40):
        bar.resize(width, 92)
        figures = bar.figures
        if figures.isVisible():
            assert figures.width() >= figures.room_for(figures.shown_texts), width
            assert ["1,234,567" in figures.shown_texts[0], "12.5 %" in figures.shown_texts[1]] == [True, True]
            assert "120.00" in figures.shown_texts[2]


def test_a_map_of_signed_values_is_still_tiles(qtbot: QtBot) -> None:
    view = FeatureMapsView(Look())
    view.show_snapshot(made_up.snapshot(), Focus("c1"))
    shown(qtbot, view)
    assert isinstance(made_up.feature_maps(), Tiles) and view.grid.isVisible() and view.scale.isVisibleTo(view) is False
    qtbot.mouseMove(view.grid.canvas.sheet, QPoint(20, 20))
