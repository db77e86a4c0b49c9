"""What is drawn of a network: layers and blocks as plain figures, with who reads whom. No painting, no places yet."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cached_property

from engine.design.check import DesignReport, LayerReport
from engine.design.kinds import Costs, Shape, Window, compact
from engine.design.network import NETWORK_INPUT, LayerSpec, NetworkDesign
from engine.design.places import inside
from engine.design.wiring import inner_sources, resolved_inputs
from engine.errors import DesignError
from engine.words import counted

INPUT = NETWORK_INPUT
"""The place of the network's input among the figures."""
GLUED = ("activation", "normalisation")
"""The categories that are drawn as thin slabs on the layer before them."""


@dataclass(frozen=True)
class Link:
    """One thing that a layer reads: ``source`` under the name it has in the layer's own block, and ``reader``, the layer's place.

    ``shape`` is what is handed on; () where it is not known. A new layer can be put on a link only if it ``is_open``.
    """

    source: str
    reader: str
    shape: Shape = ()
    is_open: bool = True


@dataclass(frozen=True)
class Figure:
    """One layer, a folded block, or an input. ``place`` is its place in the design, "@in" and so on for inputs.

    ``shape`` is what it gives, () where that is not known. ``problem`` says why it does not fit, ``advice`` what to do.
    """

    place: str
    title: str
    category: str
    shape: Shape = ()
    reads: tuple[Shape, ...] = ()
    summary: str = ""
    label: str = ""
    costs: Costs = Costs()
    repeat: int = 1
    is_block: bool = False
    problem: str = ""
    advice: str = ""
    is_blocked: bool = False
    note: str = ""
    kind: str = ""
    windows: tuple[Window, ...] = ()

    @property
    def name(self) -> str:
        """Its name in the drawing: the kind, and its id where that tells more."""
        return f"{self.title} {self.label}".strip()

    @property
    def size(self) -> str:
        """The output's shape in short: "32×16×16"; "?" where it is not known."""
        return compact(self.shape) if self.shape else "?"

    @property
    def tip(self) -> str:
        """All that is known of it, for under the mouse."""
        lines = [f"{self.title} ({self.place})" if not self.place.startswith("@") else self.title, self.summary]
        if self.reads and self.shape:
            lines.append(f"{' and '.join(map(compact, self.reads))} → {self.size}")
        elif self.shape:
            lines.append(self.size)
        if not self.place.startswith("@") and self.shape:
            lines.append(f"{counted(self.costs.params, 'parameter')} · {self.costs.macs:,} multiply-adds")
        lines += [f"{self.problem[:1].upper()}{self.problem[1:].rstrip('.')}." if self.problem else "", self.advice, self.note]
        if self.is_block:
            lines.append("Double-click to unfold it.")
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class Group:
    """What stands in one block, or (``place`` "") on the outside: figures and unfolded blocks from input to output.

    ``sources`` are the figures of what it reads: the network's inputs, or a block's own ("@in", "@in2"), which are drawn as
    ports. ``links`` hold between what stands in it: each reader is an item's place or its last part's.
    """

    place: str
    title: str
    items: tuple[Figure | Group, ...]
    links: tuple[Link, ...]
    sources: tuple[Figure, ...] = ()
    repeat: int = 1
    note: str = ""

    @cached_property
    def names(self) -> dict[str, str]:
        """The places of sources and items by the names that readers in this group have for them."""
        named = {source.place.rpartition(".")[2]: source.place for source in self.sources}
        return named | {item.place.rpartition(".")[2]: item.place for item in self.items}

    def figures(self) -> Iterator[Figure]:
        """Every figure in it, those of unfolded blocks included, from input to output; ports of blocks left out."""
        if not self.place:
            yield from self.sources
        for item in self.items:
            yield from (item,) if isinstance(item, Figure) else item.figures()

    def groups(self) -> Iterator[Group]:
        """It and every unfolded block in it, outer ones first."""
        yield self
        for item in self.items:
            if isinstance(item, Group):
                yield from item.groups()


