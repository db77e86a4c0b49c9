"""A step without marks for profilers is the same step."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.optim import Optimizer

from engine.training.kinds import OPTIMISERS
from engine.training.steps import forget_gradients, take_step


def model() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))


@pytest.mark.parametrize("name", list(OPTIMISERS))
def test_it_moves_the_weights_as_torchs_own_step_does(name: str) -> None:
    ours, torchs = model(), model()
    kind, device = OPTIMISERS.get(name)(), torch.device("cpu")
    mine, theirs = kind.make(ours.parameters(), device), kind.make(torchs.parameters(), device)
    for _ in range(3):
        inputs = torch.randn(5, 3)
        forget_gradients(mine)
        theirs.zero_grad()
        ours(inputs).square().sum().backward()
        torchs(inputs).square().sum().backward()
        take_step(mine)
        theirs.step()
    assert all(torch.equal(one, other) for one, other in zip(ours.parameters(), torchs.parameters(), strict=True))
    assert not all(torch.equal(one, other) for one, other in zip(ours.parameters(), model().parameters(), strict=True))


def test_gradients_are_put_away_in_every_group() -> None:
    network = model()
    optimizer = torch.optim.SGD([{"params": [weight]} for weight in network.parameters()], lr=0.1)
    network(torch.randn(5, 3)).sum().backward()
    forget_gradients(optimizer)
    assert all(weight.grad is None for weight in network.parameters())


def test_torchs_wrapping_is_not_gone_through() -> None:
    """Its marks cost more than a small network's step; whether it is gone through, a hook tells."""
    weight = nn.Parameter(torch.ones(2))
    optimizer = torch.optim.SGD([weight], lr=0.5)
    hooked: list[Optimizer] = []
    optimizer.register_step_post_hook(lambda made, *_: hooked.append(made))
    weight.grad = torch.ones(2)
    take_step(optimizer)
    assert weight.tolist() == [0.5, 0.5] and hooked == []
    optimizer.step()
    assert len(hooked) == 1


def test_what_an_author_wrapped_round_a_step_stays() -> None:
    class Halving(Optimizer):
        """Needs its own no_grad to change weights in place."""

        @torch.no_grad()
        def step(self, closure: object = None) -> None:  # type: ignore[override]
            for group in self.param_groups:
                for weight in group["params"]:
                    weight.mul_(0.5)

    weight = nn.Parameter(torch.ones(1))
    optimizer = Halving([weight], {})
    take_step(optimizer)
    assert weight.item() == 0.5
