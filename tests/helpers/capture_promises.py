"""What every capture promises, as checks of one capture on one network; each raises AssertionError where it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import torch

import engine.snapshot
from engine.capturing.base import take
from engine.capturing.context import CaptureContext, Gallery, looking
from engine.design.network import NETWORK_INPUT
from engine.snapshot import Want
from tests.helpers.problems import Case

MOST_BYTES = 1 << 18
"""More than any of the small cases can need."""


def context_of(case: Case, pins: int = 2) -> CaptureContext:
    """A network to be looked at, with the first test examples pinned; made anew, so that nothing is remembered."""
    problem = case.problem()
    pinned = [problem.example("test", index) for index in range(pins)]
    return CaptureContext(case.network(), Gallery(problem, "cpu"), pinned)


def wants_of(name: str, case: Case, subject: int = 0) -> list[Want]:
    """The capture of no layer, of the input and of every layer."""
    ids = ("", NETWORK_INPUT, *(spec.id for spec in case.design.layers))
    return [Want(name, id, subject) for id in ids]


def taken(context: CaptureContext, wants: list[Want]) -> tuple[dict[Want, Any], dict[Want, str]]:
    """What a run would show, and what it would say instead."""
    with looking(context.network):
        return take(wants, context)


def arrays_of(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Every array in a captured value."""
    parts = [getattr(value, field.name) for field in fields(value)]
    for part in parts:
        yield from (each for each in (part if isinstance(part, tuple) else (part,)) if isinstance(each, np.ndarray))


def shows_every_layer(name: str, case: Case) -> None:
    """The input and every layer have something to show or nothing, but no failure."""
    _, failures = taken(context_of(case), [want for want in wants_of(name, case) if want.layer])
    assert not failures, failures


def is_plain(name: str, case: Case) -> None:
    """A type of engine.snapshot, of small, read-only numpy arrays that are not the network's own memory."""
    context = context_of(case)
    found, _ = taken(context, wants_of(name, case))
    weights = [values.numpy() for values in context.network.state_dict().values()]
    for value in found.values():
        assert is_dataclass(value) and getattr(engine.snapshot, type(value).__name__, None) is type(value)
        arrays = list(arrays_of(value))
        assert not any(isinstance(getattr(value, field.name), torch.Tensor) for field in fields(value))
        assert not any(array.flags.writeable for array in arrays)
        assert sum(array.nbytes for array in arrays) <= MOST_BYTES, "it is too large"
        assert not any(np.shares_memory(array, own) for array in arrays for own in weights), "it changes with the weights"


def state_of(context: CaptureContext) -> list[Any]:
    """What looking must not change."""
    state: list[Any] = [values.clone() for values in context.network.state_dict().values()]
    state += [parameter.requires_grad for parameter in context.network.parameters()]
    state += [module.training for module in context.network.modules()]
    state += [len(module._forward_hooks) for module in context.network.modules()]
    return [*state, torch.get_rng_state(), torch.from_numpy(np.random.get_state()[1].astype(np.int64))]


def changes_nothing(name: str, case: Case) -> None:
    """No weight, statistic, mode, hook or random state."""
    context = context_of(case)
    context.network.train()
    before = state_of(context)
    with looking(context.network):
        take(wants_of(name, case), context)
        assert not any(module.training for module in context.network.modules()), "later captures see another mode"
    for old, new in zip(before, state_of(context), strict=True):
        assert torch.equal(old, new) if isinstance(old, torch.Tensor) else old == new, "looking changed something"


def is_the_same_twice(name: str, case: Case) -> None:
    """In a context of its own, after other random numbers."""
    wants = wants_of(name, case)
    first, _ = taken(context_of(case), wants)
    with torch.random.fork_rng():
        torch.rand(5)
        second, _ = taken(context_of(case), wants)
    assert first.keys() == second.keys()
    for want, value in first.items():
        for one, other in zip(arrays_of(value), arrays_of(second[want]), strict=True):
            np.testing.assert_array_equal(one, other)


def survives_weights_that_are_no_numbers(name: str, case: Case) -> None:
    """A picture or a sentence, but no surprise, of a network that has diverged to nan or to infinity."""
    for value in (float("nan"), float("inf")):
        context = context_of(case)
        for weights in context.network.parameters():
            weights.fill_(value)
        _, failures = taken(context, [want for want in wants_of(name, case) if want.layer])
        assert not any("error in the program" in sentence for sentence in failures.values()), failures


def a_missing_example_is_a_sentence(name: str, case: Case) -> None:
    """Where the example matters, one beyond the pinned ones is told; where it does not, the same is shown."""
    wants = [want for want in wants_of(name, case, subject=7) if want.layer]
    found, failures = taken(context_of(case), wants)
    assert not any("error in the program" in sentence for sentence in failures.values()), failures
    usual, _ = taken(context_of(case), wants_of(name, case))
    for want, value in found.items():
        same = usual[Want(name, want.layer)]
        assert all(np.array_equal(a, b) for a, b in zip(arrays_of(value), arrays_of(same), strict=True))


def what_it_raises_is_for_people(name: str, case: Case) -> None:
    """No layer at all is told in a sentence too."""
    _, failures = taken(context_of(case), [Want(name)])
    assert not any("error in the program" in sentence for sentence in failures.values()), failures


PROMISES: tuple[Callable[[str, Case], None], ...] = (
    shows_every_layer,
    is_plain,
    changes_nothing,
    is_the_same_twice,
    survives_weights_that_are_no_numbers,
    a_missing_example_is_a_sentence,
    what_it_raises_is_for_people,
)
"""What holds for every capture on every network."""
