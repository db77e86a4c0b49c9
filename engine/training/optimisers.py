"""SGD with momentum and Adam: making them, editing them while they run, and taking their state apart into named tensors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, Optimizer

from engine.training.config import TrainingConfig

FUSED_DEVICES = ("cpu", "cuda")


def make_optimizer(config: TrainingConfig, parameters: Iterable[nn.Parameter], device: torch.device) -> Optimizer:
    """The configured optimiser. Fused (one kernel instead of several per parameter) where torch can: same formula, less time.

    sgd: v ← μv + (g + λw), w ← w - lr·v. adam: Kingma & Ba 2015, with λw added to the gradient.
    """
    fused = device.type in FUSED_DEVICES
    if config.optimizer == "adam":
        return Adam(parameters, lr=config.learning_rate, weight_decay=config.weight_decay, fused=fused)
    return SGD(parameters, lr=config.learning_rate, momentum=config.momentum, weight_decay=config.weight_decay, fused=fused)


def set_live(optimizer: Optimizer, values: Mapping[str, float]) -> None:
    """Train on with another learning_rate, momentum (sgd only) or weight_decay."""
    names = {"learning_rate": "lr", "momentum": "momentum", "weight_decay": "weight_decay"}
    for group in optimizer.param_groups:
        for key, value in values.items():
            if names[key] in group:
                group[names[key]] = value


def set_learning_rate(optimizer: Optimizer, rate: float) -> None:
    """Do the next step with ``rate``; called before every step."""
    for group in optimizer.param_groups:
        group["lr"] = rate


def optimizer_tensors(optimizer: Optimizer, named: Iterable[tuple[str, nn.Parameter]]) -> dict[str, Tensor]:
    """Its memory as CPU copies: "c1.weight/momentum_buffer", "c1.weight/exp_avg", "c1.weight/step"."""
    return {
        f"{name}/{key}": value.detach().to("cpu", copy=True)
        for name, parameter in named
        for key, value in optimizer.state.get(parameter, {}).items()
        if isinstance(value, Tensor)
    }


def restore_optimizer(optimizer: Optimizer, named: Iterable[tuple[str, nn.Parameter]], tensors: Mapping[str, Tensor]) -> None:
    """Put ``optimizer_tensors`` back; torch moves each to where its parameter lives."""
    state: dict[int, dict[str, Tensor]] = {}
    for index, (name, _) in enumerate(named):
        found = {key.rpartition("/")[2]: value.clone() for key, value in tensors.items() if key.rpartition("/")[0] == name}
        if found:
            state[index] = found
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def last_update_norms(optimizer: Optimizer, parameters: Sequence[nn.Parameter]) -> list[Tensor]:
    """‖Δw‖ of the step just done, one scalar per parameter, from what the optimiser remembers: no copy of the weights is made.

    Every parameter must have a gradient.
    """
    group = optimizer.param_groups[0]
    if isinstance(optimizer, Adam):
        return list(torch._foreach_norm([_adam_update(optimizer, parameter) for parameter in parameters]))
    velocities = [optimizer.state.get(parameter, {}).get("momentum_buffer") for parameter in parameters]
    if group["momentum"] == 0 or any(velocity is None for velocity in velocities):
        velocities = [_gradient_with_decay(parameter, group["lr"], group["weight_decay"]) for parameter in parameters]
    norms = torch._foreach_norm(velocities)
    return list(torch._foreach_mul(norms, group["lr"]))


def _gradient_with_decay(parameter: nn.Parameter, rate: float, decay: float) -> Tensor:
    """g + λ·(the weight before the step), which was w_old = (w + lr·g)/(1 - lr·λ)."""
    gradient = parameter.grad
    assert gradient is not None
    if decay == 0 or rate * decay == 1:
        return gradient
    return gradient + decay * (parameter.detach() + rate * gradient) / (1 - rate * decay)


def _adam_update(optimizer: Adam, parameter: nn.Parameter) -> Tensor:
    """lr · m̂ / (√v̂ + ε)."""
    group, state = optimizer.param_groups[0], optimizer.state[parameter]
    beta1, beta2 = group["betas"]
    step = float(state["step"])
    mean = state["exp_avg"] / (1 - beta1**step)
    deviation = (state["exp_avg_sq"] / (1 - beta2**step)).sqrt() + group["eps"]
    update: Tensor = mean / deviation * group["lr"]
    return update
