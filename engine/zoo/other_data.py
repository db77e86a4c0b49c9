"""Networks for what is no still picture of one size: sentences, volumes, and things that stand askew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.design.parameters import parameter
from engine.families import MAX_CLASSES, NETWORKS, Classifier, Group, Published
from engine.zoo.parts import MNIST, block


@NETWORKS.declare
class KimCnn(Classifier):
    """Filters over three, four and five words, the strongest answer of each: 360,300 parameters behind the embedding."""

    group: ClassVar[Group] = Group.OTHER
    kind: ClassVar[str] = "kim_cnn"
    title: ClassVar[str] = "Kim's sentence CNN"
    help: ClassVar[str] = (
        "Words become vectors; filters look for phrases of three, four and five words; of each filter only the strongest answer "
        "in the sentence counts; one linear layer decides."
    )
    input_shape: ClassVar[Shape] = (13,)
    year: ClassVar[int] = 2014
    paper: ClassVar[str] = "Kim, Convolutional neural networks for sentence classification, EMNLP 2014"
    lesson: ClassVar[str] = (
        "Convolutions are not only for pictures: one layer of them reads sentences as well as far larger models did."
    )
    data: ClassVar[str] = "moods"
    training: ClassVar[Mapping[str, Any]] = {"optimizer": "adam", "learning_rate": 0.001}

    classes: int = parameter(2, "How many classes it tells apart.", low=2, high=MAX_CLASSES)
    vocabulary: int = parameter(1000, "How many different words there are.", low=1, high=1 << 24)
    width: int = parameter(300, "How many numbers stand for a word.", low=1, high=65536)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        ways: list[LayerSpec] = []
        for words in (3, 4, 5):
            ways += [
                layer(f"c{words}", "conv1d", ("@in",), filters=100, kernel=words),
                layer(f"r{words}", "relu"),
                layer(f"max{words}", "global_max_pool"),
            ]
        phrases = block("phrases", "Phrases of 3, 4 and 5", [*ways, layer("all", "concat", ("max3", "max4", "max5"))])
        embedding = layer("words", "embedding", vocabulary=self.vocabulary, width=self.width)
        return [embedding, phrases, layer("d", "dropout"), layer("out", "linear", units=self.classes)]


@NETWORKS.declare
class Cnn3d(Classifier):
    """Two 3×3×3 convolutions with pooling, for volumes or short films. Ji et al. 2013; Tran et al. 2015."""

    group: ClassVar[Group] = Group.OTHER
    kind: ClassVar[str] = "cnn3d"
    title: ClassVar[str] = "3-D CNN"
    help: ClassVar[str] = "Filters that look through a volume, so that a shape is found whichever way the slices cut it."
    input_shape: ClassVar[Shape] = (1, 16, 16, 16)
    year: ClassVar[int] = 2013
    paper: ClassVar[str] = "Ji, Xu, Yang & Yu, 3D convolutional neural networks for human action recognition, PAMI 2013"
    lesson: ClassVar[str] = "Time, or depth, is one more dimension to slide a window along."
    data: ClassVar[str] = "solids"
    training: ClassVar[Mapping[str, Any]] = {"optimizer": "adam", "learning_rate": 0.002}

    classes: int = parameter(5, "How many classes it tells apart.", low=2, high=MAX_CLASSES)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            layer("c1", "conv3d", filters=8, kernel=3, padding=1),
            layer("r1", "relu"),
            layer("p1", "max_pool3d"),
            layer("c2", "conv3d", filters=16, kernel=3, padding=1),
            layer("r2", "relu"),
            layer("p2", "max_pool3d"),
            layer("flat", "flatten"),
            layer("f1", "linear", units=64),
            layer("r3", "relu"),
            layer("out", "linear", units=self.classes),
        ]


@NETWORKS.declare
class StnMnist(Classifier):
    """A spatial transformer before a small CNN: 5,520 parameters to look straight, 21,840 to read."""

    kind: ClassVar[str] = "stn_mnist"
    title: ClassVar[str] = "Spatial transformer network"
    help: ClassVar[str] = "A small network turns and shifts the digit before another one reads it; both learn from the same loss."
    input_shape: ClassVar[Shape] = MNIST
    year: ClassVar[int] = 2015
    paper: ClassVar[str] = "Jaderberg, Simonyan, Zisserman & Kavukcuoglu, Spatial transformer networks, NIPS 2015"
    lesson: ClassVar[str] = "Where to look can be learned as well: moving the image is a layer like any other, with gradients."
    published: ClassVar[Published] = Published(27_360)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        find = (
            layer("c1", "conv2d", filters=8, kernel=7),
            layer("p1", "max_pool2d"),
            layer("r1", "relu"),
            layer("c2", "conv2d", filters=10, kernel=5),
            layer("p2", "max_pool2d"),
            layer("r2", "relu"),
            layer("flat", "flatten"),
            layer("f1", "linear", units=32),
            layer("r3", "relu"),
            layer("theta", "linear", units=6),
        )
        return [
            layer("stn", "spatial_transformer", layers=find),
            layer("c1", "conv2d", filters=10, kernel=5),
            layer("p1", "max_pool2d"),
            layer("r1", "relu"),
            layer("c2", "conv2d", filters=20, kernel=5),
            layer("d1", "spatial_dropout"),
            layer("p2", "max_pool2d"),
            layer("r2", "relu"),
            layer("flat", "flatten"),
            layer("f1", "linear", units=50),
            layer("r3", "relu"),
            layer("d2", "dropout"),
            layer("out", "linear", units=self.classes),
        ]
