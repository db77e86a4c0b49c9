"""Pooling to a given size, across channels, and back again."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from engine.build import Network
from engine.design.check import check
from engine.design.document import from_json, to_json
from engine.design.kinds import LayerKind, Shape
from engine.design.network import LayerSpec, NetworkDesign, layer
from engine.errors import DesignError


def made(kind: str, **values: Any) -> LayerKind:
    return layer("it", kind, **values).parameters


def computed(kind: LayerKind, *inputs: Tensor) -> Tensor:
    with torch.no_grad():
        return kind.build([tuple(each.shape[1:]) for each in inputs])(*inputs)


# -- to a given size --


@pytest.mark.parametrize(("size", "out"), [(12, 4), (7, 3), (5, 5), (3, 7), (13, 6)])
def test_every_window_is_that_of_the_formula(size: int, out: int) -> None:
    inputs = torch.randn(2, 3, size, 8)
    rows = [(floor(index * size / out), ceil((index + 1) * size / out)) for index in range(out)]
    expected = torch.stack([inputs[:, :, first:last].mean((2, 3)) for first, last in rows], 2)
    torch.testing.assert_close(computed(made("adaptive_avg_pool2d", size=(out, 1)), inputs)[..., 0], expected)


@pytest.mark.parametrize(("size", "out"), [(12, 4), (7, 3), (3, 7), (13, 6), (9, 1)])
def test_no_unit_sees_more_than_its_field_and_some_unit_all_of_it(size: int, out: int) -> None:
    kind = made("adaptive_avg_pool2d", size=out)
    inputs = torch.randn(1, 1, size, size, requires_grad=True)
    field = check(NetworkDesign("n", (1, size, size), (LayerSpec("p", kind, ()),)))["p"].field[0]
    outputs, reached = kind.build([(1, size, size)])(inputs), []
    for unit in range(out):
        (gradient,) = torch.autograd.grad(outputs[0, 0, unit, 0], inputs, retain_graph=True)
        seen = gradient[0, 0].any(1).nonzero().flatten().tolist()
        low, high = field.at(unit)
        assert low <= seen[0] and seen[-1] <= high
        reached.append((seen[0] - low, high - seen[-1]))
    assert min(low for low, _ in reached) == min(high for _, high in reached) == 0


# -- across channels --


@pytest.mark.parametrize("kind", [made("maxout", pieces=3), made("channel_max_pool", size=3)])
@pytest.mark.parametrize("sizes", [(), (4,), (4, 5), (2, 3, 4)])
def test_of_neighbouring_channels_the_largest_is_kept(kind: LayerKind, sizes: tuple[int, ...]) -> None:
    inputs = torch.randn(2, 6, *sizes)
    expected = torch.stack([inputs[:, :3].amax(1), inputs[:, 3:].amax(1)], 1)
    assert torch.equal(computed(kind, inputs), expected)


def test_maxout_of_two_can_be_an_absolute_value() -> None:
    network = Network(NetworkDesign("n", (1,), (layer("f", "linear", units=2), layer("m", "maxout"))))
    network.layers["f"].weight.data, network.layers["f"].bias.data = torch.tensor([[1.0], [-1.0]]), torch.zeros(2)  # type: ignore[union-attr]
    inputs = torch.randn(20, 1)
    assert torch.equal(network(inputs).main, inputs.abs())


@pytest.mark.parametrize(("kind", "field"), [("maxout", "pieces"), ("channel_max_pool", "size")])
def test_channels_that_do_not_divide_are_refused_with_what_would_fit(kind: str, field: str) -> None:
    with pytest.raises(DesignError, match="15 channels cannot be put into groups of 4") as caught:
        made(kind, **{field: 4}).output_shape([(15, 8, 8)])
    assert caught.value.field == field
    assert caught.value.suggestion == "Give the layer before it 12 or 16 outputs, or choose groups of 3, 5, 15."


# -- back again --


def unpool(**values: Any) -> LayerKind:
    pair = made("max_unpool2d", of="p").paired(made("max_pool2d", **values))
    assert pair is not None
    return pair


@pytest.mark.parametrize("values", [{}, {"kernel": 3}, {"kernel": (2, 3), "ceil": True}, {"kernel": 2, "stride": 3}])
@pytest.mark.parametrize("format", [torch.contiguous_format, torch.channels_last])
def test_where_windows_do_not_overlap_it_is_torchs(values: dict[str, Any], format: torch.memory_format) -> None:
    read = torch.randn(2, 3, 11, 10).to(memory_format=format)
    pool = made("max_pool2d", **values).build([(3, 11, 10)])
    pool.return_indices = True  # type: ignore[assignment]
    pooled, places = pool(read)
    given = torch.randn(pooled.shape)
    expected = functional.max_unpool2d(given, places, pool.kernel_size, pool.stride, 0, read.shape)  # type: ignore[arg-type]
    assert torch.equal(computed(unpool(**values), given, read), expected)


@pytest.mark.parametrize("values", [{"kernel": 3, "stride": 2}, {"kernel": 3, "stride": 1, "padding": "same"}, {"kernel": 2}])
def test_numbers_go_where_the_poolings_gradient_goes(values: dict[str, Any]) -> None:
    read = torch.randn(2, 3, 9, 9, requires_grad=True)
    pooled = made("max_pool2d", **values).build([(3, 9, 9)])(read)
    given = torch.randn(pooled.shape)
    (expected,) = torch.autograd.grad(pooled, read, given)
    torch.testing.assert_close(computed(unpool(**values), given, read.detach()), expected)


def test_numbers_keep_their_precision_whatever_the_pooling_reads() -> None:
    given = torch.rand(1, 3, 4, 4, dtype=torch.double)
    spread = computed(unpool(), given, torch.randn(1, 3, 8, 8))
    assert spread.dtype == torch.double and spread.sum() == pytest.approx(given.sum().item(), rel=1e-14)


def autoencoder(*, filters: int = 4, of: str = "p", middle: str = "conv2d") -> NetworkDesign:
    layers = (
        layer("c", "conv2d", filters=4, kernel=3, padding=1),
        layer("p", "max_pool2d"),
        layer("m", middle, **({"filters": filters, "kernel": 3, "padding": 1} if middle == "conv2d" else {})),
        layer("u", "max_unpool2d", of=of),
    )
    return NetworkDesign("n", (1, 8, 8), layers)


def test_in_a_network_it_reads_what_its_pooling_reads() -> None:
    design = from_json(to_json(autoencoder()))
    report, network = check(design), Network(design)
    assert report["u"].output_shape == (4, 8, 8) and report.output_shape == (4, 8, 8)
    found = network.activations(torch.randn(2, 1, 8, 8))
    pooled, places = functional.max_pool2d(found["c"], 2, return_indices=True)
    assert torch.equal(found["p"], pooled)
    assert torch.equal(found["u"], functional.max_unpool2d(found["m"], places, 2))
    found["u"].square().sum().backward()
    assert all(weight.grad is not None and weight.grad.any() for weight in network.parameters())


def test_it_follows_its_pooling_into_blocks_and_to_a_new_name() -> None:
    design = autoencoder().with_id("p", "pool")
    assert design["u"].parameters.of == "pool" and not check(design).errors  # type: ignore[attr-defined]
    inside = tuple(autoencoder().layers[1:])
    repeated = NetworkDesign("n", (4, 8, 8), (layer("b", "block", repeat=2, layers=inside),))
    assert check(repeated).output_shape == (4, 8, 8)
    found = Network(repeated).activations(torch.randn(1, 4, 8, 8))
    places = functional.max_pool2d(found["b.0.u"], 2, return_indices=True)[1]
    assert torch.equal(found["b.1.u"], functional.max_unpool2d(found["b.1.m"], places, 2))


@pytest.mark.parametrize(
    ("design", "words"),
    [
        (autoencoder(of=""), "it does not know which max pooling it undoes"),
        (autoencoder(of="c"), "'c' is no max pooling before it"),
        (autoencoder(of="nothing"), "'nothing' is no max pooling before it"),
        (autoencoder(of="u"), "'u' is no max pooling before it"),
        (autoencoder(filters=5), "its input is 5 × 4 × 4, but the pooling that it undoes gives 4 × 4 × 4"),
    ],
)
def test_without_a_pooling_that_it_fits_it_says_so(design: NetworkDesign, words: str) -> None:
    (error,) = check(design).errors
    assert (error.layer, error.field) == ("u", "of") and words in str(error)


def test_a_pooling_that_does_not_fit_is_told_as_such() -> None:
    shapes: list[Shape] = [(4, 4, 4), (4, 8, 8)]
    with pytest.raises(DesignError, match="the pooling that it undoes does not fit: a kernel of 9") as caught:
        unpool(kernel=9).output_shape(shapes)
    assert caught.value.field == "of"
