"""Augmentations that move pixels: horizontal flip and shift."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from engine.data.augmentation import AUGMENTATIONS, Augmentation, on_grid
from engine.data.meaning import Slot
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

        changed = dict(batch)
        for name in (names := on_grid(batch, slots)):
            values = batch[name]
            if name == names[0]:
                chosen = torch.rand(len(values), generator=generator).to(values.device) < self.probability
            mask = chosen.view(-1, *[1] * (values.dim() - 1))
            changed[name] = torch.where(mask, values.flip(-1), values)
        return changed


@AUGMENTATIONS.declare
class Shift(Augmentation):
    """Moves images by a few pixels; what comes in from outside repeats the border."""

    kind: ClassVar[str] = "shift"
    title: ClassVar[str] = "Shift"
    help: ClassVar[str] = "Moves an image by up to a few pixels down and across, at random; border pixels are repeated."

    pixels: int = parameter(2, "How far at most.", low=0, high=64, unit="px")

    def apply(self, batch: Mapping[str, Tensor], slots: Mapping[str, Slot], generator: torch.Generator) -> dict[str, Tensor]:
        import torch

        changed = dict(batch)
        for name in (names := on_grid(batch, slots)):
            values = batch[name]
            if name == names[0]:
                offsets = torch.randint(-self.pixels, self.pixels + 1, (2, len(values), 1), generator=generator)
            changed[name] = _moved(values, offsets)
        return changed


def _moved(values: Tensor, offsets: Tensor) -> Tensor:
    """(N, ..., H, W) with pixel (i, j) taken from (i + down, j + across), as near as the border allows."""
    import torch

    height, width = values.shape[-2:]
    rows = (torch.arange(height) + offsets[0]).clamp_(0, height - 1).to(values.device)
    columns = (torch.arange(width) + offsets[1]).clamp_(0, width - 1).to(values.device)
    between = [1] * (values.dim() - 3)
    down = rows.view(len(values), *between, height, 1).expand(*values.shape[:-1], width)
    across = columns.view(len(values), *between, 1, width).expand_as(values)
    return values.gather(-2, down).gather(-1, across)
