"""Losses against values worked out by hand, optimisers against their formulas."""

from __future__ import annotations

from math import exp, log

import pytest
import torch
from torch import nn

from engine.design.network import NetworkDesign, layer
from engine.training.losses import cross_entropy, make_loss, mse, softmax_mse
from engine.training.optimisers import last_update_norms, make_optimizer, optimizer_tensors, restore_optimizer, set_live
from tests.helpers.tiny_data import tiny_config

LOGITS = torch.tensor([[2.0, 0.0], [0.0, 1.0]])
LABELS = torch.tensor([0, 0])


def test_cross_entropy_by_hand() -> None:
    expected = (log(1 + exp(-2)) + log(1 + exp(1))) / 2
    assert cross_entropy(LOGITS, LABELS).item() == pytest.approx(expected)


def test_mse_by_hand() -> None:
    # (2-1)², (0-0)², (0-1)², (1-0)² over 4 numbers
    assert mse(LOGITS, LABELS).item() == pytest.approx(3 / 4)


def test_softmax_mse_by_hand() -> None:
    p = 1 / (1 + exp(-2))
    q = 1 / (1 + exp(1))
    assert softmax_mse(LOGITS, LABELS).item() == pytest.approx(((1 - p) ** 2 * 2 + (1 - q) ** 2 * 2) / 4)


def test_mse_takes_probabilities_only_where_the_design_ends_in_softmax() -> None:
    linear = NetworkDesign("x", (2,), (layer("out", "linear", units=2),))
    softmax = NetworkDesign("x", (2,), (layer("out", "linear", units=2), layer("s", "softmax")))
    assert make_loss("mse", linear) is mse
    assert make_loss("mse", softmax) is softmax_mse
    assert make_loss("cross_entropy", softmax) is cross_entropy


def one_weight(**config: object) -> tuple[nn.Parameter, torch.optim.Optimizer]:
    weight = nn.Parameter(torch.tensor([2.0]))
    return weight, make_optimizer(tiny_config(**config), [weight], torch.device("cpu"))


def descend(weight: nn.Parameter, optimizer: torch.optim.Optimizer, gradient: float) -> float:
    weight.grad = torch.tensor([gradient])
    optimizer.step()
    return weight.item()


def test_sgd_with_momentum_and_decay_by_hand() -> None:
    weight, optimizer = one_weight(learning_rate=0.1, momentum=0.5, weight_decay=0.1)
    # v = 1 + 0.1·2 = 1.2, w = 2 - 0.12; then v = 0.6 + 1 + 0.188 = 1.788, w = 1.88 - 0.1788
    assert descend(weight, optimizer, 1.0) == pytest.approx(1.88)
    assert descend(weight, optimizer, 1.0) == pytest.approx(1.7012)


def test_adams_first_step_is_the_learning_rate() -> None:
    weight, optimizer = one_weight(optimizer="adam", learning_rate=0.1)
    assert descend(weight, optimizer, 123.0) == pytest.approx(1.9, abs=1e-5)


def test_live_values_hold_from_the_next_step() -> None:
    weight, optimizer = one_weight(learning_rate=0.1, momentum=0.0)
    descend(weight, optimizer, 1.0)
    set_live(optimizer, {"learning_rate": 0.5, "weight_decay": 1.0})
    assert descend(weight, optimizer, 1.0) == pytest.approx(1.9 - 0.5 * (1 + 1.9))


@pytest.mark.parametrize(
    "config",
    [
        {"momentum": 0.9, "weight_decay": 0.01},
        {"momentum": 0.0, "weight_decay": 0.01},
        {"momentum": 0.0},
        {"optimizer": "adam", "weight_decay": 0.01},
    ],
)
def test_the_last_update_is_what_the_weights_really_moved(config: dict[str, object]) -> None:
    generator = torch.Generator().manual_seed(0)
    weight = nn.Parameter(torch.randn(4, 3, generator=generator))
    optimizer = make_optimizer(tiny_config(learning_rate=0.05, **config), [weight], torch.device("cpu"))
    for _ in range(3):
        before = weight.detach().clone()
        weight.grad = torch.randn(4, 3, generator=generator)
        optimizer.step()
    (norm,) = last_update_norms(optimizer, [weight])
    assert norm.item() == pytest.approx((weight.detach() - before).norm().item(), rel=1e-4)


@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_an_optimisers_memory_goes_through_names(kind: str) -> None:
    layers = nn.ModuleDict({"a": nn.Linear(3, 2), "b": nn.Linear(2, 1)})
    config = tiny_config(optimizer=kind)
    optimizer = make_optimizer(config, layers.parameters(), torch.device("cpu"))
    layers["b"](layers["a"](torch.ones(1, 3))).sum().backward()
    optimizer.step()
    saved = optimizer_tensors(optimizer, layers.named_parameters())
    assert ("a.weight/momentum_buffer" if kind == "sgd" else "a.weight/exp_avg") in saved

    fresh = make_optimizer(config, layers.parameters(), torch.device("cpu"))
    restore_optimizer(fresh, layers.named_parameters(), saved)
    again = optimizer_tensors(fresh, layers.named_parameters())
    assert again.keys() == saved.keys()
    assert all(torch.equal(again[name], saved[name]) for name in saved)
