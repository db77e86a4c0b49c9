"""NetworkDesign: a network as plain, immutable, always well-formed data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from engine.design import blocks, edits
from engine.design.flat import flat_layers
from engine.design.kinds import Shape
from engine.design.places import block_of, by_block, inside, own_id, steps
from engine.design.values import with_values
from engine.design.wiring import (
    MAX_LAYERS,
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
    "MAX_LAYERS",
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
        self._require_sense()
        self._index.update({spec.id: index for index, spec in enumerate(self.layers)})

    def _require_sense(self) -> None:
        _check_shape(self.input_shape, "input")
        for name, shape in self.further_inputs:
            _check_shape(shape, f"inputs.{name}")
        if len(self.layers) > MAX_LAYERS:
            raise DesignError(f"{len(self.layers)} layers are too many", f"Use {MAX_LAYERS} or fewer.", field="layers")
        check_wiring(self.layers, tuple(self.inputs))
        ids = [spec.id for spec in self.layers]
        for id, weight in self.heads:
            if id not in ids:
                raise DesignError(f"the head {brief(id)} is no layer", nearest(id, ids), field="heads")
            if not 0 <= weight <= MAX_HEAD_WEIGHT:
                raise DesignError(
                    f"the weight {weight:g} of head '{id}' is out of range", f"Use 0 to {MAX_HEAD_WEIGHT}.", field="heads"
                )

    @property
    def inputs(self) -> dict[str, Shape]:
        """The shapes of the inputs besides the main one, by name."""
        return dict(self.further_inputs)

    def __contains__(self, place: object) -> bool:
        return place in self._index or (isinstance(place, str) and place in self.outputs)

    def __getitem__(self, place: str) -> LayerSpec:
        """The layer at ``place``: its id, or inside a block "res1.0.c1"; DesignError if there is none."""
        if place in self._index:
            return self.layers[self._index[place]]
        if place not in self.outputs:
            raise DesignError(f"there is no layer {brief(place)}", nearest(place, list(self.outputs)))
        return self.layers_in(block_of(place))[self.index(place)]

    def index(self, place: str) -> int:
        """The position of the layer at ``place`` among those of its block; DesignError if there is none."""
        if place in self._index:
            return self._index[place]
        if place not in self.outputs:
            raise DesignError(f"there is no layer {brief(place)}", nearest(place, list(self.outputs)))
        id = own_id(place)
        return next(index for index, spec in enumerate(self.layers_in(block_of(place))) if spec.id == id)

    def layers_in(self, block: str) -> tuple[LayerSpec, ...]:
        """The layers in the block at ``block``; those on the outside where it is ""."""
        layers = self.layers
        for id in steps(block) if block else ():
            layers = next(spec for spec in layers if spec.id == id).inside
        return layers

    @cached_property
    def _taken_apart(self) -> tuple[tuple[LayerSpec, ...], dict[str, str]]:
        if not any(spec.inside or spec.parameters.partner_field for spec in self.layers):
            return self.layers, {spec.id: spec.id for spec in self.layers}
        return flat_layers(self)

    @cached_property
    def flat(self) -> NetworkDesign:
        """The network as it is computed: all blocks taken apart, all copies written out, the places of layers as their ids."""
        layers, outputs = self._taken_apart
        if layers is self.layers:
            return self
        heads = tuple((outputs[id], weight) for id, weight in self.heads)
        return FlatDesign(self.name, self.input_shape, layers, self.notes, self.further_inputs, heads, places=outputs)

    @property
    def outputs(self) -> dict[str, str]:
        """For the place of every layer, blocks included, the id of the layer of ``flat`` whose output is its output."""
        return self._taken_apart[1]

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

    def inserted(self, index: int, *specs: LayerSpec, block: str = "") -> NetworkDesign:
        """``specs`` put before position ``index`` of ``block``, into the main line; an id that is taken gets a free one.

        The layer behind reads the last of ``specs`` wherever it read the layer before it, by name or implied.
        """
        return self.with_layers_in(block, edits.inserted(self.layers_in(block), index, specs))

    def pasted(self, index: int, *specs: LayerSpec, block: str = "") -> NetworkDesign:
        """``inserted`` for layers copied from elsewhere: names that mean nothing at their new place are left out."""
        return self.with_layers_in(block, edits.pasted(self.layers_in(block), index, specs))

    def without(self, places: Iterable[str]) -> NetworkDesign:
        """The layers at ``places`` taken out; what read one of them reads what that one read (the first of its inputs)."""
        design = self
        for block, ids in by_block(self._known(places)).items():
            design = design.with_layers_in(block, edits.without(design.layers_in(block), ids))
        return design

    def replaced(self, place: str, spec: LayerSpec) -> NetworkDesign:
        """``spec`` put at ``place``, in all copies of its block; references, also those of heads, follow a change of id."""
        at, block, id = self.index(place), block_of(place), own_id(place)
        layers, heads = self.layers_in(block), self.heads
        if spec.id != id:
            layers = edits.renamed(layers, id, spec.id)
            heads = heads if block else tuple((spec.id if name == id else name, weight) for name, weight in heads)
        layers = (*layers[:at], spec, *layers[at + 1 :])
        return self.with_layers_in(block, layers) if block else replace(self, layers=layers, heads=heads)

    def with_parameters(self, place: str, **values: Any) -> NetworkDesign:
        """A layer with some parameters changed, validated; those of a choice are named by their path."""
        old = self[place]
        try:
            changed = with_values(old.parameters, values, old.kind)
        except DesignError as error:
            raise error.at(place) from None
        return self.replaced(place, replace(old, parameters=changed))

    def with_id(self, place: str, new: str) -> NetworkDesign:
        """The layer at ``place`` called ``new`` by all that read it."""
        return self.replaced(place, replace(self[place], id=new))

    def with_inputs(self, place: str, inputs: Sequence[str]) -> NetworkDesign:
        """The layer at ``place`` reading ``inputs``, by their names in its block (empty = the layer before)."""
        return self.replaced(place, replace(self[place], inputs=tuple(inputs)))

    def moved(self, places: Iterable[str], index: int, block: str = "") -> NetworkDesign:
        """The layers at ``places``, in their order, put before the layer now at ``index`` of ``block`` (or at the end).

        The main line closes behind them and opens for them; refused where a layer would come before one that it reads. Those
        that come from another block leave out names that mean nothing there.
        """
        groups = by_block(self._known(places))
        if not groups:
            return self
        if list(groups) == [block]:
            return self.with_layers_in(block, edits.moved(self.layers_in(block), groups[block], index))
        if len(groups) != 1:
            raise DesignError("the layers are in several blocks", "Choose layers that stand beside each other.")
        ((origin, ids),) = groups.items()
        if any(block == inside(origin, id) or block.startswith(f"{inside(origin, id)}.") for id in ids):
            raise DesignError("a block cannot be put into itself", "Put it beside, or copy it first.", layer=ids[0])
        specs = [spec for spec in self.layers_in(origin) if spec.id in ids]
        return self.without(inside(origin, id) for id in ids).pasted(index, *specs, block=block)

    def duplicated(self, places: Iterable[str]) -> NetworkDesign:
        """Copies put after the last of ``places``, under free ids: a duplicated block follows the original."""
        design = self
        for block, ids in by_block(self._known(places)).items():
            design = design.with_layers_in(block, edits.duplicated(design.layers_in(block), ids))
        return design

    # -- blocks --

    def grouped(self, places: Iterable[str], name: str = "") -> NetworkDesign:
        """The layers at ``places``, which stand in one block, put into a new block called ``name``; DesignError where what is
        between them, or what reads them, does not allow it."""
        groups = by_block(self._known(places))
        if len(groups) != 1:
            raise DesignError("only layers that stand in the same block can be grouped", "Choose one or more of one block.")
        ((block, ids),) = groups.items()
        return self.with_layers_in(block, blocks.grouped(self.layers_in(block), frozenset(ids), name))

    def ungrouped(self, place: str) -> NetworkDesign:
        """The block at ``place`` taken apart into its layers, every copy written out."""
        block = block_of(place)
        return self.with_layers_in(block, blocks.ungrouped(self.layers_in(block), own_id(place)))

    def with_copy_apart(self, place: str, copy: int) -> NetworkDesign:
        """Copy ``copy`` (from 0) of the block at ``place`` as a block of its own, which can then be edited alone."""
        block = block_of(place)
        return self.with_layers_in(block, blocks.with_copy_apart(self.layers_in(block), own_id(place), copy))

    def with_head(self, id: str, weight: float | None) -> NetworkDesign:
        """The outermost layer ``id`` as an auxiliary output whose loss counts ``weight`` times, 0..100; None: it is none."""
        if block_of(id):
            raise DesignError("only a layer outside of blocks can be an output", "Choose the block, or take it apart.", layer=id)
        self.index(id)
        heads = dict(self.heads)
        if weight is None:
            heads.pop(id, None)
        else:
            heads[id] = weight
        order = [spec.id for spec in self.layers]
        return replace(self, heads=tuple(sorted(heads.items(), key=lambda head: order.index(head[0]))))

    def with_layers_in(self, block: str, layers: Iterable[LayerSpec]) -> NetworkDesign:
        """Other layers in ``block``, in all its copies; on the outside heads go whose layers are gone."""
        if not block:
            layers = tuple(layers)
            ids = {spec.id for spec in layers}
            return replace(self, layers=layers, heads=tuple(head for head in self.heads if head[0] in ids))
        old = self[block]
        return self.replaced(block, replace(old, parameters=old.parameters.model_copy(update={"layers": tuple(layers)})))

    def _known(self, places: Iterable[str]) -> list[str]:
        """``places``, each once; DesignError if one of them is no layer."""
        chosen = list(dict.fromkeys(places))
        for place in chosen:
            self.index(place)
        return chosen


@dataclass(frozen=True)
class FlatDesign(NetworkDesign):
    """A design taken apart: ids are places, everything that is read is written out. It is computed, not edited or saved.

    ``places`` are the ``outputs`` of the design that it was made of, so that it knows which layer gives a block's output.
    """

    places: dict[str, str] = field(repr=False, compare=False, hash=False, default_factory=dict)

    @property
    def outputs(self) -> dict[str, str]:
        return self.places

    def __getitem__(self, place: str) -> LayerSpec:
        return self.layers[self.index(place)]

    def index(self, place: str) -> int:
        if place not in self.places:
            raise DesignError(f"there is no layer {brief(place)}", nearest(place, list(self.places)))
        return self._index[self.places[place]]

    def _require_sense(self) -> None:
        """Nothing: the design that it was made of was looked at."""


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
