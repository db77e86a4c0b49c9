"""Residual and plain networks for CIFAR-10. He, Zhang, Ren & Sun 2016, section 4.2: 6n + 2 layers, skips without weights."""

from __future__ import annotations

from typing import ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.families import NETWORKS, Classifier, Group, Published
from engine.zoo.parts import CIFAR, block, conv_bn, conv_bn_relu
from engine.zoo.resnet import PAPER, Basic, Plain

WIDTHS = (16, 32, 64)
"""Feature maps of the three stages."""


class CifarStages(Classifier):
    """A convolution, three stages of ``units`` units of two convolutions, and a linear layer on the means of the maps."""

    group: ClassVar[Group] = Group.CIFAR
    input_shape: ClassVar[Shape] = CIFAR
    year: ClassVar[int] = 2015
    paper: ClassVar[str] = PAPER
    units: ClassVar[int] = 3
    has_skips: ClassVar[bool] = True

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        stages = [self._stage(number, width) for number, width in enumerate(WIDTHS, 1)]
        end = [layer("gap", "global_avg_pool"), layer("fc", "linear", units=self.classes)]
        return [*conv_bn_relu(1, WIDTHS[0], 3, padding=1), *stages, *end]

    def _stage(self, number: int, width: int) -> LayerSpec:
        name = "Residual unit" if self.has_skips else "Plain unit"
        if number == 1:
            return block("stage1", "Stage 1", [block("units", name, self._unit(width), repeat=self.units)])
        first, rest = block("first", name, self._unit(width, 2)), block("units", name, self._unit(width), repeat=self.units - 1)
        return block(f"stage{number}", f"Stage {number}", [first, rest])

    def _unit(self, width: int, stride: int = 1) -> list[LayerSpec]:
        way = [*conv_bn_relu(1, width, 3, ("@in",), stride=stride, padding=1), *conv_bn(2, width, 3, padding=1)]
        if not self.has_skips:
            return [*way, layer("r2", "relu")]
        skip = (
            [layer("sum", "add", ("bn2", "@in"))] if stride == 1 else [*_narrowed(width), layer("sum", "add", ("bn2", "wider"))]
        )
        return [*way, *skip, layer("r2", "relu")]


