"""The edits behind the network list's gestures that are more than one method of NetworkDesign; no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.design.check import check
from engine.design.kinds import LAYER_KINDS
from engine.design.network import NETWORK_INPUT, Edit, NetworkDesign, free_id, layer, resolved_inputs
from engine.design.places import block_of, copy_of, inside, own_id
from engine.design.wiring import inner_sources
from engine.errors import DesignError
from widgets.network.folding import around
from widgets.network.rows import Position


def insert_kind(kind: str, position: Position) -> Edit:
    """A layer of ``kind`` with its default parameters at ``position``, in the main line.

    A kind that joins reads the layer above and the nearest earlier one of the same output shape, where there is one.
    """

    def edit(design: NetworkDesign) -> NetworkDesign:
        wanted = LAYER_KINDS.get(kind).first_id or kind
        new = layer(free_id(wanted, (spec.id for spec in design.layers_in(position.block))), kind)
        if new.parameters.inputs_allowed[0] > 1:
            new = replace(new, inputs=_default_inputs(design, position))
        return design.inserted(position.index, new, block=position.block)

    return edit


def shift(places: Iterable[str], down: bool) -> Edit:
    """The layers at ``places`` one place up or down in their block, as one group."""
    chosen = tuple(places)

    def edit(design: NetworkDesign) -> NetworkDesign:
        block = block_of(chosen[0])
        at = [design.index(place) for place in chosen]
        index = max(at) + 2 if down else min(at) - 1
        return design.moved(chosen, index, block) if 0 <= index <= len(design.layers_in(block)) else design

    return edit


def wire(one: str, other: str) -> Edit:
    """The lower of the two layers also reads the upper one; instead of what it read, where its kind takes one input. Where it is
    inside a block beside the upper one, the block reads that, too, and hands it in."""

    def edit(design: NetworkDesign) -> NetworkDesign:
        design, source, reader = _ends(design, one, other)
        reads = _reads(design, reader)
        if source in reads:
            raise DesignError(f"it already reads '{source}'", "Choose another layer.", layer=reader)
        most = design[reader].parameters.inputs_allowed[1]
        if len(reads) >= most > 1:
            raise DesignError(f"it takes {most} inputs and has them all", "Unwire one first.", layer=reader)
        return _with_inputs(design, reader, (source,) if most == 1 else (*reads, source))

    return edit


def _ends(design: NetworkDesign, one: str, other: str) -> tuple[NetworkDesign, str, str]:
    """Under which name the lower of two layers would read the upper one, and the place of the lower one; in a design in which
    its block reads that, too, where it has to."""
    if one == other:
        raise DesignError("a layer cannot read itself", "Drop the wire on another card.", layer=one)
    for source, reader in ((one, other), (other, one)):
        if source == (block_of(reader) or NETWORK_INPUT):
            return design, NETWORK_INPUT, reader
    if NETWORK_INPUT in (one, other):
        return _into_block(design, NETWORK_INPUT, "", other if one == NETWORK_INPUT else one)
    levels = {block_of(each): each for each in (one, *around(one))}
    others = {block_of(each): each for each in (other, *around(other))}
    common = next(block for block in levels if block in others)
    if levels[common] == others[common]:
        raise _too_deep(max(one, other, key=lambda place: len(around(place))))
    ends = sorted(((levels[common], one), (others[common], other)), key=lambda end: design.index(end[0]))
    (source, innermost), (level, reader) = ends
    _require_way_out(design, innermost, source)
    return (design, own_id(source), reader) if reader == level else _into_block(design, own_id(source), common, reader)


def _into_block(design: NetworkDesign, source: str, level: str, reader: str) -> tuple[NetworkDesign, str, str]:
    """The block in which ``reader`` is reads ``source``, too, as it is called in ``level``, where the block stands."""
    block = block_of(reader)
    if block_of(block) != level:
        raise _too_deep(reader)
    reads = _reads(design, block)
    if source not in reads:
        reads = (*reads, source)
        design = design.with_inputs(block, reads)
    return design, inner_sources(len(reads))[reads.index(source)], reader


def _too_deep(reader: str) -> DesignError:
    block = own_id(block_of(reader))
    return DesignError(
        f"it is deeper inside, in the block '{block}', and reads what is in there, or what the block reads",
        f"Wire '{block}' to it first: what that reads is called @in inside, or @in2 and so on.",
        layer=reader,
    )


def _require_way_out(design: NetworkDesign, place: str, block: str) -> None:
    """DesignError unless the output of ``place``, which is in ``block``, is the block's own."""
    for each in (place, *around(place)):
        if each == block:
            return
        if design.index(each) + 1 < len(design.layers_in(block_of(each))):
            raise DesignError(
                "only the last layer of a block can be read from outside",
                "Take that one, or move this one to the end.",
                layer=each,
            )


def unwire(source: str, reader: str) -> Edit:
    """The layer at ``reader`` no longer reads what it calls ``source``; where that was all it read, it reads the layer above."""

    def edit(design: NetworkDesign) -> NetworkDesign:
        return _with_inputs(design, reader, tuple(name for name in _reads(design, reader) if name != source))

    return edit


def copy_apart(design: NetworkDesign, block: str, copy: int) -> tuple[NetworkDesign, str]:
    """Copy ``copy`` (from 0) of the block at ``block`` as a block of its own, and the place of that."""
    after = design.with_copy_apart(block, copy)
    index = design.index(block) + (1 if copy else 0)
    around = block_of(block)
    return after, inside(around, after.layers_in(around)[index].id, copy_of(block))


def _reads(design: NetworkDesign, place: str) -> tuple[str, ...]:
    """What a layer reads, by the names in its block."""
    block = block_of(place)
    wiring = resolved_inputs(design.layers_in(block)) if block else design.wiring()
    return wiring[design.index(place)]


def _with_inputs(design: NetworkDesign, place: str, inputs: tuple[str, ...]) -> NetworkDesign:
    layers, index = design.layers_in(block_of(place)), design.index(place)
    above = layers[index - 1].id if index else NETWORK_INPUT
    return design.with_inputs(place, () if inputs == (above,) else inputs)


def _default_inputs(design: NetworkDesign, position: Position) -> tuple[str, ...]:
    """The layer above ``position`` and the nearest earlier one with the same output shape; () where none has it."""
    report, block = check(design), position.block
    layers = design.layers_in(block)[: position.index]
    given = (report[block].inputs or (None,))[0] if block else report.input_shape
    shapes = [(NETWORK_INPUT, given), *((spec.id, report[inside(block, spec.id)].output_shape) for spec in layers)]
    above, wanted = shapes[-1]
    alike = (id for id, shape in reversed(shapes[:-1]) if wanted is not None and shape == wanted)
    nearest = next(alike, None)
    return (above, nearest) if nearest is not None else ()
