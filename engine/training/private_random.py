"""Random numbers of one's own: what torch's modules draw while they are made comes from a given generator, in this thread only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import torch
from torch._ops import OpOverload
from torch.utils._python_dispatch import TorchDispatchMode


class DrawingFrom(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's own is untyped
    """Inside, tensors that are filled with random numbers (``uniform_``, ``normal_`` and their like) take them from
    ``generator``, unless another one is named.

    torch's modules draw their first weights from a generator that all threads share; so two runs that begin at once, or
    anybody else who draws, would change one another's weights. The numbers are those that the shared generator gives for the
    same seed.
    """

    def __init__(self, generator: torch.Generator) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._generator = generator

    def __torch_dispatch__(
        self, func: OpOverload, types: Iterable[type], args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        named = dict(kwargs or {})
        if _draws(func) and named.get("generator") is None:
            named["generator"] = self._generator
        return func(*args, **named)


@cache
def _draws(operation: OpOverload) -> bool:
    return any(argument.name == "generator" for argument in operation._schema.arguments)
