"""Ways to make a layer fit that does not: the first of some simple edits after which it does, tried out on its inputs' shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import prod
from typing import Any, NamedTuple

from engine.design.check import DesignReport
from engine.design.kinds import LayerKind, Shape, times
from engine.design.network import NETWORK_INPUT, Edit, LayerSpec, NetworkDesign, layer
from engine.design.parameters import form_fields
from engine.design.places import block_of
from engine.design.values import with_values
from engine.design.wiring import free_id, resolved_inputs
from engine.errors import DesignError


class Mend(NamedTuple):
    """An edit that makes a layer fit; ``title`` says what it does."""

    title: str
    edit: Edit


class _Try(NamedTuple):
    """A Mend, and what the layer would be and would read after it."""

    mend: Mend
    parameters: LayerKind
    inputs: tuple[Shape, ...]


def mend_of(design: NetworkDesign, report: DesignReport, place: str) -> Mend | None:
    """The simplest edit after which the layer at ``place``, which has an error in ``report``, fits; None where none is simple.
    Of a block it is its first misfit that is mended. Quick, whatever the size of the design."""
    error = report[place].error
    if error is None:
        return None
    at = error.layer if error.layer in design else place
    if design[at].inside or design[at].parameters.reads == "tokens":
        return None
    return next((each.mend for each in _tries(design, report, at) if _fits(each.parameters, each.inputs)), None)


def _fits(parameters: LayerKind, inputs: tuple[Shape, ...]) -> bool:
    fewest, most = parameters.inputs_allowed
    try:
        parameters.output_shape(inputs)
    except DesignError:
        return False
    return fewest <= len(inputs) <= most


def _tries(design: NetworkDesign, report: DesignReport, place: str) -> Iterator[_Try]:
    parameters, inputs = design[place].parameters, report[place].inputs
    for title, values in _other_values(parameters, inputs):
        try:
            changed = with_values(parameters, values, parameters.kind)
        except DesignError:
            continue
        yield _Try(Mend(title, _setting(place, values)), changed, inputs)
    if len(inputs) == 1 and len(inputs[0]) > 1:
        flat = (prod(inputs[0]),)
        yield _Try(Mend("Insert a flatten layer", _joining(place, 0, layer("flat", "flatten"))), parameters, (flat,))
        means = Mend("Insert global average pooling", _joining(place, 0, layer("gap", "global_avg_pool")))
        yield _Try(means, parameters, (inputs[0][:1],))
    if len(inputs) > 1:
        yield from _brought_together(design, place, parameters, inputs)


def _other_values(parameters: LayerKind, inputs: Sequence[Shape]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Other values of the layer's own parameters, with the words for it."""
    forms = {field.name: field.form for field in form_fields(parameters)}
    sizes = inputs[0][1:] if inputs else ()
    if forms.get("groups") == "whole":
        yield "Set groups to 1", {"groups": 1}
    if (forms.get("kernel"), forms.get("padding")) == ("sizes", "padding"):
        kernel = parameters.kernel  # type: ignore[attr-defined]  # it has one
        largest = kernel if isinstance(kernel, int) else max(kernel, default=1)
        if sizes and largest > min(sizes):
            yield f"Set kernel to {min(sizes)}", {"kernel": min(sizes)}
        yield "Set padding to 'same'", {"padding": "same"}
        yield f"Set padding to {largest // 2}", {"padding": largest // 2}
        yield "Set padding to 0", {"padding": 0}
    if forms.get("shape") == "sizes" and inputs:
        yield f"Set shape to {prod(inputs[0])}", {"shape": prod(inputs[0])}


def _brought_together(design: NetworkDesign, place: str, parameters: LayerKind, inputs: tuple[Shape, ...]) -> Iterator[_Try]:
    """A 1×1 convolution in the branch that differs from the others, rather in one that skips than in the main line; with a stride
    where its maps are larger."""
    layers, index = design.layers_in(block_of(place)), design.index(place)
    reads, above = resolved_inputs(layers)[index], layers[index - 1].id if index else ""
    for number, shape in sorted(enumerate(inputs), key=lambda row: reads[row[0]] == above):
        for wanted in dict.fromkeys(other for other in inputs if other != shape and len(other) == len(shape) == 3):
            stride = max(1, -(-shape[1] // wanted[1]))
            beside = f" of stride {stride}" if stride > 1 else ""
            projection = layer("project", "conv2d", filters=wanted[0], kernel=1, stride=stride)
            mend = Mend(
                f"Insert a 1×1 convolution{beside} behind the branch of {times(shape)}", _joining(place, number, projection)
            )
            after = projection.parameters.output_shape([shape])
            yield _Try(mend, parameters, (*inputs[:number], after, *inputs[number + 1 :]))


def _setting(place: str, values: dict[str, Any]) -> Edit:
    def edit(design: NetworkDesign) -> NetworkDesign:
        return design.with_parameters(place, **values)

    return edit


def _joining(place: str, number: int, new: LayerSpec) -> Edit:
    """``new`` put into the ``number``-th branch that the layer at ``place`` reads."""

    def edit(design: NetworkDesign) -> NetworkDesign:
        block, index = block_of(place), design.index(place)
        layers = design.layers_in(block)
        reads = list(resolved_inputs(layers)[index])
        name = free_id(new.id, (spec.id for spec in layers))
        above = layers[index - 1].id if index else NETWORK_INPUT
        added = replace(new, id=name, inputs=() if reads[number] == above else (reads[number],))
        reads[number] = name
        reader = replace(layers[index], inputs=() if reads == [name] else tuple(reads))
        return design.with_layers_in(block, (*layers[:index], added, reader, *layers[index + 1 :]))

    return edit
