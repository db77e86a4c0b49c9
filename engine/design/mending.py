"""Ways to make a layer fit that does not: the first of some simple edits after which it does, tried out on the design."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod
from typing import Any, NamedTuple

from engine.design.check import DesignReport, check
from engine.design.kinds import Shape, times
from engine.design.network import LayerSpec, NetworkDesign, layer
from engine.design.places import block_of, own_id
from engine.design.wiring import free_id, resolved_inputs
from engine.errors import DesignError

MOST_TRIED = 12
LARGE = 2_000
"""Designs with more layers are not tried out: it would take longer than a hand takes."""


class Mend(NamedTuple):
    """An edit that makes a layer fit: ``title`` says what it does, ``design`` is what comes of it."""

    title: str
    design: NetworkDesign


def mend_of(design: NetworkDesign, report: DesignReport, place: str) -> Mend | None:
    """The simplest edit after which the layer at ``place``, which has an error in ``report``, fits; None where none is simple."""
    error = report[place].error
    if error is None or len(design.flat.layers) > LARGE:
        return None
    at = error.layer if error.layer in design else place
    for tried, (title, edited) in enumerate(_candidates(design, report, at)):
        if tried == MOST_TRIED:
            break
        new = check(edited)
        moved = _same_layer(design, edited, at)
        if moved and new[moved].error is None and not new[moved].blocked_by:
            return Mend(title, edited)
    return None


def _same_layer(before: NetworkDesign, after: NetworkDesign, place: str) -> str:
    return place if place in after and after[place].kind == before[place].kind else ""


def _candidates(design: NetworkDesign, report: DesignReport, place: str) -> Iterator[tuple[str, NetworkDesign]]:
    spec, inputs = design[place], report[place].inputs
    for title, values in _other_values(spec, inputs):
        with_values = _attempt(lambda values=values: design.with_parameters(place, **values))
        if with_values is not None:
            yield title, with_values
    if len(inputs) == 1 and len(inputs[0]) > 1:
        yield "Insert a flatten layer", _before(design, place, layer("flat", "flatten"))
        yield "Insert global average pooling", _before(design, place, layer("gap", "global_avg_pool"))
    if len(inputs) > 1:
        yield from _brought_together(design, place, inputs)


def _other_values(spec: LayerSpec, inputs: tuple[Shape, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Other values of the layer's own parameters, with the words for it."""
    fields = type(spec.parameters).model_fields
    sizes = inputs[0][1:] if inputs else ()
    if "groups" in fields:
        yield "Set groups to 1", {"groups": 1}
    if "padding" in fields and "kernel" in fields:
        kernel = spec.parameters.kernel  # type: ignore[attr-defined]  # it has one
        largest = kernel if isinstance(kernel, int) else max(kernel, default=1)
        if sizes and largest > min(sizes):
            yield f"Set kernel to {min(sizes)}", {"kernel": min(sizes)}
        yield "Set padding to 'same'", {"padding": "same"}
        yield f"Set padding to {largest // 2}", {"padding": largest // 2}
        yield "Set padding to 0", {"padding": 0}
    if spec.kind == "reshape" and inputs:
        yield f"Set shape to {prod(inputs[0])}", {"shape": prod(inputs[0])}


def _brought_together(design: NetworkDesign, place: str, inputs: tuple[Shape, ...]) -> Iterator[tuple[str, NetworkDesign]]:
    """A 1×1 convolution in the branch that differs from the others, rather in one that skips than in the main line; with a stride
    where its maps are larger."""
    layers, index = design.layers_in(block_of(place)), design.index(place)
    reads, above = resolved_inputs(layers)[index], layers[index - 1].id if index else ""
    for number, shape in sorted(enumerate(inputs), key=lambda row: reads[row[0]] == above):
        for wanted in {other for other in inputs if other != shape and len(other) == len(shape) == 3}:
            stride = max(1, -(-shape[1] // wanted[1]))
            beside = f" of stride {stride}" if stride > 1 else ""
            projection = layer("project", "conv2d", filters=wanted[0], kernel=1, stride=stride)
            title = f"Insert a 1×1 convolution{beside} behind the branch of {times(shape)}"
            yield title, _on_branch(design, place, number, projection)


def _before(design: NetworkDesign, place: str, new: LayerSpec) -> NetworkDesign:
    return design.inserted(design.index(place), new, block=block_of(place))


def _on_branch(design: NetworkDesign, place: str, number: int, new: LayerSpec) -> NetworkDesign:
    """``new`` put into the ``number``-th branch that the layer at ``place`` reads."""
    block, id = block_of(place), own_id(place)
    layers = design.layers_in(block)
    index = design.index(place)
    reads = list(resolved_inputs(layers)[index])
    name = free_id(new.id, (spec.id for spec in layers))
    added = replace(new, id=name, inputs=(reads[number],))
    reads[number] = name
    rest = [replace(spec, inputs=tuple(reads)) if spec.id == id else spec for spec in layers[index:]]
    return design.with_layers_in(block, (*layers[:index], added, *rest))


def _attempt(edit: Any) -> NetworkDesign | None:
    try:
        made: NetworkDesign = edit()
    except DesignError:
        return None
    return made
