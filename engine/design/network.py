"""LayerSpec and NetworkDesign: a network as plain, immutable, always well-formed data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.design.kinds import LAYER_KINDS, LayerKind, Shape
from engine.design.parameters import construct
from engine.errors import DesignError
from engine.registry import nearest

NETWORK_INPUT = "@in"
"""The name under which layers refer to the input of the network (or, inside a block, of the block)."""

MAX_LAYERS = 10_000
MAX_SIZE = 1 << 20
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class LayerSpec:
    """One layer of a design: its ``id``, its parameters and the ids it reads (empty = the layer before)."""

    id: str
    parameters: LayerKind
    inputs: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The kind's name, as in design files."""
        return self.parameters.kind


def layer(id: str, kind: str, inputs: Sequence[str] = (), **parameters: Any) -> LayerSpec:
    """A LayerSpec from plain values; DesignError names the layer and the field where they do not fit."""
    return make_layer(id, kind, inputs, parameters)


def make_layer(id: str, kind: str, inputs: Sequence[str], parameters: Mapping[str, Any]) -> LayerSpec:
    """``layer`` for parameters that come as a mapping, as from a file."""
    try:
        return LayerSpec(id, construct(LAYER_KINDS.get(kind), parameters, kind), tuple(inputs))
    except DesignError as error:
        raise error.at(id) from None


def resolved_inputs(layers: Sequence[LayerSpec]) -> tuple[tuple[str, ...], ...]:
    """For each layer the ids it reads, with the implied "layer before" written out."""
    before = (NETWORK_INPUT, *(spec.id for spec in layers))
    return tuple(spec.inputs or (before[index],) for index, spec in enumerate(layers))


def check_wiring(layers: Sequence[LayerSpec]) -> None:
    """Raise DesignError unless ids are unique and well-formed and every input is an earlier layer."""
    position: dict[str, int] = {}
    for index, spec in enumerate(layers):
        if not _ID.fullmatch(spec.id):
            raise DesignError(
                f"'{spec.id}' is not a layer id",
                "Start with a letter; then letters, digits, _ and - may follow.",
                layer=spec.id,
                field="id",
            )
        if spec.id in position:
            raise DesignError(f"two layers have the id '{spec.id}'", f"Call the second '{spec.id}_2'.", layer=spec.id, field="id")
        position[spec.id] = index
    for index, spec in enumerate(layers):
        for name in spec.inputs:
            _check_reference(spec, index, name, position)


def _check_reference(spec: LayerSpec, index: int, name: str, position: dict[str, int]) -> None:
    if name == NETWORK_INPUT or position.get(name, index) < index:
        return
    at = {"layer": spec.id, "field": "inputs"}
    if name not in position:
        raise DesignError(f"it reads '{name}', which does not exist", nearest(name, [NETWORK_INPUT, *position]), **at)
    if name == spec.id:
        raise DesignError("it reads itself, which is a cycle", "Name an earlier layer.", **at)
    raise DesignError(
        f"it reads '{name}', which comes later (a cycle or a wrong order)", f"Move '{name}' before '{spec.id}'.", **at
    )