def _narrowed(width: int) -> list[LayerSpec]:
    """A skip without weights to maps half as large and twice as many: every second pixel, and channels of zeros (option A)."""
    every_second = layer("skip", "avg_pool2d", ("@in",), kernel=1, stride=2)
    wider = layer("wider", "pad", before=0, after=0, channels_before=width // 4, channels_after=width // 4)
    return [every_second, wider]


@NETWORKS.declare
class CifarResNet20(CifarStages):
    """ResNet-20 for CIFAR: 269,722 parameters."""

    kind: ClassVar[str] = "cifar_resnet20"
    title: ClassVar[str] = "ResNet-20 for CIFAR"
    help: ClassVar[str] = "20 layers; 8.75 % of the test images wrong in the paper."
    lesson: ClassVar[str] = Basic.lesson
    units: ClassVar[int] = 3
    published: ClassVar[Published] = Published(269_722, 40_551_040)


@NETWORKS.declare
class CifarResNet32(CifarStages):
    """ResNet-32 for CIFAR: 464,154 parameters."""

    kind: ClassVar[str] = "cifar_resnet32"
    title: ClassVar[str] = "ResNet-32 for CIFAR"
    help: ClassVar[str] = "32 layers; 7.51 % of the test images wrong in the paper."
    lesson: ClassVar[str] = Basic.lesson
    units: ClassVar[int] = 5
    published: ClassVar[Published] = Published(464_154, 68_862_592)


@NETWORKS.declare
class CifarResNet44(CifarStages):
    """ResNet-44 for CIFAR: 658,586 parameters."""

    kind: ClassVar[str] = "cifar_resnet44"
    title: ClassVar[str] = "ResNet-44 for CIFAR"
    help: ClassVar[str] = "44 layers; 7.17 % of the test images wrong in the paper."
    lesson: ClassVar[str] = Basic.lesson
    units: ClassVar[int] = 7
    published: ClassVar[Published] = Published(658_586, 97_174_144)


@NETWORKS.declare
class CifarResNet56(CifarStages):
    """ResNet-56 for CIFAR: 853,018 parameters."""

    kind: ClassVar[str] = "cifar_resnet56"
    title: ClassVar[str] = "ResNet-56 for CIFAR"
    help: ClassVar[str] = "56 layers; 6.97 % of the test images wrong in the paper."
    lesson: ClassVar[str] = Basic.lesson
    units: ClassVar[int] = 9
    published: ClassVar[Published] = Published(853_018, 125_485_696)


@NETWORKS.declare
class CifarResNet110(CifarStages):
    """ResNet-110 for CIFAR: 1,727,962 parameters."""

    kind: ClassVar[str] = "cifar_resnet110"
    title: ClassVar[str] = "ResNet-110 for CIFAR"
    help: ClassVar[str] = "110 layers; 6.43 % of the test images wrong in the paper."
    lesson: ClassVar[str] = Basic.lesson
    units: ClassVar[int] = 18
    published: ClassVar[Published] = Published(1_727_962, 252_887_680)


@NETWORKS.declare
class CifarPlain20(CifarStages):
    """Plain-20 for CIFAR: 269,722 parameters."""

    kind: ClassVar[str] = "cifar_plain20"
    title: ClassVar[str] = "Plain-20 for CIFAR"
    help: ClassVar[str] = "20 layers without skips: the same weights as ResNet-20, and harder to train the deeper it is."
    lesson: ClassVar[str] = Plain.lesson
    units: ClassVar[int] = 3
    has_skips: ClassVar[bool] = False
    published: ClassVar[Published] = Published(269_722, 40_551_040)


@NETWORKS.declare
class CifarPlain32(CifarStages):
    """Plain-32 for CIFAR: 464,154 parameters."""

    kind: ClassVar[str] = "cifar_plain32"
    title: ClassVar[str] = "Plain-32 for CIFAR"
    help: ClassVar[str] = "32 layers without skips: the same weights as ResNet-32, and harder to train the deeper it is."
    lesson: ClassVar[str] = Plain.lesson
    units: ClassVar[int] = 5
    has_skips: ClassVar[bool] = False
    published: ClassVar[Published] = Published(464_154, 68_862_592)


@NETWORKS.declare
class CifarPlain44(CifarStages):
    """Plain-44 for CIFAR: 658,586 parameters."""

    kind: ClassVar[str] = "cifar_plain44"
    title: ClassVar[str] = "Plain-44 for CIFAR"
    help: ClassVar[str] = "44 layers without skips: the same weights as ResNet-44, and harder to train the deeper it is."
    lesson: ClassVar[str] = Plain.lesson
    units: ClassVar[int] = 7
    has_skips: ClassVar[bool] = False
    published: ClassVar[Published] = Published(658_586, 97_174_144)


@NETWORKS.declare
class CifarPlain56(CifarStages):
    """Plain-56 for CIFAR: 853,018 parameters."""

    kind: ClassVar[str] = "cifar_plain56"
    title: ClassVar[str] = "Plain-56 for CIFAR"
    help: ClassVar[str] = "56 layers without skips: the same weights as ResNet-56, and harder to train the deeper it is."
    lesson: ClassVar[str] = Plain.lesson
    units: ClassVar[int] = 9
    has_skips: ClassVar[bool] = False
    published: ClassVar[Published] = Published(853_018, 125_485_696)


@NETWORKS.declare
class CifarPlain110(CifarStages):
    """Plain-110 for CIFAR: 1,727,962 parameters."""

    kind: ClassVar[str] = "cifar_plain110"
    title: ClassVar[str] = "Plain-110 for CIFAR"
    help: ClassVar[str] = "110 layers without skips: the same weights as ResNet-110, and harder to train the deeper it is."
    lesson: ClassVar[str] = Plain.lesson
    units: ClassVar[int] = 18
    has_skips: ClassVar[bool] = False
    published: ClassVar[Published] = Published(1_727_962, 252_887_680)
