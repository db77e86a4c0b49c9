"""A torch optimiser's values and memory: changed while it runs, taken apart into named tensors and put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from engine.training.kinds import Optimiser


def set_options(optimizer: Optimizer, kind: Optimiser) -> None:
    """Train on with the values of ``kind``."""
    for group in optimizer.param_groups:
        group.update(kind.options())


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
    """Put ``optimizer_tensors`` back, each where its parameter lives and laid out in memory as it is: fused optimisers go
    through both in the order of memory."""
    state: dict[int, dict[str, Tensor]] = {}
    for index, (name, parameter) in enumerate(named):
        found = {
            key.rpartition("/")[2]: _laid_out_as(parameter, value)
            for key, value in tensors.items()
            if key.rpartition("/")[0] == name
        }
        if found:
            state[index] = found
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def _laid_out_as(parameter: nn.Parameter, value: Tensor) -> Tensor:
    """A copy of ``value`` with the strides of ``parameter``, where it has its shape."""
    if value.shape != parameter.shape:
        return value.clone()
    return torch.empty_like(parameter, dtype=value.dtype, requires_grad=False).copy_(value)
