"""The receptive field of a unit is the box of input pixels that its gradient reaches."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from engine.build import Network
from engine.design.check import Span, check
from engine.design.network import LayerSpec, NetworkDesign, layer

SIZE = 40


@st.composite
def stacks(draw: st.DrawFn) -> NetworkDesign:
    """One to four convolutions and pools on one channel; average pools, for a maximum reads all but passes one gradient."""
    layers: list[LayerSpec] = []
    for number in range(draw(st.integers(1, 4))):
        kernel = draw(st.integers(1, 4))
        values: dict[str, Any] = {"kernel": kernel, "stride": draw(st.integers(1, 3))}
        if draw(st.booleans()):
            values |= {"filters": 1, "padding": draw(st.integers(0, 3)), "dilation": draw(st.integers(1, 3))}
            layers.append(layer(f"l{number}", "conv2d", **values))
        else:
            values |= {"padding": draw(st.integers(0, kernel // 2)), "ceil": draw(st.booleans())}
            layers.append(layer(f"l{number}", "avg_pool2d", **values))
    return NetworkDesign("stack", (1, SIZE, SIZE), tuple(layers))


def reached(design: NetworkDesign, row: int, column: int) -> tuple[tuple[int, int], ...]:
    """(first, last) input row and column with a gradient from the unit at (row, column) of the output."""
    network = Network(design)
    for parameter in network.parameters():
        nn.init.ones_(parameter)
    image = torch.ones(1, *design.input_shape, requires_grad=True)
    network(image)[0, :, row, column].sum().backward()
    assert image.grad is not None
    seen = image.grad[0, 0].nonzero()
    return tuple((int(seen[:, d].min()), int(seen[:, d].max())) for d in (0, 1))


def inside(span: Span, index: int) -> tuple[int, int]:
    """What unit ``index`` sees, as far as it may lie outside the picture."""
    return span.low + index * span.jump, span.high + index * span.jump


@settings(max_examples=120, deadline=None)
@given(stacks(), st.data())
def test_it_is_where_the_gradient_goes(design: NetworkDesign, data: st.DataObject) -> None:
    report = check(design)
    assume(not report.errors)
    last = report.layers[-1]
    assert last.output_shape is not None
    units = [
        [index for index in range(size) if inside(span, index)[0] >= 0 and inside(span, index)[1] < SIZE]
        for size, span in zip(last.output_shape[1:], last.field, strict=True)
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


def test_height_and_width_are_kept_apart() -> None:
    design = NetworkDesign("n", (1, 20, 30), (layer("a", "conv2d", kernel=(3, 5)), layer("p", "max_pool2d", kernel=(2, 3))))
    assert check(design)["p"].receptive_field == (4, 7)


def test_linear_and_softmax_see_everything_and_vectors_have_no_field() -> None:
    design = NetworkDesign("n", (1, 6, 9), (layer("f", "flatten"), layer("o", "linear"), layer("r", "relu")))
    report = check(design)
    assert report["f"].receptive_field == (1, 1) and report["r"].receptive_field == (6, 9)
    assert check(NetworkDesign("n", (1, 6, 9), (layer("f", "flatten"), layer("s", "softmax"))))["s"].receptive_field == (6, 9)
    assert check(NetworkDesign("n", (5,), (layer("o", "linear"),)))["o"].receptive_field == ()
