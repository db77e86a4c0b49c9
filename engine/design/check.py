"""What follows from a design: one report per layer with shapes, costs and receptive field, or the error that sits on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import floor, prod

from engine.design.kinds import Costs, LayerKind, Shape, Window, times
from engine.design.network import NETWORK_INPUT, NetworkDesign
from engine.errors import DesignError

MAX_ACTIVATIONS = 1 << 40
MAX_PARAMS = 1 << 40
UNUSED = "Nothing reads its output, so it has no effect: name it under 'inputs' of a later layer, or remove it."


@dataclass(frozen=True)
class Span:
    """Along one dimension, unit i of a layer sees no input pixels but those in ``low + i*jump`` .. ``high + i*jump``
    (inclusive); they may lie outside the picture, in the padding. Dumoulin & Visin 2016; Araujo et al. 2019.

    Behind upsampling these are fractions, for several units lie within one step of the input. A jump of 0 stands for
    units that all see the same, the whole input.
    """

    low: int | Fraction = 0
    high: int | Fraction = 0
    jump: int | Fraction = 1

    @property
    def size(self) -> int:
        """How many input pixels one unit sees at most, padding included."""
        return floor(self.high - self.low) + 1

    def through(self, window: Window) -> Span:
        """The span after one more layer that reads ``window``."""
        low = self.low - window.padding * self.jump
        reach = (window.kernel - 1) * window.dilation + window.slack
        return Span(low, self.high + (reach - window.padding) * self.jump, self.jump * window.stride)


@dataclass(frozen=True)
class LayerReport:
    """What is known of one layer. With an ``error``, or below one (``blocked_by`` names that layer), there are no numbers.

    ``note`` is a sentence about something odd that is no error, such as an output that nothing reads.
    """

    id: str
    kind: str
    inputs: tuple[Shape, ...] = ()
    output_shape: Shape | None = None
    costs: Costs = Costs()
    field: tuple[Span, ...] = ()  # empty for networks on vectors
    error: DesignError | None = None
    blocked_by: str = ""
    note: str = ""

    @property
    def receptive_field(self) -> tuple[int, ...]:
        """Input pixels that one unit sees, per dimension."""
        return tuple(span.size for span in self.field)


@dataclass(frozen=True)
class DesignReport:
    """The reports of all layers, in order, and their totals; ``reads_tokens`` says whether the network's input is tokens."""

    input_shape: Shape
    layers: tuple[LayerReport, ...]
    reads_tokens: bool = False

    def __getitem__(self, id: str) -> LayerReport:
        return self._by_id[id]

    @cached_property
    def _by_id(self) -> dict[str, LayerReport]:
        return {report.id: report for report in self.layers}

    @cached_property
    def errors(self) -> tuple[DesignError, ...]:
        """Every error, from the input to the output."""
        return tuple(report.error for report in self.layers if report.error)

    @cached_property
    def costs(self) -> Costs:
        """The sums over all layers."""
        each = [report.costs for report in self.layers]
        return Costs(sum(c.params for c in each), sum(c.macs for c in each), sum(c.activations for c in each))

    @property
    def output_shape(self) -> Shape | None:
        """The shape of the network's output, where every layer fits."""
        if not self.layers or self.errors:
            return None
        return self.layers[-1].output_shape


@dataclass(frozen=True)
class _Node:
    shape: Shape
    field: tuple[Span, ...]


def check(design: NetworkDesign) -> DesignReport:
    """Infer every layer's shape, costs and receptive field; a misfit stays on its layer and never raises."""
    wiring = design.wiring()
    tokens = _reads_tokens(design, wiring)
    spatial = design.input_shape if tokens else design.input_shape[1:]
    known: dict[str, _Node] = {NETWORK_INPUT: _Node(design.input_shape, (Span(),) * len(spatial))}
    known |= {f"@{name}": _Node(shape, (Span(),) * len(spatial)) for name, shape in design.further_inputs}
    culprit: dict[str, str] = {}
    notes = _notes(design, wiring)
    reports = []
    for spec, names in zip(design.layers, wiring, strict=True):
        note = notes.get(spec.id, "")
        blocked = next((culprit[name] for name in names if name in culprit), "")
        if blocked:
            culprit[spec.id] = blocked
            reports.append(LayerReport(spec.id, spec.kind, blocked_by=blocked, note=note))
            continue
        misread = _misread(spec.parameters, names, tokens)
        report = _report(spec.id, spec.parameters, [known[name] for name in names], spatial, note, misread)
        reports.append(report)
        if report.output_shape is None:
            culprit[spec.id] = spec.id
        else:
            known[spec.id] = _Node(report.output_shape, report.field)
    return DesignReport(design.input_shape, tuple(reports), bool(tokens))


