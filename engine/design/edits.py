"""What edits do to the wiring: pure functions from layers to layers, behind the methods of NetworkDesign.

An edge from a layer to the one right behind it belongs to the *main line*, whether it is implied or written out by name.
Edits that put a layer into the main line or take it out of there re-join the line around it; every other edge, such as
a skip connection, stays with the layer it names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from engine.design.wiring import LayerSpec, before_each, free_id, resolved_inputs

Layers = tuple[LayerSpec, ...]

_BEFORE = ""  # in `inputs`, while layers are being rearranged: the layer right before, whichever that will be


def inserted(layers: Sequence[LayerSpec], index: int, specs: Sequence[LayerSpec]) -> Layers:
    """``specs`` put before position ``index``; an id that is taken gets a free one.

    The layer behind reads the last of ``specs`` wherever it read the layer before it, by name or implied: so a layer
    put in front of an add takes the place of its branch. Other references to that layer stay.
    """
    loose = _loosened(layers)
    return _fastened((*loose[:index], *_renamed(specs, {spec.id for spec in layers}), *loose[index:]))


def renamed(layers: Sequence[LayerSpec], id: str, new: str) -> Layers:
    """What reads layer ``id`` reads ``new`` instead."""

    names = {id: new}
    return tuple(
        with_partner(
            replace(spec, inputs=tuple(names.get(name, name) for name in spec.inputs)) if id in spec.inputs else spec, names
        )
        for spec in layers
    )


def with_partner(spec: LayerSpec, names: Mapping[str, str]) -> LayerSpec:
    """``spec``, its partner under its new name where ``names`` have one."""
    field = spec.parameters.partner_field
    partner = getattr(spec.parameters, field) if field else ""
    if partner not in names:
        return spec
    return replace(spec, parameters=spec.parameters.model_copy(update={field: names[partner]}))


def pasted(layers: Sequence[LayerSpec], index: int, specs: Sequence[LayerSpec]) -> Layers:
    """``inserted`` for layers from elsewhere: names that mean nothing at their new place are left out. What is inside a block
    counts on as many inputs as it has: there the layer before takes the place of such names."""
    known = set(before_each(layers[:index]))
    before, fitting = before_each(layers)[index], []
    for spec in specs:
        names = [name if name in known else before for name in spec.inputs if name in known or spec.inside]
        fitting.append(replace(spec, inputs=tuple(names)))
        known.add(spec.id)
        before = spec.id
    return inserted(layers, index, fitting)


def without(layers: Sequence[LayerSpec], ids: Collection[str]) -> Layers:
    """The layers ``ids`` taken out; what read one of them reads what that one read (the first of its inputs)."""
    wires = resolved_inputs(layers)
    gone = {spec.id: names[0] for spec, names in zip(layers, wires, strict=True) if spec.id in ids}

    def kept(name: str) -> str:
        while name in gone:
            name = gone[name]
        return name

    rest = [(spec, tuple(kept(name) for name in names)) for spec, names in zip(layers, wires, strict=True) if spec.id not in gone]
    return _rewired(rest)


def moved(layers: Sequence[LayerSpec], ids: Collection[str], index: int) -> Layers:
    """The layers ``ids``, in their order, put before the layer now at ``index`` (or at the end).

    Layers of the main line leave it joined behind them and join it at their new place. Where one of them is a side
    branch (it does not read the layer before it), all wires stay as they are and only the order changes.
    """
    wires = resolved_inputs(layers)
    in_line = all(
        before in names for spec, before, names in zip(layers, before_each(layers), wires, strict=False) if spec.id in ids
    )
    order = _order(layers, ids, index)
    if in_line:
        loose = _loosened(layers)
        return _fastened([loose[at] for at in order])
    return _rewired([(layers[at], wires[at]) for at in order])


def _order(layers: Sequence[LayerSpec], ids: Collection[str], index: int) -> list[int]:
    """The old positions in their new order."""
    chosen = [at for at, spec in enumerate(layers) if spec.id in ids]
    others = [at for at, spec in enumerate(layers) if spec.id not in ids]
    ahead = [at for at in others if at < index]
    return [*ahead, *chosen, *others[len(ahead) :]]


def duplicated(layers: Sequence[LayerSpec], ids: Collection[str]) -> Layers:
    """Copies of ``ids`` put after the last of them, under free ids, and behind them in the main line.

    Copies refer to one another as the originals do; what entered the first original enters the copies from the last
    original, so that a residual block, duplicated, is two blocks one behind the other.
    """
    chosen = [at for at, spec in enumerate(layers) if spec.id in ids]
    if not chosen:
        return tuple(layers)
    entrance, exit = resolved_inputs(layers)[chosen[0]][0], layers[chosen[-1]].id
    copied = {layers[at].id for at in chosen}
    copies = [
        replace(spec, inputs=tuple(exit if name == entrance and name not in copied else name for name in spec.inputs))
        for spec in (layers[at] for at in chosen)
    ]
    return inserted(layers, chosen[-1] + 1, copies)


def _renamed(specs: Sequence[LayerSpec], taken: set[str]) -> list[LayerSpec]:
    """``specs`` under ids that are free, their references to one another following."""
    taken = set(taken)
    names: dict[str, str] = {}
    fresh = []
    for spec in specs:
        inputs = tuple(names.get(name, name) for name in spec.inputs)
        names[spec.id] = free_id(spec.id, taken)
        taken.add(names[spec.id])
        fresh.append(replace(with_partner(spec, names), id=names[spec.id], inputs=inputs))
    return fresh


def _loosened(layers: Sequence[LayerSpec]) -> list[LayerSpec]:
    """``layers`` with every mention of the layer right before replaced by _BEFORE."""
    return [
        replace(spec, inputs=tuple(_BEFORE if name == before else name for name in spec.inputs))
        if before in spec.inputs
        else spec
        for spec, before in zip(layers, before_each(layers), strict=False)
    ]


def _fastened(layers: Sequence[LayerSpec]) -> Layers:
    """``layers`` with every _BEFORE replaced by the layer that is now right before."""
    return tuple(
        replace(spec, inputs=tuple(name or before for name in spec.inputs)) if _BEFORE in spec.inputs else spec
        for spec, before in zip(layers, before_each(layers), strict=False)
    )


def _rewired(rows: Sequence[tuple[LayerSpec, tuple[str, ...]]]) -> Layers:
    """Each layer reading the given ids; left implied where it was and where the layer before is still the one."""
    before = before_each([spec for spec, _ in rows])
    return tuple(
        spec if not spec.inputs and names == (previous,) else replace(spec, inputs=names)
        for (spec, names), previous in zip(rows, before, strict=False)
    )
