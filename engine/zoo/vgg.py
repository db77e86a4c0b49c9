"""VGG: nothing but 3×3 convolutions, as deep as they could be trained. Simonyan & Zisserman 2015, table 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.families import NETWORKS, Published
from engine.zoo.parts import ImageNetClassifier, SmallClassifier, block, conv_bn_relu, conv_relu, dense_relu

WIDTHS = (64, 128, 256, 512, 512)
"""Feature maps of the five stages."""


class Vgg(ImageNetClassifier):
    """``plan`` says the kernels of each stage; behind every stage the maps are halved."""

    year: ClassVar[int] = 2014
    paper: ClassVar[str] = "Simonyan & Zisserman, Very deep convolutional networks for large-scale image recognition, ICLR 2015"
    lesson: ClassVar[str] = (
        "Two 3×3 convolutions see as far as one of 5×5, with fewer weights and one more ReLU: small kernels and depth win."
    )
    plan: ClassVar[tuple[tuple[int, ...], ...]] = ()
    normalised: ClassVar[bool] = False

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        stages = [self._stage(number, kernels) for number, kernels in enumerate(self.plan, 1)]
        end = [layer("flat", "flatten"), *dense_relu(6, 4096, dropout=0.5), *dense_relu(7, 4096, dropout=0.5)]
        return [*stages, *end, layer("out", "linear", units=self.classes)]

    def _stage(self, number: int, kernels: tuple[int, ...]) -> LayerSpec:
        specs: list[LayerSpec] = []
        for place, kernel in enumerate(kernels, 1):
            specs += conv_relu(place, WIDTHS[number - 1], kernel, padding=kernel // 2)
            if self.normalised and number == 1:
                specs.append(layer("lrn", "lrn"))
        return block(f"s{number}", f"Stage {number}", [*specs, layer("p", "max_pool2d")])


@NETWORKS.declare
class VggA(Vgg):
    """VGG-11 (A): 132,863,336 parameters."""

    kind: ClassVar[str] = "vgg_a"
    title: ClassVar[str] = "VGG-11 (A)"
    help: ClassVar[str] = "Eleven layers with weights, the shallowest of the series: the others were begun with its weights."
    plan: ClassVar[tuple[tuple[int, ...], ...]] = ((3,), (3,), (3, 3), (3, 3), (3, 3))
    published: ClassVar[Published] = Published(132_863_336, 7_609_090_048)


@NETWORKS.declare
class VggALrn(Vgg):
    """VGG-11 (A-LRN): 132,863,336 parameters."""

    kind: ClassVar[str] = "vgg_a_lrn"
    title: ClassVar[str] = "VGG-11 (A-LRN)"
    help: ClassVar[str] = "VGG-11 with a local response normalisation, which made it no better: the later ones do without."
    plan: ClassVar[tuple[tuple[int, ...], ...]] = ((3,), (3,), (3, 3), (3, 3), (3, 3))
    published: ClassVar[Published] = Published(132_863_336, 7_609_090_048)
    normalised: ClassVar[bool] = True


@NETWORKS.declare
class VggB(Vgg):
    """VGG-13 (B): 133,047,848 parameters."""

    kind: ClassVar[str] = "vgg_b"
    title: ClassVar[str] = "VGG-13 (B)"
    help: ClassVar[str] = "Two convolutions of 3×3 in every stage."
    plan: ClassVar[tuple[tuple[int, ...], ...]] = ((3, 3), (3, 3), (3, 3), (3, 3), (3, 3))
    published: ClassVar[Published] = Published(133_047_848, 11_308_466_176)


@NETWORKS.declare
class VggC(Vgg):
    """VGG-16 (C): 133,638,952 parameters."""

    kind: ClassVar[str] = "vgg_c"
    title: ClassVar[str] = "VGG-16 (C)"
    help: ClassVar[str] = (
        "VGG-13 with a 1×1 convolution more in the last stages: more bends, but no wider view. D, with 3×3 there, is better."
    )
    plan: ClassVar[tuple[tuple[int, ...], ...]] = ((3, 3), (3, 3), (3, 3, 1), (3, 3, 1), (3, 3, 1))
    published: ClassVar[Published] = Published(133_638_952, 11_770_888_192)


@NETWORKS.declare
class VggD(Vgg):
    """VGG-16 (D): 138,357,544 parameters."""

    kind: ClassVar[str] = "vgg_d"
    title: ClassVar[str] = "VGG-16 (D)"
    help: ClassVar[str] = (
        "The VGG that everybody uses: thirteen convolutions of 3×3 and three large linear layers, which have most of its weights."
    )
    plan: ClassVar[tuple[tuple[int, ...], ...]] = ((3, 3), (3, 3), (3, 3, 3), (3, 3, 3), (3, 3, 3))
    published: ClassVar[Published] = Published(138_357_544, 15_470_264_320)


@NETWORKS.declare
class VggE(Vgg):
    """VGG-19 (E): 143,667,240 parameters."""

    kind: ClassVar[str] = "vgg_e"
    title: ClassVar[str] = "VGG-19 (E)"
    help: ClassVar[str] = "Sixteen convolutions: a little better than VGG-16, and the end of what trains without skips."
    plan: ClassVar[tuple[tuple[int, ...], ...]] = ((3, 3), (3, 3), (3, 3, 3, 3), (3, 3, 3, 3), (3, 3, 3, 3))
    published: ClassVar[Published] = Published(143_667_240, 19_632_062_464)


@NETWORKS.declare
class VggS(SmallClassifier):
    """VGG for 32 × 32 pixels: three stages of two convolutions, with batch normalisation."""

    kind: ClassVar[str] = "vgg_s"
    title: ClassVar[str] = "Small VGG"
    help: ClassVar[str] = (
        "The idea of VGG for images of 32 × 32: three stages of two 3×3 convolutions. It trains in minutes on a CPU."
    )
    year: ClassVar[int] = 2014
    paper: ClassVar[str] = Vgg.paper
    lesson: ClassVar[str] = Vgg.lesson
    training: ClassVar[Mapping[str, Any]] = {"optimizer": "adam", "learning_rate": 0.002}

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        stages = [
            block(f"s{number}", f"Stage {number}", [*_pair(filters), layer("p", "max_pool2d")])
            for number, filters in enumerate((16, 32, 64), 1)
        ]
        return [*stages, layer("gap", "global_avg_pool"), *dense_relu(1, 64), layer("out", "linear", units=self.classes)]


def _pair(filters: int) -> list[LayerSpec]:
    return [spec for number in (1, 2) for spec in conv_bn_relu(number, filters, 3, padding=1)]
