"""What many networks are made of: an image's usual size, and convolutions with what follows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.design.parameters import parameter
from engine.families import MAX_CLASSES, Classifier, Group

IMAGENET: Shape = (3, 224, 224)
CIFAR: Shape = (3, 32, 32)
MNIST: Shape = (1, 28, 28)


def block(id: str, name: str, layers: Sequence[LayerSpec], inputs: Sequence[str] = (), repeat: int = 1) -> LayerSpec:
    """Several layers under one name."""
    return layer(id, "block", inputs, name=name, repeat=repeat, layers=tuple(layers))


def conv_relu(number: int | str, filters: int, kernel: int, inputs: Sequence[str] = (), **others: Any) -> list[LayerSpec]:
    """cN, a convolution, and rN, a ReLU."""
    return [layer(f"c{number}", "conv2d", inputs, filters=filters, kernel=kernel, **others), layer(f"r{number}", "relu")]


def conv_bn(number: int | str, filters: int, kernel: int, inputs: Sequence[str] = (), **others: Any) -> list[LayerSpec]:
    """cN, a convolution without bias, and bnN, a batch normalisation."""
    conv = layer(f"c{number}", "conv2d", inputs, filters=filters, kernel=kernel, bias=False, **others)
    return [conv, layer(f"bn{number}", "batch_norm")]


def conv_bn_relu(number: int | str, filters: int, kernel: int, inputs: Sequence[str] = (), **others: Any) -> list[LayerSpec]:
    """cN, bnN, and rN, a ReLU."""
    return [*conv_bn(number, filters, kernel, inputs, **others), layer(f"r{number}", "relu")]


def dense_relu(number: int | str, units: int, dropout: float = 0.0) -> list[LayerSpec]:
    """fN, a linear layer, rN, a ReLU, and dN, a dropout where there is one."""
    made = [layer(f"f{number}", "linear", units=units), layer(f"r{number}", "relu")]
    return [*made, layer(f"d{number}", "dropout", rate=dropout)] if dropout else made


class ImageNetClassifier(Classifier):
    """A network for 224 × 224 colour images of a thousand classes."""

    group: ClassVar[Group] = Group.IMAGENET
    input_shape: ClassVar[Shape] = IMAGENET

    classes: int = parameter(1000, "How many classes it tells apart.", low=2, high=MAX_CLASSES)


class SmallClassifier(Classifier):
    """A network for 32 × 32 colour images that trains in minutes on a CPU; it is shown with the built-in shapes."""

    group: ClassVar[Group] = Group.SMALL
    input_shape: ClassVar[Shape] = CIFAR
    data: ClassVar[str] = "shapes"

    classes: int = parameter(8, "How many classes it tells apart.", low=2, high=MAX_CLASSES)
