"""The small networks of the ConvNetJS demonstrations."""

from __future__ import annotations

from typing import ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.families import NETWORKS, Classifier


@NETWORKS.declare
class ConvnetjsMnist(Classifier):
    """Karpathy's ConvNetJS demonstration on MNIST: 5,994 parameters."""

    kind: ClassVar[str] = "convnetjs_mnist"
    title: ClassVar[str] = "ConvNetJS MNIST"
    help: ClassVar[str] = (
        "The small network of the ConvNetJS demonstration, on 24 × 24 crops of digits: about 99 % within minutes."
    )
    input_shape: ClassVar[Shape] = (1, 24, 24)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            layer("c1", "conv2d", filters=8, kernel=5, padding=2),
            layer("r1", "relu"),
            layer("p1", "max_pool2d", kernel=2),
            layer("c2", "conv2d", filters=16, kernel=5, padding=2),
            layer("r2", "relu"),
            layer("p2", "max_pool2d", kernel=3),
            layer("flat", "flatten"),
            layer("out", "linear", units=self.classes),
            layer("prob", "softmax"),
        ]