@dataclass(frozen=True)
class NetworkDesign:
    """An immutable network: the input's shape and layers in topological order; the last layer is the output.

    The constructor refuses ids and wiring that cannot be; whether the shapes fit is ``engine.design.check``'s to say,
    so that a half-finished design can be shown. Every edit returns a new design and raises DesignError if refused.
    """

    name: str
    input_shape: Shape
    layers: tuple[LayerSpec, ...] = ()
    notes: str = ""
    _index: dict[str, int] = field(init=False, repr=False, compare=False, hash=False, default_factory=dict)

    def __post_init__(self) -> None:
        sizes_fit = all(isinstance(size, int) and 0 < size <= MAX_SIZE for size in self.input_shape)
        if not 1 <= len(self.input_shape) <= 4 or not sizes_fit:
            raise DesignError(
                f"{list(self.input_shape)} is not an input shape",
                "Give [channels, height, width] or [features], each 1 or more.",
                field="input",
            )
        if len(self.layers) > MAX_LAYERS:
            raise DesignError(f"{len(self.layers)} layers are too many", f"Use {MAX_LAYERS} or fewer.", field="layers")
        check_wiring(self.layers)
        self._index.update({spec.id: index for index, spec in enumerate(self.layers)})

    def __contains__(self, id: object) -> bool:
        return id in self._index

    def __getitem__(self, id: str) -> LayerSpec:
        return self.layers[self.index(id)]

    def index(self, id: str) -> int:
        """The position of the layer called ``id``; DesignError if there is none."""
        if id not in self._index:
            raise DesignError(f"there is no layer '{id}'", nearest(id, list(self._index)))
        return self._index[id]

    def wiring(self) -> tuple[tuple[str, ...], ...]:
        """For each layer the ids it reads ("@in" is the network's input)."""
        return resolved_inputs(self.layers)

    # -- edits, each returning a new design --

    def renamed(self, name: str) -> NetworkDesign:
        """The same network under another name."""
        return replace(self, name=name)

    def with_input(self, shape: Shape) -> NetworkDesign:
        """The same layers for another input shape."""
        return replace(self, input_shape=tuple(shape))

    def with_layers(self, layers: Iterable[LayerSpec]) -> NetworkDesign:
        """Other layers on the same input."""
        return replace(self, layers=tuple(layers))

    def inserted(self, index: int, *specs: LayerSpec) -> NetworkDesign:
        """``specs`` put before position ``index``; an id that is taken gets a free one."""
        taken = set(self._index)
        fresh: list[LayerSpec] = []
        names: dict[str, str] = {}
        for spec in specs:
            names[spec.id] = free_id(spec.id, taken)
            taken.add(names[spec.id])
            fresh.append(replace(spec, id=names[spec.id], inputs=tuple(names.get(n, n) for n in spec.inputs)))
        return self.with_layers((*self.layers[:index], *fresh, *self.layers[index:]))

    def without(self, ids: Iterable[str]) -> NetworkDesign:
        """The layers ``ids`` taken out; what read one of them by name reads what that one read."""
        gone = {id: self.wiring()[self.index(id)][0] for id in ids}

        def kept(name: str) -> str:
            while name in gone:
                name = gone[name]
            return name

        return self.with_layers(
            replace(spec, inputs=tuple(kept(name) for name in spec.inputs)) for spec in self.layers if spec.id not in gone
        )

    def replaced(self, id: str, spec: LayerSpec) -> NetworkDesign:
        """``spec`` in the place of layer ``id``; references follow a change of id."""
        at = self.index(id)

        def edit(index: int, old: LayerSpec) -> LayerSpec:
            if index == at:
                return spec
            return replace(old, inputs=tuple(spec.id if name == id else name for name in old.inputs))

        return self.with_layers(edit(index, old) for index, old in enumerate(self.layers))

    def with_parameters(self, id: str, **values: Any) -> NetworkDesign:
        """Layer ``id`` with some parameters changed, validated."""
        old = self[id]
        merged = {name: getattr(old.parameters, name) for name in type(old.parameters).model_fields} | values
        return self.replaced(id, layer(id, old.kind, old.inputs, **merged))

    def with_id(self, id: str, new: str) -> NetworkDesign:
        """Layer ``id`` called ``new`` everywhere."""
        return self.replaced(id, replace(self[id], id=new))

    def with_inputs(self, id: str, inputs: Sequence[str]) -> NetworkDesign:
        """Layer ``id`` reading ``inputs`` (empty = the layer before)."""
        return self.replaced(id, replace(self[id], inputs=tuple(inputs)))

    def moved(self, ids: Iterable[str], index: int) -> NetworkDesign:
        """The layers ``ids``, in their order, put before the layer now at ``index`` (or at the end)."""
        chosen = set(ids)
        moving = [spec for spec in self.layers if spec.id in chosen]
        before = [spec for spec in self.layers[:index] if spec.id not in chosen]
        after = [spec for spec in self.layers[index:] if spec.id not in chosen]
        return self.with_layers((*before, *moving, *after))

    def duplicated(self, ids: Iterable[str]) -> NetworkDesign:
        """Copies of ``ids`` put after the last of them, under free ids."""
        chosen = set(ids)
        copies = [spec for spec in self.layers if spec.id in chosen]
        last = max(self.index(spec.id) for spec in copies)
        return self.inserted(last + 1, *copies)


def free_id(wanted: str, taken: Iterable[str]) -> str:
    """``wanted``, or the same word with the first free number behind it."""
    names = set(taken)
    if wanted not in names:
        return wanted
    stem = re.sub(r"\d+$", "", wanted) or wanted
    return next(name for name in (f"{stem}{number}" for number in range(1, len(names) + 3)) if name not in names)


Edit = Callable[[NetworkDesign], NetworkDesign]
"""One change of a design, as gestures and forms hand it to the session."""
