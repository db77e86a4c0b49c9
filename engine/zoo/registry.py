"""The table of built-in networks, and the expressions that name one: ``NAME@C,H,W:classes=N``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, NetworkDesign
from engine.errors import DesignError
from engine.registry import Registry, brief, nearest

Layers = Callable[[int], list[LayerSpec]]
"""From a number of classes to the layers of a network."""

MAX_CLASSES = 65_536
_EXPRESSION = re.compile(r"(?P<name>[^@:\s]+)(@(?P<shape>[^@:]*))?(:(?P<options>[^@:]*))?")
_WRITE = "Write NAME, NAME@C,H,W, NAME:classes=N or NAME@C,H,W:classes=N."


@dataclass(frozen=True)
class BuiltIn:
    """A network that comes with the program: its name, title, one sentence about it, its usual input, and its layers."""

    name: str
    title: str
    notes: str
    input_shape: Shape
    layers: Layers

    def design(self, input_shape: Shape | None = None, classes: int = 10) -> NetworkDesign:
        """The design for ``input_shape`` (its usual one by default) and ``classes``; ``check`` says whether all fits."""
        return NetworkDesign(self.title, input_shape or self.input_shape, tuple(self.layers(classes)), self.notes)


NETWORKS: Registry[BuiltIn] = Registry("built-in network", "engine.zoo", DesignError)


def built_in(name: str, title: str, notes: str, input_shape: Shape) -> Callable[[Layers], Layers]:
    """Decorator: enrol a function from a number of classes to layers as the network ``name``."""

    def enrol(layers: Layers) -> Layers:
        NETWORKS.add(name, BuiltIn(name, title, notes, input_shape, layers))
        return layers

    return enrol


def listing() -> list[tuple[str, str, str]]:
    """(name, title, notes) of every built-in network."""
    return [(entry.name, entry.title, entry.notes) for entry in NETWORKS.entries()]


def network(expression: str) -> NetworkDesign:
    """The built-in network that ``expression`` names, e.g. "lenet5", "lenet5@3,32,32", "softmax:classes=6".

    DesignError for an unknown name (with the nearest known one) and for an expression that cannot be read.
    """
    match = _EXPRESSION.fullmatch(expression.strip())
    if match is None:
        raise DesignError(f"{brief(expression)} does not name a built-in network", _WRITE)
    entry = NETWORKS.get(match["name"])
    shape = None if match["shape"] is None else _read_shape(match["shape"])
    classes = 10 if match["options"] is None else _read_classes(match["options"])
    return entry.design(shape, classes)


def _read_shape(text: str) -> Shape:
    words = text.split(",")
    if not all(re.fullmatch(r"\s*[0-9]{1,9}\s*", word) for word in words):
        _refuse("an input shape", text)
    return tuple(int(word) for word in words)


def _read_classes(text: str) -> int:
    key, equals, value = text.partition("=")
    if not equals:
        _refuse("an option", text)
    if key.strip() != "classes":
        raise DesignError(f"A built-in network has no option {brief(key)}", nearest(key, ["classes"]))
    if not re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
        _refuse("a number of classes", value)
    if not 2 <= int(value) <= MAX_CLASSES:
        raise DesignError(f"{int(value)} classes are out of range", f"Use 2 to {MAX_CLASSES:,}.")
    return int(value)


def _refuse(noun: str, text: str) -> NoReturn:
    raise DesignError(f"{brief(text)} is not {noun}", _WRITE)
