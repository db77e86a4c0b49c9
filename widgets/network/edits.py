"""The edits behind the network list's gestures that are more than one method of NetworkDesign; no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.design.check import check
from engine.design.kinds import LAYER_KINDS
from engine.design.network import NETWORK_INPUT, Edit, NetworkDesign, free_id, layer
from engine.errors import DesignError


def insert_kind(kind: str, index: int) -> Edit:
    """A layer of ``kind`` with its default parameters before position ``index``, in the main line.

    A kind that joins reads the layer above and the nearest earlier one of the same output shape, where there is one.
    """

    def edit(design: NetworkDesign) -> NetworkDesign:
        wanted = LAYER_KINDS.get(kind).first_id or kind
        new = layer(free_id(wanted, (spec.id for spec in design.layers)), kind)
        if new.parameters.inputs_allowed[0] > 1:
            new = replace(new, inputs=_default_inputs(design, index))
        return design.inserted(index, new)

    return edit


def shift(ids: Iterable[str], down: bool) -> Edit:
    """The layers ``ids`` one place up or down, as one group."""
    chosen = tuple(ids)

    def edit(design: NetworkDesign) -> NetworkDesign:
        places = [design.index(id) for id in chosen]
        index = max(places) + 2 if down else min(places) - 1
        return design.moved(chosen, index) if 0 <= index <= len(design.layers) else design

    return edit


def wire(one: str, other: str) -> Edit:
    """The lower of the two layers also reads the upper one; instead of what it read, where its kind takes one input."""

    def edit(design: NetworkDesign) -> NetworkDesign:
        source, reader = sorted((one, other), key=lambda name: -1 if name == NETWORK_INPUT else design.index(name))
        reads = design.wiring()[design.index(reader)] if source != reader else ()
        if source == reader:
            raise DesignError("a layer cannot read itself", "Drop the wire on another card.", layer=source)
        if source in reads:
            raise DesignError(f"it already reads '{source}'", "Choose another layer.", layer=reader)
        most = design[reader].parameters.inputs_allowed[1]
        if len(reads) >= most > 1:
            raise DesignError(f"it takes {most} inputs and has them all", "Unwire one first.", layer=reader)
        return _with_inputs(design, reader, (source,) if most == 1 else (*reads, source))

    return edit


def unwire(source: str, reader: str) -> Edit:
    """Layer ``reader`` no longer reads ``source``; where that was all it read, it reads the layer above."""

    def edit(design: NetworkDesign) -> NetworkDesign:
        reads = design.wiring()[design.index(reader)]
        return _with_inputs(design, reader, tuple(name for name in reads if name != source))

    return edit


def _with_inputs(design: NetworkDesign, id: str, inputs: tuple[str, ...]) -> NetworkDesign:
    index = design.index(id)
    above = design.layers[index - 1].id if index else NETWORK_INPUT
    return design.with_inputs(id, () if inputs == (above,) else inputs)


def _default_inputs(design: NetworkDesign, index: int) -> tuple[str, ...]:
    """The layer above position ``index`` and the nearest earlier one with the same output shape; () where none has it."""
    report = check(design)
    shapes = [(NETWORK_INPUT, report.input_shape), *((each.id, each.output_shape) for each in report.layers)]
    above, wanted = shapes[index]
    alike = (id for id, shape in reversed(shapes[:index]) if wanted is not None and shape == wanted)
    nearest = next(alike, None)
    return (above, nearest) if nearest is not None else ()
