"""What edits do to blocks: pure functions from layers to layers, behind the methods of NetworkDesign."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from engine.design.edits import Layers, with_partner
from engine.design.wiring import NETWORK_INPUT, LayerSpec, free_id, inner_sources, make_layer, resolved_inputs
from engine.errors import DesignError

BLOCK = "block"


def grouped(layers: Sequence[LayerSpec], ids: Collection[str], name: str = "") -> Layers:
    """The layers ``ids`` in a new block, which stands where the last of them stood. What they read from outside are its inputs.

    DesignError where a layer outside stands between them, reading one and read by another, or reads one that is not the last.
    """
    wires = dict(zip((spec.id for spec in layers), resolved_inputs(layers), strict=True))
    chosen = [spec for spec in layers if spec.id in ids]
    if not chosen:
        raise DesignError("no layers are chosen", "Choose one or more.")
    last = chosen[-1].id
    _require_one_way_out(layers, wires, ids, last)
    given = list(dict.fromkeys(source for spec in chosen for source in wires[spec.id] if source not in ids))
    names = dict(zip(given, inner_sources(len(given)), strict=True))
    inside = _chained([replace(spec, inputs=tuple(names.get(source, source) for source in wires[spec.id])) for spec in chosen])
    block = make_layer(free_id("block", wires), BLOCK, given, {"name": name, "layers": inside})
    rows = []
    for spec in layers:
        if spec.id == last:
            rows.append(block)
        elif spec.id not in ids:
            rows.append(replace(spec, inputs=tuple(block.id if source == last else source for source in wires[spec.id])))
    return _chained(rows)


def _require_one_way_out(
    layers: Sequence[LayerSpec], wires: Mapping[str, Sequence[str]], ids: Collection[str], last: str
) -> None:
    for spec in layers:
        taken = next((source for source in wires[spec.id] if source in ids and source != last), "")
        if taken and spec.id not in ids:
            raise DesignError(
                f"'{spec.id}' reads '{taken}', but only the last layer of a block can be read from outside",
                f"Choose '{spec.id}' too, or leave '{taken}' out.",
            )


def ungrouped(layers: Sequence[LayerSpec], id: str) -> Layers:
    """The layers of block ``id`` in its place, every copy written out, under ids that are free."""
    at = next(index for index, spec in enumerate(layers) if spec.id == id)
    block, inner = layers[at], layers[at].parameters.inner
    if block.kind != BLOCK:
        raise DesignError(f"'{id}' is no block", "Choose a block to take apart.", layer=id)
    given, *others = resolved_inputs(layers)[at]
    taken = {spec.id for spec in layers if spec.id != id}
    rows: list[LayerSpec] = []
    for _ in range(inner.repeat if inner else 0):
        names = dict(zip(inner_sources(1 + len(others)), (given, *others), strict=True))
        for spec, reads in zip(block.inside, resolved_inputs(block.inside), strict=True):
            names[spec.id] = given = free_id(spec.id, taken)
            taken.add(given)
            rows.append(replace(with_partner(spec, names), id=given, inputs=tuple(names[source] for source in reads)))
    wires = [tuple(given if source == id else source for source in reads) for reads in resolved_inputs(layers)]
    around = [replace(spec, inputs=reads) for spec, reads in zip(layers, wires, strict=True)]
    return _chained([*around[:at], *rows, *around[at + 1 :]])


def with_copy_apart(layers: Sequence[LayerSpec], id: str, copy: int) -> Layers:
    """Block ``id`` as up to three blocks, one behind the other: the copies before ``copy``, that one, and those behind it."""
    at = next(index for index, spec in enumerate(layers) if spec.id == id)
    block, inner = layers[at], layers[at].parameters.inner
    if inner is None or not 0 <= copy < inner.repeat:
        raise DesignError(f"'{id}' has no copy {copy + 1}", "Choose one of its copies.", layer=id)
    taken = {spec.id for spec in layers}
    given, *others = resolved_inputs(layers)[at]
    parts: list[LayerSpec] = []
    for count in filter(None, (copy, 1, inner.repeat - copy - 1)):
        name = free_id(id, taken) if parts else id
        taken.add(name)
        parameters = block.parameters.model_copy(update={"repeat": count})
        parts.append(LayerSpec(name, parameters, (given, *others)))
        given = name
    wires = [tuple(given if source == id else source for source in reads) for reads in resolved_inputs(layers)]
    around = [replace(spec, inputs=reads) for spec, reads in zip(layers, wires, strict=True)]
    return _chained([*around[:at], *parts, *around[at + 1 :]])


def _chained(layers: Sequence[LayerSpec]) -> Layers:
    """The same, with inputs left out that are nothing but the layer before."""
    before, rows = NETWORK_INPUT, []
    for spec in layers:
        rows.append(replace(spec, inputs=()) if spec.inputs == (before,) else spec)
        before = spec.id
    return tuple(rows)
