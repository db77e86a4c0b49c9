"""What each card of the network list says: plain texts from a design and its report, no painting."""

from __future__ import annotations

from dataclasses import dataclass

from engine.design.check import DesignReport, LayerReport
from engine.design.kinds import CATEGORIES, Costs, Shape, times
from engine.design.network import NETWORK_INPUT, LayerSpec, NetworkDesign, resolved_inputs
from engine.design.places import block_of, own_id
from engine.words import counted, large
from widgets.common.whereabouts import in_words, within
from widgets.explanations import explain
from widgets.network.lanes import RowLanes, allocate, rows
from widgets.network.rows import Rows


@dataclass(frozen=True)
class Card:
    """One row: ``id`` is the layer's place, "" for the input. ``series`` says which health number is shown ("" = none)."""

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
    depth: int = 0  # in how many blocks it is
    is_block: bool = False
    is_unfolded: bool = False
    repeat: int = 1  # how many copies of it follow one another
    copy: str = ""  # which of them is unfolded: "copy 2 of 3"
    colours: tuple[str, ...] = ()  # the categories of what is in a block

    @property
    def spoken(self) -> str:
        """The whole card in one line, for screen readers."""
        folded = ("unfolded" if self.is_unfolded else "folded") if self.is_block else ""
        repeated = f"{self.repeat} copies" if self.repeat > 1 else ""
        parts = [f"{self.title} {own_id(self.id)}".strip(), folded, repeated, self.copy, self.summary]
        parts += [
            f"output {self.shape}" if self.shape else "",
            self.params,
            self.blocked,
            self.note,
            f"does not fit: {self.problem}" if self.problem else "",
        ]
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


def card_of(rows: Rows, report: DesignReport, row: int, note: str) -> Card:
    """The card of a row: the input's in row 0, then one for each layer that is shown. A few microseconds each."""
    if row == 0:
        return input_card(rows.design.input_shape, note)
    spec, place = rows.spec(row), rows.places[row]
    card = _block_card if rows.is_block(row) else _card
    weight = dict(rows.design.heads).get(place)
    head = f"auxiliary output, weight {weight:g}" if weight is not None else ""
    return card(rows, report[place], row, spec, " · ".join(filter(None, (_reads(rows.design, place), head))))


def _reads(design: NetworkDesign, place: str) -> str:
    """What a layer reads other than the layer above it: "+ Max pool", "from Input"."""
    block, index = block_of(place), design.index(place)
    layers = design.layers_in(block)
    reads = design.wiring()[index] if not block else layers[index].inputs
    above = layers[index - 1].id if index else NETWORK_INPUT
    others = [name for name in reads if name != above]
    if not others:
        return ""
    titles = {spec.id: _called(spec) for spec in layers} if block else {}
    words = " + ".join(titles.get(name) or _outer_title(design, name) for name in others)
    return f"+ {words}" if len(others) < len(reads) else f"from {words}"


def _outer_title(design: NetworkDesign, name: str) -> str:
    return _called(design[name]) if name in design else _title(name)


def _called(spec: LayerSpec) -> str:
    """A layer's kind; a block's own name, where it has one."""
    return str(getattr(spec.parameters, "name", "")) or spec.parameters.title


def _title(source: str) -> str:
    """What an input of the network or of a block is called: "@in", "@in2", or "@" and its name."""
    number = source.removeprefix(NETWORK_INPUT)
    return f"Input {number}".strip() if number == "" or number.isdecimal() else source.removeprefix("@")


def _card(rows: Rows, report: LayerReport, row: int, spec: LayerSpec, also: str) -> Card:
    parameters, params = spec.parameters, report.costs.params
    return Card(
        id=report.id,
        title=parameters.title,
        category=parameters.category,
        label="" if _says_the_same(spec) else spec.id,
        summary=" · ".join(part for part in (parameters.summary(), also) if part),
        shape=times(report.output_shape) if report.output_shape else "",
        params=f"{params:,} params" if params else "",
        problem=report.error.problem if report.error else "",
        advice=report.error.suggestion if report.error else "",
        blocked=f"waits for {in_words(rows.design, report.blocked_by)}" if report.blocked_by else "",
        note=report.note,
        series=_series(spec, params),
        depth=rows.depth(row),
    )


def _block_card(rows: Rows, report: LayerReport, row: int, spec: LayerSpec, also: str) -> Card:
    """The card of a block sums up what is in it; what does not fit there is said on it as long as it is not seen."""
    design, place, params = rows.design, report.id, report.costs.params
    error = report.error
    hidden = error is not None and (not error.layer or rows.shown(error.layer) == place)
    repeat = spec.parameters.inner.repeat if spec.parameters.inner else 1
    at = f"{within(design, error.layer, place)}: " if error and error.layer not in ("", place) else ""
    return Card(
        id=place,
        title=_called(spec),
        category=spec.parameters.category,
        label="" if _says_the_same(spec) else spec.id,
        summary=" · ".join(part for part in (inside_in_words(spec), also) if part),
        shape=times(report.output_shape) if report.output_shape else "",
        params=f"{params:,} params" if params else "",
        problem=f"{at}{error.problem}" if error and hidden else "",
        advice=error.suggestion if error and hidden else "",
        blocked=f"waits for {in_words(design, report.blocked_by)}" if report.blocked_by else "",
        note=report.note,
        depth=rows.depth(row),
        is_block=True,
        is_unfolded=rows.is_unfolded(row),
        repeat=repeat,
        copy=f"copy {rows.copies[place] + 1} of {repeat}" if repeat > 1 and rows.is_unfolded(row) else "",
        colours=_colours(spec),
    )


def inside_in_words(block: LayerSpec) -> str:
    """What a block is made of: "7 layers · skip around 5", "9 layers · 4 branches"."""
    if not block.inside:
        return "no layers yet"
    at = {spec.id: row for row, spec in enumerate(block.inside, 1)}
    around, branches = 0, 0
    for row, names in enumerate(resolved_inputs(block.inside), 1):
        rows_read = {at.get(name, 0) for name in names}
        branches = max(branches, len(rows_read))
        around = max(around, row - min(rows_read) - 1 if len(rows_read) > 1 else 0)
    wires = f"{branches} branches" if branches > 2 else f"skip around {around}" if around else ""
    return " · ".join(filter(None, (counted(len(block.inside), "layer"), wires)))


def _colours(block: LayerSpec) -> tuple[str, ...]:
    """The categories of the layers inside, in the order of the palette."""
    found: set[str] = set()
    for spec in block.inside:
        found |= set(_colours(spec)) or {spec.parameters.category}
    return tuple(category for category in CATEGORIES if category in found)


def _series(spec: LayerSpec, params: int) -> str:
    """The health number that suits a layer: its gradient where it learns, else its dead units where it cuts off."""
    if params:
        return "gradient_norm"
    return "dead" if spec.parameters.rectifies else ""


def _says_the_same(spec: LayerSpec) -> bool:
    word = spec.id.rstrip("0123456789").replace("_", "").lower()
    return word in (spec.kind.replace("_", ""), spec.parameters.title.replace(" ", "").lower())


def lanes_of(shown: Rows) -> tuple[RowLanes, ...]:
    """What the gutter draws beside each row; row 0 is the input."""
    reads = shown.reads()
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
