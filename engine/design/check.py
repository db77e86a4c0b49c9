"""What follows from a design: one report per layer with shapes, costs and receptive field, or the error that sits on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import NamedTuple

from engine.design.branches import with_names
from engine.design.kinds import Costs, LayerKind, Shape, Window, times
from engine.design.network import NETWORK_INPUT, LayerSpec, NetworkDesign
from engine.design.places import inside
from engine.design.receptive_field import Field, Span, joined, whole
from engine.errors import DesignError
from engine.words import counted

MAX_ACTIVATIONS = 1 << 40
MAX_PARAMS = 1 << 40
UNUSED = "Nothing reads its output, so it has no effect: name it under 'inputs' of a later layer, or remove it."


class LayerReport(NamedTuple):
    """What is known of one layer. With an ``error``, or below one (``blocked_by`` names that layer), there are no numbers.

    ``note`` is a sentence about something odd that is no error, such as an output that nothing reads.
    """

    id: str
    kind: str
    inputs: tuple[Shape, ...] = ()
    output_shape: Shape | None = None
    costs: Costs = Costs()
    field: Field = ()  # empty for networks on vectors
    error: DesignError | None = None
    blocked_by: str = ""
    note: str = ""

    @property
    def receptive_field(self) -> tuple[int, ...]:
        """Input pixels that one unit sees, per dimension."""
        return tuple(span.size for span in self.field)


@dataclass(frozen=True)
class DesignReport:
    """What is known of a network. ``leaves`` are the reports of the layers of ``NetworkDesign.flat``, in order; ``layers`` those
    of the outermost layers, where a block has one that sums up what is inside; each is found by its place, ``report["b.0.c"]``.
    ``reads_tokens`` says whether the network's input is tokens.
    """

    input_shape: Shape
    layers: tuple[LayerReport, ...]
    leaves: tuple[LayerReport, ...]
    reads_tokens: bool = False
    blocks: tuple[LayerReport, ...] = ()

    def __getitem__(self, place: str) -> LayerReport:
        return self._by_id[place]

    def __contains__(self, place: object) -> bool:
        return place in self._by_id

    @cached_property
    def _by_id(self) -> dict[str, LayerReport]:
        return {report.id: report for report in (*self.leaves, *self.blocks)}

    @cached_property
    def errors(self) -> tuple[DesignError, ...]:
        """Every error, from the input to the output."""
        return tuple([report.error for report in self.leaves if report.error])

    @cached_property
    def costs(self) -> Costs:
        """The sums over all layers."""
        return total(report.costs for report in self.leaves)

    @property
    def output_shape(self) -> Shape | None:
        """The shape of the network's output, where every layer fits."""
        if not self.layers or self.errors:
            return None
        return self.layers[-1].output_shape


def total(costs: Iterable[Costs]) -> Costs:
    """The sum of ``costs``."""
    each = list(costs)
    return Costs(sum([c.params for c in each]), sum([c.macs for c in each]), sum([c.activations for c in each]))


class _Facts(NamedTuple):
    """What follows from a layer's parameters and the shapes it reads, wherever in a network that is."""

    output: Shape
    costs: Costs
    windows: tuple[Window, ...] | None


class _Known:
    """The facts of layers, worked out once for layers that are alike: deep networks repeat the same ones."""

    def __init__(self) -> None:
        self._facts: dict[tuple[type[LayerKind], tuple[object, ...], tuple[Shape, ...]], _Facts] = {}

    def of(self, parameters: LayerKind, inputs: tuple[Shape, ...]) -> _Facts:
        """The facts of a layer; DesignError where it does not fit."""
        key = (type(parameters), tuple(parameters.__dict__.values()), inputs)
        facts = self._facts.get(key)
        if facts is None:
            facts = self._facts[key] = _facts(parameters, inputs)
        return facts


