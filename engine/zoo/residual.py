"""Networks with skip connections."""

from __future__ import annotations

from typing import ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.families import NETWORKS, Classifier, Group


@NETWORKS.declare
class ResidualSmall(Classifier):
    """The idea of He et al. 2016 in its smallest form: 25,150 parameters, 512,736 multiply-adds."""

    group: ClassVar[Group] = Group.SMALL
    kind: ClassVar[str] = "residual_small"
    title: ClassVar[str] = "Small residual network"
    help: ClassVar[str] = (
        "One residual block after a convolution: the smallest network in which a skip connection can be seen at work."
    )
    input_shape: ClassVar[Shape] = (1, 28, 28)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            layer("c1", "conv2d", filters=12, kernel=5, padding=2),
            layer("r1", "relu"),
            layer("p1", "max_pool2d", kernel=2),
            layer("c2", "conv2d", filters=12, kernel=3, padding=1),
            layer("r2", "relu"),
            layer("sum", "add", inputs=("r2", "p1")),
            layer("flat", "flatten"),
            layer("out", "linear", units=self.classes),
        ]
