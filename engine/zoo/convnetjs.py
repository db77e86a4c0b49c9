"""The small networks of the ConvNetJS demonstrations."""

from __future__ import annotations

from typing import ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.families import NETWORKS, Classifier, Group


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


@NETWORKS.declare
class ConvnetjsCifar(Classifier):
    """Karpathy's ConvNetJS demonstration on CIFAR-10."""

    group: ClassVar[Group] = Group.CIFAR
    kind: ClassVar[str] = "convnetjs_cifar"
    title: ClassVar[str] = "ConvNetJS CIFAR-10"
    help: ClassVar[str] = (
        "The small colour network of the ConvNetJS demonstration: three convolutions with pooling, about 80 % on CIFAR-10."
    )
    input_shape: ClassVar[Shape] = (3, 32, 32)
    year: ClassVar[int] = 2014
    paper: ClassVar[str] = "Karpathy, ConvNetJS: deep learning in your browser, 2014"
    lesson: ClassVar[str] = "A network that can be watched while it learns teaches more than its accuracy."

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        specs: list[LayerSpec] = []
        for number, filters in enumerate((16, 20, 20), 1):
            specs += [
                layer(f"c{number}", "conv2d", filters=filters, kernel=5, padding=2),
                layer(f"r{number}", "relu"),
                layer(f"p{number}", "max_pool2d", kernel=2),
            ]
        return [*specs, layer("flat", "flatten"), layer("out", "linear", units=self.classes), layer("prob", "softmax")]