def check(design: NetworkDesign) -> DesignReport:
    """Infer every layer's shape, costs and receptive field; a misfit stays on its layer and never raises."""
    flat = design.flat
    wiring = flat.wiring()
    tokens = _reads_tokens(flat, wiring)
    spatial = design.input_shape if tokens else design.input_shape[1:]
    sources = _sources(design, spatial)
    culprit: dict[str, str] = {}
    notes, known = _notes(flat, wiring), _Known()
    reports = []
    for spec, names in zip(flat.layers, wiring, strict=True):
        note = notes.get(spec.id, "")
        blocked = next((culprit[name] for name in names if name in culprit), "") if culprit else ""
        if blocked:
            culprit[spec.id] = blocked
            reports.append(LayerReport(spec.id, spec.kind, blocked_by=blocked, note=note))
            continue
        misread = _misread(spec.parameters, names, tokens)
        report = _report(spec, [sources[name] for name in names], spatial, note, misread, known)
        reports.append(report)
        if report.output_shape is None:
            culprit[spec.id] = spec.id
        else:
            sources[spec.id] = report
    leaves = tuple(reports)
    if flat is design:
        return DesignReport(design.input_shape, leaves, leaves, bool(tokens))
    return _with_blocks(design, leaves, bool(tokens))


def _with_blocks(design: NetworkDesign, leaves: tuple[LayerReport, ...], reads_tokens: bool) -> DesignReport:
    """The report of a design with blocks, given that of each layer inside them."""
    by_id = {report.id: report for report in leaves}
    blocks: list[LayerReport] = []

    def of(spec: LayerSpec, place: str) -> tuple[LayerReport, list[LayerReport]]:
        """The report of the layer at ``place``, and those of the leaves in it."""
        inner = spec.parameters.inner
        if inner is None:
            return by_id[place], [by_id[place]]
        copies = [[of(each, inside(place, each.id, copy)) for each in inner.layers] for copy in range(inner.repeat)]
        found = [leaf for copy in copies for _, each in copy for leaf in each]
        found += [by_id[place]] if inner.end else []
        report = _summed(spec.kind, place, copies[0][0][0], found, by_id[place] if inner.end else copies[-1][-1][0])
        blocks.append(report)
        return report, found

    layers = tuple([of(spec, spec.id)[0] for spec in design.layers])
    return DesignReport(design.input_shape, layers, leaves, reads_tokens, tuple(blocks))


def _summed(kind: str, place: str, first: LayerReport, leaves: Sequence[LayerReport], last: LayerReport) -> LayerReport:
    """The report of a block: what its ``first`` layer reads and its ``last`` gives, the costs of all, and the first misfit."""
    error = next((leaf.error for leaf in leaves if leaf.error), None)
    blocked = "" if error else next((leaf.blocked_by for leaf in leaves if leaf.blocked_by), "")
    if error or blocked:
        return LayerReport(place, kind, first.inputs, error=error, blocked_by=blocked)
    costs = total(leaf.costs for leaf in leaves)
    return LayerReport(place, kind, first.inputs, last.output_shape, costs, last.field, note=last.note)


def _sources(design: NetworkDesign, spatial: Shape) -> dict[str, LayerReport]:
    """The network's inputs, as what layers read."""
    shapes = {NETWORK_INPUT: design.input_shape} | {f"@{name}": shape for name, shape in design.further_inputs}
    field = (Span(),) * len(spatial)
    return {name: LayerReport(name, "input", output_shape=shape, field=field) for name, shape in shapes.items()}


def _notes(design: NetworkDesign, wiring: Sequence[Sequence[str]]) -> dict[str, str]:
    """What is odd about layers, by id: all but the last should be read by somebody."""
    read = {name for names in wiring for name in names} | {id for id, _ in design.heads}
    return {spec.id: UNUSED for spec in design.layers[:-1] if spec.id not in read}


def require_valid(design: NetworkDesign) -> DesignReport:
    """The report of a design in which everything fits; otherwise its first error is raised."""
    report = check(design)
    require_no_error(report)
    return report


