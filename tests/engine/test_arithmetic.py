"""The arithmetic of sliding windows is torch's: sums of products, maxima, means, and the matrix of a convolution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

from engine.arithmetic import BEYOND, GAP, PADDING, PIXEL, Arithmetic, padded
from engine.build import Network
from engine.captures import arithmetic as captured
from engine.captures.arithmetic import slide_of
from engine.capturing.base import take
from engine.capturing.context import CaptureContext, Gallery, looking
from engine.data.meanings.grids import Image, Signal
from engine.design.network import LayerSpec, NetworkDesign, layer
from engine.design.windows import SlidingWindow
from engine.errors import DesignError
from engine.snapshot import Want
from tests.helpers.problems import CLASSES, Case, made_up

SIZES = st.integers(3, 9)
TOLERANCE = {"rtol": 1e-5, "atol": 1e-5}


def taken(case: Case, id: str, unit: int = 0, pins: int = 1) -> tuple[Arithmetic, CaptureContext]:
    problem = case.problem()
    context = CaptureContext(case.network(), Gallery(problem, "cpu"), [problem.example("test", at) for at in range(pins)])
    want = Want("arithmetic", id, unit=unit)
    with looking(context.network):
        found, failures = take([want], context)
    assert not failures
    assert isinstance(found[want], Arithmetic)
    return found[want], context


def network_of(spec: LayerSpec, shape: tuple[int, ...]) -> Case:
    """An image or a signal of ``shape`` that goes through one layer."""
    meaning = Image() if len(shape) == 3 else Signal()
    ends = (layer("f", "flatten"), layer("out", "linear", units=3))
    return Case("one layer", "classify", {"x": (meaning, shape), **CLASSES}, (spec, *ends))


def must_fit(design: NetworkDesign) -> None:
    try:
        Network(design)
    except DesignError:
        assume(False)


def check_every_cell(numbers: Arithmetic, expected: np.ndarray[Any, Any]) -> None:
    """All windows, added up by us, give what the layer gave; and that is ``expected``."""
    made = [[numbers.value(row, column) for column in range(numbers.columns.shown)] for row in range(numbers.rows.shown)]
    np.testing.assert_allclose(made, numbers.output, **TOLERANCE)
    np.testing.assert_allclose(numbers.output, expected[: numbers.rows.shown, : numbers.columns.shown], **TOLERANCE)


def plane(values: Tensor) -> np.ndarray[Any, Any]:
    return values.reshape(-1, values.shape[-1]).numpy()


convolutions = st.fixed_dictionaries(
    {
        "kernel": st.tuples(st.integers(1, 4), st.integers(1, 4)),
        "stride": st.tuples(st.integers(1, 3), st.integers(1, 3)),
        "padding": st.one_of(st.just("same"), st.tuples(st.integers(0, 3), st.integers(0, 3))),
        "dilation": st.tuples(st.integers(1, 2), st.integers(1, 2)),
        "groups": st.sampled_from((1, 3)),
        "bias": st.booleans(),
        "padding_mode": st.sampled_from(("zeros", "reflect", "replicate", "circular")),
    }
)


@given(convolutions, SIZES, SIZES, st.integers(0, 5))
def test_a_convolution_is_its_sums_of_products(values: dict[str, Any], height: int, width: int, unit: int) -> None:
    case = network_of(layer("c", "conv2d", filters=6, **values), (3, height, width))
    must_fit(case.design)
    numbers, context = taken(case, "c", unit)
    module = context.network.layers["c"]
    assert isinstance(module, nn.Conv2d)
    image = context.activations()["@in"]
    left, right = (values["padding"],) * 2 if values["padding"] != "same" else _same(values)
    mode = "constant" if values["padding_mode"] == "zeros" else values["padding_mode"]
    whole = functional.pad(image, (left[1], right[1], left[0], right[0]), mode=mode)
    expected = functional.conv2d(whole, module.weight, module.bias, module.stride, 0, module.dilation, module.groups)
    check_every_cell(numbers, expected[0, unit].numpy())
    assert numbers.patch.shape[0] == 3 // values["groups"] and (numbers.bias is None) != values["bias"]
    assert (numbers.rows.windows, numbers.columns.windows) == expected.shape[2:]


def _same(values: dict[str, Any]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    totals = [(kernel - 1) * step for kernel, step in zip(values["kernel"], values["dilation"], strict=True)]
    return tuple(total // 2 for total in totals), tuple(total - total // 2 for total in totals)


@given(convolutions, st.integers(4, 20), st.integers(0, 5))
def test_so_is_one_along_a_sequence(values: dict[str, Any], length: int, unit: int) -> None:
    flat = {name: value[0] if isinstance(value, tuple) else value for name, value in values.items()}
    case = network_of(layer("c", "conv1d", filters=6, **flat), (3, length))
    must_fit(case.design)
    numbers, context = taken(case, "c", unit)
    check_every_cell(numbers, plane(context.activations()["c"][0, unit]))
    assert numbers.dimensions == 1 and numbers.rows.shown == 1


@given(
    st.sampled_from(("max_pool2d", "avg_pool2d")),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
    st.booleans(),
    SIZES,
    SIZES,
)
def test_a_pooling_is_the_maximum_or_the_mean_of_its_windows(
    kind: str, kernel: Any, stride: Any, padding: Any, ceil: bool, height: int, width: int
) -> None:
    case = network_of(layer("p", kind, kernel=kernel, stride=stride, padding=padding, ceil=ceil), (3, height, width))
    must_fit(case.design)
    numbers, context = taken(case, "p", 2)
    image = context.activations()["@in"][0, 2:3]
    if numbers.rule == "max":
        expected = functional.max_pool2d(image, kernel, stride, padding, ceil_mode=ceil)
    else:
        expected = functional.avg_pool2d(image, kernel, stride, padding, ceil_mode=ceil)
    check_every_cell(numbers, expected[0].numpy())
    assert numbers.rule == kind[:3].replace("avg", "mean") and numbers.channel == 2


@given(
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(0, 3), st.integers(0, 3)),
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
    st.sampled_from((1, 2)),
    st.integers(1, 6),
    st.integers(1, 6),
    st.integers(0, 3),
)
def test_a_transposed_convolution_is_one_over_a_stretched_input(
    kernel: Any, stride: Any, padding: Any, dilation: Any, groups: int, height: int, width: int, unit: int
) -> None:
    module = nn.ConvTranspose2d(4, 4, kernel, stride, padding, groups=groups, dilation=dilation).requires_grad_(False)
    image = torch.randn(1, 4, height, width)
    sizes = [
        (size - 1) * s - 2 * p + d * (k - 1) + 1
        for size, s, p, d, k in zip((height, width), stride, padding, dilation, kernel, strict=True)
    ]
    assume(min(sizes) > 0)
    made = module(image)
    slide = slide_of(module, (), (4, height, width), tuple(made.shape[1:]), unit)
    assert slide is not None and slide.is_transposed
    numbers = captured._numbers(slide, image[0], made[0], unit, "@in")
    check_every_cell(numbers, made[0, unit].numpy())


def test_an_output_padding_only_adds_cells() -> None:
    module = nn.ConvTranspose1d(2, 2, 3, 2, 1, output_padding=1).requires_grad_(False)
    image = torch.randn(1, 2, 5)
    made = module(image)
    slide = slide_of(module, (), (2, 5), (2, 10), 1)
    assert slide is not None
    numbers = captured._numbers(slide, image[0], made[0], 1, "@in")
    check_every_cell(numbers, plane(made[0, 1]))
    stretched = [PADDING, *[PIXEL, GAP] * 4, PIXEL, PADDING, PADDING]
    assert numbers.columns.kinds.tolist() == stretched and numbers.columns.pixels.max() == 4


@pytest.mark.parametrize(
    ("spec", "shape", "channels"),
    [
        (layer("t", "conv_transpose2d", filters=4, kernel=[3, 2], stride=[2, 3], padding=1, output_padding=[1, 2]), (2, 5, 4), 2),
        (layer("t", "conv_transpose2d", filters=4, kernel=3, stride=1, dilation=2, groups=2), (4, 5, 4), 2),
        (layer("t", "conv_transpose1d", filters=4, kernel=4, stride=2, bias=False), (3, 7), 3),
        (layer("t", "depthwise_conv2d", multiplier=2, padding="same", kernel=4), (2, 6, 5), 1),
    ],
)
def test_kinds_made_of_torchs_modules_are_known_by_these(spec: LayerSpec, shape: tuple[int, ...], channels: int) -> None:
    for unit in (0, 3):
        numbers, context = taken(network_of(spec, shape), "t", unit)
        check_every_cell(numbers, plane(context.activations()["t"][0, unit]))
        assert len(numbers.patch) == channels and numbers.is_transposed == ("transpose" in spec.kind)


def test_a_layer_in_each_copy_of_a_block_reads_what_stands_before_it() -> None:
    inside = (layer("c", "conv2d", filters=2, kernel=3, padding=1), layer("r", "relu"))
    case = network_of(layer("b", "block", repeat=2, layers=inside), (2, 6, 6))
    for place, source in (("b.0.c", "@in"), ("b.1.c", "b.0.r")):
        numbers, context = taken(case, place, 1)
        check_every_cell(numbers, context.activations()[place][0, 1].numpy())
        assert numbers.source == source


# -- as a matrix --


def of_convolution(module: nn.Conv2d, image: Tensor) -> Arithmetic:
    made = module(image)
    windows = [
        SlidingWindow(*numbers)
        for numbers in zip(module.kernel_size, module.stride, module.padding, module.dilation, strict=True)
    ]
    slide = slide_of(module, windows, tuple(image.shape[1:]), tuple(made.shape[1:]), 0)
    assert slide is not None
    return captured._numbers(slide, image[0], made[0], 0, "@in")


@given(
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
    st.sampled_from(("zeros", "replicate", "circular")),
    SIZES,
    SIZES,
)
def test_the_matrix_times_the_pixels_is_the_convolution_and_its_transpose_the_transposed_one(
    kernel: Any, stride: Any, padding: Any, dilation: Any, mode: str, height: int, width: int
) -> None:
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    assume(reach[0] <= height and reach[1] <= width and padding[0] <= height and padding[1] <= width)
    module = nn.Conv2d(1, 1, kernel, stride, padding, dilation, bias=False, padding_mode=mode).requires_grad_(False)
    image = torch.randn(1, 1, height, width)
    numbers = of_convolution(module, image)
    made = module(image)[0, 0]
    found = numbers.matrix(0, (range(made.shape[0]), range(made.shape[1])))
    assert found is not None
    read = image[0, 0, found.rows.start : found.rows.stop, found.columns.start : found.columns.stop]
    np.testing.assert_allclose(found.values @ read.flatten().numpy(), made.flatten().numpy(), **TOLERANCE)
    if mode != "zeros":
        return
    answer = torch.randn_like(made)
    sizes = zip((height, width), made.shape, stride, padding, reach, strict=True)
    more = [size - ((count - 1) * step - 2 * pad + span) for size, count, step, pad, span in sizes]
    back = functional.conv_transpose2d(answer[None, None], module.weight, None, stride, padding, more, dilation=dilation)[0, 0]
    assert back.shape == (height, width)
    shown = back[found.rows.start : found.rows.stop, found.columns.start : found.columns.stop]
    np.testing.assert_allclose(found.values.T @ answer.flatten().numpy(), shown.flatten().numpy(), **TOLERANCE)


def test_the_matrix_of_a_transposed_convolution_is_that_of_the_convolution_transposed() -> None:
    there, back = nn.Conv2d(1, 1, 3, 2, 1, bias=False), nn.ConvTranspose2d(1, 1, 3, 2, 1, bias=False)
    there.requires_grad_(False), back.requires_grad_(False)
    back.weight.copy_(there.weight)
    image = torch.randn(1, 1, 7, 5)
    first = of_convolution(there, image).matrix(0, (range(4), range(3)))
    small = there(image)
    slide = slide_of(back, (), (1, 4, 3), (1, 7, 5), 0)
    assert first is not None and slide is not None
    second = captured._numbers(slide, small[0], back(small)[0], 0, "@in").matrix(0, (range(7), range(5)))
    assert second is not None
    np.testing.assert_allclose(second.values, first.values.T, **TOLERANCE)


@pytest.mark.parametrize("ceil", [False, True])
def test_a_mean_has_a_matrix_and_a_maximum_has_none(ceil: bool) -> None:
    mean, context = taken(network_of(layer("p", "avg_pool2d", kernel=3, stride=2, padding=1, ceil=ceil), (1, 6, 6)), "p")
    found = mean.matrix(0, (range(mean.rows.shown), range(mean.columns.shown)))
    assert found is not None
    read = context.activations()["@in"][0, 0, : found.rows.stop, : found.columns.stop]
    np.testing.assert_allclose(found.values @ read.flatten().numpy(), mean.output.flatten(), **TOLERANCE)
    largest, _ = taken(network_of(layer("p", "max_pool2d", kernel=2), (1, 6, 6)), "p")
    assert largest.matrix(0, (range(2), range(2))) is None


# -- what the cells are --


def test_cells_say_what_they_are() -> None:
    axis = padded(5, (1, 1), 3, 2, 1, 3)
    assert axis.kinds.tolist() == [PADDING, *[PIXEL] * 5, PADDING] and axis.pixels.tolist() == [-1, 0, 1, 2, 3, 4, -1]
    assert padded(4, (0, 0), 3, 2, 1, 2).kinds.tolist() == [PIXEL] * 4 + [BEYOND], "a ceil pooling hangs over"
    assert padded(4, (2, 1), 3, 1, 1, 5, "reflect").pixels.tolist() == [2, 1, 0, 1, 2, 3, 2]
    assert padded(3, (1, 1), 1, 1, 1, 5, "circular").pixels.tolist() == [2, 0, 1, 2, 0]


def test_cells_that_no_window_reads_are_known() -> None:
    """A kernel of 2 at stride 3 skips every third pixel; of 8 the last two are left over too."""
    axis = padded(8, (0, 0), 2, 3, 1, 3)
    assert axis.is_read.tolist() == [True, True, False] * 2 + [True, True]
    assert padded(9, (0, 0), 2, 3, 1, 3).is_read.tolist() == [True, True, False] * 3
    assert padded(6, (0, 0), 2, 1, 2, 4).cut(1).is_read.tolist() == [True] * 3, "by windows that are not shown"


def test_a_large_map_is_cut_to_its_corner() -> None:
    case = network_of(layer("c", "conv2d", filters=1, kernel=3, padding=1), (3, 400, 300))
    numbers, _ = taken(case, "c")
    assert numbers.patch.size <= captured.MOST and numbers.columns.windows == 300
    assert (numbers.rows.shown, numbers.columns.shown) == numbers.output.shape
    assert numbers.rows.kinds[0] == PADDING and numbers.rows.kinds[-1] == PIXEL
    assert abs(numbers.value(9, 0) - numbers.output[9, 0]) < 1e-5


def test_each_filter_and_each_pinned_example_has_numbers_of_its_own() -> None:
    case = network_of(layer("c", "conv2d", filters=4, kernel=3), (2, 6, 6))
    first, context = taken(case, "c", 0, pins=2)
    other, _ = taken(case, "c", 3)
    np.testing.assert_array_equal(other.weights, context.network.layers["c"].weight[3].numpy())  # type: ignore[operator]
    assert (first.units, other.unit) == (4, 3) and taken(case, "c", 99)[0].unit == 3
    with looking(context.network):
        found, _ = take([Want("arithmetic", "c", 1)], context)
    assert not np.array_equal(found[Want("arithmetic", "c", 1)].patch, first.patch)


def test_data_are_made_of_images_and_signals() -> None:
    assert made_up(network_of(layer("c", "conv1d"), (2, 9)).parts).splits["test"]["x"].shape[1:] == (2, 9)
