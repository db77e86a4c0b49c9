"""Block: several layers under one name, repeated as often as wanted; the building block of deep networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import field_validator

from engine.design.kinds import FormulaLine, Inner, LayerKind, Shape, layer_kind
from engine.design.parameters import parameter
from engine.design.wiring import MAX_INPUTS, LayerSpec
from engine.errors import DesignError
from engine.words import counted


@layer_kind
class Block(LayerKind):
    """Layers with a name of their own. Inside it "@in" is what the block reads, "@in2" and so on its further inputs; the last
    layer's output is the block's. ``repeat`` copies, each with weights of its own, are chained; the further inputs go to all.

    A network is computed by its ``NetworkDesign.flat``, in which every block is taken apart: there only an empty one is left,
    which hands on what it reads.
    """

    kind: ClassVar[str] = "block"
    title: ClassVar[str] = "Block"
    category: ClassVar[str] = "joining"
    inputs_allowed: ClassVar[tuple[int, int]] = (1, MAX_INPUTS)
    only_reshapes: ClassVar[bool] = True  # of one without layers, which is all that is left of blocks when networks are built
    help: ClassVar[str] = (
        "Several layers under one name, such as a residual block or an Inception module. Deep networks repeat one idea many "
        "times: a block says it once, and how often it comes. Inside, @in is what the block reads. Every copy has weights of "
        "its own. A block can hold blocks. One without layers hands on what it reads."
    )

    name: str = parameter("", "What the block is called.", label="Title")
    repeat: int = parameter(1, "How many copies of it follow one another.", low=1, high=10_000)
    layers: tuple[Any, ...] = parameter((), "The layers inside, input first.", form="layers")

    @field_validator("layers")
    @classmethod
    def _are_layers(cls, layers: tuple[Any, ...]) -> tuple[Any, ...]:
        if not all(isinstance(spec, LayerSpec) for spec in layers):
            raise ValueError("not layers")
        return layers

    @property
    def inner(self) -> Inner | None:
        return Inner(self.layers, self.repeat) if self.layers else None

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        if len(inputs) > 1:
            raise DesignError(
                f"the block is empty, so that nothing in it joins its {len(inputs)} inputs",
                "Put layers into it, or let it read one layer only.",
                field="inputs",
            )
        return inputs[0]

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        inside = counted(len(self.layers), "layer")
        copies = "" if self.repeat == 1 else f"{self.repeat} copies, each of them a function of the one before"
        return (FormulaLine("y", f"f{'ₙ(… f₁(x))' if self.repeat > 1 else '(x)'}", inside if self.layers else "x", copies),)

    def summary(self) -> str:
        parts = [self.name, counted(len(self.layers), "layer"), f"×{self.repeat}" if self.repeat > 1 else ""]
        return " · ".join(filter(None, parts))

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None

    def call(self, module: str, names: Sequence[str]) -> str:
        return names[0]

    def build(self, inputs: Sequence[Shape]) -> Any:
        if self.layers:
            raise ValueError("a block is built layer by layer: take its design's ``flat``")
        return super().build(inputs)
