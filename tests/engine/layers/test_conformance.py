"""What every layer kind promises, checked against torch; a kind is enrolled by being registered."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from engine.design.check import MAX_ACTIVATIONS, MAX_PARAMS, check
from engine.design.document import from_json, to_json
from engine.design.kinds import CATEGORIES, LAYER_KINDS, LayerKind, Shape
from engine.design.network import LayerSpec, NetworkDesign, make_layer
from engine.design.parameters import FormField, form_fields
from engine.design.texts import parse_text
from engine.errors import DesignError
from tests.helpers.designs import ROOMY, parameters, placed_layers, ranks_of

every_kind = pytest.mark.parametrize("kind", LAYER_KINDS.entries(), ids=list(LAYER_KINDS))
some = settings(max_examples=60, deadline=None)
many = settings(max_examples=100, deadline=None)
few = settings(max_examples=20, deadline=None)

BATCH = 2


def shape_or_none(layer: LayerKind, inputs: list[Shape]) -> Shape | None:
    try:
        shape = layer.output_shape(inputs)
    except DesignError as error:
        assert error.problem and error.suggestion, "an error must say what is wrong and what to do"
        event("refused")
        return None
    event("fits")
    return shape


def random_inputs(shapes: list[Shape], seed: int = 0) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(BATCH, *shape, generator=generator, requires_grad=True) for shape in shapes]


def fitting_default(kind: type[LayerKind]) -> tuple[LayerKind, list[Shape]]:
    return kind(), [ROOMY[ranks_of(kind)[-1]]] * kind.inputs_allowed[0]


def evaluated(layer: LayerKind, shapes: list[Shape], twin: nn.Module, inputs: list[Tensor]) -> Tensor:
    """What the layer's own source computes with ``twin``'s weights."""
    names = [f"x{number}" for number in range(len(inputs))]
    scope: dict[str, Any] = {"nn": nn, "torch": torch, **dict(zip(names, inputs, strict=True))}
    source = layer.source(shapes)
    if source:
        scope["module"] = eval(source, scope)
        scope["module"].load_state_dict(twin.state_dict())
        scope["module"].eval()
    result: Tensor = eval(layer.call("module", names), scope)
    return result


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
def test_shape_parameters_gradient_and_source_agree_with_torch(kind: type[LayerKind], data: st.DataObject) -> None:
    layer, shapes = data.draw(placed_layers(kind))
    expected = shape_or_none(layer, shapes)
    if expected is None:
        return
    torch.manual_seed(0)
    module, inputs = layer.build(shapes), random_inputs(shapes)
    module.eval()
    outputs = module(*inputs)
    assert outputs.shape == (BATCH, *expected)
    costs = layer.costs(shapes)
    assert sum(weights.numel() for weights in module.parameters()) == costs.params
    assert outputs[0].numel() == costs.activations
    assert torch.equal(evaluated(layer, shapes, module, inputs), outputs)

    outputs.sum().backward()
    gradients = [tensor.grad for tensor in (*inputs, *module.parameters())]
    assert all(gradient is not None and torch.isfinite(gradient).all() for gradient in gradients)


@every_kind
@many
@given(data=st.data())
def test_wherever_it_accepts_torch_does(kind: type[LayerKind], data: st.DataObject) -> None:
    """Over the whole range of every parameter, on tensors without memory."""
    layer, shapes = data.draw(placed_layers(kind, small=False))
    design = NetworkDesign("one", shapes[0], (LayerSpec("it", layer, ("@in",) * len(shapes)),))
    report = check(design)["it"]
    if report.error:
        assert report.output_shape is None
        return
    assert report.costs.params <= MAX_PARAMS
    assume(report.costs.activations < MAX_ACTIVATIONS // BATCH)
    with torch.device("meta"):
        module = layer.build(shapes)
        outputs = module.eval()(*[torch.empty(BATCH, *shape) for shape in shapes])
    assert outputs.shape == (BATCH, *(report.output_shape or ()))


@every_kind
def test_training_leaves_its_inputs_alone_and_gradient_reaches_them(kind: type[LayerKind]) -> None:
    layer, shapes = fitting_default(kind)
    inputs = random_inputs(shapes)
    before = [tensor.detach().clone() for tensor in inputs]
    outputs = layer.build(shapes).train()(*inputs)
    assert outputs.data_ptr() not in {tensor.data_ptr() for tensor in inputs} or kind.kind == "flatten"
    (outputs * torch.randn(outputs.shape, generator=torch.Generator().manual_seed(1))).sum().backward()
    for tensor, old in zip(inputs, before, strict=True):
        assert torch.equal(tensor.detach(), old)
        assert tensor.grad is not None and tensor.grad.abs().sum() > 0


@every_kind
@few
@given(data=st.data())
def test_multiply_adds_are_those_of_its_products(kind: type[LayerKind], data: st.DataObject) -> None:
    """A layer is linear in each weight; so with inputs and weights of 1 and no bias, the outputs add up to the products."""
    layer, shapes = data.draw(placed_layers(kind))
    expected = shape_or_none(layer, shapes)
    if expected is None:
        return
    module = layer.build(shapes)
    weights = getattr(module, "weight", None)
    if weights is None or weights.dim() < 2:
        assert layer.costs(shapes).macs == 0
        return
    nn.init.ones_(weights)
    if getattr(module, "bias", None) is not None:
        nn.init.zeros_(module.bias)
    if getattr(layer, "padding", 0) not in (0, "valid") and getattr(layer, "padding_mode", "") == "zeros":
        return  # products with padding are counted, but add nothing
    total = module(*[torch.ones(1, *shape) for shape in shapes]).sum().item()
    assert total == pytest.approx(layer.costs(shapes).macs, rel=1e-5)


@every_kind
@some
@given(data=st.data())
def test_json_round_trip(kind: type[LayerKind], data: st.DataObject) -> None:
    spec = LayerSpec("it", data.draw(parameters(kind)), ("@in",) * kind.inputs_allowed[0])
    design = NetworkDesign("one", (3, 8, 8), (spec,))
    assert from_json(to_json(design)) == design


def bad_values(field: FormField) -> list[Any]:
    """Values of the wrong type or outside the range of ``field``."""
    bad: list[Any] = [{}, [], [[1]], ["1"], object()]
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


@pytest.mark.parametrize(("kind", "field"), fields_of_kinds())
def test_lists_of_a_wrong_length_are_refused(kind: type[LayerKind], field: FormField) -> None:
    if field.form not in ("sizes", "padding"):
        return
    dimensions = ranks_of(kind)[-1] - 1
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
        value = getattr(layer, field.name)
        text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        assert parse_text(field, text) == value
