"""LeNet, the convolutional network that read handwritten digits, in three forms."""

from __future__ import annotations

from typing import ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.families import NETWORKS, Classifier, Published
from engine.zoo.parts import MNIST, block

PAPER = "LeCun, Bottou, Bengio & Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 1998"
LESSON = "Filters that are learned, shared over the image and followed by subsampling beat features made by hand."

CONNECTIONS = (
    *((first, (first + 1) % 6, (first + 2) % 6) for first in range(6)),
    *((first, (first + 1) % 6, (first + 2) % 6, (first + 3) % 6) for first in range(6)),
    (0, 1, 3, 4),
    (1, 2, 4, 5),
    (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)
"""Which maps of S2 each of the sixteen maps of C3 reads: table 1 of the paper."""


@NETWORKS.declare
class Lenet5(Classifier):
    """LeCun, Bottou, Bengio & Haffner 1998, modern variant: 61,706 parameters, 416,520 multiply-adds."""

    kind: ClassVar[str] = "lenet5"
    title: ClassVar[str] = "LeNet-5"
    help: ClassVar[str] = (
        "Two convolutions with pooling and three linear layers (LeCun et al. 1998), in the modern count with full connections."
    )
    input_shape: ClassVar[Shape] = MNIST
    year: ClassVar[int] = 1998
    paper: ClassVar[str] = PAPER
    lesson: ClassVar[str] = LESSON
    published: ClassVar[Published] = Published(61_706, 416_520)

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


@NETWORKS.declare
class Lenet5Of1998(Classifier):
    """As in the paper: subsampling that learns, the connection table of C3, and distances to fixed codes at the end."""

    kind: ClassVar[str] = "lenet5_1998"
    title: ClassVar[str] = "LeNet-5 of 1998"
    help: ClassVar[str] = (
        "LeNet-5 as in the paper: means that are scaled and shifted by learned numbers, a third layer whose filters each read "
        "some of the maps, and an output that compares 84 numbers with a fixed code for each class."
    )
    input_shape: ClassVar[Shape] = (1, 32, 32)
    year: ClassVar[int] = 1998
    paper: ClassVar[str] = PAPER
    lesson: ClassVar[str] = LESSON
    published: ClassVar[Published] = Published(60_000)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            layer("c1", "conv2d", filters=6, kernel=5),
            block("s2", "S2, subsampling", _subsampling()),
            block("c3", "C3, by the table", _by_the_table()),
            block("s4", "S4, subsampling", _subsampling()),
            layer("c5", "conv2d", filters=120, kernel=5),
            layer("a5", "tanh"),
            layer("flat", "flatten"),
            layer("f6", "linear", units=84),
            layer("a6", "tanh"),
            layer("out", "rbf", units=self.classes),
        ]


def _subsampling() -> list[LayerSpec]:
    """The mean of 2×2, times a learned number, plus another, one pair a map; then the bend."""
    return [layer("mean", "avg_pool2d"), layer("scale", "depthwise_conv2d", kernel=1), layer("a", "tanh")]


def _by_the_table() -> list[LayerSpec]:
    """A filter for each row of the table, on just those maps."""
    specs: list[LayerSpec] = []
    for number, channels in enumerate(CONNECTIONS):
        specs.append(layer(f"maps{number}", "crop", ("@in",), before=0, after=0, channels=list(channels)))
        specs.append(layer(f"c{number}", "conv2d", filters=1, kernel=5))
    return [*specs, layer("all", "concat", [f"c{number}" for number in range(len(CONNECTIONS))])]


@NETWORKS.declare
class CaffeLenet(Classifier):
    """20 and 50 filters, 500 units: 431,080 parameters."""

    kind: ClassVar[str] = "caffe_lenet"
    title: ClassVar[str] = "Caffe's LeNet"
    help: ClassVar[str] = "The LeNet that came with Caffe: wider, with max pooling and one ReLU. About 99 % on MNIST."
    input_shape: ClassVar[Shape] = MNIST
    year: ClassVar[int] = 2014
    paper: ClassVar[str] = "Jia et al., Caffe: convolutional architecture for fast feature embedding, ACM Multimedia 2014"
    lesson: ClassVar[str] = "Networks as files that everybody can run and change made research quick."
    published: ClassVar[Published] = Published(431_080, 2_293_000)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            layer("c1", "conv2d", filters=20, kernel=5),
            layer("p1", "max_pool2d"),
            layer("c2", "conv2d", filters=50, kernel=5),
            layer("p2", "max_pool2d"),
            layer("flat", "flatten"),
            layer("f1", "linear", units=500),
            layer("r1", "relu"),
            layer("out", "linear", units=self.classes),
        ]
