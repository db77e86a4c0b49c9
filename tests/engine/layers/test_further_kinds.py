"""Kinds beside their definitions: what papers and torch say of them, worked out by other ways."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import functional

from engine.build import Network
from engine.design.check import check
from engine.design.kinds import LAYER_KINDS, LayerKind
from engine.design.network import NetworkDesign, layer
from engine.design.values import construct
from engine.errors import DesignError


def made(kind: str, **values: Any) -> LayerKind:
    return construct(LAYER_KINDS.get(kind), values, kind)


def computed(kind: LayerKind, *inputs: torch.Tensor) -> torch.Tensor:
    module = kind.build([tuple(each.shape[1:]) for each in inputs]).eval()
    with torch.no_grad():
        return module(*inputs)


def test_lrn_is_the_papers_and_not_torchs() -> None:
    """b = a/(k + α Σ a²)^β over the n nearest channels, α not divided by n."""
    maps = torch.randn(2, 9, 3, 3)
    expected = torch.empty_like(maps)
    for channel in range(9):
        near = maps[:, max(0, channel - 2) : channel + 3]
        expected[:, channel] = maps[:, channel] / (2 + 1e-4 * near.square().sum(1)) ** 0.75
    torch.testing.assert_close(computed(made("lrn"), maps), expected)


def test_a_transposed_convolution_is_the_transpose_of_the_convolution() -> None:
    """⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩."""
    kind = made("conv_transpose2d", filters=3, kernel=(3, 2), stride=2, padding=1, bias=False, output_padding=1)
    small = torch.randn(1, 5, 4, 6)
    module = kind.build([(5, 4, 6)])
    large = torch.randn(1, 3, *kind.output_shape([(5, 4, 6)])[1:])
    with torch.no_grad():
        forth = functional.conv2d(large, module.weight, stride=2, padding=1)  # type: ignore[arg-type]
        left, right = (forth * small).sum(), (large * module(small)).sum()
    torch.testing.assert_close(left, right, rtol=1e-4, atol=1e-4)


def test_going_down_and_up_again_gives_the_size_back() -> None:
    down = made("conv2d", filters=8, kernel=3, stride=2, padding=1)
    up = made("conv_transpose2d", filters=1, kernel=3, stride=2, padding=1, output_padding=1)
    assert up.output_shape([down.output_shape([(1, 28, 28)])]) == (1, 28, 28)


@pytest.mark.parametrize(("kernel", "stride", "padding", "dilation"), [(2, 2, 0, 1), (4, 2, 1, 1), (3, 1, 1, 1), (3, 3, 0, 2)])
def test_what_a_transposed_convolution_sees_is_what_its_gradient_says(
    kernel: int, stride: int, padding: int, dilation: int
) -> None:
    values = {"filters": 1, "kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation, "bias": False}
    design = NetworkDesign("n", (1, 9, 9), (layer("t", "conv_transpose2d", **values),))
    field = check(design)["t"].field[0]
    network = Network(design)
    for weight in network.parameters():
        torch.nn.init.ones_(weight)
    for unit in range(3, 8):
        image = torch.zeros(1, 1, 9, 9, requires_grad=True)
        network(image).main[0, 0, unit, unit].backward()
        touched = image.grad[0, 0].sum(1).nonzero().flatten().tolist()
        low, high = field.at(unit)
        assert all(low <= row <= high for row in touched), (unit, touched, low, high)
    assert field.size == -(-(dilation * (kernel - 1) + 1) // stride) or dilation > 1


def test_depthwise_and_pointwise_cost_what_the_lecture_says() -> None:
    """8×8×3 to 256 maps of 8×8 with 5×5 windows: 1,228,800 products against 53,952."""
    full = made("conv2d", filters=256, kernel=5, padding="same").costs([(3, 8, 8)]).macs
    apart = made("depthwise_conv2d", kernel=5, padding="same").costs([(3, 8, 8)]).macs
    mixing = made("conv2d", filters=256, kernel=1).costs([(3, 8, 8)]).macs
    assert (full, apart + mixing) == (1_228_800, 53_952)


def test_a_vector_scales_maps_channel_by_channel() -> None:
    maps, gate = torch.randn(2, 4, 3, 3), torch.rand(2, 4)
    torch.testing.assert_close(computed(made("multiply"), maps, gate), maps * gate[:, :, None, None])
    torch.testing.assert_close(computed(made("multiply"), gate, maps), maps * gate[:, :, None, None])
    with pytest.raises(DesignError, match="input 2 is 5, which cannot be multiplied with 4 × 3 × 3"):
        made("multiply").output_shape([(4, 3, 3), (5,)])


def test_crop_keeps_channels_in_the_order_asked_for() -> None:
    maps = torch.randn(1, 4, 6, 6)
    assert torch.equal(computed(made("crop", before=(1, 2), after=0, channels=[3, 0]), maps), maps[:, [3, 0], 1:, 2:])
    with pytest.raises(DesignError, match="there is no channel 4"):
        made("crop", channels=[4]).output_shape([(4, 6, 6)])


def test_pad_adds_channels_of_zeros_on_both_sides() -> None:
    maps = torch.randn(1, 2, 3, 3)
    wider = computed(made("pad", before=0, after=0, channels_before=1, channels_after=2), maps)
    assert wider.shape == (1, 5, 3, 3) and torch.equal(wider[:, 1:3], maps) and not wider[:, [0, 3, 4]].any()


def test_a_transformer_that_has_learned_nothing_leaves_the_image_as_it_is() -> None:
    find = (layer("flat", "flatten"), layer("theta", "linear", units=6))
    design = NetworkDesign("n", (1, 6, 6), (layer("stn", "spatial_transformer", layers=find),))
    network, image = Network(design), torch.randn(2, 1, 6, 6)
    assert list(network.layers) == ["stn.0.flat", "stn.0.theta", "stn"]
    for weight in network.parameters():
        torch.nn.init.zeros_(weight)
    torch.testing.assert_close(network(image).main, image)
    network.layers["stn.0.theta"].bias.data = torch.tensor([0.0, 0, 0.5, 0, 0, 0])  # type: ignore[union-attr]
    moved = functional.grid_sample(
        image,
        functional.affine_grid(torch.tensor([[[1.0, 0, 0.5], [0, 1, 0]]] * 2), [2, 1, 6, 6], align_corners=False),
        align_corners=False,
    )
    torch.testing.assert_close(network(image).main, moved)
    wrong = NetworkDesign("n", (1, 6, 6), (layer("stn", "spatial_transformer", layers=find[:1]),))
    assert "not the 6 numbers" in str(check(wrong).errors[0])


def test_selu_keeps_mean_and_deviation() -> None:
    values = computed(made("selu"), torch.randn(1, 100_000))
    assert abs(values.mean()) < 0.02 and abs(values.std() - 1) < 0.02


def test_squeeze_and_excitation_can_be_built() -> None:
    squeeze = (
        layer("gap", "global_avg_pool"),
        layer("f1", "linear", units=2),
        layer("r", "relu"),
        layer("f2", "linear", units=8),
        layer("s", "sigmoid"),
        layer("scale", "multiply", ("@in", "s")),
    )
    design = NetworkDesign("n", (8, 6, 6), (layer("se", "block", name="Squeeze and excitation", layers=squeeze),))
    assert check(design).output_shape == (8, 6, 6)
    assert Network(design)(torch.randn(2, 8, 6, 6)).main.shape == (2, 8, 6, 6)
