"""What the inspector says of a layer, as plain data and small HTML: arithmetic, changes downstream, health. No widgets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from engine.design.check import DesignReport, LayerReport
from engine.design.kinds import FormulaLine, LayerKind, compact, times
from engine.design.network import NetworkDesign
from engine.design.places import block_of, copy_of, inside, own_id
from engine.errors import DesignError
from engine.snapshot import History, Series
from engine.words import number, percent
from widgets.explanations import explain

HEALTHY_UPDATE = (1e-4, 1e-2)  # update : weight ratios around 1e-3 learn steadily
WILD_UPDATE = 0.3  # small networks take steps of a tenth of their weights at first, and learn well
RISING = 10  # a learning rate higher than so many steps before is still rising
MAX_CHANGES = 4


def formula_lines(parameters: LayerKind, report: LayerReport) -> tuple[FormulaLine, ...]:
    """The layer's arithmetic with its own numbers, then its costs and receptive field where they are not part of it."""
    if report.output_shape is None:
        return ()
    try:
        lines = list(parameters.formula(report.inputs))
    except DesignError:
        lines = []
    names = {line.name for line in lines}
    costs = report.costs
    if costs.params and "parameters" not in names:
        lines.append(FormulaLine("parameters", result=f"{costs.params:,}"))
    if costs.macs and "multiply-adds" not in names:
        lines.append(FormulaLine("multiply-adds", result=f"{costs.macs:,}"))
    if report.field and "receptive field" not in names:
        lines.append(FormulaLine("receptive field", result=times(report.receptive_field)))
    return tuple(lines)


def arithmetic_html(lines: Sequence[FormulaLine], number: str, strong: str) -> str:
    """The lines as preformatted HTML: symbols, below them the substituted numbers in colour ``number``, results bold."""
    return "<br>".join(row for line in lines for row in _rows(line, number, strong))


def _rows(line: FormulaLine, number: str, strong: str) -> list[str]:
    name, result = escape(line.name), f"<b style='color:{strong}'>{escape(line.result)}</b>" if line.result else ""
    coloured = _digits_coloured(line.numbers, number)
    if not line.symbols:
        return [" = ".join(part for part in (name, coloured, result) if part)]
    first = f"{name} = {escape(line.symbols)}"
    if not coloured:
        return [f"{first} = {result}" if result else first]
    return [first, "&nbsp;&nbsp;&nbsp;&nbsp;= " + " = ".join(part for part in (coloured, result) if part)]


def _digits_coloured(text: str, colour: str) -> str:
    return re.sub(r"\d[\d.,]*", lambda found: f"<span style='color:{colour}'>{found[0]}</span>", escape(text))


@dataclass(frozen=True)
class Change:
    """The output of layer ``id`` was ``before`` and is ``after``."""

    id: str
    before: str
    after: str

    def text(self) -> str:
        """The change in one line: "p1 12×14×14 → 12×13×13"."""
        return f"{self.id} {self.before} → {self.after}"


def changes_below(design: NetworkDesign, before: DesignReport, after: DesignReport, place: str) -> list[Change]:
    """The layers behind ``place`` whose output shape differs between two reports, those of ``design`` the later one: first in
    its block, then behind that, and so on outwards; in order."""
    return [
        Change(own_id(behind), _shape(before[behind]), _shape(after[behind]))
        for behind in (_behind(design, place) if place in design else ())
        if behind in before and before[behind].output_shape != after[behind].output_shape
    ]


def _behind(design: NetworkDesign, place: str) -> Iterator[str]:
    """The places behind ``place`` in its own block, then those behind the block."""
    while place:
        block = block_of(place)
        for spec in design.layers_in(block)[design.index(place) + 1 :]:
            yield inside(block, spec.id, copy_of(place))
        place = block


def _shape(report: LayerReport) -> str:
    return compact(report.output_shape) if report.output_shape else "does not fit" if report.error else "waits"


@dataclass(frozen=True)
class HealthLine:
    """One line of the health block; ``about`` names its explanation; ``verdict`` is good, warning or "" (nothing to say),
    ``remark`` says why."""

    name: str
    value: str
    about: str
    verdict: str = ""
    remark: str = ""

    @property
    def tip(self) -> str:
        """Its tooltip: what the number is, and why it is good or bad."""
        return "\n".join(part for part in (self.remark, explain(self.about)) if part)


def health_lines(history: History, id: str, step: float) -> list[HealthLine]:
    """What is known of a layer's health at ``step``; empty before the first training step."""

    def at(name: str) -> float | None:
        return history[f"layer/{id}/{name}"].until(step)

    lines = []
    if (norm := at("gradient_norm")) is not None:
        lines.append(HealthLine("gradient norm", number(norm, 2), "gradient_norm"))
    if (ratio := at("update_ratio")) is not None:
        lines.append(_update(ratio, learning_pace(history["learning_rate"], step)))
    mean, deviation = at("mean"), at("deviation")
    if mean is not None and deviation is not None:
        lines.append(HealthLine("activations", f"μ {number(mean, 2)}  σ {number(deviation, 2)}", "activations"))
    if (dead := at("dead")) is not None:
        verdict, remark = ("warning", "More than half never answer.") if dead > 0.5 else ("", "")
        lines.append(HealthLine("dead units", percent(dead, 0), "dead", verdict, remark))
    return lines


def learning_pace(rates: Series, step: float) -> float:
    """The learning rate at ``step`` as a share of the highest so far, 0..1; 0 while it rises, and in the first steps, which do
    not yet say: small steps may then be meant. 1 where no rate is known."""
    values = rates.values[: int(np.searchsorted(rates.steps, step, side="right"))]
    if not len(values):
        return 1.0
    now, highest = float(values[-1]), float(values.max())
    rises = len(values) <= RISING or now > float(values[-1 - RISING])
    return 0.0 if rises or highest <= 0 else now / highest


def _update(ratio: float, pace: float) -> HealthLine:
    """The size of one step relative to the weights: about 1e-3 is usual (Karpathy, CS231n notes) at the full learning rate, and
    as much less as that has fallen."""
    name, value = "update : weight", number(ratio, 2)
    low, high = HEALTHY_UPDATE
    if ratio > WILD_UPDATE:
        return HealthLine(name, value, "update_ratio", "warning", "Far above 0.001: it may diverge.")
    if ratio > high:
        return HealthLine(
            name, value, "update_ratio", "", "Large steps, as are usual early in training; they should get smaller."
        )
    if ratio >= low:
        return HealthLine(name, value, "update_ratio", "good", "Near 0.001: steady learning.")
    if ratio >= low * pace:
        return HealthLine(name, value, "update_ratio", "good", "Small because the schedule keeps the learning rate low here.")
    return HealthLine(name, value, "update_ratio", "warning", "Far below 0.001: it hardly learns.")


def health_html(lines: Sequence[HealthLine], colours: dict[str, str]) -> str:
    """The lines as preformatted HTML, names padded to one width."""
    width = max((len(line.name) for line in lines), default=0) + 1
    signs = {"good": " ✓", "warning": " !"}
    rows = []
    for line in lines:
        name = escape(line.name.ljust(width)).replace(" ", "&nbsp;")
        value = escape(line.value).replace("  ", "&nbsp; ")
        sign = f"<span style='color:{colours[line.verdict]}'>{signs[line.verdict]}</span>" if line.verdict else ""
        rows.append(f"{name} {value}{sign}")
    return "<br>".join(rows)
