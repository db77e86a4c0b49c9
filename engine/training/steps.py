"""What an optimiser does in every step, without the marks that torch leaves for profilers: on a CPU they cost more than the work
of a small network. And without torch's compiler, which torch would import with the first optimiser, in over a second: nothing is
compiled here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.optim import Optimizer
from torch.optim.optimizer import _use_grad_for_differentiable

_MARKING = Optimizer.profile_hook_step(lambda: None).__code__
"""What torch wraps round the step of every optimiser that is made: marks, and calls of what is hooked to it."""
_EXEMPTING = _use_grad_for_differentiable(lambda: None).__code__
"""What torch wraps round the step below that: no gradients are kept, and the compiler, were it at work, would leave off."""


def forget_gradients(optimizer: Optimizer) -> None:
    """As torch's own ``zero_grad``; that of ``optimizer`` is not asked."""
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = None


def take_step(optimizer: Optimizer) -> None:
    """As ``optimizer.step()``."""
    step = type(optimizer).step
    if not _is_wrapped(step, _MARKING) or _is_hooked(optimizer):
        optimizer.step()
        return
    step = _unwrapped(step)
    if not _is_wrapped(step, _EXEMPTING) or optimizer.defaults["differentiable"]:
        step(optimizer)
        return
    with torch.no_grad():
        _unwrapped(step)(optimizer)


def _is_wrapped(step: Callable[..., Any], wrapping: object) -> bool:
    return getattr(step, "__code__", None) is wrapping


def _unwrapped(step: Callable[..., Any]) -> Callable[..., Any]:
    unwrapped: Callable[..., Any] = step.__wrapped__  # type: ignore[attr-defined]
    return unwrapped


def _is_hooked(optimizer: Optimizer) -> bool:
    return bool(optimizer._optimizer_step_pre_hooks or optimizer._optimizer_step_post_hooks)


def _need_no_compiler() -> None:
    """At its first call each of these would import the compiler to ask for itself as the compiler is to leave it alone; what it
    is given then stands here beforehand."""
    for name in ("add_param_group", "state_dict", "load_state_dict", "zero_grad"):
        method = getattr(getattr(Optimizer, name), "__wrapped__", None)
        if method is not None:
            method.__dynamo_disable = method


_need_no_compiler()
