"""The receptive field of a unit is the box of input pixels that its gradient reaches."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from engine.build import Network
from engine.design.check import check
from engine.design.network import LayerSpec, NetworkDesign, layer
from engine.design.receptive_field import Span

SIZE = 40
LESS = (30, 22)
"""The other sizes of maps and volumes."""


@st.composite
def stacks(draw: st.DrawFn) -> NetworkDesign:
    """One to four convolutions and pools on one channel; average pools, for a maximum reads all but passes one gradient."""
    dimensions = draw(st.integers(1, 3))
    layers: list[LayerSpec] = []
    for number in range(draw(st.integers(1, 4))):
        kernel = draw(st.integers(1, 4))
        values: dict[str, Any] = {"kernel": kernel, "stride": draw(st.integers(1, 3))}
        if draw(st.booleans()):
            values |= {"filters": 1, "padding": draw(st.integers(0, 3)), "dilation": draw(st.integers(1, 3))}
            layers.append(layer(f"l{number}", f"conv{dimensions}d", **values))
        else:
            values |= {"padding": draw(st.integers(0, kernel // 2)), "ceil": draw(st.booleans())}
            layers.append(layer(f"l{number}", f"avg_pool{dimensions}d", **values))
    return NetworkDesign("stack", (1, SIZE, *LESS[: dimensions - 1]), tuple(layers))


def reached(design: NetworkDesign, *place: int) -> tuple[tuple[int, int], ...]:
    """(first, last) input pixel along each dimension with a gradient from the unit at ``place`` of the output."""
    network = Network(design)
    for parameter in network.parameters():
        nn.init.ones_(parameter)
    image = torch.ones(1, *design.input_shape, requires_grad=True)
    network(image).main[(0, slice(None), *place)].sum().backward()
    assert image.grad is not None
    seen = image.grad[0, 0].nonzero()
    return tuple((int(along.min()), int(along.max())) for along in seen.T)


def inside(span: Span, index: int) -> tuple[int, int]:
    """The first and last pixel that unit ``index`` sees, which may lie outside the picture."""
    low, high = span.at(index)
    return ceil(low), floor(high)


@settings(max_examples=120)
@given(stacks(), st.data())
def test_it_is_where_the_gradient_goes(design: NetworkDesign, data: st.DataObject) -> None:
    report = check(design)
    assume(not report.errors)
    last = report.layers[-1]
    assert last.output_shape is not None
    units = [
        [index for index in range(size) if inside(span, index)[0] >= 0 and inside(span, index)[1] < whole]
        for size, span, whole in zip(last.output_shape[1:], last.field, design.input_shape[1:], strict=True)
    ]
    assume(all(units))
    place = [data.draw(st.sampled_from(each)) for each in units]
    assert reached(design, *place) == tuple(inside(span, index) for span, index in zip(last.field, place, strict=True))


def test_branches_are_joined_to_the_box_that_holds_both() -> None:
    design = NetworkDesign(
        "n",
        (1, SIZE, SIZE),
        (
            layer("a", "conv2d", filters=1, kernel=3, padding=1),
            layer("b", "conv2d", ("@in",), filters=1, kernel=7, padding=3),
            layer("sum", "add", ("a", "b")),
            layer("c", "conv2d", filters=1, kernel=3, padding=1),
        ),
    )
    report = check(design)
    assert report["a"].receptive_field == (3, 3) and report["sum"].receptive_field == (7, 7)
    assert report["c"].receptive_field == (9, 9)
    assert reached(design, 20, 20) == tuple(inside(span, 20) for span in report["c"].field)


def two_strides(*behind: LayerSpec, size: int = 15) -> NetworkDesign:
    """The sum of a branch whose unit i sees pixel 2i and one whose unit i sees pixels i to i + 7."""
    wide = layer("b", "conv2d", ("@in",), filters=1, kernel=8)
    branches = (layer("a", "conv2d", filters=1, kernel=1, stride=2), wide, layer("sum", "add", ("a", "b")))
    return NetworkDesign("n", (1, size, size), (*branches, *behind))


def test_branches_of_different_strides_are_followed_each_for_itself() -> None:
    """By hand, along one dimension: unit i of the sum sees 2i and i..i+7, at most 8 pixels. Behind a kernel of 3 it sees
    2i..2i+4 and i..i+9: 10 pixels, for i = 0 as 0..9 and for i = 5 as 5..14. Behind a pool of 2, 4i..4i+6 and 2i..2i+10: 11."""
    behind = (layer("c", "conv2d", filters=1, kernel=3), layer("p", "avg_pool2d", kernel=2), layer("f", "flatten"))
    report = check(two_strides(*behind))
    assert [report[id].receptive_field[0] for id in ("a", "b", "sum", "c", "p", "f")] == [1, 8, 8, 10, 11, 11]
    assert [report["c"].field[0].at(unit) for unit in (0, 3, 5)] == [(0, 9), (3, 12), (5, 14)]


def test_branches_that_drift_apart_see_the_most_at_the_ends() -> None:
    """By hand: with 7 pixels of padding unit i of the one branch sees pixel 2i - 7, of the other pixel i."""
    ahead = layer("a", "conv2d", filters=1, kernel=1, stride=2, padding=7)
    layers = (ahead, layer("b", "conv2d", ("@in",), filters=1, kernel=1), layer("sum", "add", ("a", "b")))
    span = check(NetworkDesign("n", (1, 15, 15), layers))["sum"].field[0]
    assert [span.at(unit) for unit in (0, 7, 14)] == [(-7, 0), (7, 7), (14, 21)] and span.size == 8


@pytest.mark.parametrize("unit", range(3))
def test_joined_branches_of_different_strides_are_where_the_gradient_goes(unit: int) -> None:
    design = two_strides(layer("c", "conv2d", filters=1, kernel=3), layer("p", "avg_pool2d", kernel=2))
    assert reached(design, unit, unit) == tuple(inside(span, unit) for span in check(design)["p"].field)


def test_height_and_width_are_kept_apart() -> None:
    design = NetworkDesign("n", (1, 20, 30), (layer("a", "conv2d", kernel=(3, 5)), layer("p", "max_pool2d", kernel=(2, 3))))
    assert check(design)["p"].receptive_field == (4, 7)


def test_linear_and_softmax_see_everything_and_vectors_have_no_field() -> None:
    design = NetworkDesign("n", (1, 6, 9), (layer("f", "flatten"), layer("o", "linear"), layer("r", "relu")))
    report = check(design)
    assert report["f"].receptive_field == (1, 1) and report["r"].receptive_field == (6, 9)
    assert check(NetworkDesign("n", (1, 6, 9), (layer("f", "flatten"), layer("s", "softmax"))))["s"].receptive_field == (6, 9)
    assert check(NetworkDesign("n", (5,), (layer("o", "linear"),)))["o"].receptive_field == ()


def enlarged(mode: str, scale: int, *behind: LayerSpec) -> NetworkDesign:
    return NetworkDesign("n", (1, 12, 12), (layer("u", "upsample", scale=scale, mode=mode), *behind))


@pytest.mark.parametrize("mode", ["nearest", "bilinear", "bicubic"])
@pytest.mark.parametrize("scale", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("kernel", [0, 1, 3])
def test_through_upsampling_the_gradient_stays_in_the_box_and_its_size_is_reached(mode: str, scale: int, kernel: int) -> None:
    behind = (layer("c", "conv2d", filters=1, kernel=kernel, padding=kernel // 2),) if kernel else ()
    design = enlarged(mode, scale, *behind)
    last = check(design).layers[-1]
    assert last.output_shape is not None
    sizes = []
    for unit in range(4 * scale, 8 * scale):
        boxes = [inside(span, unit) for span in last.field]
        seen = reached(design, unit, unit)
        assert all(low <= first and end <= high for (low, high), (first, end) in zip(boxes, seen, strict=True))
        sizes.append(seen[0][1] - seen[0][0] + 1)
    assert last.receptive_field == (max(sizes), max(sizes))


def test_a_pixel_of_nearest_upsampling_sees_one_pixel_and_a_bilinear_one_two() -> None:
    fields = {mode: check(enlarged(mode, 2)).layers[-1].receptive_field for mode in ("nearest", "bilinear", "bicubic")}
    assert fields == {"nearest": (1, 1), "bilinear": (2, 2), "bicubic": (4, 4)}


def test_pooled_and_enlarged_again_a_pixel_sees_its_window_and_the_jump_is_one() -> None:
    design = NetworkDesign("n", (1, 12, 12), (layer("p", "avg_pool2d"), layer("u", "upsample"), layer("p2", "avg_pool2d")))
    report = check(design)
    assert report["u"].field[0].jump == 1 and report["p2"].field[0].jump == 2
    for unit in range(12):
        low, high = inside(report["u"].field[0], unit)
        first, last = reached(design.with_layers(design.layers[:2]), unit, unit)[0]
        assert low <= first and last <= high


def test_what_is_reshaped_sees_everything_from_there_on() -> None:
    layers = (layer("r", "reshape", shape=[2, 9, 3]), layer("c", "conv2d", kernel=3, padding=1), layer("v", "reshape", shape=-1))
    report = check(NetworkDesign("n", (1, 6, 9), layers))
    assert {report[id].receptive_field for id in "rcv"} == {(6, 9)}
    assert check(NetworkDesign("n", (1, 6, 9), (layer("v", "reshape"),)))["v"].receptive_field == (1, 1)


def test_tokens_have_a_field_along_the_sentence() -> None:
    layers = (
        layer("e", "embedding", width=4),
        layer("c", "conv1d", kernel=3, padding=1),
        layer("p", "max_pool1d"),
        layer("d", "conv1d", kernel=3),
    )
    report = check(NetworkDesign("n", (20,), layers))
    assert [each.receptive_field for each in report.layers] == [(1,), (3,), (4,), (8,)]
    assert [each.output_shape for each in report.layers] == [(4, 20), (16, 20), (16, 10), (16, 8)]
