"""The table of built-in networks, and the expressions that name one: ``NAME@C,H,W:classes=N``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, NoReturn

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, NetworkDesign
from engine.design.parameters import Kind, Kinds, parameter
from engine.design.texts import parse_settings
from engine.design.values import construct
from engine.errors import DesignError
from engine.registry import brief

MAX_CLASSES = 65_536
_EXPRESSION = re.compile(r"(?P<name>[^@:\s]+)(@(?P<shape>[^@:]*))?(:(?P<options>[^@:]*))?")
_WRITE = "Write NAME, NAME@C,H,W, NAME:classes=N or NAME@C,H,W:classes=N."


class Group(StrEnum):
    """What networks are listed with."""

    FIRST = "First networks"
    IMAGENET = "ImageNet"
    CIFAR = "CIFAR-10"
    SMALL = "Small versions"
    CODES = "Autoencoders"
    OTHER = "Masks, numbers, sentences, volumes"


@dataclass(frozen=True)
class Published:
    """Parameters and multiply-adds (of convolutions and linear layers, one image) at the usual input; None where nobody says."""

    params: int | None = None
    macs: int | None = None


class Family(Kind):
    """A built-in network, or a family of them told apart by parameters. Subclass it in one file of engine/zoo/.

    ``input_shape`` is its usual input; ``data`` and ``training`` (plain values of a TrainingConfig, by key) are what it is shown
    with where nobody chooses otherwise. ``year`` and ``paper`` say where it comes from, ``lesson`` what it taught the field;
    ``group`` with which others it is listed; ``published`` is the size that others have found for it.
    """

    input_shape: ClassVar[Shape] = ()
    group: ClassVar[Group] = Group.FIRST
    year: ClassVar[int] = 0
    paper: ClassVar[str] = ""
    lesson: ClassVar[str] = ""
    published: ClassVar[Published] = Published()
    data: ClassVar[str] = ""
    training: ClassVar[Mapping[str, Any]] = {}

    def layers(self, input_shape: Shape) -> Sequence[LayerSpec]:
        """The layers for an input of ``input_shape``; whether all fits is ``check``'s to say."""
        raise NotImplementedError

    def heads(self) -> Mapping[str, float]:
        """The auxiliary outputs, with their weights in the loss."""
        return {}

    def design(self, input_shape: Shape | None = None) -> NetworkDesign:
        """The design for ``input_shape``, by default the usual one."""
        shape = input_shape or self.input_shape
        return NetworkDesign(self.title, shape, tuple(self.layers(shape)), self.help, heads=tuple(self.heads().items()))


class Classifier(Family):
    """A network that ends in one score per class."""

    classes: int = parameter(10, "How many classes it tells apart.", low=2, high=MAX_CLASSES)


NETWORKS: Kinds[Family] = Kinds("built-in network", "engine.zoo", DesignError)


def listing() -> list[tuple[str, str, str]]:
    """(name, title, notes) of every built-in network."""
    return [(kind.kind, kind.title, kind.help) for kind in NETWORKS.entries()]


def family(expression: str) -> type[Family]:
    """The family that ``expression`` names."""
    return NETWORKS.get(_parts(expression)["name"])


def network(expression: str) -> NetworkDesign:
    """The built-in network that ``expression`` names, e.g. "lenet5", "lenet5@3,32,32", "softmax:classes=6".

    DesignError for an unknown name (with the nearest known one) and for an expression that cannot be read.
    """
    match = _parts(expression)
    kind = NETWORKS.get(match["name"])
    shape = None if match["shape"] is None else _read_shape(match["shape"])
    noun = f"The built-in network {kind.kind}"
    options = [] if match["options"] is None else [_read_option(text) for text in match["options"].split(",")]
    try:
        made = construct(kind, parse_settings(kind, options, noun), noun)
    except DesignError as error:
        raise DesignError(error.problem, error.suggestion or _WRITE, field=error.field) from None
    return made.design(shape)


def _parts(expression: str) -> re.Match[str]:
    match = _EXPRESSION.fullmatch(expression.strip())
    if match is None:
        raise DesignError(f"{brief(expression)} does not name a built-in network", _WRITE)
    return match


def _read_shape(text: str) -> Shape:
    words = text.split(",")
    if not all(re.fullmatch(r"\s*[0-9]{1,9}\s*", word) for word in words):
        _refuse("an input shape", text)
    return tuple(int(word) for word in words)


def _read_option(text: str) -> str:
    if "=" not in text:
        _refuse("an option", text)
    return text


def _refuse(noun: str, text: str) -> NoReturn:
    raise DesignError(f"{brief(text)} is not {noun}", _WRITE)
