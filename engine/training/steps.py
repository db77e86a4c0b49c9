"""What an optimiser does in every step, without the marks that torch leaves for profilers: on a CPU they cost more than the work
of a small network."""

from __future__ import annotations

from collections.abc import Callable

from torch.optim import Optimizer


def forget_gradients(optimizer: Optimizer) -> None:
    """As ``optimizer.zero_grad()``."""
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = None


def take_step(optimizer: Optimizer) -> None:
    """As ``optimizer.step()``; what somebody may have hooked to it is not called."""
    step: Callable[[Optimizer], object] = type(optimizer).step
    if getattr(step, "hooked", False):  # torch wrapped the author's step when the first such optimiser was made
        step = getattr(step, "__wrapped__", step)
    step(optimizer)
