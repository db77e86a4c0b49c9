"""NetworkDesign: a network as plain, immutable, always well-formed data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.design import edits
from engine.design.kinds import Shape
from engine.design.wiring import (
    NETWORK_INPUT,
    LayerSpec,
    check_wiring,
    free_id,
    layer,
    make_layer,
    resolved_inputs,
)
from engine.errors import DesignError
from engine.registry import brief, nearest

__all__ = [
    "NETWORK_INPUT",
    "Edit",
    "LayerSpec",
    "NetworkDesign",
    "check_wiring",
    "free_id",
    "layer",
    "make_layer",
    "resolved_inputs",
]

MAX_LAYERS = 10_000
MAX_SIZE = 1 << 20


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
        sizes_fit = all(type(size) is int and 0 < size <= MAX_SIZE for size in self.input_shape)
        if not 1 <= len(self.input_shape) <= 4 or not sizes_fit:
            raise DesignError(
                f"{brief(list(self.input_shape))} is not an input shape",
                f"Give [channels, height, width] or [features], each 1 to {MAX_SIZE}.",
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
            raise DesignError(f"there is no layer {brief(id)}", nearest(id, list(self._index)))
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
        """``specs`` put before position ``index``, into the main line; an id that is taken gets a free one.

        The layer behind reads the last of ``specs`` wherever it read the layer before it, by name or implied.
        """
        return self.with_layers(edits.inserted(self.layers, index, specs))

    def pasted(self, index: int, *specs: LayerSpec) -> NetworkDesign:
        """``inserted`` for layers copied from elsewhere: names that mean nothing at their new place are left out."""
        return self.with_layers(edits.pasted(self.layers, index, specs))

    def without(self, ids: Iterable[str]) -> NetworkDesign:
        """The layers ``ids`` taken out; what read one of them reads what that one read (the first of its inputs)."""
        return self.with_layers(edits.without(self.layers, self._known(ids)))

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
        return self.replaced(id, make_layer(id, old.kind, old.inputs, merged))

    def with_id(self, id: str, new: str) -> NetworkDesign:
        """Layer ``id`` called ``new`` everywhere."""
        return self.replaced(id, replace(self[id], id=new))

    def with_inputs(self, id: str, inputs: Sequence[str]) -> NetworkDesign:
        """Layer ``id`` reading ``inputs`` (empty = the layer before)."""
        return self.replaced(id, replace(self[id], inputs=tuple(inputs)))

    def moved(self, ids: Iterable[str], index: int) -> NetworkDesign:
        """The layers ``ids``, in their order, put before the layer now at ``index`` (or at the end).

        The main line closes behind them and opens for them; refused where a layer would come before one that it reads.
        """
        return self.with_layers(edits.moved(self.layers, self._known(ids), index))

    def duplicated(self, ids: Iterable[str]) -> NetworkDesign:
        """Copies of ``ids`` put after the last of them, under free ids: a duplicated block follows the original."""
        return self.with_layers(edits.duplicated(self.layers, self._known(ids)))

    def _known(self, ids: Iterable[str]) -> frozenset[str]:
        """``ids`` as a set; DesignError if one of them is no layer."""
        chosen = frozenset(ids)
        for id in chosen:
            self.index(id)
        return chosen


Edit = Callable[[NetworkDesign], NetworkDesign]
"""One change of a design, as gestures and forms hand it to the session."""
