"""Residual networks for ImageNet, and the plain ones beside them. He, Zhang, Ren & Sun 2016, table 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.design.parameters import parameter
from engine.families import NETWORKS, Published
from engine.zoo.parts import ImageNetClassifier, SmallClassifier, block, conv_bn, conv_bn_relu

PAPER = "He, Zhang, Ren & Sun, Deep residual learning for image recognition, CVPR 2016"
WIDTHS = (64, 128, 256, 512)
"""Feature maps inside the units of the four stages."""


class Stages(ImageNetClassifier):
    """A 7×7 convolution and pooling, four stages of ``units``, and a linear layer on the means of the maps."""

    year: ClassVar[int] = 2015
    paper: ClassVar[str] = PAPER
    units: ClassVar[tuple[int, int, int, int]] = (2, 2, 2, 2)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        stem = [*conv_bn_relu(1, 64, 7, stride=2, padding=3), layer("p1", "max_pool2d", kernel=3, stride=2, padding=1)]
        stages = [self._stage(number, width) for number, width in enumerate(WIDTHS)]
        return [*stem, *stages, layer("gap", "global_avg_pool"), layer("fc", "linear", units=self.classes)]

    def _stage(self, number: int, width: int) -> LayerSpec:
        first = self.unit(width, 1 if number == 0 else 2, True)
        rest = self.unit(width, 1, False)
        inside = [block("first", self.unit_name, first), block("rest", self.unit_name, rest, repeat=self.units[number] - 1)]
        return block(f"conv{number + 2}", f"conv{number + 2}_x", inside)

    unit_name: ClassVar[str] = ""

    def unit(self, width: int, stride: int, is_first: bool) -> list[LayerSpec]:
        """One unit of a stage; the ``is_first`` makes the maps another number or size."""
        raise NotImplementedError


class Basic(Stages):
    """Units of two 3×3 convolutions."""

    unit_name: ClassVar[str] = "Basic block"
    lesson: ClassVar[str] = (
        "A unit only learns what to add to its input. The skip gives the gradient a short way back, so that depth helps again "
        "where plain networks had become worse with it."
    )

    def unit(self, width: int, stride: int, is_first: bool) -> list[LayerSpec]:
        way = [*conv_bn_relu(1, width, 3, ("@in",), stride=stride, padding=1), *conv_bn(2, width, 3, padding=1)]
        if is_first and (stride, width) != (1, WIDTHS[0]):
            way += [*conv_bn("s", width, 1, ("@in",), stride=stride), layer("sum", "add", ("bn2", "bns"))]
        else:
            way.append(layer("sum", "add", ("bn2", "@in")))
        return [*way, layer("r2", "relu")]


class Plain(Stages):
    """The same convolutions without skips."""

    unit_name: ClassVar[str] = "Plain unit"
    lesson: ClassVar[str] = "What a residual network is without its skips: beyond some depth even its training error gets worse."

    def unit(self, width: int, stride: int, is_first: bool) -> list[LayerSpec]:
        return [*conv_bn_relu(1, width, 3, stride=stride, padding=1), *conv_bn_relu(2, width, 3, padding=1)]


class Bottleneck(Stages):
    """Units of a 1×1 convolution that narrows, a 3×3 one, and a 1×1 one that widens fourfold."""

    unit_name: ClassVar[str] = "Bottleneck block"
    lesson: ClassVar[str] = (
        "1×1 convolutions around each 3×3 one make depth affordable: 152 layers with fewer products than VGG-16."
    )

    stride_at: Literal["1x1", "3x3"] = parameter(
        "1x1", "Which convolution of a stage's first unit halves the maps: the first, as in the paper, or the 3×3 one (v1.5)."
    )

    def unit(self, width: int, stride: int, is_first: bool) -> list[LayerSpec]:
        early, late = (stride, 1) if self.stride_at == "1x1" else (1, stride)
        way = [
            *conv_bn_relu(1, width, 1, ("@in",), stride=early),
            *conv_bn_relu(2, width, 3, stride=late, padding=1),
            *conv_bn(3, 4 * width, 1),
        ]
        if is_first:
            way += [*conv_bn("s", 4 * width, 1, ("@in",), stride=stride), layer("sum", "add", ("bn3", "bns"))]
        else:
            way.append(layer("sum", "add", ("bn3", "@in")))
        return [*way, layer("r3", "relu")]


@NETWORKS.declare
class ResNet18(Basic):
    """ResNet-18: 11,689,512 parameters."""

    kind: ClassVar[str] = "resnet18"
    title: ClassVar[str] = "ResNet-18"
    help: ClassVar[str] = "Eight residual units of two convolutions: the residual network to begin with."
    units: ClassVar[tuple[int, int, int, int]] = (2, 2, 2, 2)
    published: ClassVar[Published] = Published(11_689_512, 1_814_073_344)


@NETWORKS.declare
class ResNet34(Basic):
    """ResNet-34: 21,797,672 parameters."""

    kind: ClassVar[str] = "resnet34"
    title: ClassVar[str] = "ResNet-34"
    help: ClassVar[str] = "Sixteen residual units of two convolutions."
    units: ClassVar[tuple[int, int, int, int]] = (3, 4, 6, 3)
    published: ClassVar[Published] = Published(21_797_672, 3_663_761_408)


@NETWORKS.declare
class Plain18(Plain):
    """Plain-18: 11,515,688 parameters."""

    kind: ClassVar[str] = "plain18"
    title: ClassVar[str] = "Plain-18"
    help: ClassVar[str] = "ResNet-18 without its skips."
    units: ClassVar[tuple[int, int, int, int]] = (2, 2, 2, 2)
    published: ClassVar[Published] = Published(11_515_688, 1_794_805_760)


@NETWORKS.declare
class Plain34(Plain):
    """Plain-34: 21,623,848 parameters."""

    kind: ClassVar[str] = "plain34"
    title: ClassVar[str] = "Plain-34"
    help: ClassVar[str] = "ResNet-34 without its skips: it trains worse than Plain-18."
    units: ClassVar[tuple[int, int, int, int]] = (3, 4, 6, 3)
    published: ClassVar[Published] = Published(21_623_848, 3_644_493_824)


@NETWORKS.declare
class ResNet50(Bottleneck):
    """ResNet-50: 25,557,032 parameters."""

    kind: ClassVar[str] = "resnet50"
    title: ClassVar[str] = "ResNet-50"
    help: ClassVar[str] = "Sixteen bottleneck units: the network that most others are compared with."
    units: ClassVar[tuple[int, int, int, int]] = (3, 4, 6, 3)
    published: ClassVar[Published] = Published(25_557_032, 3_857_973_248)


@NETWORKS.declare
class ResNet101(Bottleneck):
    """ResNet-101: 44,549,160 parameters."""

    kind: ClassVar[str] = "resnet101"
    title: ClassVar[str] = "ResNet-101"
    help: ClassVar[str] = "Thirty-three bottleneck units."
    units: ClassVar[tuple[int, int, int, int]] = (3, 4, 23, 3)
    published: ClassVar[Published] = Published(44_549_160, 7_570_194_432)


@NETWORKS.declare
class ResNet152(Bottleneck):
    """ResNet-152: 60,192,808 parameters."""

    kind: ClassVar[str] = "resnet152"
    title: ClassVar[str] = "ResNet-152"
    help: ClassVar[str] = "Fifty bottleneck units, and still fewer products than VGG-16."
    units: ClassVar[tuple[int, int, int, int]] = (3, 8, 36, 3)
    published: ClassVar[Published] = Published(60_192_808, 11_282_415_616)


@NETWORKS.declare
class ResNetS(SmallClassifier):
    """A residual network for 32 × 32 pixels: three stages, the later ones begun by a convolution of stride 2."""

    kind: ClassVar[str] = "resnet_s"
    title: ClassVar[str] = "Small ResNet"
    help: ClassVar[str] = "Residual units for images of 32 × 32, with batch normalisation. It trains in minutes on a CPU."
    year: ClassVar[int] = 2015
    paper: ClassVar[str] = PAPER
    lesson: ClassVar[str] = Basic.lesson
    training: ClassVar[Mapping[str, Any]] = {"optimizer": "adam", "learning_rate": 0.002}

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        specs = conv_bn_relu(1, 16, 3, padding=1)
        for number, width in enumerate((16, 32, 64), 1):
            specs += conv_bn_relu(f"d{number}", width, 3, stride=2, padding=1) if number > 1 else []
            unit = [*conv_bn_relu(1, width, 3, ("@in",), padding=1), *conv_bn(2, width, 3, padding=1)]
            unit += [layer("sum", "add", ("bn2", "@in")), layer("r2", "relu")]
            specs.append(block(f"u{number}", "Residual unit", unit))
        return [*specs, layer("gap", "global_avg_pool"), layer("fc", "linear", units=self.classes)]
