"""Augmentations that move what is seen: horizontal flip and shift."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from engine.data.augmentation import AUGMENTATIONS, Augmentation, device_of, size_of
from engine.data.meaning import Meaning, Slot
from engine.design.parameters import parameter

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@AUGMENTATIONS.declare
class Flip(Augmentation):
    """Mirrors images left to right."""

    kind: ClassVar[str] = "flip"
    title: ClassVar[str] = "Horizontal flip"
    help: ClassVar[str] = "Mirrors an image left to right, at random. Not for what has a direction, such as digits."

    probability: float = parameter(0.5, "How often an image is mirrored.", low=0.0, high=1.0)

    def apply(self, batch: Mapping[str, Tensor], slots: Mapping[str, Slot], generator: torch.Generator) -> dict[str, Tensor]:
        import torch

        chosen = (torch.rand(size_of(batch), generator=generator) < self.probability).to(device_of(batch))

        def changed(slot: Slot, values: Tensor) -> Tensor:
            return torch.where(chosen.view(-1, *[1] * (values.dim() - 1)), slot.meaning.mirrored(values), values)

        return {name: changed(slots[name], values) if name in slots else values for name, values in batch.items()}

    def concerns(self, meaning: Meaning) -> bool:
        return _lies_on_a_plane(meaning)


@AUGMENTATIONS.declare
class Shift(Augmentation):
    """Moves images by a few pixels; what comes in from outside repeats the border."""

    kind: ClassVar[str] = "shift"
    title: ClassVar[str] = "Shift"
    help: ClassVar[str] = "Moves an image by up to a few pixels down and across, at random; border pixels are repeated."

    pixels: int = parameter(2, "How far at most.", low=0, high=64, unit="px")

    def apply(self, batch: Mapping[str, Tensor], slots: Mapping[str, Slot], generator: torch.Generator) -> dict[str, Tensor]:
        import torch

        drawn = torch.randint(-self.pixels, self.pixels + 1, (2, size_of(batch)), generator=generator)
        down, across = drawn.to(device_of(batch))
        return {
            name: slots[name].meaning.moved(values, down, across) if name in slots else values for name, values in batch.items()
        }

    def concerns(self, meaning: Meaning) -> bool:
        return _lies_on_a_plane(meaning)


def _lies_on_a_plane(meaning: Meaning) -> bool:
    """Whether its values move with an image: they are one, or they say where on it something is."""
    return meaning.dimensions == 2 or type(meaning).moved is not Meaning.moved
