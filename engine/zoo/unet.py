"""U-Net: down to what is there, up to where it is. Ronneberger, Fischer & Brox 2015, figure 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.design.parameters import parameter
from engine.families import NETWORKS, Family, Group, Published
from engine.zoo.parts import block, conv_bn_relu, conv_relu

PAPER = "Ronneberger, Fischer & Brox, U-Net: convolutional networks for biomedical image segmentation, MICCAI 2015"
LESSON = "What is thrown away on the way down is handed across: coarse meaning and fine edges together give masks that fit."


@NETWORKS.declare
class UNet(Family):
    """The U of the paper: 3×3 convolutions without padding, so that what is handed across is cropped; 31,030,658 parameters."""

    group: ClassVar[Group] = Group.OTHER
    kind: ClassVar[str] = "unet"
    title: ClassVar[str] = "U-Net"
    help: ClassVar[str] = (
        "Four halvings, four doublings by transposed convolutions, and four bridges across. Without padding: of 572 × 572 pixels "
        "it answers for the inner 388 × 388."
    )
    input_shape: ClassVar[Shape] = (1, 572, 572)
    year: ClassVar[int] = 2015
    paper: ClassVar[str] = PAPER
    lesson: ClassVar[str] = LESSON
    published: ClassVar[Published] = Published(31_030_658, 150_428_424_448)

    width: int = parameter(64, "Feature maps of the first level; each level below has twice as many.", low=1, high=1024)
    outputs: int = parameter(2, "Maps that it answers with, one a class.", low=1, high=65536)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        sizes, bridges = list(input_shape[1:]), []
        specs: list[LayerSpec] = []
        for level in range(4):
            specs += [block(f"down{level}", f"Level {level + 1}", _two(self.width << level)), layer(f"p{level}", "max_pool2d")]
            bridges.append([size - 4 for size in sizes])
            sizes = [(size - 4) // 2 for size in sizes]
        specs.append(block("bottom", "Bottom", _two(self.width << 4)))
        sizes = [size - 4 for size in sizes]
        for level in reversed(range(4)):
            sizes = [2 * size for size in sizes]
            specs += self._up(level, [across - size for across, size in zip(bridges[level], sizes, strict=True)])
            sizes = [size - 4 for size in sizes]
        return [*specs, layer("out", "conv2d", filters=self.outputs, kernel=1)]

    def _up(self, level: int, spare: list[int]) -> list[LayerSpec]:
        filters = self.width << level
        before, after = ([max(0, half) for half in halves] for halves in ([s // 2 for s in spare], [s - s // 2 for s in spare]))
        return [
            layer(f"up{level}", "conv_transpose2d", filters=filters),
            layer(f"bridge{level}", "crop", (f"down{level}",), before=before, after=after),
            layer(f"join{level}", "concat", (f"bridge{level}", f"up{level}")),
            block(f"right{level}", f"Level {level + 1}", _two(filters)),
        ]


def _two(filters: int) -> list[LayerSpec]:
    return [*conv_relu(1, filters, 3), *conv_relu(2, filters, 3)]


@NETWORKS.declare
class UNetS(Family):
    """Two levels, padded, for masks of 32 × 32 pixels."""

    group: ClassVar[Group] = Group.OTHER
    kind: ClassVar[str] = "unet_s"
    title: ClassVar[str] = "Small U-Net"
    help: ClassVar[str] = (
        "Two halvings and two bridges, with padding, so that the mask is as large as the image. It trains in minutes on a CPU."
    )
    input_shape: ClassVar[Shape] = (3, 32, 32)
    year: ClassVar[int] = 2015
    paper: ClassVar[str] = PAPER
    lesson: ClassVar[str] = LESSON
    data: ClassVar[str] = "shapes"
    training: ClassVar[Mapping[str, Any]] = {"task": "to_image", "optimizer": "adam", "learning_rate": 0.003}

    width: int = parameter(12, "Feature maps of the first level; each level below has twice as many.", low=1, high=1024)
    outputs: int = parameter(1, "Maps that it answers with.", low=1, high=65536)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        specs: list[LayerSpec] = []
        for level in range(2):
            specs += [block(f"down{level}", f"Level {level + 1}", self._two(level)), layer(f"p{level}", "max_pool2d")]
        specs.append(block("bottom", "Bottom", self._two(2)))
        for level in (1, 0):
            specs += [
                layer(f"up{level}", "conv_transpose2d", filters=self.width << level),
                layer(f"join{level}", "concat", (f"down{level}", f"up{level}")),
                block(f"right{level}", f"Level {level + 1}", self._two(level)),
            ]
        return [*specs, layer("out", "conv2d", filters=self.outputs, kernel=1)]

    def _two(self, level: int) -> list[LayerSpec]:
        filters = self.width << level
        return [*conv_bn_relu(1, filters, 3, padding=1), *conv_bn_relu(2, filters, 3, padding=1)]
