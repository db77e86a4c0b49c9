"""Random numbers of one's own: in this thread, what torch's modules draw while they are made comes from a given generator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import torch
from torch._ops import OpOverload
from torch.utils._python_dispatch import TorchDispatchMode

_WITH_GENERATOR = {"default": "generator", "low": "low_generator"}
"""For operations that are named by what they take: the variant that takes a generator too."""


class DrawingFrom(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's own is untyped
    """Inside, whatever draws random numbers draws them from ``generator``, unless it names another.

    torch's modules draw their first weights from a generator that all threads share; so two runs that begin at once, or
    anybody else who draws, would change one another's weights. The numbers are those that the shared generator gives for the
    same seed.
    """

    def __init__(self, generator: torch.Generator) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._generator = generator

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Whether torch's compiler is to be imported, so that it can be told to leave this alone: nothing is compiled here."""
        return False

    def __torch_dispatch__(
        self, func: OpOverload, types: Iterable[type], args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        named, operation = dict(kwargs or {}), _drawing(func)
        if operation is None or named.get("generator") is not None:
            return func(*args, **named)
        return operation(*args, **named, generator=self._generator)


@cache
def _drawing(operation: OpOverload) -> OpOverload | None:
    """The variant of ``operation`` that takes a generator; None for one that draws nothing."""
    if any(argument.name == "generator" for argument in operation._schema.arguments):
        return operation
    if torch.Tag.nondeterministic_seeded not in operation.tags:
        return None
    variant = _WITH_GENERATOR.get(operation._overloadname, "")
    packet = operation.overloadpacket
    return getattr(packet, variant) if variant in packet.overloads() else None