def drawn(design: NetworkDesign, report: DesignReport, unfolded: Set[str]) -> Group:
    """The network as figures. The blocks at the places in ``unfolded`` show what is inside (their first copy), others are one."""
    inputs = {INPUT: design.input_shape} | {f"@{name}": shape for name, shape in design.further_inputs}
    sources = tuple([Figure(name, _input_title(name), "shape", shape) for name, shape in inputs.items()])
    return _Drawer(design, report, unfolded).group(design.layers, "", sources)


def _input_title(name: str) -> str:
    return "Input" if name == INPUT else f"Input {name.removeprefix('@')}"


class _Drawer:
    def __init__(self, design: NetworkDesign, report: DesignReport, unfolded: Set[str]) -> None:
        self._design, self._report, self._unfolded = design, report, unfolded

    def group(self, layers: tuple[LayerSpec, ...], place: str, sources: tuple[Figure, ...]) -> Group:
        shapes = {source.place.rpartition(".")[2]: source.shape for source in sources}
        items: list[Figure | Group] = []
        links: list[Link] = []
        for spec, reads in zip(layers, resolved_inputs(layers), strict=True):
            here = inside(place, spec.id)
            report = self._report[here]
            links += [Link(name, here, shapes.get(name, ())) for name in reads]
            items.append(self._item(spec, here, report, [shapes.get(name, ()) for name in reads]))
            shapes[spec.id] = report.output_shape or ()
        return Group(place, "", tuple(items), tuple(links), sources)

    def _item(self, spec: LayerSpec, place: str, report: LayerReport, reads: list[Shape]) -> Figure | Group:
        if not (spec.inside and place in self._unfolded):
            return figure(spec, place, report)
        given = zip(inner_sources(len(reads)), reads, strict=True)
        ports = [Figure(inside(place, name), "", "shape", shape) for name, shape in given]
        made = self.group(spec.inside, place, tuple(ports))
        inner = spec.parameters.inner
        assert inner is not None
        items, links = made.items, made.links
        if inner.end is not None:
            end = inside(place, "@end")
            items = (*items, Figure(end, spec.parameters.title, spec.parameters.category, report.output_shape or ()))
            last = made.items[-1].place.rpartition(".")[2]
            links = (*links, Link(INPUT, end, reads[0], False), Link(last, end, (), False))
        return Group(place, block_title(spec), items, links, made.sources, inner.repeat, _per_copy(report, inner.repeat))


def figure(spec: LayerSpec, place: str, report: LayerReport) -> Figure:
    """One layer, or a block that is folded, as a figure."""
    parameters, error = spec.parameters, report.error
    is_block = bool(spec.inside)
    return Figure(
        place,
        block_title(spec) if is_block else parameters.title,
        parameters.category,
        report.output_shape or (),
        report.inputs,
        parameters.summary(),
        label="" if is_block or _says_the_same(spec) else spec.id,
        costs=report.costs,
        repeat=parameters.inner.repeat if parameters.inner else 1,
        is_block=is_block,
        problem=error.problem if error else "",
        advice=error.suggestion if error else "",
        is_blocked=bool(report.blocked_by),
        note=report.note,
        kind=spec.kind,
        windows=_windows(spec, report),
    )


def block_title(spec: LayerSpec) -> str:
    """What a block is called: its name, else its id."""
    return getattr(spec.parameters, "name", "") or f"{spec.parameters.title} {spec.id}"


def _windows(spec: LayerSpec, report: LayerReport) -> tuple[Window, ...]:
    """What one output cell reads, along each dimension; () where that is one cell or everything."""
    if spec.inside or report.output_shape is None:
        return ()
    try:
        return tuple(spec.parameters.windows(report.inputs) or ())
    except DesignError:
        return ()


def _per_copy(report: LayerReport, repeat: int) -> str:
    """ "18,624 params each · 1 of 3 drawn"."""
    params = report.costs.params
    if repeat == 1:
        return f"{params:,} params" if params else ""
    each = f"{params:,} params in all" if params % repeat else f"{params // repeat:,} params each"
    return " · ".join(filter(None, [each if params else "", f"1 of {repeat:,} drawn"]))


def _says_the_same(spec: LayerSpec) -> bool:
    word = spec.id.rstrip("0123456789").replace("_", "").lower()
    return word in (spec.kind.replace("_", ""), spec.parameters.title.replace(" ", "").lower())
