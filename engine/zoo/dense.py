"""Networks that answer for every pixel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.design.parameters import parameter
from engine.families import NETWORKS, Family, Group


@NETWORKS.declare
class MaskSmall(Family):
    """Convolutions that keep the size, the middle ones dilated: after Yu & Koltun 2016, in small."""

    group: ClassVar[Group] = Group.OTHER
    kind: ClassVar[str] = "mask_small"
    title: ClassVar[str] = "Small mask network"
    help: ClassVar[str] = (
        "Says for every pixel whether it belongs to the object. Dilation lets each see far without shrinking the map; "
        "no pooling, so that edges stay sharp."
    )
    input_shape: ClassVar[Shape] = (3, 32, 32)
    data: ClassVar[str] = "shapes"
    training: ClassVar[Mapping[str, Any]] = {"task": "to_image", "optimizer": "adam", "learning_rate": 0.003}

    filters: int = parameter(16, "Feature maps of each convolution.", low=1, high=4096)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        specs: list[LayerSpec] = []
        for number, dilation in enumerate((1, 2, 4, 1), 1):
            specs += [
                layer(f"c{number}", "conv2d", filters=self.filters, kernel=3, padding="same", dilation=dilation),
                layer(f"b{number}", "batch_norm"),
                layer(f"r{number}", "relu"),
            ]
        return [*specs, layer("out", "conv2d", filters=1, kernel=1)]
