"""Networks without convolutions: the linear classifier and one hidden layer."""

from __future__ import annotations

from engine.design.network import LayerSpec, layer
from engine.zoo.registry import built_in


@built_in(
    "softmax",
    "Softmax regression",
    "A linear classifier: one template per class, compared with the image pixel by pixel; what every deeper network has to beat.",
    (1, 28, 28),
)
def softmax(classes: int) -> list[LayerSpec]:
    """784-10 on MNIST: 7,850 parameters."""
    return [layer("flat", "flatten"), layer("out", "linear", units=classes)]


@built_in(
    "mlp",
    "Perceptron with one hidden layer",
    "300 hidden units with ReLU between image and classes: mixtures of templates, with no idea of which pixels are neighbours.",
    (1, 28, 28),
)
def mlp(classes: int) -> list[LayerSpec]:
    """784-300-10 on MNIST: 238,510 parameters."""
    return [
        layer("flat", "flatten"),
        layer("hidden", "linear", units=300),
        layer("relu", "relu"),
        layer("out", "linear", units=classes),
    ]
