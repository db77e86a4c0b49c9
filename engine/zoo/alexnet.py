"""AlexNet in three forms, and what Zeiler & Fergus made of it by looking inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.families import NETWORKS, Published
from engine.zoo.parts import ImageNetClassifier, SmallClassifier, block, conv_relu, dense_relu

PAPER = "Krizhevsky, Sutskever & Hinton, ImageNet classification with deep convolutional neural networks, NIPS 2012"
LESSON = (
    "ReLUs, dropout, much data and two graphics cards: a convolutional network halved the error of everything else on ImageNet, "
    "and deep learning began."
)
POOL: Mapping[str, Any] = {"kernel": 3, "stride": 2}


def _three(*filters: int) -> list[LayerSpec]:
    """The third to the fifth convolution, and the last pooling."""
    convolutions = [spec for number, count in enumerate(filters, 3) for spec in conv_relu(number, count, 3, padding=1)]
    return [*convolutions, layer("p5", "max_pool2d", **POOL)]


def _end(classes: int) -> list[LayerSpec]:
    """The three linear layers, with dropout before the first two."""
    return [
        layer("flat", "flatten"),
        layer("d5", "dropout"),
        *dense_relu(6, 4096),
        layer("d6", "dropout"),
        *dense_relu(7, 4096),
        layer("out", "linear", units=classes),
    ]


@NETWORKS.declare
class AlexNet(ImageNetClassifier):
    """One tower without groups, on 227 × 227: 62,378,344 parameters."""

    kind: ClassVar[str] = "alexnet"
    title: ClassVar[str] = "AlexNet"
    help: ClassVar[str] = (
        "AlexNet in one piece: five convolutions, three of them followed by overlapping pooling, and three linear layers."
    )
    input_shape: ClassVar[Shape] = (3, 227, 227)
    year: ClassVar[int] = 2012
    paper: ClassVar[str] = PAPER
    lesson: ClassVar[str] = LESSON
    published: ClassVar[Published] = Published(62_378_344, 1_135_256_096)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            *conv_relu(1, 96, 11, stride=4),
            layer("n1", "lrn"),
            layer("p1", "max_pool2d", **POOL),
            *conv_relu(2, 256, 5, padding=2),
            layer("n2", "lrn"),
            layer("p2", "max_pool2d", **POOL),
            *_three(384, 384, 256),
            *_end(self.classes),
        ]


@NETWORKS.declare
class AlexNetTwoTower(ImageNetClassifier):
    """The two towers of the paper, one for each card, which meet before the third convolution: 60,965,224 parameters."""

    kind: ClassVar[str] = "alexnet_two_tower"
    title: ClassVar[str] = "AlexNet, two towers"
    help: ClassVar[str] = (
        "AlexNet as it was trained, on two cards with half of the filters each. The towers exchange their maps only before the "
        "third convolution; the first learned shapes without colour, the second colours."
    )
    input_shape: ClassVar[Shape] = (3, 227, 227)
    year: ClassVar[int] = 2012
    paper: ClassVar[str] = PAPER
    lesson: ClassVar[str] = LESSON
    published: ClassVar[Published] = Published(60_965_224, 724_406_816)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        lower = [
            *conv_relu(1, 48, 11, stride=4),
            layer("n1", "lrn"),
            layer("p1", "max_pool2d", **POOL),
            *conv_relu(2, 128, 5, padding=2),
            layer("n2", "lrn"),
            layer("p2", "max_pool2d", **POOL),
        ]
        upper = _three(192, 192, 128)
        return [
            block("a1", "Tower A, below", lower, ("@in",)),
            block("b1", "Tower B, below", lower, ("@in",)),
            layer("meet", "concat", ("a1", "b1")),
            block("a2", "Tower A, above", upper, ("meet",)),
            block("b2", "Tower B, above", upper, ("meet",)),
            layer("both", "concat", ("a2", "b2")),
            *_end(self.classes),
        ]


@NETWORKS.declare
class AlexNetTorchvision(ImageNetClassifier):
    """The leaner one of "one weird trick" that libraries ship, on 224 × 224: 61,100,840 parameters."""

    kind: ClassVar[str] = "alexnet_torchvision"
    title: ClassVar[str] = "AlexNet, one weird trick"
    help: ClassVar[str] = "The AlexNet that libraries ship: fewer filters in the first convolutions, no normalisation."
    year: ClassVar[int] = 2014
    paper: ClassVar[str] = "Krizhevsky, One weird trick for parallelizing convolutional neural networks, 2014"
    lesson: ClassVar[str] = (
        "Convolutions are best split by data and linear layers by weights when several cards train one network."
    )
    published: ClassVar[Published] = Published(61_100_840, 714_188_480)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            *conv_relu(1, 64, 11, stride=4, padding=2),
            layer("p1", "max_pool2d", **POOL),
            *conv_relu(2, 192, 5, padding=2),
            layer("p2", "max_pool2d", **POOL),
            *_three(384, 256, 256),
            *_end(self.classes),
        ]


@NETWORKS.declare
class ZfNet(ImageNetClassifier):
    """AlexNet with a finer first layer, 7×7 at stride 2: 62,357,608 parameters. Zeiler & Fergus 2014."""

    kind: ClassVar[str] = "zfnet"
    title: ClassVar[str] = "ZFNet"
    help: ClassVar[str] = "AlexNet with smaller windows and strides in the first two convolutions."
    year: ClassVar[int] = 2013
    paper: ClassVar[str] = "Zeiler & Fergus, Visualizing and understanding convolutional networks, ECCV 2014"
    lesson: ClassVar[str] = (
        "Its authors looked at what AlexNet's filters answer to, saw dead and aliased ones in the first layers, and mended them: "
        "looking inside pays."
    )
    published: ClassVar[Published] = Published(62_357_608, 1_168_032_896)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            *conv_relu(1, 96, 7, stride=2, padding=1),
            layer("p1", "max_pool2d", ceil=True, **POOL),
            layer("n1", "lrn"),
            *conv_relu(2, 256, 5, stride=2),
            layer("p2", "max_pool2d", ceil=True, **POOL),
            layer("n2", "lrn"),
            *_three(384, 384, 256),
            *_end(self.classes),
        ]


@NETWORKS.declare
class AlexNetS(SmallClassifier):
    """AlexNet for 32 × 32 pixels, with a quarter of its filters."""

    kind: ClassVar[str] = "alexnet_s"
    title: ClassVar[str] = "Small AlexNet"
    help: ClassVar[str] = (
        "AlexNet's five convolutions and three linear layers in small, for 32 × 32 pixels. It trains in minutes on a CPU."
    )
    year: ClassVar[int] = 2012
    paper: ClassVar[str] = PAPER
    lesson: ClassVar[str] = LESSON
    training: ClassVar[Mapping[str, Any]] = {"optimizer": "adam", "learning_rate": 0.001}

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            *conv_relu(1, 24, 5, padding=2),
            layer("n1", "lrn"),
            layer("p1", "max_pool2d", **POOL),
            *conv_relu(2, 48, 5, padding=2),
            layer("n2", "lrn"),
            layer("p2", "max_pool2d", **POOL),
            *_three(64, 64, 48),
            layer("flat", "flatten"),
            *dense_relu(6, 128, dropout=0.3),
            layer("out", "linear", units=self.classes),
        ]
