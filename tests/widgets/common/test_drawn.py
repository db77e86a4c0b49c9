"""Drawn widgets through real events: what is on the screen, what the mouse finds, what costs nothing."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.colours import colour_table
from engine.snapshot import Tiles
from tests.widgets.made_up import tiles_of
from widgets.common.bars import Bar, BarList
from widgets.common.curves import CurvePlot
from widgets.common.picture_grid import PictureGrid
from widgets.common.pictures import Pictures, Scale, from_images, from_tiles
from widgets.common.plotting import RoundAxis
from widgets.common.scale_control import ScaleControl
from widgets.theme import Look


def shown(qtbot: QtBot, widget: QWidget, width: int = 400, height: int = 240) -> QWidget:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    QApplication.processEvents()
    return widget


def picture(widget: QWidget) -> QImage:
    QApplication.processEvents()
    return widget.grab().toImage()


def colours(widget: QWidget) -> set[str]:
    return {pixel.name() for pixel in pixels(picture(widget))}


def pixels(image: QImage) -> list[QColor]:
    return [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]


@pytest.fixture
def tiles() -> Tiles:
    return tiles_of(np.linspace(-1, 1, 3 * 4 * 4).reshape(3, 4, 4), signed=True)


@pytest.fixture
def grid(qtbot: QtBot, tiles: Tiles) -> PictureGrid:
    grid = PictureGrid(Look())
    grid.show_pictures(from_tiles(tiles, Scale("layer"), "map {}".format), chosen=1)
    shown(qtbot, grid)
    return grid


def centre(grid: PictureGrid, tile: int) -> QPoint:
    return grid.canvas.tile_rect(tile).center().toPoint()


def test_pixels_have_the_colours_of_their_levels(grid: PictureGrid, tiles: Tiles) -> None:
    image = picture(grid.canvas.sheet)
    rect = grid.canvas.tile_rect(2)
    pixel = rect.width() / 4
    level = tiles_of(np.linspace(-1, 1, 48).reshape(1, 12, 4), signed=True).levels[0, 9, 1]
    found = image.pixelColor(round(rect.left() + 1.5 * pixel), round(rect.top() + 1.5 * pixel)).rgb()
    assert abs(QColor(found).red() - QColor(int(colour_table("diverging")[level])).red()) <= 3


def test_the_chosen_tile_is_outlined(grid: PictureGrid) -> None:
    assert Look().colour("outline").name() in colours(grid.canvas.sheet)
    assert grid.canvas.pictures is not None
    grid.show_pictures(grid.canvas.pictures, chosen=-1)
    assert Look().colour("outline").name() not in colours(grid.canvas.sheet)


def test_a_click_chooses_a_tile_and_a_gap_does_not(qtbot: QtBot, grid: PictureGrid) -> None:
    with qtbot.waitSignal(grid.tile_chosen) as caught:
        qtbot.mouseClick(grid.canvas.sheet, Qt.MouseButton.LeftButton, pos=centre(grid, 2))
    assert caught.args == [2]
    chosen: list[int] = []
    grid.tile_chosen.connect(chosen.append)
    gap = grid.canvas.tile_rect(0).topRight().toPoint() + QPoint(4, 5)
    qtbot.mouseClick(grid.canvas.sheet, Qt.MouseButton.LeftButton, pos=gap)
    assert chosen == []


def test_the_value_under_the_mouse_is_said_and_follows_new_pictures(qtbot: QtBot, grid: PictureGrid) -> None:
    rect = grid.canvas.tile_rect(0)
    qtbot.mouseMove(grid.canvas.sheet, rect.topLeft().toPoint() + QPoint(2, 2))
    assert grid.legend.readout == "map 0 · row 0, column 0 · −1"
    assert grid.canvas.sheet.toolTip() == grid.legend.readout
    grid.show_pictures(from_tiles(tiles_of(np.full((3, 4, 4), 0.5), signed=True), Scale("layer"), "map {}".format))
    assert grid.legend.readout == "map 0 · row 0, column 0 · 0.5"


def test_marks_have_a_colour_and_a_sign(qtbot: QtBot) -> None:
    grid = PictureGrid(Look())
    black = np.full((2, 9, 9), 0xFF000000, np.uint32)
    grid.show_pictures(Pictures(black, str, marks=(1, -1)))
    shown(qtbot, grid)
    image, look = picture(grid.canvas.sheet), Look()
    for tile, name in ((0, "good"), (1, "bad")):
        inside = grid.canvas.tile_rect(tile).adjusted(3, 3, -3, -3).toRect()
        found = {pixel.name() for pixel in pixels(image.copy(inside))}
        assert look.colour(name).name() in found, f"the sign of a {name} tile"


def test_what_does_not_fit_is_scrolled(qtbot: QtBot) -> None:
    grid = PictureGrid(Look())
    grid.show_pictures(Pictures(np.full((300, 20, 20), 0xFF808080, np.uint32), lambda hit: f"tile {hit.tile}"))
    shown(qtbot, grid)
    bar = grid.canvas.verticalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(bar.maximum())
    qtbot.mouseMove(grid.canvas.sheet, centre(grid, 299))
    assert grid.legend.readout == "tile 299"


def test_transparent_pixels_show_the_card(qtbot: QtBot) -> None:
    grid = PictureGrid(Look())
    grid.show_pictures(Pictures(np.zeros((1, 8, 8), np.uint32), str))
    shown(qtbot, grid)
    assert colours(grid.canvas.sheet) == {Look().colour("bar").name()}


def test_the_fixed_scale_keeps_the_range_it_was_chosen_with(qtbot: QtBot) -> None:
    control = ScaleControl()
    qtbot.addWidget(control)
    small, large = (tiles_of(size * np.ones((1, 2, 2)), signed=True) for size in (1, 5))
    assert control.scale_for(small, "c1") == Scale("layer")
    with qtbot.waitSignal(control.scale_changed):
        qtbot.keyClick(control, Qt.Key.Key_Down)
    assert control.scale_for(small, "c1").limits == (-1.0, 1.0)
    assert control.scale_for(large, "c1").limits == (-1.0, 1.0)
    assert control.scale_for(large, "c2").limits == (-5.0, 5.0)


# -- curves --


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    plot = CurvePlot(Look())
    plot.add_curve("train", "training", "training", smooth=True)
    plot.add_curve("validation", "validation", "validation")
    steps = np.arange(100.0)
    plot.set_points("train", steps, 2 - steps / 100)
    plot.set_points("validation", steps[::10], np.full(10, 0.5))
    shown(qtbot, plot)
    return plot


def test_curves_are_drawn_in_their_colours(plot: CurvePlot) -> None:
    found = colours(plot)
    assert {Look().colour("grid").name(), Look().colour("bar").name()} <= found
    assert len(found) > 10
    plot.set_points("validation", np.arange(3.0), np.array([1.0, 1.0, 1.0]))
    assert picture(plot) != picture(QWidget())


def test_smoothing_adds_an_overlay_and_leaves_the_raw_points(plot: CurvePlot) -> None:
    before = plot.curve("train").finite.values.tolist()
    plot.set_smoothing(0.9)
    assert len(plot.curve("train").average) == 100
    assert plot.curve("train").finite.values.tolist() == before
    assert len(plot.curve("validation").average) == 0
    assert "smoothed" in plot.values_at(50)


def test_the_mouse_reads_values(qtbot: QtBot, plot: CurvePlot) -> None:
    said: list[str] = []
    plot.hovered.connect(said.append)
    qtbot.mouseMove(plot, QPoint(200, 100))
    assert said[-1].startswith("step ") and "training 1." in said[-1] and "validation 0.5" in said[-1]


def wheel(plot: CurvePlot, delta: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    at = QPointF(200, 100)
    none, begin = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, plot.mapToGlobal(at), QPoint(), QPoint(0, delta), none, modifiers, begin, False)
    QApplication.sendEvent(plot, event)


def test_the_wheel_zooms_dragging_moves_and_a_double_click_fits(qtbot: QtBot, plot: CurvePlot) -> None:
    fitted = plot.shown_range()
    with qtbot.waitSignal(plot.zoomed):
        wheel(plot, 240)
    zoomed = plot.shown_range()
    assert zoomed.right - zoomed.left < fitted.right - fitted.left
    assert (zoomed.bottom, zoomed.top) == (fitted.bottom, fitted.top)
    wheel(plot, 240, Qt.KeyboardModifier.ControlModifier)
    assert plot.shown_range().top - plot.shown_range().bottom < fitted.top - fitted.bottom
    before = plot.shown_range()
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    qtbot.mouseMove(plot, QPoint(220, 100))
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=QPoint(220, 100))
    assert plot.shown_range().left < before.left
    assert plot.shown_range().right - plot.shown_range().left == pytest.approx(before.right - before.left)
    with qtbot.waitSignal(plot.zoomed):
        qtbot.mouseDClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    assert plot.shown_range() == fitted


def test_zooming_has_an_end(plot: CurvePlot) -> None:
    for _ in range(200):
        wheel(plot, 2400)
    assert plot.shown_range().right > plot.shown_range().left
    picture(plot)


def test_a_log_axis_leaves_out_what_is_not_positive(plot: CurvePlot) -> None:
    plot.set_points("validation", np.arange(200.0), np.linspace(-1, 1, 200))
    plot.set_log(True)
    shown = plot.shown_range()
    assert 10**shown.bottom <= 0.0051 and 10**shown.top >= 2
    assert len(colours(plot)) > 10


def test_lost_points_are_marked_and_said(plot: CurvePlot) -> None:
    bad = Look().colour("bad").name()
    assert bad not in colours(plot)
    plot.set_points("train", np.arange(101.0), np.append(2 - np.arange(100.0) / 100, np.nan))
    assert bad in colours(plot)


def test_new_points_paint_no_axis_anew_while_the_range_stays(plot: CurvePlot, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[str] = []
    draw = RoundAxis.generateDrawSpecs
    monkeypatch.setattr(RoundAxis, "generateDrawSpecs", lambda axis, p: painted.append(axis.orientation) or draw(axis, p))
    plot.set_points("train", np.arange(100.0), 2 - np.arange(100.0) / 100)
    plot.set_points("validation", np.arange(90.0), np.full(90, 0.7))
    for _ in range(4):
        QApplication.processEvents()
    assert painted == [] and plot.curve("validation").finite.values[-1] == 0.7
    plot.set_points("validation", np.arange(300.0), np.full(300, 0.7))
    for _ in range(4):
        QApplication.processEvents()
    assert "bottom" in painted


def test_a_hidden_plot_draws_nothing_until_it_is_seen(plot: CurvePlot, monkeypatch: pytest.MonkeyPatch) -> None:
    arranged: list[object] = []
    arrange = plot.arrange
    monkeypatch.setattr(plot, "arrange", lambda shown: (arranged.append(shown), arrange(shown)))
    plot.hide()
    plot.set_points("train", np.arange(200.0), np.ones(200))
    QApplication.processEvents()
    assert arranged == []
    plot.show()
    QApplication.processEvents()
    assert arranged


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("scale", [1.0, 1.6, 2.0])
def test_curves_follow_theme_and_scale_and_no_label_is_cut_off(qtbot: QtBot, theme: str, scale: float) -> None:
    look = Look("light" if theme == "dark" else "dark")
    plot = CurvePlot(look, log=True)
    plot.add_curve("a", "a", "training")
    plot.set_points("a", np.arange(1.0, 1001.0), np.linspace(1e-5, 2, 1000))
    shown(qtbot, plot, round(400 * scale), round(240 * scale))
    look.set_theme(theme)
    look.set_scale(scale)
    image, card = picture(plot), look.colour("bar").name()
    assert image.pixelColor(1, 1).name() == card
    assert plot.area().left() == 40 * scale
    edges = [(x, y) for y in range(image.height()) for x in (0, image.width() - 1)]
    assert all(image.pixelColor(x, y).name() == card for x, y in edges), "letters end before the edge"


def test_a_past_step_is_marked(plot: CurvePlot) -> None:
    before = picture(plot)
    plot.set_step_cursor(40)
    marked = picture(plot)
    assert marked != before
    plot.set_step_cursor(None)
    assert picture(plot) == before


def test_a_plot_with_a_single_point_or_none_is_drawn(qtbot: QtBot) -> None:
    plot = CurvePlot(Look(), log=True)
    plot.add_curve("train", "training", "training")
    shown(qtbot, plot)
    picture(plot)
    plot.set_points("train", np.array([1.0]), np.array([0.0]))
    picture(plot)
    plot.set_log(False)
    assert any(pixel.blue() - pixel.red() > 60 for pixel in pixels(picture(plot))), "the point is drawn in blue"


# -- recordings and bars --


class Counting(BarList):
    recorded = 0

    def record(self, painter):  # type: ignore[no-untyped-def]
        self.recorded += 1
        super().record(painter)


def test_hidden_widgets_record_nothing_and_many_changes_are_recorded_once(qtbot: QtBot) -> None:
    bars = Counting(Look())
    qtbot.addWidget(bars)
    bars.show_bars([Bar("0", 0.5, "50 %")])
    QApplication.processEvents()
    assert bars.recorded == 0
    shown(qtbot, bars)
    before = bars.recorded
    for share in range(10):
        bars.show_bars([Bar("0", share / 10, f"{share}0 %")])
    bars.show_bars([Bar("0", 0.9, "90 %")])
    QApplication.processEvents()
    assert bars.recorded == before + 1


def test_bars_are_as_long_as_their_share(qtbot: QtBot) -> None:
    bars = BarList(Look())
    shown(qtbot, bars)
    lengths = []
    for share in (0.25, 0.5):
        bars.show_bars([Bar("a", share, "x", "good")])
        image = picture(bars)
        lengths.append(sum(image.pixelColor(x, 10).name() == Look().colour("good").name() for x in range(image.width())))
    assert lengths[1] == pytest.approx(2 * lengths[0], abs=4)
    assert "a: x" in bars.toolTip()


def test_a_curve_follows_a_change_of_height_alone(qtbot: QtBot) -> None:
    plots = []
    for height in (240, 140):
        plot = CurvePlot(Look())
        plot.add_curve("a", "a", "training")
        plot.set_points("a", np.arange(50.0), np.linspace(1.0, 3.0, 50))
        plots.append(shown(qtbot, plot, 400, height))
    plots[1].resize(400, 240)
    assert picture(plots[1]) == picture(plots[0])


def test_the_same_pictures_are_put_together_once_and_others_anew(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    grid = shown(qtbot, PictureGrid(Look()), 300, 200)
    made: list[int] = []
    once = grid.canvas._put_together
    monkeypatch.setattr(grid.canvas, "_put_together", lambda: (made.append(1), once()))
    first = from_images(np.zeros((4, 1, 5, 5), np.uint8), str)
    grid.show_pictures(first)
    count = len(made)
    grid.show_pictures(first, chosen=2)
    assert len(made) == count
    grid.show_pictures(from_images(np.full((4, 1, 5, 5), 255, np.uint8), str))
    assert len(made) == count + 1
    assert QColor(255, 255, 255).name() in colours(grid.canvas.sheet)
