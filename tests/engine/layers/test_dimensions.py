"""Sequences and volumes: sizes, costs, formulas and words of convolutions and pools in one and three dimensions."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.design.kinds import FormulaLine, LayerKind, Shape
from engine.design.network import layer
from engine.design.parameters import form_fields
from engine.errors import DesignError


def made(kind: str, **values: Any) -> LayerKind:
    return layer("it", kind, **values).parameters


def lines(kind: LayerKind, *inputs: Shape) -> dict[str, FormulaLine]:
    return {line.name: line for line in kind.formula(inputs)}


def test_a_convolution_over_words() -> None:
    """Kim 2014: 100 filters of 3 words of 300 numbers each, on 20 words."""
    conv, shape = made("conv1d", filters=100, kernel=3), (300, 20)
    costs = conv.costs([shape])
    assert conv.output_shape([shape]) == (100, 18)
    assert (costs.params, costs.macs) == (90_100, 90_000 * 18)
    assert lines(conv, shape) == {
        "out": FormulaLine("out", "⌊(W − F + 2P)/S⌋ + 1", "⌊(20 − 3 + 2·0)/1⌋ + 1", "18"),
        "parameters": FormulaLine("parameters", "F·D·K + K", "3·300·100 + 100", "90,100"),
        "multiply-adds": FormulaLine("multiply-adds", "F·D·K·L", "3·300·100·18", "1,620,000"),
    }
    assert conv.summary() == "kernel 3 · 100 filters"


def test_kims_three_widths_have_360300_parameters() -> None:
    assert sum(made("conv1d", filters=100, kernel=k).costs([(300, 20)]).params for k in (3, 4, 5)) == 360_300


def test_a_convolution_through_a_volume() -> None:
    conv, shape = made("conv3d", filters=8, kernel=(3, 5, 5), padding=(1, 2, 2)), (2, 10, 20, 20)
    assert conv.output_shape([shape]) == (8, 10, 20, 20)
    found = lines(conv, shape)
    assert [found[name].result for name in ("depth", "height", "width")] == ["10", "20", "20"]
    assert found["parameters"].numbers == "3·5·5·2·8 + 8" and found["parameters"].symbols == "F·F·F·D·K + K"
    assert found["multiply-adds"].symbols == "F·F·F·D·K·Z·H·W"
    assert conv.summary() == "3×5×5 · 8 filters · pad 1×2×2"


@pytest.mark.parametrize(
    ("kind", "shape", "words"),
    [
        ("conv1d", (3, 8, 8), "conv1d needs channels and 1 size (length), but its input is 3 × 8 × 8"),
        ("max_pool2d", (3, 8), "max_pool2d needs channels and 2 sizes (height × width), but its input is 3 × 8"),
        ("conv3d", (3, 8, 8), "conv3d needs channels and 3 sizes (depth × height × width), but its input is 3 × 8 × 8"),
    ],
)
def test_another_number_of_sizes_is_told_in_words_with_the_kind_that_fits(kind: str, shape: Shape, words: str) -> None:
    with pytest.raises(DesignError) as caught:
        made(kind).output_shape([shape])
    assert caught.value.problem == words
    assert caught.value.suggestion.startswith(f"Use {kind[:-2]}{len(shape) - 1}d")
    assert made(f"{kind[:-2]}{len(shape) - 1}d").output_shape([shape])


def test_what_windows_leave_out_is_told_per_dimension() -> None:
    assert "the last number of the input" in lines(made("max_pool1d", kernel=2), (1, 7))["not covered"].result
    alike = lines(made("max_pool3d", kernel=2), (1, 7, 7, 7))["not covered"].result
    assert alike.startswith("the last plane, row and column of the input: ceil mode")
    assert "last plane of" in lines(made("max_pool3d", kernel=2), (1, 7, 6, 6))["not covered"].result


@pytest.mark.parametrize(
    ("kind", "formula"), [("avg_pool1d", "(1/F)·Σ x"), ("avg_pool2d", "(1/F²)·Σ x"), ("avg_pool3d", "(1/F³)·Σ x")]
)
def test_means_divide_by_their_window(kind: str, formula: str) -> None:
    dimensions = int(kind[-2])
    shape = (1, *[4] * dimensions)
    assert lines(made(kind), shape)["y"] == FormulaLine("y", formula, f"Σ x/{2**dimensions}")
    ones = made(kind).build([shape])(torch.ones(1, *shape))
    assert torch.equal(ones, torch.ones(1, 1, *[2] * dimensions))


@pytest.mark.parametrize("kind", ["max_pool1d", "avg_pool1d", "max_pool3d", "avg_pool3d"])
def test_paddings_that_torch_would_refuse_are_refused_in_every_dimension(kind: str) -> None:
    shape = (1, *[12] * int(kind[-2]))
    with pytest.raises(DesignError, match="more than half of the kernel"):
        made(kind, kernel=3, padding=2).output_shape([shape])
    assert made(kind, kernel=3, stride=1, padding="same").output_shape([shape]) == shape


def test_a_mean_wider_than_its_volume_is_refused_with_what_fits() -> None:
    """Torch alone refuses it in three dimensions, whatever the padding."""
    with pytest.raises(DesignError, match="at most") as caught:
        made("avg_pool3d", kernel=4, padding=2).output_shape([(1, 2, 5, 5)])
    assert caught.value.field == "kernel" and "2 × 4 × 4" in caught.value.suggestion
    shape = (1, 2, 5, 5)
    fits = made("avg_pool3d", kernel=[2, 4, 4], padding=[1, 2, 2])
    assert fits.build([shape])(torch.ones(1, *shape)).shape == (1, *fits.output_shape([shape]))


def test_a_list_of_another_length_is_refused() -> None:
    with pytest.raises(DesignError, match="2 numbers, not 3"):
        made("conv3d", kernel=[3, 3]).output_shape([(1, 8, 8, 8)])


@pytest.mark.parametrize(("prefix", "module"), [("conv", "Conv"), ("max_pool", "MaxPool"), ("avg_pool", "AvgPool")])
def test_forms_speak_of_the_dimensions_that_there_are(prefix: str, module: str) -> None:
    words = ("Length of the window.", "Height and width of the window.", "Depth, height and width of the window.")
    orders = set()
    for dimensions, help in enumerate(words, start=1):
        kind = made(f"{prefix}{dimensions}d")
        fields = form_fields(kind)
        kernel = next(field for field in fields if field.name == "kernel")
        assert kernel.help == help
        assert {field.unit for field in fields if field.form in ("sizes", "padding")} == ({""} if dimensions == 1 else {"px"})
        orders.add(tuple((field.name, str(field.default)) for field in fields))
        assert kind.source([(2, *[8] * dimensions)]).startswith(f"nn.{module}{dimensions}d(")
    assert len(orders) == 1, "the same parameters in the same order with the same defaults"