def _notes(design: NetworkDesign, wiring: Sequence[Sequence[str]]) -> dict[str, str]:
    """What is odd about layers, by id: all but the last should be read by somebody."""
    read = {name for names in wiring for name in names}
    return {spec.id: UNUSED for spec in design.layers[:-1] if spec.id not in read}


def require_valid(design: NetworkDesign) -> DesignReport:
    """The report of a design in which everything fits; otherwise its first error is raised."""
    report = check(design)
    if report.errors:
        raise report.errors[0]
    if not design.layers:
        raise DesignError("The network has no layers", "Add at least one.", field="layers")
    return report


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
                f"{parameters.kind} reads tokens (whole numbers), but '{other}' gives it computed ones",
                f"Put it first, so that it reads the network's input, or name '{NETWORK_INPUT}' under its inputs.",
                field="inputs",
            )
    elif tokens and NETWORK_INPUT in names:
        return DesignError(
            f"{parameters.kind} reads numbers, but the network's input is tokens, as '{tokens}' reads them",
            f"Let it read '{tokens}' instead.",
            field="inputs",
        )
    return None


def _report(
    id: str, parameters: LayerKind, sources: Sequence[_Node], spatial: Shape, note: str, misread: DesignError | None
) -> LayerReport:
    inputs = tuple(node.shape for node in sources)
    try:
        if misread:
            raise misread
        _check_count(parameters, len(inputs))
        output = parameters.output_shape(inputs)
        if prod(output) > MAX_ACTIVATIONS:
            raise DesignError(f"its output of {times(output)} is too large to compute", "Make it smaller.")
        costs = parameters.costs(inputs)
        if costs.params > MAX_PARAMS:
            raise DesignError(f"its {costs.params:,} parameters are too many for any memory", "Make it smaller.")
        field = _field(parameters, sources, inputs, spatial)
    except DesignError as error:
        return LayerReport(id, parameters.kind, inputs, error=error.at(id), note=note)
    return LayerReport(id, parameters.kind, inputs, output, costs, field, note=note)


def _check_count(parameters: LayerKind, count: int) -> None:
    fewest, most = parameters.inputs_allowed
    if count < fewest:
        raise DesignError(
            f"it joins {count} input{'s' * (count != 1)}, but needs {fewest} or more",
            "Wire another layer into it: drag from that layer's dot to this card, or name both under 'inputs'.",
            field="inputs",
        )
    if count > most:
        raise DesignError(
            f"it takes {most} input{'s' * (most != 1)}, not {count}", "Join them with an add layer first.", field="inputs"
        )


def _field(parameters: LayerKind, sources: Sequence[_Node], inputs: Sequence[Shape], spatial: Shape) -> tuple[Span, ...]:
    """The receptive field of one output unit: the smallest box that holds what all inputs see."""
    windows = parameters.windows(inputs)
    if windows is None or len(windows) not in (0, len(spatial)):
        return tuple(Span(0, size - 1, 0) for size in spatial)
    if len(sources) == 1:
        merged = sources[0].field
    else:
        merged = tuple(_merged([node.field[dimension] for node in sources]) for dimension in range(len(spatial)))
    return tuple(span.through(window) for span, window in zip(merged, windows, strict=True)) if windows else merged


def _merged(spans: Sequence[Span]) -> Span:
    everything = next((span for span in spans if span.jump == 0), None)
    if everything:
        return everything
    return Span(min(s.low for s in spans), max(s.high for s in spans), max(s.jump for s in spans))
