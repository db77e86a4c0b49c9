"""TorchCall: how a layer's module is made, written once; ``build`` makes it and ``str`` prints it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class TorchCall:
    """The call of a class of torch's, by the name it has after ``from torch import nn``: "nn.Conv2d".

    Arguments are plain values, lists, tuples and dictionaries of them, and further TorchCalls. ``ours`` is the dotted path
    of a class of our own that is built in its place: it takes the same arguments, has the same weights under the same
    names, and computes in eval mode what the printed one does. Where torch has no such class, ``name`` is that of ours, without
    "nn.": exported Python has its text.
    """

    name: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    ours: str = ""

    def __str__(self) -> str:
        """The Python expression: "nn.Conv2d(1, 6, kernel_size=5)"."""
        named = [f"{name}={_printed(value)}" for name, value in self.kwargs.items()]
        return f"{self.name}({', '.join([*map(_printed, self.args), *named])})"

    def build(self) -> nn.Module:
        """A fresh module."""
        make = _found(self.ours or f"torch.{self.name}")
        module: nn.Module = make(*_built(self.args), **_built(dict(self.kwargs)))
        return module


def changed(values: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The ``values`` that torch has to be told: those without a default of torch's, or that differ from it."""
    return {name: value for name, value in values.items() if name not in defaults or value != defaults[name]}


def _found(path: str) -> Callable[..., Any]:
    """The class at a dotted path. Torch is imported by name, here, so that designs load without it."""
    module, _, name = path.rpartition(".")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def _printed(value: Any) -> str:
    if isinstance(value, TorchCall):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {_printed(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_printed, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(_printed, value))}{',' * (len(value) == 1)})"
    return repr(value)


def _built(value: Any) -> Any:
    """``value`` with every TorchCall in it replaced by its module."""
    if isinstance(value, TorchCall):
        return value.build()
    if isinstance(value, Mapping):
        return {key: _built(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_built(each) for each in value)
    return value
