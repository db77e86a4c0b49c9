"""Separable, locally connected and fixed convolutions and the channel shuffle, against naive loops and torch's own."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

from engine.build import Network, restore
from engine.design.check import check
from engine.design.document import from_json, to_json
from engine.design.kinds import LAYER_KINDS, LayerKind
from engine.design.network import NetworkDesign, layer
from engine.design.values import construct
from engine.errors import DesignError
from engine.layers.fixed_filter import KERNELS
from engine.training.kinds import INITIALISERS
from engine.training.trainer import seeded_network

NEW = ("separable_conv2d", "spatially_separable_conv2d", "locally_connected2d", "fixed_filter2d", "channel_shuffle")


def made(kind: str, **values: Any) -> LayerKind:
    return construct(LAYER_KINDS.get(kind), values, kind)


def module_of(kind: LayerKind, inputs: Tensor) -> nn.Module:
    torch.manual_seed(0)
    return kind.build([tuple(inputs.shape[1:])]).to(inputs.dtype).eval()


def refusal(kind: LayerKind, *inputs: tuple[int, ...]) -> DesignError:
    with pytest.raises(DesignError) as caught:
        kind.output_shape(inputs)
    return caught.value


windows = st.fixed_dictionaries(
    {
        "kernel": st.tuples(st.integers(1, 4), st.integers(1, 4)),
        "stride": st.tuples(st.integers(1, 3), st.integers(1, 3)),
        "padding": st.tuples(st.integers(0, 2), st.integers(0, 2)),
        "dilation": st.tuples(st.integers(1, 2), st.integers(1, 2)),
    }
)


# -- separable --


def test_the_lectures_products_of_a_separable_convolution() -> None:
    """8×8×3 to 256 maps of 8×8 with 5×5 windows: 53,952 products against 1,228,800. 'same' (2 pixels) and stride 1 give them."""
    for padding in ("same", 2):
        kind = made("separable_conv2d", filters=256, kernel=5, padding=padding)
        costs = kind.costs([(3, 8, 8)])
        assert (costs.macs, costs.params) == (53_952, 5 * 5 * 3 + 3 * 256 + 256)
        assert kind.output_shape([(3, 8, 8)]) == (256, 8, 8)
        lines = {line.name: line for line in kind.formula([(3, 8, 8)])}
        assert lines["multiply-adds"].numbers == "(5·5·3·1 + 3·1·256)·8·8" and lines["multiply-adds"].result == "53,952"
        assert lines["in one step"].numbers == "5·5·3·256·8·8" and lines["in one step"].result == "1,228,800"


@settings(max_examples=60)
@given(window=windows, multiplier=st.integers(1, 3), channels=st.integers(1, 4), bias=st.booleans())
def test_a_separable_convolution_is_one_convolution_whose_kernels_are_products(
    window: dict[str, Any], multiplier: int, channels: int, bias: bool
) -> None:
    """W[f, c] = Σₘ pointwise[f, c·M + m] · depthwise[c·M + m]."""
    kind, inputs = (
        made("separable_conv2d", filters=5, multiplier=multiplier, bias=bias, **window),
        torch.randn(2, channels, 9, 10),
    )
    module = module_of(kind, inputs)
    depthwise, pointwise = module[0].weight, module[1].weight
    assert module[0].bias is None and (module[1].bias is not None) == bias
    full = torch.einsum("fcm,cmhw->fchw", pointwise.reshape(5, channels, -1), depthwise.reshape(channels, -1, *window["kernel"]))
    told = {name: window[name] for name in ("stride", "padding", "dilation")}
    torch.testing.assert_close(module(inputs), functional.conv2d(inputs, full, module[1].bias, **told), rtol=1e-4, atol=1e-5)
    assert kind.windows([(channels, 9, 10)]) == made("conv2d", **window).windows([(channels, 9, 10)])


@settings(max_examples=60)
@given(window=windows, channels=st.integers(1, 3), bias=st.booleans())
def test_a_column_and_a_row_are_one_convolution_whose_kernels_are_products(
    window: dict[str, Any], channels: int, bias: bool
) -> None:
    """W[f, c] = Σₘ column[m, c] · row[f, m]."""
    kind, inputs = made("spatially_separable_conv2d", filters=3, bias=bias, **window), torch.randn(2, channels, 9, 10)
    module = module_of(kind, inputs)
    full = torch.einsum("mci,fmj->fcij", module[0].weight[..., 0], module[1].weight[:, :, 0])
    told = {name: window[name] for name in ("stride", "padding", "dilation")}
    expected = functional.conv2d(inputs, full, module[1].bias, **told)
    torch.testing.assert_close(module(inputs), expected, rtol=1e-4, atol=1e-5)
    assert kind.output_shape([(channels, 9, 10)]) == tuple(expected.shape[1:])


def test_sobel_is_a_column_times_a_row() -> None:
    kind, image = made("spatially_separable_conv2d", filters=1, padding="same", bias=False), torch.randn(1, 1, 7, 8)
    module = module_of(kind, image)
    module[0].weight.data = torch.tensor([1.0, 2, 1]).reshape(1, 1, 3, 1)
    module[1].weight.data = torch.tensor([-1.0, 0, 1]).reshape(1, 1, 1, 3)
    torch.testing.assert_close(module(image), module_of(made("fixed_filter2d"), image)(image))
    assert kind.costs([(1, 7, 8)]).params == 6 and kind.source([(1, 7, 8)]).startswith("nn.Sequential(nn.Conv2d(1, 1, ")


def test_misfits_of_separable_convolutions_are_told_in_their_own_words() -> None:
    for name in ("separable_conv2d", "spatially_separable_conv2d", "locally_connected2d"):
        error = refusal(made(name, kernel=9), (3, 6, 6))
        assert error.field == "kernel" and "a kernel of 9 × 9 is larger" in error.problem and "fits is 6" in error.suggestion
        error = refusal(made(name), (3, 6))
        assert error.problem.startswith(f"{name} needs") and "reshape" in error.suggestion and "1d" not in error.suggestion
        assert refusal(made(name, padding="same", stride=2), (3, 6, 6)).field == "padding"
    assert "Use conv1d" in refusal(made("conv2d"), (3, 6)).suggestion


# -- locally connected --


@settings(max_examples=60)
@given(window=windows, channels=st.integers(1, 3), bias=st.booleans())
def test_a_locally_connected_layer_has_filters_of_its_own_at_every_place(
    window: dict[str, Any], channels: int, bias: bool
) -> None:
    """A loop over places; weights are kept place after place, and the filters of one place together."""
    kind, inputs = made("locally_connected2d", filters=2, bias=bias, **window), torch.randn(2, channels, 7, 8)
    module = module_of(kind, inputs)
    _, height, width = kind.output_shape([(channels, 7, 8)])
    (top, left), expected = window["padding"], torch.zeros(2, 2, height, width)
    padded = functional.pad(inputs, (left, left, top, top))
    for row in range(height):
        for column in range(width):
            y, x = row * window["stride"][0], column * window["stride"][1]
            reach = [(size - 1) * step + 1 for size, step in zip(window["kernel"], window["dilation"], strict=True)]
            patch = padded[:, :, y : y + reach[0] : window["dilation"][0], x : x + reach[1] : window["dilation"][1]]
            for filter in range(2):
                at = (row * width + column) * 2 + filter
                expected[:, filter, row, column] = (patch * module.weight[at]).sum((1, 2, 3))
                if bias:
                    expected[:, filter, row, column] += module.bias[at]
    torch.testing.assert_close(module(inputs), expected, rtol=1e-4, atol=1e-5)


def test_with_the_same_filters_everywhere_it_is_a_convolution() -> None:
    kind, inputs = made("locally_connected2d", filters=4, kernel=3, padding="same"), torch.randn(2, 3, 6, 5)
    module, shared = module_of(kind, inputs), nn.Conv2d(3, 4, 3, padding=1)
    module.weight.data, module.bias.data = shared.weight.data.repeat(30, 1, 1, 1), shared.bias.data.repeat(30)
    torch.testing.assert_close(module(inputs), shared(inputs), rtol=1e-4, atol=1e-5)
    costs = kind.costs([(3, 6, 5)])
    assert costs.params == 30 * 4 * (3 * 9 + 1) and costs.macs == 30 * 4 * 27
    assert kind.formula([(3, 6, 5)])[-1].result == "112 parameters"


def test_it_begins_as_large_as_a_convolution_does() -> None:
    for init in ("torch", "he"):
        kinds = [layer("c", kind, filters=64, kernel=3) for kind in ("conv2d", "locally_connected2d")]
        nets = [seeded_network(NetworkDesign("n", (8, 8, 8), (spec,)), 1, INITIALISERS.get(init)()) for spec in kinds]
        deviations = [float(net.layers["c"].weight.detach().std()) for net in nets]
        assert abs(deviations[0] / deviations[1] - 1) < 0.05, init


def test_more_filters_than_any_memory_holds_are_a_sentence() -> None:
    design = NetworkDesign("n", (512, 2000, 2000), (layer("c", "locally_connected2d", filters=1000, kernel=11),))
    error = check(design)["c"].error
    assert error is not None and "too many for any memory" in error.problem


# -- fixed filters --


@pytest.mark.parametrize("name", list(KERNELS))
def test_a_fixed_filter_filters_every_channel_by_itself(name: str) -> None:
    kernel, inputs = KERNELS[name], torch.randn(2, 3, 6, 7)
    outputs = module_of(made("fixed_filter2d", filter=name), inputs)(inputs)
    padded = functional.pad(inputs, (1, 1, 1, 1))
    expected = sum(kernel[i][j] * padded[:, :, i : i + 6, j : j + 7] for i in range(3) for j in range(3))
    torch.testing.assert_close(outputs, expected)


def test_what_the_named_filters_answer() -> None:
    ramp = torch.arange(7.0).expand(1, 1, 7, 7).contiguous()
    inner = {name: module_of(made("fixed_filter2d", filter=name), ramp)(ramp)[0, 0, 3, 3].item() for name in KERNELS}
    assert inner == {"sobel_x": 8, "sobel_y": 0, "laplacian": 0, "gaussian": 3, "identity": 3}
    assert module_of(made("fixed_filter2d", filter="sobel_y"), ramp)(ramp.mT.contiguous())[0, 0, 3, 3] == 8


def test_a_kernel_of_ones_own_is_a_list_of_rows() -> None:
    kind, inputs = made("fixed_filter2d", kernel=[[1, 0, -1], [0.5, 0, 0]], padding=0, stride=(1, 2)), torch.randn(1, 2, 5, 8)
    weight = torch.tensor([[1.0, 0, -1], [0.5, 0, 0]]).repeat(2, 1, 1, 1)
    torch.testing.assert_close(
        module_of(kind, inputs)(inputs), functional.conv2d(inputs, weight, stride=(1, 2), groups=2), rtol=1e-5, atol=1e-6
    )
    assert kind.summary() == "given · 2×3 · stride 1×2" and kind.costs([(2, 5, 8)]).params == 0
    design = NetworkDesign("n", (1, 8, 8), (layer("c", "fixed_filter2d", kernel=[[1, 2], [3, 4]]),))
    assert from_json(to_json(design)) == design
    for bad in ([[1, 2], [3]], [], [[]], [1, 2], "1, 2", [[1e9]]):
        with pytest.raises(DesignError) as caught:
            made("fixed_filter2d", kernel=bad)
        assert caught.value.field == "kernel", bad
    assert refusal(made("fixed_filter2d", kernel=[[1] * 9], padding=0), (1, 8, 8)).field == "kernel"


def test_training_and_initialisers_leave_a_fixed_filter_as_it_is() -> None:
    design = NetworkDesign("n", (2, 8, 8), (layer("c", "fixed_filter2d"), layer("d", "conv2d")))
    wanted = torch.tensor(KERNELS["sobel_x"], dtype=torch.float32).repeat(2, 1, 1, 1)
    network = seeded_network(design, 1, INITIALISERS.get("he")())
    assert torch.equal(network.layers["c"].weight, wanted) and not list(network.layers["c"].parameters())
    optimiser = torch.optim.SGD(network.parameters(), lr=0.1, weight_decay=0.1)
    network.train()(torch.randn(2, 2, 8, 8)).main.square().sum().backward()
    optimiser.step()
    assert torch.equal(network.layers["c"].weight, wanted)
    again = restore(design, {name: tensor.detach() for name, tensor in network.layers.state_dict().items()})
    assert torch.equal(again.layers["c"].weight, wanted)


# -- channel shuffle --


@settings(max_examples=40)
@given(groups=st.integers(1, 4), each=st.integers(1, 4), sizes=st.lists(st.integers(1, 3), min_size=1, max_size=3))
def test_a_shuffle_deals_the_groups_out_in_turn(groups: int, each: int, sizes: list[int]) -> None:
    inputs = torch.randn(2, groups * each, *sizes)
    outputs = module_of(made("channel_shuffle", groups=groups), inputs)(inputs)
    for group in range(groups):
        for at in range(each):
            assert torch.equal(outputs[:, at * groups + group], inputs[:, group * each + at])


def test_a_shuffle_that_does_not_fit_says_what_does() -> None:
    error = refusal(made("channel_shuffle", groups=5), (8, 3, 3))
    assert error.field == "groups" and error.problem == "5 groups do not divide 8 channels"
    assert error.suggestion.startswith("Use 2 or 4 or 8 groups") and "multiple of 5" in error.suggestion
    assert "reshape" in refusal(made("channel_shuffle"), (8,)).suggestion


def test_a_shufflenet_unit_can_be_built() -> None:
    """Zhang et al. 2018, figure 2b: 1×1 in groups, shuffle, depthwise 3×3, 1×1 in groups, and the skip."""
    unit = (
        layer("c1", "conv2d", filters=12, kernel=1, groups=3),
        layer("n1", "batch_norm"),
        layer("r1", "relu"),
        layer("mix", "channel_shuffle", groups=3),
        layer("d", "depthwise_conv2d", kernel=3, padding=1),
        layer("n2", "batch_norm"),
        layer("c2", "conv2d", filters=24, kernel=1, groups=3),
        layer("n3", "batch_norm"),
        layer("sum", "add", ("n3", "@in")),
        layer("r2", "relu"),
    )
    design = NetworkDesign("n", (24, 6, 6), (layer("unit", "block", name="Shuffle unit", repeat=3, layers=unit),))
    assert check(design).output_shape == (24, 6, 6)
    assert Network(design)(torch.randn(2, 24, 6, 6)).main.shape == (2, 24, 6, 6)


# -- all of them --


@pytest.mark.parametrize("name", NEW)
def test_gradients_can_be_taken_twice_and_in_double_precision(name: str) -> None:
    values: dict[str, Any] = {} if name in ("fixed_filter2d", "channel_shuffle") else {"filters": 2, "padding": "same"}
    inputs = torch.randn(1, 2, 4, 5, dtype=torch.float64, requires_grad=True)
    module = module_of(made(name, **values), inputs)
    assert torch.autograd.gradcheck(module, (inputs,))
    assert torch.autograd.gradgradcheck(lambda x: module(x).square(), (inputs,))
