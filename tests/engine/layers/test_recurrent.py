"""Recurrent layers against loops over their steps, and within networks."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.build import Network, restore
from engine.design.check import check
from engine.design.network import NetworkDesign, layer
from engine.errors import DesignError
from engine.training.kinds import INITIALISERS


def built(kind: str, shape: tuple[int, ...], **values: Any) -> nn.Module:
    torch.manual_seed(0)
    return layer("it", kind, **values).parameters.build([shape]).eval().requires_grad_(False)


def maps_of(module: nn.Module, input: Tensor, state: Tensor, suffix: str) -> tuple[list[Tensor], list[Tensor]]:
    """What each map makes of the input and of the state, (N, units) each, without adding them."""
    weights = dict(module.named_parameters())
    read = input @ weights[f"weight_ih_l0{suffix}"].T + weights[f"bias_ih_l0{suffix}"]
    kept = state @ weights[f"weight_hh_l0{suffix}"].T + weights[f"bias_hh_l0{suffix}"]
    units = state.shape[1]
    return list(read.split(units, 1)), list(kept.split(units, 1))


def lstm_by_hand(module: nn.Module, input: Tensor, units: int, suffix: str = "") -> Tensor:
    state = cell = torch.zeros(len(input), units)
    states = []
    for step in input.unbind(2):
        i, f, g, o = (a + b for a, b in zip(*maps_of(module, step, state, suffix), strict=True))
        cell = f.sigmoid() * cell + i.sigmoid() * g.tanh()
        state = o.sigmoid() * cell.tanh()
        states.append(state)
    return torch.stack(states, 2)


def gru_by_hand(module: nn.Module, input: Tensor, units: int, suffix: str = "") -> Tensor:
    state = torch.zeros(len(input), units)
    states = []
    for step in input.unbind(2):
        (r, z, n), (r_kept, z_kept, n_kept) = maps_of(module, step, state, suffix)
        forget, keep = (r + r_kept).sigmoid(), (z + z_kept).sigmoid()
        state = (1 - keep) * (n + forget * n_kept).tanh() + keep * state
        states.append(state)
    return torch.stack(states, 2)


BY_HAND = pytest.mark.parametrize(("kind", "by_hand"), [("lstm", lstm_by_hand), ("gru", gru_by_hand)])


@BY_HAND
def test_every_step_is_that_of_the_formula(kind: str, by_hand: Any) -> None:
    inputs = torch.randn(3, 4, 6)
    module = built(kind, (4, 6), units=5)
    torch.testing.assert_close(module(inputs), by_hand(module, inputs, 5))


@BY_HAND
def test_backwards_it_reads_the_sequence_from_its_end(kind: str, by_hand: Any) -> None:
    inputs = torch.randn(3, 4, 6)
    module = built(kind, (4, 6), units=5, bidirectional=True)
    backwards = by_hand(module, inputs.flip(2), 5, "_reverse").flip(2)
    torch.testing.assert_close(module(inputs), torch.cat([by_hand(module, inputs, 5), backwards], 1))


@pytest.mark.parametrize(("kind", "maps"), [("lstm", 4), ("gru", 3)])
def test_what_it_costs(kind: str, maps: int) -> None:
    """Each map: weights for 100 inputs and 128 units, and two biases; its products at every one of 20 steps."""
    costs = layer("it", kind, units=128).parameters.costs([(100, 20)])
    theirs = getattr(nn, kind.upper())(100, 128)
    assert costs.params == maps * 128 * (100 + 128 + 2) == sum(weight.numel() for weight in theirs.parameters())
    assert costs.macs == maps * 128 * (100 + 128) * 20
    both = layer("it", kind, units=128, bidirectional=True).parameters.costs([(100, 20)])
    assert (both.params, both.macs, both.activations) == (2 * costs.params, 2 * costs.macs, 2 * 128 * 20)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_gradients_come_in_eval_mode_and_twice_and_in_doubles(kind: str) -> None:
    module = built(kind, (2, 4), units=3, bidirectional=True).double()
    assert torch.autograd.gradgradcheck(module, torch.randn(1, 2, 4, dtype=torch.double, requires_grad=True))


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_a_copy_that_does_not_learn_computes_the_very_same(kind: str) -> None:
    network = Network(NetworkDesign("n", (3, 9), (layer("r", kind, units=4, bidirectional=True),))).eval()
    copied, inputs = restore(network.design, network.layers.state_dict()), torch.randn(5, 3, 9)
    assert torch.equal(copied(inputs).main, network(inputs).main)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_the_last_step_is_had_by_a_crop(kind: str) -> None:
    layers = (
        layer("e", "embedding", vocabulary=50, width=8),
        layer("r", kind, units=6),
        layer("last", "crop", before=11, after=0),
        layer("flat", "flatten"),
        layer("out", "linear", units=2),
    )
    network = Network(NetworkDesign("n", (12,), layers)).eval()
    found = network.activations(torch.randint(50, (3, 12)))
    assert torch.equal(found["flat"], found["r"][:, :, -1])


@pytest.mark.parametrize(("shape", "cure"), [((24,), "an embedding"), ((3, 8, 8), "a reshape layer")])
def test_what_is_no_sequence_is_refused_with_what_makes_one(shape: tuple[int, ...], cure: str) -> None:
    with pytest.raises(DesignError, match="lstm needs a sequence") as caught:
        layer("it", "lstm").parameters.output_shape([shape])
    assert cure in caught.value.suggestion
    assert not check(NetworkDesign("n", shape, (layer("s", "reshape", shape=(-1, 8)), layer("r", "lstm")))).errors


@pytest.mark.parametrize("name", ["he", "xavier"])
def test_initialisers_draw_its_weights_and_set_its_biases_to_zero(name: str) -> None:
    network = Network(NetworkDesign("n", (3, 5), (layer("r", "gru", units=4, bidirectional=True),)))
    INITIALISERS.get(name)().apply(network)
    for weight, values in network.named_parameters():
        assert bool(values.any()) == ("weight" in weight), weight
