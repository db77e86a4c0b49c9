"""A step without marks for profilers is the same step."""

from __future__ import annotations

import functools
import subprocess
import sys

import pytest
import torch
from torch import nn
from torch.optim import Optimizer

from engine.training.kinds import OPTIMISERS
from engine.training.steps import forget_gradients, take_step
from tests.conftest import ROOT

TRAIN = """
import sys
import torch
from engine.build import restore
from engine.training.kinds import OPTIMISERS
from engine.training.optimiser_state import optimizer_tensors, restore_optimizer
from engine.training.steps import forget_gradients, take_step
from engine.training.trainer import seeded_network, weights_on_cpu
from engine.training.config import TrainingConfig
from engine.zoo import network

design = network("lenet5")
for name in OPTIMISERS:
    made = seeded_network(design, 0, TrainingConfig().init)
    optimizer = OPTIMISERS.get(name)().make(made.parameters(), torch.device("cpu"))
    forget_gradients(optimizer)
    made(torch.rand(2, *design.input_shape)).main.square().sum().backward()
    take_step(optimizer)
    named = list(made.layers.named_parameters())
    restore_optimizer(optimizer, named, optimizer_tensors(optimizer, named))
    restore(design, weights_on_cpu(made))
print(*sorted({"torch._dynamo", "torch._inductor", "sympy"} & set(sys.modules)))
"""


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


def test_torchs_marks_are_not_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """They cost more than a small network's step."""
    marks: list[str] = []

    class Marks:
        def __init__(self, name: str) -> None:
            marks.append(name)

        def __enter__(self) -> None: ...
        def __exit__(self, *error: object) -> None: ...

    monkeypatch.setattr(torch.autograd.profiler, "record_function", Marks)
    weight = nn.Parameter(torch.ones(2))
    optimizer = torch.optim.SGD([weight], lr=0.5)
    weight.grad = torch.ones(2)
    take_step(optimizer)
    forget_gradients(optimizer)
    assert weight.tolist() == [0.5, 0.5] and marks == []
    weight.grad = torch.ones(2)
    optimizer.step()
    assert weight.tolist() == [0.0, 0.0] and marks == ["Optimizer.step#SGD.step"]


def test_what_is_hooked_to_a_step_is_called() -> None:
    weight = nn.Parameter(torch.ones(2))
    optimizer = torch.optim.SGD([weight], lr=0.5)
    hooked: list[Optimizer] = []
    optimizer.register_step_post_hook(lambda made, *_: hooked.append(made))
    weight.grad = torch.ones(2)
    take_step(optimizer)
    assert weight.tolist() == [0.5, 0.5] and len(hooked) == 1


def test_a_step_that_calls_torchs_is_called_itself() -> None:
    class Counting(torch.optim.SGD):
        """With the looks of torch's own step, as ``functools.wraps`` gives them."""

        calls = 0

        @functools.wraps(torch.optim.SGD.step)
        def step(self, closure: object = None) -> None:  # type: ignore[override]
            self.calls += 1
            super().step()

    weight = nn.Parameter(torch.ones(2))
    torch.optim.SGD([weight], lr=0.5)  # from now on torch's step is wrapped
    optimizer = Counting([weight], lr=0.5)
    weight.grad = torch.ones(2)
    take_step(optimizer)
    assert optimizer.calls == 1 and weight.tolist() == [0.5, 0.5]


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


def test_torchs_compiler_is_not_imported_for_it() -> None:
    """It takes seconds, for which the first run would wait, and more memory than the window."""
    done = subprocess.run([sys.executable, "-c", TRAIN], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
