"""All convolutional networks: no pooling, no linear layers. Springenberg et al. 2015, tables 1 and 2."""

from __future__ import annotations

from typing import ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.families import NETWORKS, Classifier, Group, Published
from engine.zoo.parts import CIFAR, block, conv_relu


class AllCnn(Classifier):
    """``kernels`` of the convolutions of a stage, which one of 3×3 and stride 2 ends in place of a pooling."""

    group: ClassVar[Group] = Group.CIFAR
    input_shape: ClassVar[Shape] = CIFAR
    year: ClassVar[int] = 2014
    paper: ClassVar[str] = (
        "Springenberg, Dosovitskiy, Brox & Riedmiller, Striving for simplicity: the all convolutional net, ICLR 2015"
    )
    lesson: ClassVar[str] = (
        "A convolution of stride 2 does what pooling does, and learns how: nothing but convolutions is needed."
    )
    kernels: ClassVar[tuple[int, ...]] = ()

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        stages = [self._stage(number, filters) for number, filters in ((1, 96), (2, 192))]
        end = [*conv_relu(7, 192, 3, padding=1), *conv_relu(8, 192, 1), *conv_relu(9, self.classes, 1)]
        return [layer("d0", "dropout", rate=0.2), *stages, *end, layer("gap", "global_avg_pool")]

    def _stage(self, number: int, filters: int) -> LayerSpec:
        specs: list[LayerSpec] = []
        for place, kernel in enumerate(self.kernels, 1):
            specs += conv_relu(place, filters, kernel, padding=kernel // 2)
        down = [*conv_relu("d", filters, 3, stride=2, padding=1), layer("drop", "dropout", rate=0.5)]
        return block(f"s{number}", f"Stage {number}", [*specs, *down])


@NETWORKS.declare
class AllCnnA(AllCnn):
    """One 5×5 convolution a stage."""

    kind: ClassVar[str] = "allcnn_a"
    title: ClassVar[str] = "All-CNN-A"
    help: ClassVar[str] = "One convolution of 5×5 in each of two stages, then 3×3 and 1×1 ones."
    kernels: ClassVar[tuple[int, ...]] = (5,)


@NETWORKS.declare
class AllCnnB(AllCnn):
    """A 5×5 and a 1×1 convolution a stage."""

    kind: ClassVar[str] = "allcnn_b"
    title: ClassVar[str] = "All-CNN-B"
    help: ClassVar[str] = "A convolution of 5×5 and one of 1×1 in each of two stages, as in networks in networks."
    kernels: ClassVar[tuple[int, ...]] = (5, 1)


@NETWORKS.declare
class AllCnnC(AllCnn):
    """Two 3×3 convolutions a stage: 1,369,738 parameters."""

    kind: ClassVar[str] = "allcnn_c"
    title: ClassVar[str] = "All-CNN-C"
    help: ClassVar[str] = (
        "Two convolutions of 3×3 in each of two stages: the best of the three, 9.1 % of CIFAR-10's test images wrong."
    )
    kernels: ClassVar[tuple[int, ...]] = (3, 3)
    published: ClassVar[Published] = Published(1_369_738, 281_174_016)
