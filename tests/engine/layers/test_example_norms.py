"""Normalisation within one example: what is brought to mean 0 and deviation 1, and what is learned."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from engine.build import Network
from engine.design.kinds import LayerKind
from engine.design.network import NetworkDesign, layer
from engine.errors import DesignError
from engine.training.kinds import INITIALISERS


def made(kind: str, **values: Any) -> LayerKind:
    return layer("it", kind, **values).parameters


def computed(kind: LayerKind, inputs: Tensor) -> Tensor:
    with torch.no_grad():
        return kind.build([tuple(inputs.shape[1:])])(inputs)


def normalised(values: Tensor, eps: float = 1e-5) -> Tensor:
    return (values - values.mean()) / (values.var(unbiased=False) + eps).sqrt()


@pytest.mark.parametrize("shape", [(6,), (6, 5), (6, 5, 4), (6, 3, 4, 5)])
def test_each_takes_mean_and_variance_of_its_own_numbers(shape: tuple[int, ...]) -> None:
    inputs = torch.randn(2, *shape) * 3 + 2
    whole = torch.stack([normalised(each) for each in inputs])
    torch.testing.assert_close(computed(made("layer_norm"), inputs), whole)
    torch.testing.assert_close(computed(made("group_norm", groups=1), inputs), whole)
    by_group = torch.stack([torch.cat([normalised(group) for group in each.split(2)]) for each in inputs])
    torch.testing.assert_close(computed(made("group_norm", groups=3), inputs), by_group)
    if len(shape) > 1:
        by_channel = torch.stack([torch.stack([normalised(channel, 0.1) for channel in each]) for each in inputs])
        torch.testing.assert_close(computed(made("instance_norm", eps=0.1), inputs), by_channel)


def test_layer_norm_over_maps_is_torchs() -> None:
    module, inputs = made("layer_norm").build([(3, 4, 5)]), torch.randn(2, 3, 4, 5)
    weight, bias = torch.randn(3, 4, 5), torch.randn(3, 4, 5)
    module.load_state_dict({"weight": weight.flatten(), "bias": bias.flatten()})
    torch.testing.assert_close(module(inputs), torch.nn.functional.layer_norm(inputs, (3, 4, 5), weight, bias))


def test_what_they_learn() -> None:
    shape = (8, 5, 6)
    assert made("layer_norm").costs([shape]).params == 2 * 8 * 5 * 6
    assert made("group_norm").costs([shape]).params == made("instance_norm").costs([shape]).params == 16
    for kind in ("layer_norm", "group_norm", "instance_norm"):
        assert made(kind, affine=False).costs([shape]).params == made(kind).costs([shape]).macs == 0
        assert not list(made(kind, affine=False).build([shape]).parameters())


def test_an_example_is_the_same_whatever_stands_beside_it() -> None:
    inputs = torch.randn(5, 4, 6, 6)
    for kind in ("layer_norm", "group_norm", "instance_norm"):
        module = made(kind).build([(4, 6, 6)]).train()
        torch.testing.assert_close(module(inputs)[2:3], module(inputs[2:3]))
        torch.testing.assert_close(module.eval()(inputs), module.train()(inputs))


def test_initialisers_leave_scales_and_shifts_as_they_are() -> None:
    norms = (layer("l", "layer_norm"), layer("g", "group_norm"), layer("i", "instance_norm"))
    network = Network(NetworkDesign("n", (4, 6, 6), norms))
    INITIALISERS.get("he")().apply(network)
    assert all(torch.equal(values, torch.full_like(values, "weight" in name)) for name, values in network.named_parameters())


@pytest.mark.parametrize(
    ("kind", "shape", "words"),
    [
        (made("group_norm", groups=3), (8, 4, 4), "3 groups do not divide 8 channels. Use one of 1, 2, 4, 8."),
        (made("group_norm", groups=8), (8,), "each number would be normalised on its own"),
        (made("instance_norm"), (8, 1, 1), "each number would be normalised on its own"),
        (made("instance_norm"), (8,), "use layer_norm for vectors"),
        (made("layer_norm"), (1,), "each number would be normalised on its own"),
    ],
)
def test_misfits_say_what_would_fit(kind: LayerKind, shape: tuple[int, ...], words: str) -> None:
    with pytest.raises(DesignError) as caught:
        kind.output_shape([shape])
    assert words in f"{caught.value.problem}. {caught.value.suggestion}"
