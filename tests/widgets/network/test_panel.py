"""The panel as a picture and as a follower: what is painted where, what stays selected, what painting costs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.design.network import NetworkDesign, layer
from engine.families import network
from engine.snapshot import History
from tests.helpers.contrast import contrast
from tests.widgets.network.bench import Bench


def has_colour(image: QImage, colour: QColor, left: int, top: int, right: int, bottom: int) -> bool:
    """Whether a pixel of the box is of ``colour``, up to rounding."""
    wanted = np.array([colour.red(), colour.green(), colour.blue()])
    for y in range(top, bottom):
        for x in range(left, right):
            pixel = image.pixelColor(x, y)
            if np.abs(np.array([pixel.red(), pixel.green(), pixel.blue()]) - wanted).max() <= 2:
                return True
    return False


def card_box(bench: Bench, id: str) -> tuple[int, int, int, int]:
    box = bench.panel.list.cards.geometry.card(bench.panel.list.row_rect(bench.row(id))).toRect()
    return box.left(), box.top(), box.right(), box.bottom()


def picture(bench: Bench) -> QImage:
    return bench.view.grab().toImage()


def test_dots_and_stripes_have_the_category_colour(bench: Bench) -> None:
    image = picture(bench)
    for id, category in (("c1", "convolution"), ("r1", "activation"), ("p1", "pooling"), ("sum", "joining"), ("out", "linear")):
        assert image.pixelColor(bench.dot(id)) == bench.look.colour(category)
        left, top, _, bottom = card_box(bench, id)
        assert image.pixelColor(left + 1, (top + bottom) // 2) == bench.look.colour(category)


def test_the_skip_connection_is_a_lane_beside_the_main_line(bench: Bench) -> None:
    image = picture(bench)
    geometry = bench.panel.list.cards.geometry
    for id, there in (("c1", False), ("c2", True), ("r2", True), ("flat", False)):
        rect = bench.panel.list.row_rect(bench.row(id))
        x, y = int(geometry.lane_x(rect, 0)), rect.center().y()
        assert has_colour(image, bench.look.colour("joining"), x - 2, y, x + 3, y + 1) == there


def test_several_skips_make_the_gutter_wider(qtbot: QtBot) -> None:
    narrow = Bench(qtbot, network("residual_small"))
    layers = [layer("a", "relu"), layer("b", "relu"), layer("c", "add", ("b", "@in")), layer("d", "add", ("c", "a"))]
    wide = Bench(qtbot, NetworkDesign("", (1, 8, 8), tuple(layers)))
    assert wide.panel.list.cards.geometry.gutter > narrow.panel.list.cards.geometry.gutter


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_misfit_is_outlined_and_explained_in_red(qtbot: QtBot, theme: str) -> None:
    bench = Bench(qtbot, network("residual_small").with_parameters("p1", kernel=40))
    bench.look.set_theme(theme)
    image, red = picture(bench), bench.look.colour("bad")
    left, top, right, bottom = card_box(bench, "p1")
    assert image.pixelColor((left + right) // 2, bottom) == red  # the outline
    assert has_colour(image, red, left + 12, top + 20, left + 40, bottom - 4)  # the badge
    assert not has_colour(image, red, *card_box(bench, "c1"))
    assert bench.panel.totals.text() == "1 layer does not fit"


def test_the_input_card_shows_the_data_set(bench: Bench) -> None:
    bench.panel.set_input_note("MNIST digits")
    assert bench.panel.model.card(0).summary == "MNIST digits"


def test_edits_from_elsewhere_keep_selection_without_a_signal(bench: Bench) -> None:
    bench.click("c2")
    emitted: list[list[str]] = []
    bench.panel.selection_changed.connect(emitted.append)
    bench.session.apply("", lambda design: design.without(["c1"]))
    assert bench.panel.selected_ids() == ["c2"]
    bench.session.apply("", lambda design: design.moved(["c2"], 0))
    assert bench.panel.selected_ids() == ["c2"]
    assert bench.row("c2") == 1
    bench.session.apply("", lambda design: design.with_parameters("c2", filters=5))
    assert bench.panel.selected_ids() == ["c2"]
    assert emitted == []


def test_removing_the_selected_layer_selects_what_took_its_place(bench: Bench) -> None:
    bench.click("r1")
    bench.key(Qt.Key.Key_Delete)
    assert bench.panel.selected_ids() == ["p1"]


def test_an_empty_selection_is_the_input(bench: Bench) -> None:
    bench.click("c1")
    bench.panel.set_selection([])
    assert bench.panel.selected_ids() == []
    assert bench.panel.list.currentIndex().row() == 0
    bench.panel.set_selection(["gone", "c2"])
    assert bench.panel.selected_ids() == ["c2"]


def history(points: int, design: NetworkDesign) -> History:
    made = History()
    steps = np.arange(points)
    for spec in design.layers:
        made.extend(f"layer/{spec.id}/gradient_norm", steps, np.linspace(1e-1, 2e-3, points))
        made.extend(f"layer/{spec.id}/dead", steps, np.linspace(0, 0.3, points))
    return made


class Painted(QObject):
    """What regions of a widget were painted."""

    def __init__(self) -> None:
        super().__init__()
        self.region = QRegion()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.region = self.region.united(event.region())
        return False


def test_new_health_paints_only_the_health_lines(bench: Bench) -> None:
    QApplication.processEvents()
    numbers, painted = history(40, bench.design), Painted()
    bench.view.installEventFilter(painted)
    bench.panel.set_history(numbers, float("inf"))
    QApplication.processEvents()
    geometry = bench.panel.list.cards.geometry
    line = geometry.line(bench.panel.list.row_rect(bench.row("c1")), 2)
    assert painted.region.contains(line.center())
    assert not painted.region.contains(geometry.line(bench.panel.list.row_rect(bench.row("c1")), 0).center())
    assert not painted.region.contains(bench.card("p1"))  # no weights, no health
    bench.view.removeEventFilter(painted)


def test_nothing_is_painted_where_no_number_is_new(bench: Bench) -> None:
    numbers = history(40, bench.design)
    bench.panel.set_history(numbers, float("inf"))
    QApplication.processEvents()
    painted = Painted()
    bench.view.installEventFilter(painted)
    bench.panel.set_history(numbers, float("inf"))
    QApplication.processEvents()
    assert painted.region.isEmpty()
    numbers.extend("layer/c1/gradient_norm", [40], [1.0])
    bench.panel.set_history(numbers, float("inf"))
    QApplication.processEvents()
    assert painted.region.contains(bench.panel.list.cards.geometry.line(bench.panel.list.row_rect(1), 2).center())
    bench.view.removeEventFilter(painted)


def test_the_curve_appears_and_belongs_to_the_step(bench: Bench) -> None:
    line = bench.panel.list.cards.geometry.line(bench.panel.list.row_rect(1), 2)
    blue = bench.look.colour("outline")
    assert not has_colour(picture(bench), blue, line.left(), line.top(), line.right(), line.bottom())
    bench.panel.set_history(history(40, bench.design), float("inf"))
    live = picture(bench)
    assert has_colour(live, blue, line.left(), line.top(), line.right(), line.bottom())
    bench.panel.set_history(bench.panel.model.history, 5.0)
    assert picture(bench) != live


def test_a_diverged_run_draws_without_a_warning(bench: Bench) -> None:
    numbers = History()
    numbers.extend("layer/c1/gradient_norm", range(6), [1.0, np.inf, np.nan, np.nan, 0.0, np.nan])
    numbers.extend("layer/c2/gradient_norm", range(2), [np.nan, np.nan])
    bench.panel.set_history(numbers, float("inf"))
    assert not picture(bench).isNull()


def test_every_row_is_reachable_in_a_long_list(qtbot: QtBot) -> None:
    layers = tuple(layer(f"r{number}", "relu") for number in range(60))
    bench = Bench(qtbot, NetworkDesign("", (8,), layers), size=(350, 500))
    bench.panel.set_selection(["r59"])
    QApplication.processEvents()
    assert bench.view.rect().contains(bench.card("r59"))
    assert bench.panel.add_button.geometry().bottom() <= bench.panel.height()
    bench.click("r59")
    assert bench.panel.selected_ids() == ["r59"]


def test_the_presentation_scale_enlarges_rows(bench: Bench) -> None:
    before = bench.panel.list.row_rect(1).height()
    bench.look.set_scale(1.6)
    QApplication.processEvents()
    assert bench.panel.list.row_rect(1).height() == pytest.approx(1.6 * before, abs=2)
    assert bench.panel.list.content_height() >= 9 * bench.panel.list.row_rect(1).height() - 1


def test_a_click_on_empty_space_selects_nothing_wrong(bench: Bench) -> None:
    bench.click("c1")
    assert bench.panel.list.dot_at(QPoint(300, 30)) == -1
    assert bench.panel.list.dot_at(bench.dot("c1")) == 1


def test_lenet_fits_a_window_of_1000_pixels_with_all_that_its_cards_say(qtbot: QtBot) -> None:
    """12 layers and the input, between a top bar of 46 pixels and a transport of 92."""
    bench = Bench(qtbot, network("lenet5"), (350, 1000 - 46 - 92))
    assert len(bench.design.layers) == 12
    assert not bench.panel.list.verticalScrollBar().maximum(), "nothing is scrolled"
    bottom = bench.panel.add_button.mapTo(bench.panel, bench.panel.add_button.rect().bottomLeft()).y()
    assert bottom < bench.panel.height()
    geometry = bench.panel.list.cards.geometry
    row = bench.panel.list.row_rect(1)
    lines = [geometry.line(row, number) for number in range(3)]
    assert all(row.contains(line) for line in lines) and lines[2].bottom() < row.top() + geometry.card_height
    assert all(above.bottom() < below.top() for above, below in pairwise(lines)), "three lines, one below the other"
    assert geometry.metrics["text"].ascent() + geometry.metrics["text"].descent() <= lines[1].height() + 2


def test_a_card_that_waits_can_be_read(qtbot: QtBot) -> None:
    """It was painted at 0.6 opacity: 2.99 to 1."""
    bench = Bench(qtbot, network("residual_small"))
    bench.session.apply("Break it", lambda design: design.with_parameters("c1", kernel=40))
    QApplication.processEvents()
    row = bench.panel.model.row_of("r1")
    assert bench.panel.model.card(row).blocked == "waits for c1"
    line = bench.panel.list.cards.geometry.line(bench.panel.list.row_rect(row), 1)
    pixels = bench.panel.list.viewport().grab(line).toImage()
    found = [pixels.pixelColor(x, y) for x in range(pixels.width()) for y in range(pixels.height())]
    assert max(contrast(colour, bench.look.colour("card")) for colour in found) >= 4.5


def test_cards_are_as_wide_after_a_change_of_size_as_before(bench: Bench) -> None:
    """Beside a scroll bar they are narrower; that was forgotten with every change of the look."""
    bench.panel.resize(350, 300)
    QApplication.processEvents()
    before = bench.panel.list.cards.geometry.right_margin
    bench.look.set_scale(1.6)
    bench.look.set_scale(1.0)
    QApplication.processEvents()
    assert bench.panel.list.verticalScrollBar().maximum() and bench.panel.list.cards.geometry.right_margin == before == 4
