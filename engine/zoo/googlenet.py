"""GoogLeNet: Inception modules, with and without the auxiliary classifiers. Szegedy et al. 2015, table 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.families import NETWORKS, Published
from engine.zoo.parts import ImageNetClassifier, SmallClassifier, block, conv_relu, dense_relu

POOL: Mapping[str, Any] = {"kernel": 3, "stride": 2, "ceil": True}
AUXILIARY_WEIGHT = 0.3

TABLE: Mapping[str, tuple[int, int, int, int, int, int]] = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
"""Of each module: 1×1; 1×1 before 3×3, 3×3; 1×1 before 5×5, 5×5; 1×1 behind the pooling."""


def inception(id: str, name: str, widths: tuple[int, int, int, int, int, int], inputs: tuple[str, ...] = ()) -> LayerSpec:
    """Four ways side by side: 1×1, 3×3 and 5×5 convolutions behind narrow 1×1 ones, and pooling."""
    one, before3, three, before5, five, behind = widths
    ways = [
        *conv_relu("1", one, 1, ("@in",)),
        *conv_relu("3r", before3, 1, ("@in",)),
        *conv_relu("3", three, 3, padding=1),
        *conv_relu("5r", before5, 1, ("@in",)),
        *conv_relu("5", five, 5, padding=2),
        layer("p", "max_pool2d", ("@in",), kernel=3, stride=1, padding=1),
        *conv_relu("p", behind, 1),
        layer("join", "concat", ("r1", "r3", "r5", "rp")),
    ]
    return block(id, name, ways, inputs)


class _GoogLeNet(ImageNetClassifier):
    year: ClassVar[int] = 2014
    paper: ClassVar[str] = "Szegedy et al., Going deeper with convolutions, CVPR 2015"
    lesson: ClassVar[str] = (
        "1×1 convolutions that narrow the maps first make wide and deep networks cheap: nine times fewer weights than AlexNet, "
        "and better. It won ILSVRC 2014."
    )
    has_heads: ClassVar[bool] = False

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        specs = [
            *conv_relu(1, 64, 7, stride=2, padding=3),
            layer("p1", "max_pool2d", **POOL),
            layer("n1", "lrn"),
            *conv_relu("2r", 64, 1),
            *conv_relu(2, 192, 3, padding=1),
            layer("n2", "lrn"),
            layer("p2", "max_pool2d", **POOL),
        ]
        before = "p2"
        for name, widths in TABLE.items():
            id = f"i{name}"
            specs.append(inception(id, f"Inception {name}", widths, (before,)))
            before = id
            if self.has_heads and name in ("4a", "4d"):
                specs.append(self._head(f"aux{1 if name == '4a' else 2}", id))
            if name in ("3b", "4e"):
                before = f"p{name[0]}"
                specs.append(layer(before, "max_pool2d", (id,), **POOL))
        end = [layer("gap", "global_avg_pool", (before,)), layer("d", "dropout", rate=0.4)]
        return [*specs, *end, layer("out", "linear", units=self.classes)]

    def _head(self, id: str, reads: str) -> LayerSpec:
        way = [
            layer("p", "avg_pool2d", kernel=5, stride=3),
            *conv_relu(1, 128, 1),
            layer("flat", "flatten"),
            *dense_relu(2, 1024, dropout=0.7),
            layer("out", "linear", units=self.classes),
        ]
        return block(id, "Auxiliary classifier", way, (reads,))


@NETWORKS.declare
class GoogLeNet(_GoogLeNet):
    """What is left of it once it is trained: 6,998,552 parameters."""

    kind: ClassVar[str] = "googlenet"
    title: ClassVar[str] = "GoogLeNet"
    help: ClassVar[str] = (
        "Nine Inception modules, each with filters of three sizes side by side, and no large linear layers at the end."
    )
    published: ClassVar[Published] = Published(6_998_552, 1_582_671_872)


@NETWORKS.declare
class GoogLeNetAux(_GoogLeNet):
    """As it is trained, with two auxiliary classifiers: 13,378,280 parameters."""

    kind: ClassVar[str] = "googlenet_aux"
    title: ClassVar[str] = "GoogLeNet with auxiliary classifiers"
    help: ClassVar[str] = (
        "GoogLeNet as it was trained: two small classifiers half way up bring the gradient to the lower modules. Their losses "
        "count 0.3 each; they are left out afterwards."
    )
    published: ClassVar[Published] = Published(13_378_280)
    has_heads: ClassVar[bool] = True

    def heads(self) -> Mapping[str, float]:
        return {"aux1": AUXILIARY_WEIGHT, "aux2": AUXILIARY_WEIGHT}


@NETWORKS.declare
class GoogLeNetS(SmallClassifier):
    """Three Inception modules for 32 × 32 pixels."""

    kind: ClassVar[str] = "googlenet_s"
    title: ClassVar[str] = "Small GoogLeNet"
    help: ClassVar[str] = "Three Inception modules behind one convolution, for 32 × 32 pixels. It trains in minutes on a CPU."
    year: ClassVar[int] = 2014
    paper: ClassVar[str] = _GoogLeNet.paper
    lesson: ClassVar[str] = _GoogLeNet.lesson
    training: ClassVar[Mapping[str, Any]] = {"optimizer": "adam", "learning_rate": 0.002}

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            *conv_relu(1, 24, 3, padding=1),
            layer("p1", "max_pool2d"),
            inception("ia", "Inception a", (16, 16, 24, 4, 8, 8)),
            layer("p2", "max_pool2d"),
            inception("ib", "Inception b", (24, 24, 40, 8, 16, 16)),
            layer("p3", "max_pool2d"),
            inception("ic", "Inception c", (32, 32, 56, 8, 16, 16)),
            layer("gap", "global_avg_pool"),
            layer("out", "linear", units=self.classes),
        ]
