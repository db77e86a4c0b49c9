"""The drawer of kinds beside the drawing, and the figure that each kind has."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.design.kinds import LAYER_KINDS
from tests.widgets.drawn.bench import Bench, small
from widgets.network.kind_figures import draw_kind
from widgets.theme import Look


def picture(kind: str, category: str) -> QImage:
    image = QImage(36, 36, QImage.Format.Format_RGB32)
    image.fill(0)
    with QPainter(image) as painter:
        draw_kind(painter, kind, category, QRectF(2, 2, 32, 32), Look())
    return image


@pytest.mark.parametrize("kind", LAYER_KINDS.entries(), ids=list(LAYER_KINDS))
def test_every_kind_has_a_figure(kind) -> None:  # type: ignore[no-untyped-def]
    assert picture(kind.kind, kind.category) != picture("", "")


def test_kinds_of_one_category_differ() -> None:
    activations = ["relu", "tanh", "sigmoid", "gelu", "step", "softmax"]
    pictures = [picture(kind, "activation") for kind in activations]
    assert all(one != other for at, one in enumerate(pictures) for other in pictures[:at])


def test_it_folds_by_its_button_and_where_there_is_no_room(qtbot: QtBot, qapp: QApplication) -> None:
    bench = Bench(qtbot, small())
    drawer = bench.drawing.drawer
    assert drawer.is_open and drawer.kinds.isVisible()
    before = bench.canvas.width()
    drawer.button.click()
    QApplication.processEvents()
    assert not drawer.kinds.isVisible() and bench.canvas.width() > before
    drawer.button.click()
    bench.view.resize(400, 600)
    QApplication.processEvents()
    assert drawer.is_open, "who opened it keeps it open"


def test_in_a_narrow_card_it_is_folded_until_it_is_asked_for(qtbot: QtBot) -> None:
    bench = Bench(qtbot, small())
    bench.view.resize(400, 600)
    QApplication.processEvents()
    assert not bench.drawing.drawer.is_open
    bench.view.resize(900, 600)
    QApplication.processEvents()
    assert bench.drawing.drawer.is_open


def test_search_and_enter_choose_a_kind(qtbot: QtBot) -> None:
    bench = Bench(qtbot, small())
    kinds = bench.drawing.drawer.kinds
    chosen: list[str] = []
    kinds.chosen.connect(chosen.append)
    QTest.keyClicks(kinds.search, "gelu")
    QTest.keyClick(kinds.search, Qt.Key.Key_Return)
    assert chosen == ["gelu"]
