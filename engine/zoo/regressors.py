"""Networks that answer with numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.design.parameters import parameter
from engine.families import NETWORKS, Family, Group


@NETWORKS.declare
class RegressionMlp(Family):
    """2-64-64-1: a function of two variables, approximated by bent planes."""

    group: ClassVar[Group] = Group.OTHER
    kind: ClassVar[str] = "regression_mlp"
    title: ClassVar[str] = "Regression network"
    help: ClassVar[str] = (
        "Two hidden layers between a point and a number. One hidden layer could approximate any continuous function if "
        "it were wide enough (Cybenko 1989); two do with fewer units."
    )
    input_shape: ClassVar[Shape] = (2,)
    data: ClassVar[str] = "hills"
    training: ClassVar[Mapping[str, Any]] = {"task": "regress", "optimizer": "adam", "learning_rate": 0.003}

    units: int = parameter(64, "Units of each hidden layer.", low=1, high=65_536)
    outputs: int = parameter(1, "How many numbers it answers with.", low=1, high=65_536)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        flat = [layer("flat", "flatten")] if len(input_shape) > 1 else []
        return [
            *flat,
            layer("h1", "linear", units=self.units),
            layer("t1", "tanh"),
            layer("h2", "linear", units=self.units),
            layer("t2", "tanh"),
            layer("out", "linear", units=self.outputs),
        ]
