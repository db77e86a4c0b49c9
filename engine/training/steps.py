"""What an optimiser does in every step, without the marks that torch leaves for profilers: on a CPU they cost more than the work
of a small network."""

from __future__ import annotations

from torch.optim import Optimizer

_MARKING = Optimizer.profile_hook_step(lambda: None).__code__
"""What torch wraps round the step of every optimiser that is made: marks, and calls of what is hooked to it."""


def forget_gradients(optimizer: Optimizer) -> None:
    """As torch's own ``zero_grad``; that of ``optimizer`` is not asked."""
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = None


def take_step(optimizer: Optimizer) -> None:
    """As ``optimizer.step()``."""
    step = type(optimizer).step
    if getattr(step, "__code__", None) is not _MARKING or _is_hooked(optimizer):
        optimizer.step()
    else:
        step.__wrapped__(optimizer)  # type: ignore[attr-defined]


def _is_hooked(optimizer: Optimizer) -> bool:
    return bool(optimizer._optimizer_step_pre_hooks or optimizer._optimizer_step_post_hooks)
