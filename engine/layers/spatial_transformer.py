"""Spatial transformer: a small network decides how its input is turned, shifted and scaled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import field_validator

from engine.design.kinds import FormulaLine, Inner, LayerKind, Shape, layer_kind, times
from engine.design.parameters import parameter
from engine.design.windows import require_spatial
from engine.design.wiring import LayerSpec
from engine.errors import DesignError
from engine.words import counted

NUMBERS = 6
"""Of an affine map: two rows of three."""


class Sampler(LayerKind):
    """The second half: (C, H, W) and six numbers θ to the input sampled where they say. It stands in flat designs only."""

    kind: ClassVar[str] = "spatial_transformer"
    title: ClassVar[str] = "Spatial transformer"
    category: ClassVar[str] = "shape"
    inputs_allowed: ClassVar[tuple[int, int]] = (2, 2)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        image, numbers = inputs
        require_spatial(image, 2, self.kind)
        if numbers != (NUMBERS,):
            raise DesignError(
                f"its own layers give {times(numbers)}, not the {NUMBERS} numbers of an affine map",
                f"End them in a linear layer with {NUMBERS} units.",
                field="layers",
            )
        return image

    def windows(self, inputs: Sequence[Shape]) -> None:
        return None

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None

    def call(self, module: str, names: Sequence[str]) -> str:
        image, numbers = names
        unmoved = f"{image}.new_tensor([1.0, 0.0, 0.0, 0.0, 1.0, 0.0])"
        theta = f"({numbers} + {unmoved}).reshape(-1, 2, 3)"
        grid = f"nn.functional.affine_grid({theta}, list({image}.shape), align_corners=False)"
        return f"nn.functional.grid_sample({image}, {grid}, align_corners=False)"


@layer_kind
class SpatialTransformer(LayerKind):
    """Its ``layers`` find six numbers in the input, which is then sampled at the places of an affine map moved by these.
    Jaderberg et al. 2015."""

    kind: ClassVar[str] = "spatial_transformer"
    title: ClassVar[str] = "Spatial transformer"
    category: ClassVar[str] = "shape"
    first_id: ClassVar[str] = "stn"
    help: ClassVar[str] = (
        "Learns to look straight at things: layers of its own (the localisation network) find six numbers, by which the input is "
        "turned, shifted, scaled and sheared before the next layer sees it. Zeros leave it as it is. All of it has gradients, so "
        "that it learns from the loss alone where to look. Without layers it does nothing."
    )
    only_reshapes: ClassVar[bool] = True  # of one without layers, which does nothing

    layers: tuple[Any, ...] = parameter((), "The localisation network, which ends in six numbers.", form="layers")

    @field_validator("layers")
    @classmethod
    def _are_layers(cls, layers: tuple[Any, ...]) -> tuple[Any, ...]:
        if not all(isinstance(spec, LayerSpec) for spec in layers):
            raise ValueError("not layers")
        return layers

    @property
    def inner(self) -> Inner | None:
        return Inner(self.layers, end=Sampler()) if self.layers else None

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return require_spatial(inputs[0], 2, self.kind)

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return (
            FormulaLine("θ", "(1 0 0; 0 1 0) + f(x)", f"f: {counted(len(self.layers), 'layer')}"),
            FormulaLine("y at (u, v)", "x at θ·(u, v, 1)", "between pixels bilinear"),
        )

    def summary(self) -> str:
        return counted(len(self.layers), "layer") if self.layers else "no layers yet"

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None

    def call(self, module: str, names: Sequence[str]) -> str:
        return names[0]
