"""Sizes, costs, formulas and errors of layers, against answers worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.design.kinds import LAYER_KINDS, FormulaLine, LayerKind, Shape
from engine.design.network import layer
from engine.errors import DesignError


def made(kind: str, **values: Any) -> LayerKind:
    return layer("it", kind, **values).parameters


def lines(kind: LayerKind, *inputs: Shape) -> dict[str, FormulaLine]:
    return {line.name: line for line in kind.formula(inputs)}


def refusal(kind: LayerKind, *inputs: Shape) -> DesignError:
    with pytest.raises(DesignError) as caught:
        kind.output_shape(inputs)
    return caught.value


def test_the_lectures_convolution() -> None:
    """32×32×3 with ten 5×5 filters, stride 1, padding 2: 32×32×10 and 760 parameters."""
    conv, shape = made("conv2d", filters=10, kernel=5, stride=1, padding=2), (3, 32, 32)
    assert conv.output_shape([shape]) == (10, 32, 32)
    costs = conv.costs([shape])
    assert (costs.params, costs.macs, costs.activations) == (760, 750 * 32 * 32, 10_240)
    assert lines(conv, shape) == {
        "out": FormulaLine("out", "⌊(W − F + 2P)/S⌋ + 1", "⌊(32 − 5 + 2·2)/1⌋ + 1", "32"),
        "parameters": FormulaLine("parameters", "F·F·D·K + K", "5·5·3·10 + 10", "760"),
        "multiply-adds": FormulaLine("multiply-adds", "F·F·D·K·H·W", "5·5·3·10·32·32", "768,000"),
    }
    assert conv.summary() == "5×5 · 10 filters · pad 2"


def test_depthwise_separable_convolution_costs_what_the_lecture_says() -> None:
    """8×8×3 to 256 channels with 5×5 kernels: 1,228,800 multiplications, or 53,952 separated."""
    shape = (3, 12, 12)
    assert made("conv2d", filters=256, kernel=5).costs([shape]).macs == 1_228_800
    depthwise = made("conv2d", filters=3, kernel=5, groups=3)
    pointwise = made("conv2d", filters=256, kernel=1)
    assert depthwise.costs([shape]).macs + pointwise.costs([(3, 8, 8)]).macs == 53_952


def test_a_dilated_kernel_is_counted_as_wide_as_it_reaches() -> None:
    conv = made("conv2d", filters=1, kernel=3, dilation=2)
    assert conv.output_shape([(1, 10, 10)]) == (1, 6, 6)
    assert lines(conv, (1, 10, 10))["out"].numbers == "⌊(10 − (2·(3 − 1) + 1) + 2·0)/1⌋ + 1"


def test_height_and_width_get_a_line_each_where_they_differ() -> None:
    conv = made("conv2d", filters=1, kernel=(3, 5), padding=(1, 0))
    assert conv.output_shape([(1, 10, 10)]) == (1, 10, 6)
    found = lines(conv, (1, 10, 10))
    assert (found["height"].result, found["width"].result) == ("10", "6")


@pytest.mark.parametrize("kernel", [1, 2, 3, 4, (2, 5)])
def test_same_padding_keeps_the_size_and_equals_torch(kernel: Any) -> None:
    conv, shape = made("conv2d", filters=2, kernel=kernel, padding="same"), (1, 9, 9)
    assert conv.output_shape([shape]) == (2, 9, 9)
    module, image = conv.build([shape]), torch.randn(1, 1, 9, 9)
    reach = torch.nn.functional.pad(image, (4, 4, 4, 4))
    high, wide = (kernel, kernel) if isinstance(kernel, int) else kernel
    full = torch.nn.functional.conv2d(reach, module.weight, module.bias)
    top, left = 4 - (high - 1) // 2, 4 - (wide - 1) // 2
    assert torch.allclose(module(image), full[:, :, top : top + 9, left : left + 9], atol=1e-6)


def test_pixels_that_no_window_reads_are_pointed_out_with_ceil_mode() -> None:
    pool = made("max_pool2d", kernel=3, stride=2)
    assert pool.output_shape([(1, 6, 6)]) == (1, 2, 2)
    assert lines(pool, (1, 6, 6))["not covered"].result == "the last row and column of the input: ceil mode reads them too"
    with_ceil = made("max_pool2d", kernel=3, stride=2, ceil=True)
    assert with_ceil.output_shape([(1, 6, 6)]) == (1, 3, 3)
    assert "not covered" not in lines(with_ceil, (1, 6, 6))
    assert lines(with_ceil, (1, 6, 6))["out"] == FormulaLine("out", "⌈(W − F + 2P)/S⌉ + 1", "⌈(6 − 3 + 2·0)/2⌉ + 1", "3")
    assert "not covered" not in lines(pool, (1, 7, 7))
    assert "2 rows" in lines(made("max_pool2d", kernel=3), (1, 5, 6))["not covered"].result


def test_a_convolution_that_leaves_pixels_out_has_another_cure() -> None:
    found = lines(made("conv2d", filters=1, kernel=3, stride=2), (1, 6, 6))["not covered"].result
    assert "last row and column" in found and "ceil" not in found and "padding" in found


def test_pixels_between_windows_are_pointed_out() -> None:
    found = lines(made("conv2d", filters=1, kernel=1, stride=3), (1, 7, 7))["not covered"].result
    assert found == "2 rows and columns between neighbouring windows"


def test_ceil_mode_is_not_promised_where_it_would_not_help() -> None:
    """5 pixels, windows of 1 every 3: a third window would start behind the input."""
    pool = made("max_pool2d", kernel=1, stride=3)
    found = [line.result for line in pool.formula([(1, 5, 5)]) if line.name == "not covered"]
    assert found[0] == "the last row and column of the input: another stride or padding would reach them"
    ceil = made("max_pool2d", kernel=1, stride=3, ceil=True)
    assert ceil.output_shape([(1, 5, 5)]) == (1, 2, 2)
    assert lines(ceil, (1, 5, 5))["out"].numbers.startswith("⌈(5 − 1 + 2·0)/3⌉ + 1 − 1")


def test_a_pools_stride_is_its_kernel_unless_given() -> None:
    assert made("avg_pool2d", kernel=(2, 3)).output_shape([(4, 6, 6)]) == (4, 3, 2)
    assert made("max_pool2d", kernel=2).summary() == "2×2 · stride 2"
    assert made("max_pool2d", kernel=3, stride=2, padding=1, ceil=True).summary() == "3×3 · stride 2 · pad 1 · ceil"
    assert made("max_pool2d", kernel=3, stride=1, padding="same").output_shape([(1, 7, 5)]) == (1, 7, 5)
    assert made("max_pool2d", kernel=2, padding="valid").output_shape([(1, 6, 6)]) == (1, 3, 3)


@pytest.mark.parametrize("kind", ["conv2d", "max_pool2d", "avg_pool2d"])
def test_a_kernel_larger_than_the_map_names_sizes_and_what_fits(kind: str) -> None:
    error = refusal(made(kind, kernel=7, padding=1), (16, 3, 4))
    assert error.field == "kernel"
    assert error.problem == "a kernel of 7 × 7 is larger than its input of 3 × 4 (5 × 6 with its padding)"
    assert "largest kernel that fits is 5" in error.suggestion
    assert made(kind, kernel=5, padding=1).output_shape([(16, 3, 4)])


def test_the_kernel_that_is_suggested_fits_with_dilation_and_oblong_kernels_too() -> None:
    error = refusal(made("conv2d", kernel=5, dilation=3), (1, 9, 9))
    assert "spreads over 13 × 13" in error.problem and "fits is 3" in error.suggestion
    assert made("conv2d", kernel=3, dilation=3).output_shape([(1, 9, 9)])[1:] == (3, 3)
    assert "fits is 4 × 2" in refusal(made("conv2d", kernel=(9, 2)), (1, 4, 4)).suggestion


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"kernel": 3, "padding": 2}, "padding", "more than half of the kernel 3 × 3"),
        ({"kernel": (2, 5), "padding": 2}, "padding", "Use 1 or less"),
        ({"kernel": 3, "padding": "same"}, "padding", "left empty, the stride is the kernel"),
        ({"kernel": 2, "stride": 1, "padding": "same"}, "padding", "odd kernel"),
        ({"kernel": 3, "stride": 2, "padding": "same"}, "padding", "stride 1"),
    ],
)
@pytest.mark.parametrize("kind", ["max_pool2d", "avg_pool2d"])
def test_paddings_that_torch_would_refuse(kind: str, values: dict[str, Any], field: str, words: str) -> None:
    error = refusal(made(kind, **values), (1, 12, 12))
    assert error.field == field and words in str(error)


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"filters": 4, "groups": 3}, "groups", "3 groups do not divide 4"),
        ({"filters": 6, "groups": 3}, "groups", "3 groups do not divide 4 input channels"),
        ({"stride": 2, "padding": "same"}, "padding", "stride 1"),
        ({"padding": 8, "padding_mode": "reflect"}, "padding", "Use a padding of 7 or less"),
        ({"padding": 9, "padding_mode": "circular"}, "padding", "Use a padding of 8 or less"),
        ({"kernel": (3, 3, 3)}, "kernel", "3 numbers, not 2"),
    ],
)
def test_convolutions_that_torch_would_refuse(values: dict[str, Any], field: str, words: str) -> None:
    error = refusal(made("conv2d", **values), (4, 8, 8))
    assert error.field == field and words in str(error)


def test_linear_wants_a_vector_and_suggests_flatten() -> None:
    linear = made("linear", units=10)
    error = refusal(linear, (16, 5, 5))
    assert "16 × 5 × 5" in error.problem and "flatten layer before it" in error.suggestion
    assert lines(linear, (784,))["y"] == FormulaLine("y", "W·x + b", "(10 × 784)·x + b", "10 numbers")
    assert lines(linear, (784,))["parameters"] == FormulaLine("parameters", "N·K + K", "784·10 + 10", "7,850")
    assert made("linear", units=10, bias=False).costs([(784,)]).params == 7840
    assert made("linear", units=10, bias=False).summary() == "10 units · no bias"


def test_images_are_wanted_by_convolutions_and_pools() -> None:
    for kind in ("conv2d", "max_pool2d"):
        error = refusal(made(kind), (400,))
        assert error.field == "inputs" and "before the flatten layer" in error.suggestion


def test_add_names_both_shapes_and_suggests_a_one_by_one_convolution() -> None:
    add = made("add")
    assert add.output_shape([(8, 4, 4)] * 3) == (8, 4, 4)
    error = refusal(add, (16, 4, 4), (8, 4, 4))
    assert "16 × 4 × 4" in error.problem and "8 × 4 × 4" in error.problem and error.field == "inputs"
    assert error.suggestion == "Put a 1×1 convolution with 16 filters behind the one with 8 channels."
    assert "1×1 convolution with 32 filters and stride 2" in refusal(add, (32, 7, 7), (16, 14, 14)).suggestion
    assert "1×1 convolution" in refusal(add, (32, 7, 7), (16, 11, 14)).suggestion
    assert "1×1 convolution" in refusal(add, (32,), (16, 11, 14)).suggestion


def test_the_strided_convolution_that_add_suggests_does_fit() -> None:
    shortcut = made("conv2d", filters=32, kernel=1, stride=2)
    assert shortcut.output_shape([(16, 15, 13)]) == (32, 8, 7)
    assert "stride 2" in refusal(made("add"), (32, 8, 7), (16, 15, 13)).suggestion


def test_batch_norm_counts_scale_and_shift_and_works_on_vectors() -> None:
    norm = made("batch_norm")
    assert norm.costs([(12, 8, 8)]).params == 24 and norm.costs([(30,)]).params == 60
    assert made("batch_norm", affine=False).costs([(12, 8, 8)]).params == 0
    assert type(norm.build([(12, 8, 8)])).__name__ == "BatchNorm2d" and type(norm.build([(30,)])).__name__ == "BatchNorm1d"
    assert lines(norm, (12, 8, 8))["parameters"].numbers == "2·12"


def test_softmax_is_over_channels_and_adds_up_to_one() -> None:
    for shape in ((5,), (5, 3, 2)):
        outputs = made("softmax").build([shape])(torch.randn(2, *shape))
        assert torch.allclose(outputs.sum(dim=1), torch.ones(2, *shape[1:]))


def test_softmax_writes_out_its_sum() -> None:
    assert lines(made("softmax"), (10,))["yᵢ"].numbers == "e^zᵢ/(e^z₁ + … + e^z₁₀)"


def test_dropout_acts_in_training_only() -> None:
    module = made("dropout", rate=0.25).build([(1000,)])
    ones = torch.ones(1, 1000)
    torch.manual_seed(0)
    assert torch.equal(module.eval()(ones), ones)
    trained = module.train()(ones)
    assert trained.unique().tolist() == pytest.approx([0.0, 1 / 0.75])
    assert 0.15 < (trained == 0).float().mean() < 0.35
    assert "m·x/0.75" in lines(made("dropout", rate=0.25), (4,))["training"].numbers


@pytest.mark.parametrize("kind", ["relu", "sigmoid", "tanh"])
def test_the_derivative_in_the_formula_is_torchs(kind: str) -> None:
    import math

    x = torch.tensor([[-2.0, -0.5, 0.3, 1.7]], requires_grad=True)
    made(kind).build([(4,)])(x).sum().backward()
    by_hand = {
        "relu": lambda v: 1.0 if v > 0 else 0.0,
        "sigmoid": lambda v: (1 / (1 + math.exp(-v))) * (1 - 1 / (1 + math.exp(-v))),
        "tanh": lambda v: 1 - math.tanh(v) ** 2,
    }[kind]
    assert x.grad is not None
    assert x.grad[0].tolist() == pytest.approx([by_hand(v) for v in x[0].tolist()], rel=1e-5)
    assert set(lines(made(kind), (4,))) == {"f(x)", "f′(x)"}


def test_the_kinds_of_the_format_are_there() -> None:
    wanted = (
        "conv1d conv2d conv3d linear embedding relu sigmoid tanh softmax max_pool1d max_pool2d max_pool3d avg_pool1d avg_pool2d "
        "avg_pool3d flatten reshape upsample dropout batch_norm add concat gaussian_code"
    )
    assert set(wanted.split()) <= set(LAYER_KINDS)


def test_sources_read_like_hand_written_torch() -> None:
    assert made("conv2d", filters=6, kernel=5, padding=2).source([(1, 28, 28)]) == "nn.Conv2d(1, 6, kernel_size=5, padding=2)"
    assert made("max_pool2d", kernel=2).source([(6, 28, 28)]) == "nn.MaxPool2d(kernel_size=2, stride=2)"
    assert made("linear", units=10).source([(400,)]) == "nn.Linear(400, 10)"
    assert made("batch_norm").source([(400,)]) == "nn.BatchNorm1d(400)"
    assert made("add").call("", ["r2", "p1"]) == "r2 + p1"
