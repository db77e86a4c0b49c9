"""What the inspector says, as plain data: arithmetic, changes, health, each worked out by hand."""

from __future__ import annotations

import re
from html import unescape

import numpy as np
import pytest

from engine.design.check import check
from engine.design.kinds import FormulaLine
from engine.design.network import NetworkDesign, layer
from engine.families import network
from engine.snapshot import History
from widgets.inspector.explain import arithmetic_html, changes_below, formula_lines, health_html, health_lines

DESIGN = network("residual_small")
REPORT = check(DESIGN)


def plain(html: str) -> list[str]:
    rows = html.split("<br>")
    return [unescape(re.sub(r"<[^>]*>", "", row)).replace("\xa0", " ") for row in rows]


def test_the_arithmetic_of_a_convolution() -> None:
    html = arithmetic_html(formula_lines(DESIGN["c1"].parameters, REPORT["c1"]), "#00f", "#fff")
    rows = plain(html)
    assert rows[0] == "out = ⌊(W − F + 2P)/S⌋ + 1"
    assert rows[1] == "    = ⌊(28 − 5 + 2·2)/1⌋ + 1 = 28"
    assert "    = 5·5·1·12 + 12 = 312" in rows
    assert any(row.startswith("multiply-adds") for row in rows)
    assert rows[-1] == "receptive field = 5 × 5"
    assert "<b style='color:#fff'>312</b>" in html
    assert "<span style='color:#00f'>28</span>" in html


def test_costs_and_field_follow_where_the_kind_has_no_formula() -> None:
    flat = formula_lines(DESIGN["flat"].parameters, REPORT["flat"])
    assert flat[-1] == FormulaLine("receptive field", result="10 × 10")
    names = [line.name for line in formula_lines(DESIGN["out"].parameters, REPORT["out"])]
    assert names.count("parameters") == names.count("multiply-adds") == 1


def test_a_misfit_has_no_arithmetic() -> None:
    broken = DESIGN.with_parameters("p1", kernel=40)
    assert formula_lines(broken["p1"].parameters, check(broken)["p1"]) == ()


def test_what_a_kind_says_is_escaped() -> None:
    html = arithmetic_html([FormulaLine("a<b", "x<y", "1<2", "<3>")], "#00f", "#fff")
    assert "x&lt;y" in html and "&lt;3&gt;" in html and "<3>" not in html


def test_changes_downstream() -> None:
    smaller = DESIGN.with_parameters("c1", kernel=9)  # 28 + 4 - 9 + 1 = 24
    changes = changes_below(smaller, REPORT, check(smaller), "c1")
    assert [change.text() for change in changes][:3] == [
        "r1 12×28×28 → 12×24×24",
        "p1 12×14×14 → 12×12×12",
        "c2 12×14×14 → 12×12×12",
    ]
    assert changes[-1].text() == "flat 2352 → 1728"
    assert changes_below(DESIGN, REPORT, REPORT, "c1") == []


def test_changes_into_a_misfit() -> None:
    other = DESIGN.with_parameters("c2", padding=0)
    assert [change.text() for change in changes_below(other, REPORT, check(other), "c2")] == [
        "r2 12×14×14 → 12×12×12",
        "sum 12×14×14 → does not fit",
        "flat 2352 → waits",
        "out 10 → waits",
    ]


def history() -> History:
    made = History()
    for name, values in (
        ("gradient_norm", [0.5, 0.0021]),
        ("update_ratio", [0.5, 9e-4]),
        ("mean", [0.0, 0.14]),
        ("deviation", [1.0, 0.31]),
        ("dead", [0.0, 0.75]),
    ):
        made.extend(f"layer/c1/{name}", [0, 10], values)
    return made


def test_health_at_a_step() -> None:
    lines = health_lines(history(), "c1", float("inf"))
    assert [(line.name, line.value, line.verdict) for line in lines] == [
        ("gradient norm", "0.0021", ""),
        ("update : weight", "9e−4", "good"),
        ("activations", "μ 0.14  σ 0.31", ""),
        ("dead units", "75 %", "warning"),
    ]
    early = health_lines(history(), "c1", 5)
    assert (early[0].value, early[1].verdict) == ("0.5", "warning")
    assert "diverge" in early[1].remark
    assert health_lines(history(), "c2", 5) == []
    assert health_lines(history(), "c1", -1) == []


@pytest.mark.parametrize("step", [0, 20, 100, 500, 900, 990, 999])
def test_a_healthy_run_has_no_warning_to_its_cosine_end(step: int) -> None:
    """Steps get as small as the schedule makes them, at the warm beginning and at the cold end."""
    steps = np.arange(1000.0)
    rates = 0.1 * np.minimum((steps + 1) / 50, 0.5 + 0.5 * np.cos(np.pi * steps / 1000))
    run = History()
    run.extend("learning_rate", steps, rates)
    run.extend("layer/c1/update_ratio", steps, 2e-3 * rates / rates.max())
    (line,) = health_lines(run, "c1", step)
    assert line.verdict == "good", line


def test_the_large_first_steps_of_a_small_network_are_no_warning() -> None:
    """As measured in the example that the window opens with, which learns well."""
    run = History()
    run.extend("layer/c1/update_ratio", [1, 2, 5, 10, 100], [0.093, 0.13, 0.12, 0.054, 0.0145])
    assert [health_lines(run, "c1", step)[0].verdict for step in (1, 2, 5, 10, 100)] == [""] * 5


def test_a_layer_that_hardly_learns_is_warned_of_though_the_rate_has_fallen() -> None:
    steps = np.arange(1000.0)
    run = History()
    run.extend("learning_rate", steps, 0.1 * (0.5 + 0.5 * np.cos(np.pi * steps / 1000)))
    run.extend("layer/c1/update_ratio", steps, np.full(1000, 1e-6))
    assert [health_lines(run, "c1", step)[0].verdict for step in (100, 500)] == ["warning", "warning"]
    run = History()
    run.extend("layer/c1/update_ratio", [1], [1e-6])
    assert health_lines(run, "c1", 1)[0].verdict == "warning", "without a schedule too"


def test_health_names_are_padded_to_one_width() -> None:
    rows = plain(health_html(health_lines(history(), "c1", 10), {"good": "#0f0", "warning": "#fa0"}))
    assert rows[0] == "gradient norm    0.0021"
    assert rows[1] == "update : weight  9e−4 ✓"


def test_vectors_have_no_receptive_field() -> None:
    design = NetworkDesign("", (4,), (layer("a", "linear", units=3),))
    names = [line.name for line in formula_lines(design["a"].parameters, check(design)["a"])]
    assert "receptive field" not in names
