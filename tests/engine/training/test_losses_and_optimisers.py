"""Losses against values worked out by hand, optimisers against their formulas."""

from __future__ import annotations

from math import exp, log, sqrt

import pytest
import torch
from torch import Tensor, nn

from engine.task import TASKS
from engine.training.kinds import LOSSES
from engine.training.optimiser_state import optimizer_tensors, restore_optimizer, set_options
from tests.helpers.tiny_data import tiny_config

LOGITS = torch.tensor([[2.0, 0.0], [0.0, 1.0]])
LABELS = torch.tensor([0, 0])


def classified(name: str, link: str = "", **values: float) -> float:
    """The loss of LOGITS as the task of classifying hands them over."""
    return TASKS.get("classify")().loss(LOSSES.get(name)(**values), LOGITS, LABELS, link).item()


def test_cross_entropy_by_hand() -> None:
    expected = (log(1 + exp(-2)) + log(1 + exp(1))) / 2
    assert classified("cross_entropy") == classified("cross_entropy", "log_softmax") == pytest.approx(expected)


def test_smoothed_labels_by_hand() -> None:
    """With share 0.2 the target is (0.9, 0.1): −0.9·log p₀ − 0.1·log p₁."""
    first = 0.9 * log(1 + exp(-2)) + 0.1 * log(1 + exp(2))
    second = 0.9 * log(1 + exp(1)) + 0.1 * log(1 + exp(-1))
    assert classified("cross_entropy", label_smoothing=0.2) == pytest.approx((first + second) / 2)


def test_mse_by_hand() -> None:
    # (2-1)², (0-0)², (0-1)², (1-0)² over 4 numbers
    assert classified("mse") == pytest.approx(3 / 4)


def test_mae_by_hand() -> None:
    assert classified("mae") == pytest.approx(3 / 4)
    assert LOSSES.get("mae")().of(torch.tensor([[3.0]]), torch.tensor([[1.0]])).item() == 2.0


@pytest.mark.parametrize("link", ["softmax", "log_softmax"])
def test_mse_takes_probabilities_where_the_design_ends_in_softmax(link: str) -> None:
    p = 1 / (1 + exp(-2))
    q = 1 / (1 + exp(1))
    assert classified("mse", link) == pytest.approx(((1 - p) ** 2 * 2 + (1 - q) ** 2 * 2) / 4)


def test_binary_cross_entropy_by_hand_and_without_overflow() -> None:
    loss = LOSSES.get("binary_cross_entropy")()
    expected = (log(1 + exp(-2)) + log(1 + exp(-1)) + log(2) + log(1 + exp(1))) / 4
    assert loss.of(torch.tensor([[2.0, -1.0], [0.0, 1.0]]), torch.tensor([[1.0, 0.0], [1.0, 0.0]])).item() == pytest.approx(
        expected
    )
    assert loss.of(torch.tensor([[1e4]]), torch.tensor([[0.0]])).item() == pytest.approx(1e4)


def one_weight(**config: object) -> tuple[nn.Parameter, torch.optim.Optimizer]:
    weight = nn.Parameter(torch.tensor([2.0]))
    return weight, tiny_config(**config).optimizer.make([weight], torch.device("cpu"))


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


def adam_by_hand(weight: float, gradients: list[float], rate: float, decay: float, decoupled: bool) -> float:
    """Kingma & Ba 2015, algorithm 1, with beta1 0.8 and beta2 0.9."""
    m = v = 0.0
    for step, gradient in enumerate(gradients, 1):
        gradient += 0 if decoupled else decay * weight
        weight -= rate * decay * weight if decoupled else 0
        m, v = 0.8 * m + 0.2 * gradient, 0.9 * v + 0.1 * gradient**2
        weight -= rate * (m / (1 - 0.8**step)) / (sqrt(v / (1 - 0.9**step)) + 1e-8)
    return weight


@pytest.mark.parametrize("kind", ["adam", "adamw"])
def test_adam_and_adamw_by_hand(kind: str) -> None:
    weight, optimizer = one_weight(optimizer=kind, learning_rate=0.1, beta1=0.8, beta2=0.9, weight_decay=0.3)
    gradients = [1.0, -2.0, 0.5]
    for gradient in gradients:
        moved = descend(weight, optimizer, gradient)
    assert moved == pytest.approx(adam_by_hand(2.0, gradients, 0.1, 0.3, kind == "adamw"), rel=1e-5)


def test_live_values_hold_from_the_next_step() -> None:
    weight, optimizer = one_weight(learning_rate=0.1, momentum=0.0)
    descend(weight, optimizer, 1.0)
    set_options(optimizer, tiny_config(learning_rate=0.5, momentum=0.0, weight_decay=1.0).optimizer)
    assert descend(weight, optimizer, 1.0) == pytest.approx(1.9 - 0.5 * (1 + 1.9))


@pytest.mark.parametrize("kind", ["sgd", "adam", "adamw"])
def test_an_optimisers_memory_goes_through_names(kind: str) -> None:
    layers = nn.ModuleDict({"a": nn.Linear(3, 2), "b": nn.Linear(2, 1)})
    made = tiny_config(optimizer=kind).optimizer

    def one() -> tuple[torch.optim.Optimizer, dict[str, Tensor]]:
        optimizer = made.make(layers.parameters(), torch.device("cpu"))
        return optimizer, optimizer_tensors(optimizer, layers.named_parameters())

    optimizer, nothing = one()
    assert nothing == {}
    layers["b"](layers["a"](torch.ones(1, 3))).sum().backward()
    optimizer.step()
    saved = optimizer_tensors(optimizer, layers.named_parameters())
    assert ("a.weight/momentum_buffer" if kind == "sgd" else "a.weight/exp_avg") in saved

    fresh, _ = one()
    restore_optimizer(fresh, layers.named_parameters(), saved)
    again = optimizer_tensors(fresh, layers.named_parameters())
    assert again.keys() == saved.keys()
    assert all(torch.equal(again[name], saved[name]) for name in saved)
