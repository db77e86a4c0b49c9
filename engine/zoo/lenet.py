"""LeNet-5, the convolutional network that read handwritten digits."""

from __future__ import annotations

from typing import ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.families import NETWORKS, Classifier


@NETWORKS.declare
class Lenet5(Classifier):
    """LeCun, Bottou, Bengio & Haffner 1998, modern variant: 61,706 parameters, 416,520 multiply-adds."""

    kind: ClassVar[str] = "lenet5"
    title: ClassVar[str] = "LeNet-5"
    help: ClassVar[str] = (
        "Two convolutions with pooling and three linear layers (LeCun et al. 1998), in the modern count with full connections."
    )
    input_shape: ClassVar[Shape] = (1, 28, 28)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            layer("c1", "conv2d", filters=6, kernel=5, padding=2),
            layer("a1", "tanh"),
            layer("p1", "avg_pool2d", kernel=2),
            layer("c2", "conv2d", filters=16, kernel=5),
            layer("a2", "tanh"),
            layer("p2", "avg_pool2d", kernel=2),
            layer("flat", "flatten"),
            layer("f1", "linear", units=120),
            layer("a3", "tanh"),
            layer("f2", "linear", units=84),
            layer("a4", "tanh"),
            layer("out", "linear", units=self.classes),
        ]
