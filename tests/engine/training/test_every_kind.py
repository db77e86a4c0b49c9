"""Every kind that a training run is made of keeps its promises, and a wrong one would be caught."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.build import Network, Outputs
from engine.design.parameters import form_fields, parameter
from engine.training.kinds import INITIALISERS, LOSSES, OPTIMISERS, PENALTIES, SCHEDULES, Loss, Penalty, Schedule
from engine.training.optimisers.sgd import Sgd
from tests.helpers.kind_promises import (
    caught,
    initialiser_keeps_its_promises,
    loss_keeps_its_promises,
    optimiser_keeps_its_promises,
    penalty_keeps_its_promises,
    schedule_keeps_its_promises,
    small_network,
)

EVERY = [(registry, kind) for registry in (OPTIMISERS, SCHEDULES, LOSSES, PENALTIES, INITIALISERS) for kind in registry]


@pytest.mark.parametrize(("registry", "name"), EVERY, ids=lambda each: each if isinstance(each, str) else "")
def test_it_says_what_it_is(registry: Any, name: str) -> None:
    kind = registry.get(name)
    assert kind.kind == name and kind.title and kind.help.endswith(".") and len(kind.help) > 20
    assert kind() == kind() and kind().summary() == ""
    for field in form_fields(kind):
        assert field.help.endswith("."), f"{name}.{field.name}"


@pytest.mark.parametrize("name", list(OPTIMISERS))
def test_every_optimiser(name: str) -> None:
    optimiser_keeps_its_promises(OPTIMISERS.get(name))


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_every_schedule(name: str) -> None:
    schedule_keeps_its_promises(SCHEDULES.get(name))


@pytest.mark.parametrize("name", list(LOSSES))
def test_every_loss(name: str) -> None:
    loss_keeps_its_promises(LOSSES.get(name))


@pytest.mark.parametrize("name", list(PENALTIES))
def test_every_penalty(name: str) -> None:
    penalty_keeps_its_promises(PENALTIES.get(name))


@pytest.mark.parametrize("name", list(INITIALISERS))
def test_every_initialiser(name: str) -> None:
    initialiser_keeps_its_promises(INITIALISERS.get(name))


# -- wrong ones --


class Uphill(Sgd):
    def make(self, parameters: Any, device: torch.device) -> torch.optim.Optimizer:
        return torch.optim.SGD(parameters, **self.options(), maximize=True)


class DeafToItsRate(Sgd):
    def options(self) -> dict[str, Any]:
        return {"lr": 0.05, "momentum": self.momentum, "weight_decay": self.weight_decay}


class DeafToItsMomentum(Sgd):
    def options(self) -> dict[str, Any]:
        return {"lr": self.learning_rate, "momentum": 0.9, "weight_decay": self.weight_decay}


class Growing(Schedule):
    def share(self, progress: float) -> float:
        return 1 + progress


class Late(Schedule):
    def share(self, progress: float) -> float:
        return min(1.0, 10 * progress)


class Summed(Loss):
    def of(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return (outputs - targets).square().sum()


class Detached(Loss):
    def of(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return (outputs - targets).square().mean().detach().requires_grad_()


class PerExample(Loss):
    def of(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return (outputs - targets).square().mean(1)


class Constant(Penalty):
    strength: float = parameter(1.0, "λ.", low=0.0, high=10.0)

    def of(self, network: Network, outputs: Outputs, inputs: Any) -> Tensor:
        return next(network.parameters()).sum() * 0 + 1.0


class Equal:
    """Every weight alike."""

    def apply(self, network: Network) -> None:
        for weight in network.parameters():
            torch.nn.init.constant_(weight, 0.1)


class Clocked:
    """Draws from a generator that nobody has seeded."""

    def apply(self, network: Network) -> None:
        fresh = torch.Generator()
        fresh.seed()
        for weight in network.parameters():
            weight.data.normal_(generator=fresh)


def test_wrong_kinds_are_caught() -> None:
    assert caught(optimiser_keeps_its_promises, (Uphill, DeafToItsRate, DeafToItsMomentum)) == []
    assert caught(schedule_keeps_its_promises, (Growing, Late)) == []
    assert caught(loss_keeps_its_promises, (Summed, Detached, PerExample)) == []
    assert caught(penalty_keeps_its_promises, (Constant,)) == []
    assert caught(initialiser_keeps_its_promises, (Equal, Clocked)) == []


# -- statistics of initial weights --


@pytest.mark.parametrize(
    ("name", "deviation"),
    [("he", sqrt(2 / 400)), ("xavier", sqrt(2 / (400 + 300))), ("gaussian", 0.01), ("torch", 1 / sqrt(1200))],
)
def test_initial_weights_have_the_published_deviation(name: str, deviation: float) -> None:
    from engine.design.network import NetworkDesign, layer

    torch.manual_seed(0)
    network = Network(NetworkDesign("x", (400,), (layer("out", "linear", units=300), layer("n", "batch_norm"))))
    INITIALISERS.get(name)().apply(network)
    weight = network.layers["out"].weight.detach()
    assert weight.std().item() == pytest.approx(deviation, rel=0.02)
    assert abs(weight.mean().item()) < 0.02 * deviation
    assert network.layers["n"].weight.detach().tolist() == [1.0] * 300  # scales of normalisations are left alone
    if name != "torch":
        assert not network.layers["out"].bias.detach().any()


def test_penalties_by_hand() -> None:
    network = small_network()
    weights = [network.layers["h"].weight, network.layers["out"].weight]
    biases = [network.layers["h"].bias, network.layers["out"].bias]
    inputs = torch.randn(5, 6)
    outputs = network(inputs, {"h"})

    def value(name: str, **values: Any) -> float:
        return PENALTIES.get(name)(**values).of(network, outputs, inputs).item()

    assert value("l1", strength=0.5) == pytest.approx(0.5 * sum(w.abs().sum().item() for w in weights), rel=1e-5)
    assert value("l2", strength=0.5) == pytest.approx(0.25 * sum(w.square().sum().item() for w in weights), rel=1e-5)
    everything = 0.25 * sum(w.square().sum().item() for w in [*weights, *biases])
    assert value("l2", strength=0.5, biases=True) == pytest.approx(everything, rel=1e-5)
    assert value("activity_l1", strength=0.5, layer="h") == pytest.approx(
        0.5 * outputs.kept["h"].abs().sum(1).mean().item(), rel=1e-5
    )
