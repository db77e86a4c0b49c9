"""A very long network costs an edit no more than what is seen of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.design.network import NetworkDesign, layer
from tests.widgets.network.bench import Bench
from widgets.network import model
from widgets.network.model import LayerListModel

LAYERS = 2000


@pytest.fixture
def long(qtbot: QtBot) -> Iterator[Bench]:
    convolutions = (layer(f"c{number}", "conv2d", filters=2, kernel=3, padding=1) for number in range(LAYERS))
    bench = Bench(qtbot, NetworkDesign("long", (1, 8, 8), tuple(convolutions)))
    yield bench
    bench.session.undo_stack.clear()


def widen(bench: Bench) -> None:
    """Every layer's shape becomes another."""
    assert bench.session.apply("Set padding", lambda design: design.with_parameters("c0", padding=3))
    QApplication.processEvents()


def test_only_the_cards_that_are_seen_are_made(long: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    real = model.card_of
    monkeypatch.setattr(model, "card_of", lambda rows, report, row, note: made.append(row) or real(rows, report, row, note))
    widen(long)
    seen = len(long.panel.list.visible_rows())
    assert set(long.panel.list.visible_rows()) <= set(made) and len(made) <= 2 * seen


def test_nothing_is_laid_out_anew_where_no_row_comes_or_goes(long: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    real = LayerListModel.rowCount
    monkeypatch.setattr(LayerListModel, "rowCount", lambda self, parent=None: asked.append(1) or real(self, parent))
    long.panel.model.rowCount()
    assert asked
    widen(long)
    assert len(asked) < LAYERS / 4


def test_the_cards_that_are_seen_are_up_to_date(long: Bench) -> None:
    assert long.panel.model.card(3).shape == "2 × 8 × 8"
    widen(long)
    assert long.panel.model.card(3).shape == long.panel.model.card(LAYERS).shape == "2 × 12 × 12"


def test_a_layer_is_found_by_its_id_without_asking_any_card(long: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "card_of", lambda *_: pytest.fail("a card was made"))
    assert long.panel.model.row_of(f"c{LAYERS - 1}") == LAYERS and long.panel.model.row_of("nobody") == -1
    assert long.panel.model.place_at(LAYERS) == f"c{LAYERS - 1}" and long.panel.model.place_at(LAYERS + 1) == ""
