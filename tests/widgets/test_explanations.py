"""Every number, colour and warning on screen says what it means, in one table of plain sentences."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.colours import colour_table
from engine.design.check import check
from tests.widgets import made_up
from widgets.dock import ViewDock
from widgets.explanations import EXPLANATIONS, explain, groups
from widgets.inspector import HelpPanel, Inspector
from widgets.network.cards import card_of
from widgets.network.folding import Folding
from widgets.network.rows import Rows
from widgets.probe_panel.facts_table import FactsTable
from widgets.theme import Look
from widgets.transport import Transport
from widgets.viewing.base import VIEWS, Focus


def tip_at(widget: QWidget, place: QPoint) -> str:
    """The tooltip that Qt shows there: of the innermost widget that has one."""
    found = widget.childAt(place) or widget
    while not found.toolTip() and found is not widget:
        found = found.parentWidget() or widget
    return found.toolTip()


@pytest.mark.parametrize("name", list(EXPLANATIONS))
def test_an_explanation_is_one_to_three_plain_sentences(name: str) -> None:
    text = explain(name)
    assert text[:1].isupper() and text.endswith(".") and len(text) < 300
    assert 1 <= len(re.findall(r"[.!?](?=\s|$)", text)) <= 3
    assert EXPLANATIONS[name].title


def test_what_can_be_healthy_says_what_is() -> None:
    for about in ("Curves", "Health"):
        for each in groups()[about]:
            assert re.search("[Hh]ealthy|helps|best", each.text), each.title


@pytest.mark.parametrize("table", ["diverging", "sequential", "grey"])
def test_every_colour_table_is_explained(table: str) -> None:
    assert len(colour_table(table)) and explain(table)


def test_each_figure_of_the_run_has_its_own_explanation(qtbot: QtBot) -> None:
    bar = Transport(Look())
    qtbot.addWidget(bar)
    bar.resize(1280, 92)
    bar.set_progress(300, 1000, 1.5, 5, 14_820.0, 0.011, 18.0)
    bar.show()
    QApplication.processEvents()
    tips = [tip_at(bar.figures, place.center()) for place in bar.figures.places()]
    assert tips == [explain(name) for name in ("speed", "capture", "epoch", "left")]


def test_each_line_of_health_says_what_it_is_and_why_it_warns(qtbot: QtBot) -> None:
    inspector = Inspector(Look())
    qtbot.addWidget(inspector)
    inspector.resize(300, 1000)
    design = made_up.design()
    inspector.show_layer(design, check(design), "c1")
    history = made_up.history()
    for name, value in (("gradient_norm", 0.1), ("update_ratio", 0.5), ("mean", 0.0), ("deviation", 1.0), ("dead", 0.75)):
        history.extend(f"layer/c1/{name}", [10], [value])
    inspector.set_health(history, 20)
    inspector.show()
    qtbot.wait(20)
    label = inspector.health.label
    tips = [tip_at(label, QPoint(20, round(label.height() * (row + 0.5) / 4))) for row in range(4)]
    for tip, name in zip(tips, ("gradient_norm", "update_ratio", "activations", "dead"), strict=True):
        assert explain(name) in tip
    assert tips[1].startswith("Far above 0.001") and tips[3].startswith("More than half")


def test_cards_explain_their_small_curve() -> None:
    design = made_up.design()
    report = check(design)
    rows = Rows(design, Folding())
    cards = [card_of(rows, report, row, "digits") for row in range(len(rows))]
    tips = {card.id: card.tip for card in cards}
    assert explain("gradient_norm") in tips["c1"] and explain("sparkline") in tips["c1"]
    assert explain("dead") in tips["a1"]
    assert explain("sparkline") not in tips["f"]


@pytest.mark.parametrize("kind", VIEWS.entries(), ids=list(VIEWS))
def test_a_card_explains_its_view_its_key_and_its_legend(kind: type, qtbot: QtBot) -> None:
    view = kind(Look())
    dock = ViewDock(view.look, view)
    qtbot.addWidget(dock)
    view.show_snapshot(made_up.snapshot(), Focus("c1", 3))
    assert view.help in dock.header.toolTip() and view.subtitle in dock.header.toolTip()
    for words, _ in view.key:
        assert explain(words) in dock.header.toolTip()
    grid = getattr(view, "grid", None) or getattr(view, "picture", None)
    legend = grid.canvas.pictures.legend if grid is not None else None
    if legend is not None:
        assert explain(legend.table) in grid.legend.toolTip() and legend.high in grid.legend.toolTip()


def test_the_facts_of_an_answer_are_explained(qtbot: QtBot) -> None:
    from engine.probing.facts import Fact

    table = FactsTable(Look())
    qtbot.addWidget(table)
    table.show_facts([Fact("lowest probability", "34", "%"), Fact("lowest at", "1, 2", "row, column"), Fact("my own", "3")])
    tips = [table.item(row, 1).toolTip() for row in range(3)]  # type: ignore[union-attr]
    assert explain("probability") in tips[0] and explain("lowest_at") in tips[1] and tips[2] == "my own: 3"


def test_all_of_it_stands_on_one_page(qtbot: QtBot) -> None:
    page = HelpPanel(Look())
    qtbot.addWidget(page)
    page.show_explanations()
    text = " ".join(page.toPlainText().split())
    assert all(each.text in text for each in EXPLANATIONS.values())


def test_tips_of_parts_go_on_to_their_owner(qtbot: QtBot) -> None:
    from widgets.common.tip_zones import TipZones

    owner = QWidget()
    qtbot.addWidget(owner)
    owner.resize(100, 40)
    zones = TipZones(owner)
    zones.place([(QRect(0, 0, 50, 40), "left"), (QRect(50, 0, 50, 40), "right")])
    owner.show()
    assert (tip_at(owner, QPoint(10, 10)), tip_at(owner, QPoint(60, 10))) == ("left", "right")
    zones.place([(QRect(0, 0, 100, 40), "all")])
    assert (tip_at(owner, QPoint(10, 10)), tip_at(owner, QPoint(60, 10))) == ("all", "all")
