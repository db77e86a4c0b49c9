"""Reshape, upsample, concat, embedding and the Gaussian code, against answers worked out by hand."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.design.kinds import LAYER_KINDS, FormulaLine, LayerKind, Shape
from engine.design.network import layer
from engine.errors import DesignError
from tests.helpers.layer_promises import PROMISES


def made(kind: str, **values: Any) -> LayerKind:
    return layer("it", kind, **values).parameters


def refusal(kind: LayerKind, *inputs: Shape) -> DesignError:
    with pytest.raises(DesignError) as caught:
        kind.output_shape(inputs)
    return caught.value


@settings(max_examples=60)
@given(sizes=st.lists(st.integers(1, 5), min_size=1, max_size=4), data=st.data())
def test_a_reshape_takes_every_shape_of_as_many_numbers(sizes: list[int], data: st.DataObject) -> None:
    wanted = list(data.draw(st.permutations(sizes)))
    expected = tuple(wanted)
    if data.draw(st.booleans()):
        wanted[data.draw(st.integers(0, len(wanted) - 1))] = -1
    reshape = made("reshape", shape=wanted)
    assert reshape.output_shape([tuple(sizes)]) == expected
    for promise in PROMISES:
        promise(reshape, [tuple(sizes)])


def test_a_reshape_keeps_the_order() -> None:
    numbers = torch.arange(24.0).reshape(2, 12)
    assert torch.equal(made("reshape", shape=[3, 2, 2]).build([(12,)])(numbers), numbers.reshape(2, 3, 2, 2))
    assert made("reshape", shape=[3, -1, 2]).summary() == "3×?×2"


def test_a_reshape_that_does_not_fit_says_what_does() -> None:
    error = refusal(made("reshape", shape=[1, 28, 28]), (1568,))
    assert error.field == "shape" and error.problem == "its input of 1568 has 1,568 numbers, but the shape 1 × 28 × 28 takes 784"
    assert error.suggestion == "Use 2 × 28 × 28, or give the layer before it 784 outputs."
    assert made("reshape", shape=[2, 28, 28]).output_shape([(1568,)])
    error = refusal(made("reshape", shape=[5, -1]), (2, 4, 4))
    assert "takes a multiple of 5" in error.problem and "product is 32" in error.suggestion
    assert "−1 for one of them" in refusal(made("reshape", shape=[-1, -1]), (4,)).suggestion
    assert "sizes of 1 or more" in refusal(made("reshape", shape=[0, 4]), (4,)).suggestion
    assert "1 to 4 sizes, not 5" in refusal(made("reshape", shape=[1] * 5), (1,)).problem


@settings(max_examples=60)
@given(st.lists(st.integers(1, 6), min_size=2, max_size=4), st.integers(1, 400))
def test_the_shape_that_is_suggested_fits(sizes: list[int], count: int) -> None:
    try:
        made("reshape", shape=sizes).output_shape([(count,)])
    except DesignError as error:
        if error.suggestion.startswith("Use "):
            better = [int(size) for size in error.suggestion[4:].split(",")[0].split(" × ")]
            assert prod(better) == count
            assert made("reshape", shape=better).output_shape([(count,)]) == tuple(better)


def test_nearest_repeats_and_bilinear_blends() -> None:
    row = torch.tensor([[[[0.0, 4.0]]]])
    nearest, bilinear = (made("upsample", scale=[1, 2], mode=mode).build([(1, 1, 2)]) for mode in ("nearest", "bilinear"))
    assert nearest(row).flatten().tolist() == [0, 0, 4, 4]
    assert bilinear(row).flatten().tolist() == [0, 1, 3, 4]
    assert made("upsample", scale=3).output_shape([(5, 4, 2)]) == (5, 12, 6)
    assert made("upsample", scale=2).summary() == "×2 · nearest"


def test_bilinear_is_linear_in_every_dimension_and_bicubic_is_for_maps() -> None:
    assert made("upsample", mode="bilinear").source([(1, 4)]) == "nn.Upsample(scale_factor=2, mode='linear')"
    assert made("upsample", mode="bilinear").source([(1, 4, 4, 4)]) == "nn.Upsample(scale_factor=2, mode='trilinear')"
    error = refusal(made("upsample", mode="bicubic"), (1, 4))
    assert error.field == "mode" and "height and width" in error.problem
    assert "reshape layer before it" in refusal(made("upsample"), (12,)).suggestion


def test_concat_lays_channels_side_by_side_in_the_order_of_its_inputs() -> None:
    concat, shapes = made("concat"), [(2, 3, 3), (1, 3, 3), (4, 3, 3)]
    inputs = [torch.full((1, *shape), float(number)) for number, shape in enumerate(shapes)]
    outputs = concat.build(shapes)(*inputs)
    assert concat.output_shape(shapes) == (7, 3, 3)
    assert outputs[0, :, 0, 0].tolist() == [0, 0, 1, 2, 2, 2, 2]
    assert concat.formula(shapes)[0] == FormulaLine("channels", "C₁ + C₂ + C₃", "2 + 1 + 4", "7")
    assert concat.output_shape([(5,), (3,)]) == (8,)
    assert concat.call("", ["a", "b"]) == "torch.cat([a, b], dim=1)"


def test_a_concat_of_other_sizes_says_how_they_agree() -> None:
    error = refusal(made("concat"), (8, 14, 14), (4, 28, 28))
    assert "8 × 14 × 14" in error.problem and "4 × 28 × 28" in error.problem and error.field == "inputs"
    assert error.suggestion.startswith("Put an upsample layer with scale 2 behind the one of 8 × 14 × 14")
    assert made("upsample", scale=2).output_shape([(8, 14, 14)]) == (8, 28, 28)
    assert "padding 'same'" in refusal(made("concat"), (8, 14, 7), (4, 7, 14)).suggestion
    assert "padding 'same'" in refusal(made("concat"), (8, 14), (4, 13)).suggestion
    assert "flatten the maps" in refusal(made("concat"), (8,), (4, 13)).suggestion


def test_an_embedding_looks_up_a_row_per_token_channels_first() -> None:
    embedding = made("embedding", vocabulary=10, width=4)
    module = embedding.build([(3,)])
    outputs = module(torch.tensor([[7, 0, 7]]))
    assert outputs.shape == (1, 4, 3) and embedding.output_shape([(3,)]) == (4, 3)
    assert torch.equal(outputs[0, :, 0], module.weight[7]) and torch.equal(outputs[0, :, 1], module.weight[0])
    assert embedding.costs([(3,)]).params == 40 and embedding.reads == "tokens"
    assert embedding.source([(3,)]) == "nn.Embedding(10, 4)"
    assert torch.equal(module(torch.tensor([[7.0, 0.0, 7.0]])), outputs)


def test_a_gaussian_code_counts_both_of_its_maps_and_names_its_term() -> None:
    code = made("gaussian_code", width=20)
    assert code.costs([(400,)]).params == 2 * (400 * 20 + 20) and code.costs([(400,)]).macs == 16_000
    assert code.terms == ("kl",) and code.output_shape([(400,)]) == (20,)
    assert code.source([(400,)]) == "nn.ModuleDict({'mean': nn.Linear(400, 20), 'log_variance': nn.Linear(400, 20)})"
    assert code.call("code", ["x"]) == 'code["mean"](x)'
    assert "flatten layer before it" in refusal(code, (8, 4, 4)).suggestion


def test_what_the_engine_asks_of_kinds_is_said_by_them() -> None:
    kinds = LAYER_KINDS.entries()
    assert {kind.kind for kind in kinds if kind.is_link} == {"softmax", "log_softmax"}
    assert {kind.kind for kind in kinds if kind.rectifies} == {"relu"}
    assert {kind.kind for kind in kinds if kind.only_reshapes} == {"block", "flatten", "reshape", "spatial_transformer"}
    convolutions = {kind.kind for kind in kinds if kind.category == "convolution"}
    assert {kind.kind for kind in kinds if kind.has_filters} == convolutions | {"embedding", "linear"}
    assert {kind.kind for kind in kinds if kind.is_flat} == {"step"}
    assert {kind.kind for kind in kinds if kind.reads == "tokens"} == {"embedding"}
    assert {kind.kind for kind in kinds if kind.terms} == {"gaussian_code"}
