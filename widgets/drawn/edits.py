"""The edits behind the gestures of the drawing: put on a link, pull a wire. Places are those of the design; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.design.check import check
from engine.design.kinds import LAYER_KINDS, Shape
from engine.design.network import NETWORK_INPUT, Edit, NetworkDesign, free_id, layer
from engine.design.places import block_of, inside, own_id
from engine.design.wiring import LayerSpec, before_each, inner_sources, resolved_inputs
from engine.errors import DesignError
from widgets.drawn.figures import Link


def insert_on(link: Link, kind: str) -> Edit:
    """A new layer of ``kind`` between the two ends of ``link``: it reads the source, and the reader reads it instead.

    A kind that joins also reads the nearest earlier layer that gives the same shape, where there is one.
    """

    def edit(design: NetworkDesign) -> NetworkDesign:
        block = block_of(link.reader)
        wanted = LAYER_KINDS.get(kind).first_id or kind
        spec = layer(free_id(wanted, (each.id for each in design.layers_in(block))), kind)
        if spec.parameters.inputs_allowed[0] > 1:
            spec = replace(spec, inputs=(link.source, *_alike(design, block, design.index(link.reader), link.source)))
        return put_on(design, link, [spec])

    return edit


def put_on(design: NetworkDesign, link: Link, specs: Sequence[LayerSpec]) -> NetworkDesign:
    """``specs``, in their order, between the two ends of ``link``."""
    block, index = block_of(link.reader), design.index(link.reader)
    layers = design.layers_in(block)
    reads = resolved_inputs(layers)[index]
    if _is_straight(layers, index, link.source):
        return design.inserted(index, *specs, block=block)
    first = specs[0] if specs[0].inputs else replace(specs[0], inputs=(link.source,))
    after = design.inserted(index, first, *specs[1:], block=block)
    new = after.layers_in(block)[index + len(specs) - 1].id
    return after.with_inputs(link.reader, tuple(new if name == link.source else name for name in reads))


def move_onto(link: Link, places: Sequence[str]) -> Edit:
    """The layers at ``places`` put between the two ends of ``link``, which are neighbours."""

    def edit(design: NetworkDesign) -> NetworkDesign:
        block, index = block_of(link.reader), design.index(link.reader)
        if link.reader in places:
            return design
        if not _is_straight(design.layers_in(block), index, link.source):
            raise DesignError("layers are moved between neighbours only", "Drop them on a line of the main way.")
        return design.moved(places, index, block)

    return edit


def wire(one: str, other: str) -> Edit:
    """The later of two layers, which stand in the same block, also reads the earlier one; instead of what it read, where its
    kind takes one input. "@in" and such are what the network or the block reads."""

    def edit(design: NetworkDesign) -> NetworkDesign:
        block = block_of(one)
        if block != block_of(other):
            raise DesignError("a wire joins two layers of the same block", "Let the block read it, then a layer inside “@in”.")
        names = [own_id(place) for place in (one, other)]
        if names[0] == names[1]:
            raise DesignError("a layer cannot read itself", "Drop the wire on another one.", layer=one)
        layers = design.layers_in(block)
        order = {spec.id: at for at, spec in enumerate(layers)}
        source, reader = sorted(names, key=lambda name: order.get(name, -1))
        if reader not in order:
            raise DesignError("an input reads nothing", "Drop the wire on a layer.")
        return _reading(design, inside(block, reader), source, resolved_inputs(layers)[order[reader]])

    return edit


def _reading(design: NetworkDesign, reader: str, source: str, reads: Sequence[str]) -> NetworkDesign:
    if source in reads:
        raise DesignError(f"it already reads '{source}'", "Choose another layer.", layer=reader)
    most = design[reader].parameters.inputs_allowed[1]
    if len(reads) >= most > 1:
        raise DesignError(f"it takes {most} inputs and has them all", "Unwire one first.", layer=reader)
    return design.with_inputs(reader, (source,) if most == 1 else (*reads, source))


def unwire(link: Link) -> Edit:
    """The reader of ``link`` no longer reads its source; where that was all, it reads the layer before it."""

    def edit(design: NetworkDesign) -> NetworkDesign:
        reads = resolved_inputs(design.layers_in(block_of(link.reader)))[design.index(link.reader)]
        return design.with_inputs(link.reader, tuple(name for name in reads if name != link.source))

    return edit


def _is_straight(layers: Sequence[LayerSpec], index: int, source: str) -> bool:
    return before_each(layers)[index] == source


def _alike(design: NetworkDesign, block: str, index: int, source: str) -> tuple[str, ...]:
    """The nearest layer of ``block`` before ``index``, other than ``source``, that gives the same shape."""
    report = check(design)
    reads = report[block].inputs if block else (design.input_shape,)
    shapes: dict[str, Shape | None] = dict(zip(inner_sources(len(reads)) if block else [NETWORK_INPUT], reads, strict=True))
    shapes |= {spec.id: report[inside(block, spec.id)].output_shape for spec in design.layers_in(block)[:index]}
    wanted = shapes.get(source)
    alike = [name for name, shape in shapes.items() if name != source and wanted is not None and shape == wanted]
    return tuple(alike[-1:])
