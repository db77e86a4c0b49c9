"""Scatters and histograms, and plots as files: what is said, what is drawn, what is written."""

from __future__ import annotations

import csv
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets.common.curves import CurvePlot
from widgets.common.histogram import Histogram
from widgets.common.plane import Plane, Range
from widgets.common.scatter import ScatterPlot
from widgets.common.sharing import drawn_image, svg
from widgets.theme import Look

POINTS = np.array([[0.0, 0.1], [1.0, 0.8], [2.0, 2.3], [np.nan, 1.0]])


def shown(qtbot: QtBot, plot: Plane) -> None:
    qtbot.addWidget(plot)
    plot.resize(400, 240)
    plot.show()
    QApplication.processEvents()


def picture(plot: Plane, factor: float = 2.0) -> QImage:
    return drawn_image(lambda painter: plot.paint_on(painter, QSizeF(plot.size())), plot.size(), factor)


def drawing(plot: Plane) -> str:
    return svg(lambda painter: plot.paint_on(painter, QSizeF(plot.size())), plot.size(), "plot").decode()


def names(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def place(plot: Plane, x: float, y: float) -> QPoint:
    range, area = plot.shown_range(), plot.area()
    across, up = plot.per_pixel(range)
    return QPointF(area.left() + (x - range.left) / across, area.bottom() - (y - range.bottom) / up).toPoint()


@pytest.fixture
def scatter(qtbot: QtBot) -> ScatterPlot:
    plot = ScatterPlot(Look(), x_title="true", y_title="predicted", diagonal=True)
    plot.set_points(POINTS, labels=("a", "b", "c", "d"))
    shown(qtbot, plot)
    return plot


@pytest.fixture
def curves(qtbot: QtBot) -> CurvePlot:
    plot = CurvePlot(Look())
    plot.setAccessibleName("Loss over training steps")
    plot.add_curve("train", "training", "training", smooth=True)
    plot.add_curve("validation", "validation", "validation")
    steps = np.arange(20_000.0)
    values = 1 / (1 + steps) + np.pi
    values[7] = np.nan
    plot.set_points("train", steps, values)
    plot.set_points("validation", steps[::1000], values[::1000])
    shown(qtbot, plot)
    return plot


# -- scatter --


def test_the_mouse_says_which_point_it_is_and_a_click_chooses_it(qtbot: QtBot, scatter: ScatterPlot) -> None:
    said: list[str] = []
    scatter.hovered.connect(said.append)
    qtbot.mouseMove(scatter, place(scatter, 1.0, 0.8) + QPoint(3, 2))
    assert said[-1] == "b · true 1 · predicted 0.8"
    QApplication.processEvents()
    assert scatter.readout.words == said[-1]
    with qtbot.waitSignal(scatter.point_chosen) as caught:
        qtbot.mouseClick(scatter, Qt.MouseButton.LeftButton, pos=place(scatter, 2.0, 2.3))
    assert caught.args == [2]
    qtbot.mouseMove(scatter, place(scatter, 2.0, 0.5))
    assert said[-1] == ""


def test_a_drag_chooses_no_point(qtbot: QtBot, scatter: ScatterPlot) -> None:
    chosen: list[int] = []
    scatter.point_chosen.connect(chosen.append)
    qtbot.mousePress(scatter, Qt.MouseButton.LeftButton, pos=place(scatter, 1.0, 0.8) - QPoint(30, 0))
    qtbot.mouseMove(scatter, place(scatter, 1.0, 0.8))
    qtbot.mouseRelease(scatter, Qt.MouseButton.LeftButton, pos=place(scatter, 1.0, 0.8))
    assert chosen == [] and scatter.shown_range() != scatter.fitted_range()


def test_with_the_diagonal_both_axes_have_one_range(scatter: ScatterPlot) -> None:
    assert scatter.shown_range() == Range(0.0, 2.5, 0.0, 2.5)
    across = scatter.grab().toImage()
    free = ScatterPlot(Look())
    free.set_points(POINTS)
    assert free.fitted_range() != scatter.fitted_range()
    assert across.pixelColor(place(scatter, 1.7, 1.7)).name() != across.pixelColor(place(scatter, 1.7, 0.3)).name()


def test_points_have_their_colours_and_lost_ones_none(qtbot: QtBot) -> None:
    plot = ScatterPlot(Look())
    plot.set_points(POINTS, colours=("good", "bad", "bad", "warning"))
    shown(qtbot, plot)
    image, look = plot.grab().toImage(), Look()

    def hue(x: float, y: float) -> int:
        return image.pixelColor(place(plot, x, y)).hue()

    assert abs(hue(1.0, 0.8) - look.colour("bad").hue()) < 8
    assert abs(hue(0.0, 0.1) - look.colour("good").hue()) < 8
    found = {QColor(name).hue() for name in names(image) if QColor(name).saturation() > 120}
    assert not any(abs(hue - look.colour("warning").hue()) < 8 for hue in found)


def test_of_very_many_points_one_a_pixel_is_drawn_and_all_are_kept(qtbot: QtBot) -> None:
    plot = ScatterPlot(Look())
    plot.set_points(np.random.default_rng(0).normal(size=(50_000, 2)) * 1e-3 + [[5, 5]])
    shown(qtbot, plot)
    drawn = plot._items["accent"].getData()[0]
    assert 1000 < len(drawn) < 50_000
    assert len(plot.columns()[0].x) == 50_000


def test_points_of_another_shape_are_a_bug() -> None:
    with pytest.raises(ValueError, match=r"\(N, 2\)"):
        ScatterPlot(Look()).set_points(np.zeros((3, 3)))


def test_no_points_are_an_empty_chart(qtbot: QtBot) -> None:
    plot = ScatterPlot(Look())
    shown(qtbot, plot)
    qtbot.mouseMove(plot, QPoint(200, 100))
    assert plot.point_under(QPointF(200, 100)) is None


# -- histogram --


def test_bars_are_as_high_as_their_counts_and_say_them(qtbot: QtBot) -> None:
    plot = Histogram(Look(), x_title="weight", colour="good")
    plot.set_counts(np.array([-1.0, 0.0, 1.0]), np.array([1000.0, 500.0]))
    shown(qtbot, plot)
    image, good = plot.grab().toImage(), Look().colour("good").name()
    heights = [sum(image.pixelColor(place(plot, x, 0).x(), y).name() == good for y in range(image.height())) for x in (-0.5, 0.5)]
    assert heights[0] == pytest.approx(2 * heights[1], abs=4) and heights[1] > 50
    assert plot.words_at(-0.5, 0.0) == "weight −1 to 0 · 1,000"
    assert plot.words_at(1.5, 0.0) == ""
    with pytest.raises(ValueError, match="2 counts need 3 edges"):
        plot.set_counts(np.zeros(2), np.zeros(2))


# -- files --


def test_csv_holds_every_point_bit_by_bit(curves: CurvePlot) -> None:
    curves.set_smoothing(0.5)
    header, *rows = list(csv.reader(curves.numbers().encoded().decode().splitlines()))
    assert header == ["series", "step", "value"]
    training = [float(value) for name, _, value in rows if name == "training"]
    steps = np.arange(20_000.0)
    expected = 1 / (1 + steps) + np.pi
    expected[7] = np.nan
    np.testing.assert_array_equal(training, expected)
    assert sum(name == "validation" for name, *_ in rows) == 20
    assert sum(name == "training (smoothed)" for name, *_ in rows) == 19_999


@pytest.mark.parametrize("factor", [0.25, 1.0, 3.0])
def test_a_picture_is_as_fine_as_is_asked_for(curves: CurvePlot, factor: float) -> None:
    before = curves.grab().toImage()
    image = picture(curves, factor)
    assert (image.width(), image.height()) == (400 * factor, 240 * factor)
    assert len(names(image)) > 10
    assert curves.grab().toImage() == before, "the window is as it was"


def test_a_picture_is_twice_as_fine_as_the_screen_and_without_the_mouse(qtbot: QtBot, curves: CurvePlot) -> None:
    clean = picture(curves)
    qtbot.mouseMove(curves, QPoint(150, 80))
    qtbot.mouseMove(curves, QPoint(200, 100))
    QApplication.processEvents()
    assert curves.readout.words
    assert picture(curves) == clean
    assert curves.readout.words, "it is there again"
    assert (clean.width(), clean.height()) == (800, 480)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_an_svg_is_a_drawing_with_letters_that_looks_like_the_picture(qtbot: QtBot, theme: str) -> None:
    plot = ScatterPlot(Look(theme), x_title="true", y_title="predicted", diagonal=True)
    plot.set_points(POINTS, colours=("bad",) * 4)
    shown(qtbot, plot)
    text = drawing(plot)
    words = "".join(ElementTree.fromstring(text).itertext())
    assert "<image" not in text, "shapes, no pixels"
    assert "predicted" in words and "1.5" in words
    drawn = QImage(400, 240, QImage.Format.Format_RGB32)
    with QPainter(drawn) as painter:
        QSvgRenderer(text.encode()).render(painter)
    screen, look = plot.grab().toImage(), Look(theme)
    for x, y in POINTS[:3].tolist():
        found = [image.pixelColor(place(plot, x, y)) for image in (drawn, screen)]
        assert all(abs(colour.hue() - look.colour("bad").hue()) < 8 for colour in found)
    assert drawn.pixelColor(2, 2).name() == look.colour("bar").name()


def test_a_zoomed_curve_ends_at_the_chart_in_an_svg(qtbot: QtBot) -> None:
    plot = CurvePlot(Look())
    plot.add_curve("a", "a", "bad")
    plot.set_points("a", np.arange(100.0), np.linspace(0, 1, 100))
    shown(qtbot, plot)
    plot._show(Range(40.0, 60.0, 0.45, 0.5))
    root = ElementTree.fromstring(drawing(plot))
    svg, colour, area = "{http://www.w3.org/2000/svg}", Look().colour("bad").name(), plot.area().toRect()
    clips = {clip.get("id"): clip.find(f"{svg}*") for clip in root.iter(f"{svg}clipPath")}
    around = [
        clips[group.get("clip-path", "")[5:-1]]
        for group in root.iter(f"{svg}g")
        if group.get("clip-path") and any(inner.get("stroke") == colour and len(inner) for inner in group)
    ]
    assert around, "the curve is in a clipped group"
    for clip in around:
        assert clip is not None
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", str(clip.attrib))]
        assert max(numbers) <= area.right() + 2 and min(numbers) >= 0, clip.attrib
