"""What every optimiser, schedule, loss, penalty, initialiser and task promises, as checks that take any kind of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from engine.build import Network
from engine.design.network import NetworkDesign, layer
from engine.design.values import construct, live_values, value_at, with_values
from engine.snapshot import Bars, Pairs, PictureRows, Wall
from engine.training.kinds import Initialiser, Loss, Optimiser, Penalty, Schedule
from engine.training.optimiser_state import set_options

CPU = torch.device("cpu")


def small_network(seed: int = 0) -> Network:
    design = NetworkDesign("small", (6,), (layer("h", "linear", units=5), layer("r", "relu"), layer("out", "linear", units=3)))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Network(design)


def optimiser_keeps_its_promises(kind: type[Optimiser]) -> None:
    """It goes down a bowl, its learning rate is the one that is set, and what may change reaches torch's groups."""
    weight = nn.Parameter(torch.tensor([2.0, -3.0]))
    made = construct(kind, {"learning_rate": 0.01}, kind.kind)
    optimizer = made.make([weight], CPU)
    assert all(group["lr"] == 0.01 for group in optimizer.param_groups), "the learning rate does not reach torch"
    before = weight.detach().clone()
    _down_the_bowl(weight, optimizer, steps=20)
    assert (weight.detach().abs() < before.abs()).all(), "it does not go down"

    values = live_values(made)
    assert "learning_rate" in values, "the learning rate cannot change while a run is alive"
    for path in values:
        other = with_values(made, {path: 0.5 * float(value_at(made, path)) + 0.001}, kind.kind)
        assert other.options() != made.options(), f"'{path}' may change while a run is alive, but no option follows it"
        set_options(optimizer, other)
        for name, value in other.options().items():
            assert all(group[name] == value for group in optimizer.param_groups)
    set_options(optimizer, with_values(made, {"learning_rate": 0.0}, kind.kind))
    still = weight.detach().clone()
    _down_the_bowl(weight, optimizer, steps=1)
    assert torch.equal(weight.detach(), still), "with a learning rate of 0 the weights move"


def _down_the_bowl(weight: nn.Parameter, optimizer: Optimizer, steps: int) -> None:
    for _ in range(steps):
        optimizer.zero_grad()
        weight.square().sum().backward()  # type: ignore[no-untyped-call]
        optimizer.step()


def schedule_keeps_its_promises(kind: type[Schedule]) -> None:
    shares = [kind().share(step / 200) for step in range(201)]
    assert all(isinstance(share, float) and 0 <= share <= 1 for share in shares), "a share is 0..1"
    assert shares[0] == 1, "a run begins with the whole learning rate"
    assert shares == [kind().share(step / 200) for step in range(201)], "the same place, another share"
    assert 0 <= kind().share(1.5) <= 1, "beyond the end (a run that was given more epochs)"


def loss_keeps_its_promises(kind: type[Loss]) -> None:
    loss = kind()
    outputs, targets = _outputs_and_targets(kind, 8)
    value = loss.of(outputs, targets)
    assert value.shape == () and torch.isfinite(value), "a loss is one finite number"
    value.backward()  # type: ignore[no-untyped-call]
    assert outputs.grad is not None and torch.isfinite(outputs.grad).all() and outputs.grad.abs().sum() > 0, "no gradient"
    twice = loss.of(torch.cat([outputs, outputs]), torch.cat([targets, targets]))
    assert torch.allclose(twice, value), "it is not the mean over the batch"
    parts = [loss.of(outputs[i : i + 1], targets[i : i + 1]) for i in range(len(outputs))]
    assert torch.allclose(torch.stack(parts).mean(), value, rtol=1e-4), "it is not the mean of its examples"
    better = outputs.detach() - 0.1 * outputs.grad / outputs.grad.norm()
    assert loss.of(better, targets) < value, "against the gradient it gets no smaller"


def _outputs_and_targets(kind: type[Loss], count: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(3)
    outputs = torch.randn(count, 4, generator=generator).requires_grad_()
    if kind.compares == "classes":
        return outputs, torch.arange(count) % 4
    return outputs, torch.rand(count, 4, generator=generator)


def penalty_keeps_its_promises(kind: type[Penalty]) -> None:
    network, inputs = small_network(), torch.randn(7, 6, generator=torch.Generator().manual_seed(1))
    where = {"layer": "h"} if "layer" in kind.model_fields else {}
    strong, none = (construct(kind, {**where, "strength": strength}, kind.kind) for strength in (0.5, 0.0))
    value = strong.of(network, network(inputs, strong.keeps(network)), inputs)
    assert value.shape == () and value > 0, "a penalty is one positive number"
    value.backward()  # type: ignore[no-untyped-call]
    gradients = [weight.grad for weight in network.parameters() if weight.grad is not None]
    assert gradients and sum(float(gradient.abs().sum()) for gradient in gradients) > 0, "no gradient"
    assert none.of(network, network(inputs, none.keeps(network)), inputs) == 0, "with strength 0 it costs something"
    double = construct(kind, {**where, "strength": 1.0}, kind.kind)
    assert torch.allclose(double.of(network, network(inputs, double.keeps(network)), inputs), 2 * value), "not in proportion"


def initialiser_keeps_its_promises(kind: type[Initialiser]) -> None:
    states = []
    for seed in (1, 1, 2):
        network = small_network()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            kind().apply(network)
        states.append(torch.cat([weight.detach().flatten() for weight in network.parameters()]))
    assert torch.equal(states[0], states[1]), "the same seed, other weights"
    assert torch.isfinite(states[0]).all()
    untouched = torch.equal(states[0], torch.cat([weight.detach().flatten() for weight in small_network().parameters()]))
    assert untouched or not torch.equal(states[0], states[2]), "the weights do not follow from the seed"
    assert states[0].std() > 0, "all weights are equal"


def drawable(answer: object) -> None:
    """What a view knows how to draw."""
    assert isinstance(answer, Bars | Wall | PictureRows | Pairs), f"{type(answer).__name__} cannot be drawn"


def caught(promise: Callable[..., None], wrong: Sequence[type]) -> list[str]:
    """The names of those ``wrong`` kinds that ``promise`` lets pass."""
    passed = []
    for kind in wrong:
        try:
            promise(kind)
        except (AssertionError, RuntimeError):
            continue
        passed.append(kind.__name__)
    return passed