def require_no_error(report: DesignReport) -> None:
    """The first error of a design, given its report, is raised; DesignError too where there are no layers."""
    if report.errors:
        raise report.errors[0]
    if not report.layers:
        raise DesignError("The network has no layers", "Add at least one.", field="layers")


def _reads_tokens(design: NetworkDesign, wiring: Sequence[Sequence[str]]) -> str:
    """The first layer that reads the network's input as tokens, or ""."""
    pairs = zip(design.layers, wiring, strict=True)
    return next((spec.id for spec, names in pairs if spec.parameters.reads == "tokens" and NETWORK_INPUT in names), "")


def _misread(parameters: LayerKind, names: Sequence[str], tokens: str) -> DesignError | None:
    """What is wrong where a layer reads numbers as tokens, or tokens (which ``tokens`` reads as such) as numbers."""
    if parameters.reads == "tokens":
        other = next((name for name in names if name != NETWORK_INPUT), "")
        if other:
            return DesignError(
                f"{parameters.kind} reads words by their numbers, but '{other}' gives it computed ones",
                f"Put it first, so that it reads the network's input, or name '{NETWORK_INPUT}' under its inputs.",
                field="inputs",
            )
    elif tokens and NETWORK_INPUT in names:
        return DesignError(
            f"{parameters.kind} reads numbers, but the network's input is words, as '{tokens}' reads them",
            f"Let it read '{tokens}' instead.",
            field="inputs",
        )
    return None


def _report(
    spec: LayerSpec, sources: Sequence[LayerReport], spatial: Shape, note: str, misread: DesignError | None, known: _Known
) -> LayerReport:
    inputs = tuple([source.output_shape or () for source in sources])
    try:
        if misread:
            raise misread
        output, costs, windows = known.of(spec.parameters, inputs)
    except DesignError as error:
        told = with_names(error, [source.id for source in sources]) if len(sources) > 1 else error
        return LayerReport(spec.id, spec.parameters.kind, inputs, error=told.at(spec.id), note=note)
    field = _field(windows, sources, spatial, output)
    return LayerReport(spec.id, spec.parameters.kind, inputs, output, costs, field, note=note)


def _facts(parameters: LayerKind, inputs: tuple[Shape, ...]) -> _Facts:
    _check_count(parameters, len(inputs))
    output = parameters.output_shape(inputs)
    if prod(output) > MAX_ACTIVATIONS:
        raise DesignError(f"its output of {times(output)} is too large to compute", "Make it smaller.")
    costs = parameters.costs(inputs)
    if costs.params > MAX_PARAMS:
        raise DesignError(f"its {costs.params:,} parameters are too many for any memory", "Make it smaller.")
    return _Facts(output, costs, parameters.windows(inputs))


def _check_count(parameters: LayerKind, count: int) -> None:
    fewest, most = parameters.inputs_allowed
    if count < fewest:
        raise DesignError(
            f"it joins {counted(count, 'input')}, but needs {fewest} or more",
            "Wire another layer into it: drag from that layer's dot to this card, or name both under 'inputs'.",
            field="inputs",
        )
    if count > most:
        raise DesignError(f"it takes {counted(most, 'input')}, not {count}", "Join them with an add layer first.", field="inputs")


def _field(windows: tuple[Window, ...] | None, sources: Sequence[LayerReport], spatial: Shape, output: Shape) -> Field:
    """The receptive field of one output unit: the smallest box that holds what all inputs see."""
    if windows is None or len(windows) not in (0, len(spatial)):
        return whole(spatial)
    field = sources[0].field
    if len(sources) > 1:
        shape = sources[0].output_shape or ()
        field = joined([source.field for source in sources], shape[1:] if len(shape) > len(spatial) else ())
    if not windows:
        return field
    units = output[1:] if len(output) == len(windows) + 1 else (1,) * len(windows)
    return tuple([span.through(window, count) for span, window, count in zip(field, windows, units, strict=True)])
