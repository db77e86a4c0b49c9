"""LayerSpec, and the rules by which layers refer to one another: ids, implied inputs, topological order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.design.kinds import LAYER_KINDS, LayerKind
from engine.design.parameters import PlainValue
from engine.design.values import changed_values, construct
from engine.errors import DesignError
from engine.registry import brief, nearest

NETWORK_INPUT = "@in"
"""The name under which layers refer to the input of the network (or, inside a block, of the block)."""

MAX_ID = 100
MAX_INPUTS = 1000
MAX_LAYERS = 10_000
MAX_DEPTH = 32
"""How deep blocks may lie in one another."""
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class LayerSpec(PlainValue):
    """One layer of a design: its ``id``, its parameters and the ids it reads (empty = the layer before)."""

    id: str
    parameters: LayerKind
    inputs: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The kind's name, as in design files."""
        return self.parameters.kind

    @property
    def inside(self) -> tuple[LayerSpec, ...]:
        """The layers that it is made of: those of a block."""
        inner = self.parameters.inner
        return inner.layers if inner else ()

    def plain(self) -> dict[str, Any]:
        """As in design files: only what differs from the defaults, in the order of declaration."""
        document: dict[str, Any] = {"id": self.id, "kind": self.kind, **changed_values(self.parameters)}
        return {**document, "inputs": list(self.inputs)} if self.inputs else document


def layer(id: str, kind: str, inputs: Sequence[str] = (), **parameters: Any) -> LayerSpec:
    """A LayerSpec from plain values; DesignError names the layer and the field where they do not fit."""
    return make_layer(id, kind, inputs, parameters)


def make_layer(id: str, kind: str, inputs: Sequence[str], parameters: Mapping[str, Any]) -> LayerSpec:
    """``layer`` for parameters that come as a mapping, as from a file."""
    try:
        model = LAYER_KINDS.get(kind)
    except DesignError as error:
        raise error.at(id, "kind") from None
    try:
        return LayerSpec(id, construct(model, parameters, kind), tuple(inputs))
    except DesignError as error:
        raise error.at(id) from None


def resolved_inputs(layers: Sequence[LayerSpec]) -> tuple[tuple[str, ...], ...]:
    """For each layer the ids it reads, with the implied "layer before" written out."""
    return tuple(spec.inputs or (before,) for spec, before in zip(layers, before_each(layers), strict=False))


def before_each(layers: Sequence[LayerSpec]) -> tuple[str, ...]:
    """For each layer the id of the one right before it ("@in" for the first); and that of the last, at the end."""
    return (NETWORK_INPUT, *(spec.id for spec in layers))


def check_wiring(layers: Sequence[LayerSpec], inputs: Sequence[str] = ()) -> None:
    """Raise DesignError unless ids are unique and well-formed and every input is an earlier layer or one of the network's.

    ``inputs`` are the names of the network's inputs besides the main one.
    """
    for name in inputs:
        _check_id(name)
    _check_level(layers, [NETWORK_INPUT, *(f"@{name}" for name in inputs)], depth=0)
    if any(spec.inside for spec in layers):
        _check_count(layers)


def _check_level(layers: Sequence[LayerSpec], sources: Sequence[str], depth: int) -> None:
    """``check_wiring`` for layers that may read one another and ``sources``; then for what is inside them."""
    if depth > MAX_DEPTH:
        raise DesignError(f"blocks lie more than {MAX_DEPTH} deep in one another", "Take some of them apart.", field="layers")
    position: dict[str, int] = {}
    for index, spec in enumerate(layers):
        _check_id(spec.id)
        if spec.id in position:
            raise DesignError(
                f"two layers have the id '{spec.id}'",
                f"Call the second '{free_id(spec.id, (other.id for other in layers))}'.",
                layer=spec.id,
                field="id",
            )
        position[spec.id] = index
    known = frozenset(sources)
    for index, spec in enumerate(layers):
        if len(spec.inputs) > MAX_INPUTS:
            raise DesignError(f"{len(spec.inputs)} inputs are too many", "", layer=spec.id, field="inputs")
        for name in spec.inputs:
            if name not in known and position.get(name, index) >= index:
                raise _bad_reference(spec, name, position, sorted(known))
        if spec.inside:
            _check_inside(spec, depth)


def _check_inside(block: LayerSpec, depth: int) -> None:
    try:
        _check_level(block.inside, inner_sources(max(1, len(block.inputs))), depth + 1)
    except DesignError as error:
        raise within(error, block.id) from None


def within(error: DesignError, block: str) -> DesignError:
    """``error``, told of a layer inside ``block``, with the place of the layer."""
    return DesignError(
        error.problem, error.suggestion, layer=f"{block}.0.{error.layer}" if error.layer else block, field=error.field
    )


def inner_sources(count: int) -> list[str]:
    """The names under which the layers of a block read its ``count`` inputs: "@in", "@in2", ..."""
    return [NETWORK_INPUT, *(f"{NETWORK_INPUT}{number}" for number in range(2, count + 1))]


def _check_count(layers: Sequence[LayerSpec]) -> None:
    """DesignError, at the first block where they are too many, unless blocks written out are few enough layers."""
    total = 0
    for spec in layers:
        size = written_out(spec)
        total += size
        if total > MAX_LAYERS:
            raise DesignError(
                f"with it the network has {total:,} layers, all copies counted, which are too many",
                f"Repeat it less often: {MAX_LAYERS:,} is the most in all.",
                layer=spec.id,
                field="repeat" if size > 1 else "",
            )


def written_out(spec: LayerSpec) -> int:
    """How many layers ``spec`` is, where all copies of all blocks are written out."""
    inner = spec.parameters.inner
    if inner is None:
        return 1
    return inner.repeat * sum(map(written_out, inner.layers)) + (inner.end is not None)


def _check_id(id: str) -> None:
    if not _ID.fullmatch(id) or len(id) > MAX_ID:
        raise DesignError(
            f"{brief(id)} is not a layer id",
            f"Start with a letter; then letters, digits, _ and - may follow, {MAX_ID} in all.",
            layer=id,
            field="id",
        )


def _bad_reference(spec: LayerSpec, name: str, position: Mapping[str, int], sources: Sequence[str]) -> DesignError:
    if name not in position:
        problem, suggestion = f"it reads {brief(name)}, which does not exist", nearest(name, [*sources, *position])
    elif name == spec.id:
        problem, suggestion = "it reads itself, which is a cycle", "Name an earlier layer."
    else:
        problem = f"it reads '{name}', which comes later (a cycle or a wrong order)"
        suggestion = f"Move '{name}' before '{spec.id}'."
    return DesignError(problem, suggestion, layer=spec.id, field="inputs")


def free_id(wanted: str, taken: Iterable[str]) -> str:
    """``wanted``, or the same word with the first free number behind it."""
    names = set(taken)
    if wanted not in names:
        return wanted
    stem = re.sub(r"\d+$", "", wanted) or wanted
    stem = stem[: MAX_ID - 6]
    return next(name for name in (f"{stem}{number}" for number in range(1, len(names) + 3)) if name not in names)
