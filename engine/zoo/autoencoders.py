"""Autoencoders: networks that give back what they were given, through a narrow code."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any, ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.design.parameters import parameter
from engine.families import NETWORKS, Family


@NETWORKS.declare
class Autoencoder(Family):
    """784-128-32-128-784 on 28×28: undercomplete. Hinton & Salakhutdinov 2006 in its smallest form."""

    kind: ClassVar[str] = "autoencoder"
    title: ClassVar[str] = "Autoencoder"
    help: ClassVar[str] = (
        "Squeezes an image into a code of a few numbers and unfolds it again; what the code cannot hold is lost. "
        "It learns without labels."
    )
    input_shape: ClassVar[Shape] = (1, 28, 28)
    data: ClassVar[str] = "strokes"
    training: ClassVar[Mapping[str, Any]] = {"task": "reconstruct", "optimizer": "adam", "learning_rate": 0.002}

    code: int = parameter(32, "How many numbers the code has.", low=1, high=65_536)
    hidden: int = parameter(128, "Units of the layers before and behind the code.", low=1, high=65_536)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            layer("flat", "flatten"),
            layer("e1", "linear", units=self.hidden),
            layer("r1", "relu"),
            layer("code", "linear", units=self.code),
            layer("d1", "linear", units=self.hidden),
            layer("r2", "relu"),
            layer("d2", "linear", units=prod(input_shape)),
            layer("s", "sigmoid"),
            layer("out", "reshape", shape=list(input_shape)),
        ]
