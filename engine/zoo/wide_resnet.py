"""Wide residual networks: fewer units, with more feature maps. Zagoruyko & Komodakis 2016."""

from __future__ import annotations

from typing import ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.design.parameters import parameter
from engine.families import NETWORKS, Classifier, Group, Published
from engine.zoo.parts import CIFAR, block


class WideResNet(Classifier):
    """6n + 4 layers, ``width`` times as many feature maps; every unit normalises first and convolves then."""

    group: ClassVar[Group] = Group.CIFAR
    input_shape: ClassVar[Shape] = CIFAR
    year: ClassVar[int] = 2016
    paper: ClassVar[str] = "Zagoruyko & Komodakis, Wide residual networks, BMVC 2016"
    lesson: ClassVar[str] = (
        "Width instead of depth: sixteen wide layers learn as well as a thousand narrow ones, and many times faster."
    )
    depth: ClassVar[int] = 16
    width: ClassVar[int] = 8

    dropout: float = parameter(0.0, "Share of numbers switched off between the convolutions of a unit.", low=0.0, high=0.9)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        stem = layer("c1", "conv2d", filters=16, kernel=3, padding=1, bias=False)
        stages = [self._stage(number, 16 * self.width * 2 ** (number - 1)) for number in (1, 2, 3)]
        end = [layer("bn", "batch_norm"), layer("r", "relu"), layer("gap", "global_avg_pool")]
        return [stem, *stages, *end, layer("fc", "linear", units=self.classes)]

    def _stage(self, number: int, filters: int) -> LayerSpec:
        first = block("first", "Wide unit", self._unit(filters, 1 if number == 1 else 2, True))
        rest = block("rest", "Wide unit", self._unit(filters, 1, False), repeat=(self.depth - 4) // 6 - 1)
        return block(f"conv{number + 1}", f"conv{number + 1}", [first, rest])

    def _unit(self, filters: int, stride: int, is_first: bool) -> list[LayerSpec]:
        way = [
            layer("bn1", "batch_norm", ("@in",)),
            layer("r1", "relu"),
            layer("c1", "conv2d", filters=filters, kernel=3, stride=stride, padding=1, bias=False),
            layer("bn2", "batch_norm"),
            layer("r2", "relu"),
            *([layer("d", "dropout", rate=self.dropout)] if self.dropout else []),
            layer("c2", "conv2d", filters=filters, kernel=3, padding=1, bias=False),
        ]
        if not is_first:
            return [*way, layer("sum", "add", ("c2", "@in"))]
        skip = layer("skip", "conv2d", ("r1",), filters=filters, kernel=1, stride=stride, bias=False)
        return [*way, skip, layer("sum", "add", ("c2", "skip"))]


@NETWORKS.declare
class Wrn16x8(WideResNet):
    """WRN-16-8: 10,961,370 parameters."""

    kind: ClassVar[str] = "wrn_16_8"
    title: ClassVar[str] = "WRN-16-8"
    help: ClassVar[str] = "16 layers, 8 times as wide as the narrow ones; 4.27 % of CIFAR-10's test images wrong in the paper."
    depth: ClassVar[int] = 16
    width: ClassVar[int] = 8
    published: ClassVar[Published] = Published(10_961_370, 1_548_145_664)


@NETWORKS.declare
class Wrn28x10(WideResNet):
    """WRN-28-10: 36,479,194 parameters."""

    kind: ClassVar[str] = "wrn_28_10"
    title: ClassVar[str] = "WRN-28-10"
    help: ClassVar[str] = "28 layers, 10 times as wide as the narrow ones; 4.00 % of CIFAR-10's test images wrong in the paper."
    depth: ClassVar[int] = 28
    width: ClassVar[int] = 10
    published: ClassVar[Published] = Published(36_479_194, 5_243_328_768)


@NETWORKS.declare
class Wrn40x4(WideResNet):
    """WRN-40-4: 8,949,210 parameters."""

    kind: ClassVar[str] = "wrn_40_4"
    title: ClassVar[str] = "WRN-40-4"
    help: ClassVar[str] = "40 layers, 4 times as wide as the narrow ones; 4.53 % of CIFAR-10's test images wrong in the paper."
    depth: ClassVar[int] = 40
    width: ClassVar[int] = 4
    published: ClassVar[Published] = Published(8_949_210, 1_298_582_016)
