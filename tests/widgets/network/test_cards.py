"""What cards say, and what the list tells a screen reader."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from engine.design.check import check
from engine.design.kinds import Costs
from engine.design.network import NetworkDesign, layer
from engine.families import network
from tests.widgets.network.bench import Bench
from widgets.network.cards import Card, card_of, totals
from widgets.network.folding import Folding
from widgets.network.rows import Rows


def cards(design: NetworkDesign) -> list[Card]:
    report, rows = check(design), Rows(design, Folding())
    return [card_of(rows, report, row, "MNIST") for row in range(len(rows))]


def all_cards(design: NetworkDesign) -> dict[str, Card]:
    return {card.id: card for card in cards(design)}


def test_cards_of_the_small_residual_network() -> None:
    made = all_cards(network("residual_small"))
    assert (made[""].title, made[""].summary, made[""].shape) == ("Input", "MNIST", "1 × 28 × 28")
    c1 = made["c1"]
    assert (c1.title, c1.label, c1.summary) == ("Convolution", "c1", "5×5 · 12 filters · pad 2")
    assert (c1.shape, c1.params, c1.series) == ("12 × 28 × 28", "312 params", "gradient_norm")
    assert (made["r1"].series, made["r1"].params) == ("dead", "")
    assert made["p1"].series == ""
    assert made["sum"].summary.endswith("+ Max pooling")
    assert made["flat"].shape == "2352"


def test_an_id_that_repeats_the_title_is_not_shown() -> None:
    design = NetworkDesign("", (4,), (layer("relu1", "relu"), layer("linear", "linear"), layer("head", "linear")))
    assert [card.label for card in cards(design)] == ["", "", "", "head"]


def test_a_misfit_blocks_what_is_below() -> None:
    made = all_cards(network("residual_small").with_parameters("p1", kernel=40))
    assert "40" in made["p1"].problem
    assert made["p1"].advice
    assert made["p1"].advice in made["p1"].tip
    assert made["c2"].blocked == "waits for p1"
    assert made["c1"].problem == made["c1"].blocked == ""


def test_a_layer_that_reads_elsewhere_says_so() -> None:
    design = NetworkDesign("", (4,), (layer("a", "relu"), layer("b", "tanh"), layer("c", "relu", ("a",))))
    assert all_cards(design)["c"].summary == "from ReLU"
    assert "Nothing reads" in all_cards(design)["b"].note


def test_totals() -> None:
    assert totals(Costs(25_150, 512_736, 0), 0) == "25,150 parameters · 0.51 M MACs"
    assert totals(Costs(), 1) == "1 layer does not fit"
    assert totals(Costs(), 3) == "3 layers do not fit"


def test_screen_readers_find_every_row_by_name(bench: Bench) -> None:
    interface = QAccessible.queryAccessibleInterface(bench.panel.list)
    assert interface is not None
    names = [interface.child(row).text(QAccessible.Text.Name) for row in range(interface.childCount())]
    assert len(names) == 9
    assert names[0].startswith("Input")
    assert names[1] == "Convolution c1, 5×5 · 12 filters · pad 2, output 12 × 28 × 28, 312 params"


def test_the_tooltip_of_a_misfit_has_the_whole_sentence(qtbot: QtBot) -> None:
    bench = Bench(qtbot, network("residual_small").with_parameters("p1", kernel=40))
    tip = bench.panel.model.index(3).data(Qt.ItemDataRole.ToolTipRole)
    error = bench.session.report["p1"].error
    assert error is not None
    assert error.suggestion in tip
