"""Hypothesis strategies for layer kinds and designs, made from what the kinds say of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from engine.design.check import check
from engine.design.kinds import LAYER_KINDS, LayerKind, Shape
from engine.design.network import NETWORK_INPUT, LayerSpec, NetworkDesign, make_layer
from engine.design.parameters import FormField, form_fields
from engine.design.values import construct
from engine.errors import DesignError

ROOMY: dict[int, Shape] = {1: (24,), 2: (4, 24), 3: (4, 24, 24), 4: (4, 12, 12, 12)}
"""By rank, a shape that a kind with default parameters accepts if it works on that rank at all."""

STEP_BY_STEP = ("lstm", "gru")
"""Kinds that take the longer the longer their input is, even on tensors without memory."""

SMALL = 6  # how far above their lowest value whole numbers go in small layers


def partner_of(kind: type[LayerKind]) -> type[LayerKind] | None:
    """The first kind that ``kind`` can be paired with, where it needs a partner."""
    found = [each for each in LAYER_KINDS.entries() if kind.partner_field and kind().paired(each()) is not None]
    return found[0] if found else None


def paired_beside(layer: LayerKind, partner: LayerKind, shape: Shape) -> tuple[LayerKind, list[Shape]]:
    """``layer`` made one with its ``partner``, which reads ``shape``, and what both read, where the first reads the partner."""
    pair = layer.paired(partner)
    assert pair is not None
    try:
        return pair, [partner.output_shape([shape]), shape]
    except DesignError:
        return pair, [shape, shape]  # a pair that does not fit either


def default_beside(kind: type[LayerKind], shape: Shape) -> tuple[LayerKind, list[Shape]]:
    """A layer of ``kind`` as it is when it is new, with its partner if it needs one, and the shapes of its inputs: ``shape``."""
    partner = partner_of(kind)
    return paired_beside(kind(), partner(), shape) if partner else (kind(), [shape] * kind.inputs_allowed[0])


def ranks_of(kind: type[LayerKind]) -> list[int]:
    """How many sizes the inputs of ``kind`` may have, channels included."""

    def accepts(shape: Shape) -> bool:
        try:
            layer, inputs = default_beside(kind, shape)
            layer.output_shape(inputs)
        except DesignError:
            return False
        return True

    return [rank for rank, shape in ROOMY.items() if accepts(shape)]


def values_of(field: FormField, dimensions: int = 2, small: bool = True) -> st.SearchStrategy[Any]:
    """Allowed values of one parameter; ``small`` keeps whole numbers near their lowest, so that they can be computed."""
    low, high = int(field.low or 0), int(field.high if field.high is not None else 1 << 30)
    wholes = st.integers(low, min(high, low + SMALL) if small else high)
    by_form: dict[str, st.SearchStrategy[Any]] = {
        "whole": wholes,
        "real": st.floats(field.low, field.high, allow_nan=False, allow_infinity=False),
        "switch": st.booleans(),
        "choice": st.sampled_from(field.choices or ("",)),
        "sizes": wholes | st.tuples(*[wholes] * max(1, dimensions)),
        "padding": wholes | st.tuples(*[wholes] * max(1, dimensions)) | st.sampled_from(field.choices or ("same",)),
        "rows": tables(field, 4 if small else 12),
        "text": st.text(max_size=8).map(str.strip),
        "layers": st.just(()),  # blocks with layers inside are made by ``designs``
    }
    values = by_form[field.form]
    return st.none() | values if field.optional else values


def tables(field: FormField, largest: int) -> st.SearchStrategy[Any]:
    """Rows of numbers within the range of ``field``, up to ``largest`` of up to ``largest``."""
    number = st.floats(field.low, field.high, allow_nan=False, allow_infinity=False)

    def rows(width: int) -> st.SearchStrategy[Any]:
        row = st.tuples(*[number] * width)
        return st.lists(row, min_size=1, max_size=largest).map(tuple)

    return st.integers(1, largest).flatmap(rows)


@st.composite
def parameters(draw: st.DrawFn, kind: type[LayerKind], dimensions: int = 2, small: bool = True) -> LayerKind:
    """``kind`` with allowed parameters, about half of them at their defaults; they need not fit any input."""
    chosen = {}
    for field in form_fields(kind):
        if draw(st.booleans()):
            chosen[field.name] = draw(values_of(field, dimensions, small))
    return construct(kind, chosen, kind.kind)


@st.composite
def shapes(draw: st.DrawFn, rank: int, largest: int = 12) -> Shape:
    """(channels, then rank − 1 sizes), each up to ``largest``."""
    spatial = [draw(st.integers(1, largest)) for _ in range(rank - 1)]
    return (draw(st.integers(1, min(largest, 8))), *spatial)


@st.composite
def placed_layers(draw: st.DrawFn, kind: type[LayerKind], small: bool = True) -> tuple[LayerKind, list[Shape]]:
    """A layer of ``kind`` and the shapes of its inputs, of a rank it works on; the sizes may still not fit."""
    rank = draw(st.sampled_from(ranks_of(kind)))
    shape = draw(shapes(rank, 12 if small or kind.kind in STEP_BY_STEP else 300))
    partner = partner_of(kind)
    if partner:
        return paired_beside(draw(parameters(kind)), draw(parameters(partner, rank - 1, small)), shape)
    fewest, most = kind.inputs_allowed
    count = draw(st.integers(fewest, min(most, fewest + 2)))
    return draw(parameters(kind, rank - 1, small)), [shape] * count


@st.composite
def layer_specs(draw: st.DrawFn, id: str, earlier: Sequence[str]) -> LayerSpec:
    """A layer of any kind called ``id``, reading the layer before or any of ``earlier``."""
    kind = draw(st.sampled_from(LAYER_KINDS.entries()))
    fewest, most = kind.inputs_allowed
    inputs = draw(st.lists(st.sampled_from([NETWORK_INPUT, *earlier]), min_size=0, max_size=min(most, fewest + 1)))
    return LayerSpec(id, draw(parameters(kind)), tuple(inputs))


@st.composite
def designs(draw: st.DrawFn, most: int = 8) -> NetworkDesign:
    """A well-formed design of up to ``most`` layers of any kind and wiring; shapes need not fit."""
    layers: list[LayerSpec] = []
    for number in range(draw(st.integers(0, most))):
        layers.append(draw(layer_specs(f"l{number}", [spec.id for spec in layers])))
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    return NetworkDesign(draw(text), draw(shapes(draw(st.integers(1, 4)))), tuple(layers), draw(text))


@st.composite
def fitting_designs(draw: st.DrawFn, most: int = 8) -> NetworkDesign:
    """A design in which everything fits, with at least one layer: misfits are left out while it grows."""
    design = NetworkDesign("fitting", draw(shapes(3)), (make_layer("start", "relu", (), {}),))
    for number in range(draw(st.integers(1, most))):
        spec = draw(layer_specs(f"l{number}", [spec.id for spec in design.layers]))
        larger = design.with_layers((*design.layers, spec))
        if not check(larger).errors:
            design = larger
    return design
