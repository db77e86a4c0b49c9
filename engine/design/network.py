"""NetworkDesign: a network as plain, immutable, always well-formed data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from engine.design import edits
from engine.design.kinds import Shape
from engine.design.values import with_values
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
MAX_HEAD_WEIGHT = 100


@dataclass(frozen=True)
class NetworkDesign:
    """An immutable network: the input's shape and layers in topological order; the last layer is the output.

    ``further_inputs`` are (name, shape) of inputs besides the main one; layers read them as "@name". ``heads`` are (layer id,
    weight): outputs besides the main one, whose loss is added with that weight while training (Szegedy et al. 2015).

    The constructor refuses ids and wiring that cannot be; whether the shapes fit is ``engine.design.check``'s to say,
    so that a half-finished design can be shown. Every edit returns a new design and raises DesignError if refused.
    """

    name: str
    input_shape: Shape
    layers: tuple[LayerSpec, ...] = ()
    notes: str = ""
    further_inputs: tuple[tuple[str, Shape], ...] = ()
    heads: tuple[tuple[str, float], ...] = ()
    _index: dict[str, int] = field(init=False, repr=False, compare=False, hash=False, default_factory=dict)

    def __post_init__(self) -> None:
        _check_shape(self.input_shape, "input")
        for name, shape in self.further_inputs:
            _check_shape(shape, f"inputs.{name}")
        if len(self.layers) > MAX_LAYERS:
            raise DesignError(f"{len(self.layers)} layers are too many", f"Use {MAX_LAYERS} or fewer.", field="layers")
        check_wiring(self.layers, tuple(self.inputs))
        self._index.update({spec.id: index for index, spec in enumerate(self.layers)})
        for id, weight in self.heads:
            if id not in self._index:
                raise DesignError(f"the head {brief(id)} is no layer", nearest(id, list(self._index)), field="heads")
            if not 0 <= weight <= MAX_HEAD_WEIGHT:
                raise DesignError(
                    f"the weight {weight:g} of head '{id}' is out of range", f"Use 0 to {MAX_HEAD_WEIGHT}.", field="heads"
                )

    @property
    def inputs(self) -> dict[str, Shape]:
        """The shapes of the inputs besides the main one, by name."""
        return dict(self.further_inputs)

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
        return self._wiring

    @cached_property
    def _wiring(self) -> tuple[tuple[str, ...], ...]:
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
        gone = self._known(ids)
        heads = tuple((id, weight) for id, weight in self.heads if id not in gone)
        return replace(self, layers=edits.without(self.layers, gone), heads=heads)

    def replaced(self, id: str, spec: LayerSpec) -> NetworkDesign:
        """``spec`` in the place of layer ``id``; references, also those of heads, follow a change of id."""
        at = self.index(id)
        layers, heads = self.layers, self.heads
        if spec.id != id:
            layers = edits.renamed(layers, id, spec.id)
            heads = tuple((spec.id if name == id else name, weight) for name, weight in heads)
        return replace(self, layers=(*layers[:at], spec, *layers[at + 1 :]), heads=heads)

    def with_parameters(self, id: str, **values: Any) -> NetworkDesign:
        """Layer ``id`` with some parameters changed, validated; those of a choice are named by their path."""
        old = self[id]
        try:
            changed = with_values(old.parameters, values, old.kind)
        except DesignError as error:
            raise error.at(id) from None
        return self.replaced(id, replace(old, parameters=changed))

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


def _check_shape(shape: Shape, field: str) -> None:
    sizes_fit = all(type(size) is int and 0 < size <= MAX_SIZE for size in shape)
    if not 1 <= len(shape) <= 4 or not sizes_fit:
        raise DesignError(
            f"{brief(list(shape))} is not an input shape",
            f"Give [channels, height, width] or [features], each 1 to {MAX_SIZE}.",
            field=field,
        )


Edit = Callable[[NetworkDesign], NetworkDesign]
"""One change of a design, as gestures and forms hand it to the session."""
