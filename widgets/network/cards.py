"""What each card of the network list says: plain texts from a design and its report, no painting."""

from __future__ import annotations

from dataclasses import dataclass

from engine.design.check import DesignReport, LayerReport
from engine.design.kinds import Costs, Shape, times
from engine.design.network import NETWORK_INPUT, LayerSpec, NetworkDesign
from engine.words import counted, large
from widgets.explanations import explain
from widgets.network.lanes import RowLanes, allocate, rows


@dataclass(frozen=True)
class Card:
    """One row: ``id`` is "" for the input. ``series`` and ``prefix`` say which health number is shown ("" = none)."""

    id: str
    title: str
    category: str
    label: str = ""  # the id, where it tells more than the title
    summary: str = ""
    shape: str = ""
    params: str = ""
    problem: str = ""
    advice: str = ""
    blocked: str = ""
    note: str = ""
    series: str = ""
    fix: str = ""  # what a click on its button does about the problem

    @property
    def spoken(self) -> str:
        """The whole card in one line, for screen readers."""
        parts = [f"{self.title} {self.id}".strip(), self.summary, f"output {self.shape}" if self.shape else ""]
        parts += [self.params, self.blocked, self.note, f"does not fit: {self.problem}" if self.problem else ""]
        return ", ".join(part for part in parts if part)

    @property
    def tip(self) -> str:
        """The tooltip: what the card had no room for."""
        if self.problem:
            return f"{self.problem[:1].upper()}{self.problem[1:].rstrip('.')}.\n{self.advice}".strip()
        lines = [self.spoken.replace(", output", "\noutput", 1), f"Id: {self.id}" if self.id else ""]
        about = [explain(name) for name in ((self.series, "sparkline") if self.series else ())]
        return "\n".join(line for line in (*lines, *about) if line)


def input_card(shape: Shape, note: str) -> Card:
    """The card above all layers."""
    return Card("", "Input", "shape", summary=note, shape=times(shape))


def card_of(design: NetworkDesign, report: DesignReport, row: int, note: str) -> Card:
    """The card of a row: the input's in row 0, then one for each layer, in order. A few microseconds each."""
    if row == 0:
        return input_card(design.input_shape, note)
    return _card(design.layers[row - 1], report.layers[row - 1], _reads(design, row - 1))


def _reads(design: NetworkDesign, index: int) -> str:
    """What a layer reads other than the layer above it: "+ Max pool", "from Input"."""
    above = design.layers[index - 1].id if index else NETWORK_INPUT
    reads = design.wiring()[index]
    others = [name for name in reads if name != above]
    if not others:
        return ""
    words = " + ".join(design[name].parameters.title if name in design else _title(name) for name in others)
    return f"+ {words}" if len(others) < len(reads) else f"from {words}"


def _title(source: str) -> str:
    """What an input of the network is called: "@in", or "@" and its name."""
    return "Input" if source == NETWORK_INPUT else source.removeprefix("@")


def _card(spec: LayerSpec, report: LayerReport, also: str) -> Card:
    parameters, params = spec.parameters, report.costs.params
    return Card(
        id=spec.id,
        title=parameters.title,
        category=parameters.category,
        label="" if _says_the_same(spec) else spec.id,
        summary=" · ".join(part for part in (parameters.summary(), also) if part),
        shape=times(report.output_shape) if report.output_shape else "",
        params=f"{params:,} params" if params else "",
        problem=report.error.problem if report.error else "",
        advice=report.error.suggestion if report.error else "",
        blocked=f"waits for {report.blocked_by}" if report.blocked_by else "",
        note=report.note,
        series=_series(spec, params),
    )


def _series(spec: LayerSpec, params: int) -> str:
    """The health number that suits a layer: its gradient where it learns, else its dead units where it cuts off."""
    if params:
        return "gradient_norm"
    return "dead" if spec.parameters.rectifies else ""


def _says_the_same(spec: LayerSpec) -> bool:
    word = spec.id.rstrip("0123456789").replace("_", "").lower()
    return word in (spec.kind.replace("_", ""), spec.parameters.title.replace(" ", "").lower())


def lanes_of(design: NetworkDesign) -> tuple[RowLanes, ...]:
    """What the gutter draws beside each row; row 0 is the input."""
    row = {NETWORK_INPUT: 0} | {spec.id: number for number, spec in enumerate(design.layers, 1)}
    reads = [(), *(tuple(row[name] for name in names) for names in design.wiring())]
    return rows(reads, allocate(reads))


def totals(costs: Costs, misfits: int) -> str:
    """The header's line: "25,150 parameters · 0.51 M MACs", or how many layers do not fit."""
    if misfits:
        return "1 layer does not fit" if misfits == 1 else f"{misfits} layers do not fit"
    return f"{counted(costs.params, 'parameter')} · {large(costs.macs)} MACs"


def shorter(line: str) -> tuple[str, ...]:
    """The header's line where there is less room: its first part, and that in fewer letters. What is shown is whole."""
    first = line.split(" · ")[0]
    return first, first.replace("parameter", "param")
