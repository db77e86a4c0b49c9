"""Small problems of every task and shape of data, each with a design that fits: what captures and probes are tried on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.build import Network
from engine.data.dataset import DataSet, Split
from engine.data.meaning import Meaning, slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image, Signal, Volume
from engine.data.meanings.mask import Mask
from engine.data.meanings.tokens import Tokens
from engine.data.meanings.vector import Vector
from engine.design.network import LayerSpec, NetworkDesign, layer
from engine.probing.base import Subject
from engine.probing.subject import make_subject
from engine.problem import Problem
from engine.task import TASKS
from tests.engine.layers.odd_kinds import Largest, TwoMaps
from tests.helpers.tiny_subject import residual_design

Parts = dict[str, tuple[Meaning, tuple[int, ...]]]

IMAGE: Parts = {"image": (Image(), (1, 12, 12))}
COLOUR: Parts = {"image": (Image(), (3, 12, 12))}
CLASSES: Parts = {"label": (Classes(names=("zero", "one", "two")), ())}
NUMBERS: Parts = {"size": (Vector(names=("width", "height"), unit="m"), (2,))}
OUT = layer("out", "linear", units=3)
FLAT = layer("f", "flatten")


def values_for(meaning: Meaning, shape: tuple[int, ...], count: int, generator: torch.Generator) -> Tensor:
    """(count, *shape) random values as ``meaning`` stores them."""
    if isinstance(meaning, Image):
        return torch.randint(0, 256, (count, *shape), generator=generator, dtype=torch.uint8)
    if isinstance(meaning, Mask):
        return (torch.rand(count, *shape, generator=generator) > 0.7).float()
    if isinstance(meaning, Classes | Tokens):
        words = meaning.names if isinstance(meaning, Classes) else meaning.vocabulary
        return torch.randint(len(words), (count, *shape), generator=generator)
    return 2 + 3 * torch.randn(count, *shape, generator=generator)


def made_up(parts: Parts) -> DataSet:
    """Random data with these slots; the meanings have measured them."""
    generator = torch.Generator().manual_seed(4)
    splits = {
        name: Split({slot: values_for(meaning, shape, count, generator) for slot, (meaning, shape) in parts.items()})
        for name, count in (("train", 20), ("validation", 5), ("test", 9))
    }
    measured = {slot: (meaning.measured(splits["train"][slot]), shape) for slot, (meaning, shape) in parts.items()}
    return DataSet("made up", slots(**measured), splits)


@dataclass(frozen=True)
class Case:
    """One task on made-up data, and a design for it."""

    name: str
    task: str
    parts: Parts
    layers: tuple[LayerSpec, ...]

    def __str__(self) -> str:
        return f"{self.task}: {self.name}"

    @property
    def design(self) -> NetworkDesign:
        """The network."""
        meaning, shape = next(iter(self.parts.values()))
        return NetworkDesign(self.name, meaning.network_shape(shape), self.layers)

    def problem(self) -> Problem:
        """The task on its data; checked to fit the design."""
        problem = Problem(TASKS.get(self.task)(), made_up(self.parts))
        if self.name != "no weights":
            problem.check(self.design)
        return problem

    def network(self) -> Network:
        """The design built, with reproducible weights, ready to be looked at."""
        with torch.random.fork_rng():
            torch.manual_seed(2)
            return Network(self.design).eval().requires_grad_(False)

    def subject(self) -> Subject:
        """The same as probes get it."""
        return make_subject(self.design, self.network().layers.state_dict(), self.problem())


def conv(dimensions: int, filters: int = 4) -> LayerSpec:
    return layer("c", f"conv{dimensions}d", filters=filters, kernel=3, padding=1)


def classifier(name: str, parts: Parts, *layers: LayerSpec) -> Case:
    return Case(name, "classify", {**parts, **CLASSES}, (*layers, OUT))


def with_layers(name: str, parts: Parts, layers: Sequence[LayerSpec]) -> Case:
    return Case(name, "classify", {**parts, **CLASSES}, tuple(layers))


CASES: tuple[Case, ...] = (
    classifier("vector", {"point": (Vector(), (5,))}, layer("h", "linear", units=40), layer("r", "relu")),
    classifier("signal", {"signal": (Signal(), (2, 16))}, conv(1), layer("r", "relu"), FLAT),
    classifier("volume", {"volume": (Volume(), (1, 5, 6, 7))}, conv(3), layer("r", "relu"), FLAT),
    classifier(
        "tokens",
        {"sentence": (Tokens(vocabulary=("", "a", "b", "c", "d")), (8,))},
        layer("e", "embedding", vocabulary=5, width=6),
        conv(1),
        FLAT,
    ),
    classifier(
        "whole numbers",
        IMAGE,
        FLAT,
        LayerSpec("which", Largest()),
        layer("h", "linear", ["f"], units=4),
    ),
    classifier("several weights", IMAGE, FLAT, LayerSpec("two", TwoMaps())),
    with_layers("skip connection, batch normalisation, dropout", COLOUR, residual_design((3, 12, 12)).layers),
    with_layers("closing softmax", COLOUR, (conv(2), FLAT, OUT, layer("s", "softmax"))),
    Case("image", "reconstruct", IMAGE, (conv(2), layer("r", "relu"), layer("out", "conv2d", filters=1, kernel=3, padding=1))),
    Case("labelled image", "reconstruct", {**IMAGE, **CLASSES}, (conv(2, 1), layer("s", "sigmoid"))),
    Case("signal", "reconstruct", {"signal": (Signal(), (2, 16))}, (conv(1, 2),)),
    Case("vector", "reconstruct", {"point": (Vector(), (5,))}, (layer("h", "linear", units=2), layer("out", "linear", units=5))),
    Case("no weights", "reconstruct", IMAGE, (layer("r", "tanh"),)),
    Case("mask", "to_image", {**COLOUR, "mask": (Mask(), (12, 12))}, (conv(2), layer("out", "conv2d", filters=1, kernel=1))),
    Case("point", "regress", {"point": (Vector(), (2,)), **NUMBERS}, (layer("h", "linear", units=2),)),
    Case("image", "regress", {**COLOUR, **NUMBERS}, (conv(2), FLAT, layer("out", "linear", units=2))),
)
