"""Networks without convolutions: the linear classifier and one hidden layer."""

from __future__ import annotations

from typing import ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.families import NETWORKS, Classifier


@NETWORKS.declare
class Softmax(Classifier):
    """784-10 on MNIST: 7,850 parameters."""

    kind: ClassVar[str] = "softmax"
    title: ClassVar[str] = "Softmax regression"
    help: ClassVar[str] = (
        "A linear classifier: one template per class, compared with the image pixel by pixel; what every deeper network has to "
        "beat."
    )
    input_shape: ClassVar[Shape] = (1, 28, 28)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [layer("flat", "flatten"), layer("out", "linear", units=self.classes)]


@NETWORKS.declare
class Mlp(Classifier):
    """784-300-10 on MNIST: 238,510 parameters."""

    kind: ClassVar[str] = "mlp"
    title: ClassVar[str] = "Perceptron with one hidden layer"
    help: ClassVar[str] = (
        "300 hidden units with ReLU between image and classes: mixtures of templates, with no idea of which pixels are "
        "neighbours."
    )
    input_shape: ClassVar[Shape] = (1, 28, 28)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            layer("flat", "flatten"),
            layer("hidden", "linear", units=300),
            layer("relu", "relu"),
            layer("out", "linear", units=self.classes),
        ]
