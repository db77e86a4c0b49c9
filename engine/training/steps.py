"""What an optimiser does in every step, without the marks that torch leaves for profilers: on a CPU they cost more than the work
of a small network."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from torch.optim import Optimizer


def forget_gradients(optimizer: Optimizer) -> None:
    """As ``optimizer.zero_grad()``."""
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = None


def take_step(optimizer: Optimizer) -> None:
    """As ``optimizer.step()``; what somebody may have hooked to it is not called."""
    _unmarked(type(optimizer))(optimizer)


@cache
def _unmarked(kind: type[Optimizer]) -> Callable[[Optimizer], Any]:
    """The step of ``kind`` as its author wrote it. The first optimiser that is made has torch wrap it, and say so there."""
    step: Callable[[Optimizer], Any] = kind.step
    return getattr(step, "__wrapped__", step) if getattr(step, "hooked", False) else step
