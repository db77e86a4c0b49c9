"""What every layer kind promises, checked against torch; a kind is enrolled by being registered."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from engine.design.check import MAX_ACTIVATIONS, MAX_PARAMS, check
from engine.design.document import from_json, to_json
from engine.design.kinds import CATEGORIES, LAYER_KINDS, LayerKind, Shape
from engine.design.network import LayerSpec, NetworkDesign, make_layer
from engine.design.parameters import FormField, form_fields
from engine.design.texts import parse_text
from engine.errors import DesignError
from tests.helpers.designs import ROOMY, default_beside, parameters, placed_layers, ranks_of
from tests.helpers.layer_promises import BATCH, PROMISES, inputs_are_left_alone, unpacked

every_kind = pytest.mark.parametrize("kind", LAYER_KINDS.entries(), ids=list(LAYER_KINDS))
some = settings(max_examples=60)
many = settings(max_examples=100)
few = settings(max_examples=20)


def shape_or_none(layer: LayerKind, inputs: list[Shape]) -> Shape | None:
    try:
        shape = layer.output_shape(inputs)
    except DesignError as error:
        assert error.problem and error.suggestion, "an error must say what is wrong and what to do"
        event("refused")
        return None
    event("fits")
    return shape


def fitting_default(kind: type[LayerKind]) -> tuple[LayerKind, list[Shape]]:
    return default_beside(kind, ROOMY[ranks_of(kind)[-1]])


@every_kind
def test_it_is_described(kind: type[LayerKind]) -> None:
    assert kind.kind and kind.title and kind.category in CATEGORIES
    assert len(kind.help) > 60, "the help is what a student learns from"
    assert all(field.help.endswith(".") for field in form_fields(kind))
    layer, inputs = fitting_default(kind)
    lines = layer.formula(inputs)
    assert lines and all(line.name and (line.symbols or line.numbers or line.result) for line in lines)
    assert "\n" not in layer.summary()


@every_kind
@many
@given(data=st.data())
def test_it_keeps_its_promises(kind: type[LayerKind], data: st.DataObject) -> None:
    """Shape, costs, source, gradients and randomness, for parameters and inputs of any small size."""
    layer, shapes = data.draw(placed_layers(kind))
    if shape_or_none(layer, shapes) is None:
        return
    for promise in PROMISES:
        promise(layer, shapes)


@every_kind
@many
@given(data=st.data())
def test_wherever_it_accepts_torch_does(kind: type[LayerKind], data: st.DataObject) -> None:
    """Over the whole range of every parameter, on tensors without memory."""
    layer, shapes = data.draw(placed_layers(kind, small=False))
    further = tuple((f"in{number}", shape) for number, shape in enumerate(shapes[1:], start=2))
    spec = LayerSpec("it", layer, ("@in", *(f"@{name}" for name, _ in further)))
    design = NetworkDesign("one", shapes[0], (spec,), further_inputs=further)
    report = check(design)["it"]
    if report.error:
        assert report.output_shape is None
        return
    assert report.costs.params <= MAX_PARAMS
    assume(report.costs.activations < MAX_ACTIVATIONS // BATCH)
    with torch.device("meta"):
        module = layer.build(shapes)
        output, _ = unpacked(layer, module.eval()(*[torch.empty(BATCH, *shape) for shape in shapes]))
    assert output.shape == (BATCH, *(report.output_shape or ()))


@every_kind
def test_training_leaves_its_inputs_alone_and_gradient_reaches_them(kind: type[LayerKind]) -> None:
    inputs_are_left_alone(*fitting_default(kind))


@every_kind
@some
@given(data=st.data())
def test_json_round_trip(kind: type[LayerKind], data: st.DataObject) -> None:
    spec = LayerSpec("it", data.draw(parameters(kind)), ("@in",) * kind.inputs_allowed[0])
    design = NetworkDesign("one", (3, 8, 8), (spec,))
    assert from_json(to_json(design)) == design


def bad_values(field: FormField) -> list[Any]:
    """Values of the wrong type or outside the range of ``field``."""
    bad: list[Any] = [{}, [], ["1"], object()]
    if field.form == "rows":
        bad += [[[]], [[1], [1, 2]], [1, 2], [["1"]], [[True]], [[float("nan")]], [[float("inf")]], [[10**400]], [[None]]]
    else:
        bad.append([[1]])
    if field.form != "text":
        bad += ["", "nonsense", "1"]
    if not field.optional:
        bad.append(None)
    if field.form == "real":
        bad += [float("nan"), float("inf"), float("-inf"), True, 10**400]
    if field.form in ("whole", "sizes", "padding"):
        bad += [1.5, 1.0, True, float("nan"), 10**400, -(10**400), [1, "a"], [1, None]]
    if field.form in ("sizes", "padding"):
        bad += [[int(field.low or 0) - 1] * 2, [True, True]]
    if field.form == "switch":
        bad += [0, 1]
    bad += [field.low - 1] if field.low is not None else []
    bad += [field.high + 1] if field.high is not None else []
    return bad


def fields_of_kinds() -> list[Any]:
    return [
        pytest.param(kind, field, id=f"{kind.kind}-{field.name}") for kind in LAYER_KINDS.entries() for field in form_fields(kind)
    ]


@pytest.mark.parametrize(("kind", "field"), fields_of_kinds())
def test_a_bad_value_names_layer_and_field(kind: type[LayerKind], field: FormField) -> None:
    for value in bad_values(field):
        if isinstance(value, list) and not value and field.form in ("sizes", "padding"):
            assert_refused_when_checked(kind, field, value)
            continue
        with pytest.raises(DesignError) as caught:
            make_layer("it", kind.kind, (), {field.name: value})
        assert (caught.value.layer, caught.value.field) == ("it", field.name), value
        assert len(str(caught.value)) < 400


def assert_refused_when_checked(kind: type[LayerKind], field: FormField, value: Any) -> None:
    """A list of the wrong length can only be seen beside an input."""
    try:
        spec = make_layer("it", kind.kind, ("@in",) * kind.inputs_allowed[0], {field.name: value})
    except DesignError as error:
        assert (error.layer, error.field) == ("it", field.name)
        return
    report = check(NetworkDesign("one", ROOMY[ranks_of(kind)[-1]], (spec,)))
    assert report["it"].error is not None and report["it"].error.field == field.name


def is_per_dimension(kind: type[LayerKind], field: FormField, dimensions: int) -> bool:
    """Whether a list of ``field`` has one number per dimension; that of a reshape has one per size of the output, and channels
    are as many as one likes."""
    if field.form not in ("sizes", "padding") or field.name == "channels":
        return False
    try:
        kind(**{field.name: (int(field.low or 0),) * dimensions}).output_shape(fitting_default(kind)[1])
    except DesignError as error:
        assert kind.only_reshapes, error
        return False
    return True


@pytest.mark.parametrize(("kind", "field"), fields_of_kinds())
def test_lists_of_a_wrong_length_are_refused(kind: type[LayerKind], field: FormField) -> None:
    dimensions = ranks_of(kind)[-1] - 1
    if not is_per_dimension(kind, field, dimensions):
        return
    for length in (1, dimensions + 1, 50):
        if length != dimensions:
            assert_refused_when_checked(kind, field, [int(field.low or 0)] * length)


@every_kind
def test_an_unknown_parameter_is_refused(kind: type[LayerKind]) -> None:
    for name in ("nonsense", "kind", "id", "model_config", "__class__", ""):
        with pytest.raises(DesignError) as caught:
            make_layer("it", kind.kind, (), {name: 1})
        assert (caught.value.layer, caught.value.field) == ("it", name)


@every_kind
@some
@given(data=st.data())
def test_forms_write_what_forms_read(kind: type[LayerKind], data: st.DataObject) -> None:
    """A value shown as text and read back, as on a command line, is the same value."""
    layer = data.draw(parameters(kind))
    for field in form_fields(kind):
        if field.form == "layers":
            continue  # edited in the network, not in forms
        value = getattr(layer, field.name)
        text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        if field.form == "rows" and value is not None:
            text = "; ".join(", ".join(map(str, row)) for row in value)
        assert parse_text(field, text) == value
