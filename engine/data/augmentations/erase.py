"""Random erasing: a rectangle of every image is covered with noise (Zhong, Zheng, Kang, Li & Yang 2020)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from engine.data.augmentation import AUGMENTATIONS, Augmentation
from engine.data.meaning import Meaning, Slot
from engine.data.meanings.grids import Image
from engine.design.parameters import parameter

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@AUGMENTATIONS.declare
class Erase(Augmentation):
    """Covers a random rectangle of images with random bytes; masks and all else stay as they are."""

    kind: ClassVar[str] = "erase"
    title: ClassVar[str] = "Random erasing"
    help: ClassVar[str] = (
        "Covers a random rectangle of an image with noise, at random, so that the network cannot rely on any one part of it."
    )

    probability: float = parameter(0.5, "How often an image is partly erased.", low=0.0, high=1.0)
    share: float = parameter(0.2, "The largest share of the image that is erased.", low=0.01, high=1.0)

    def apply(self, batch: Mapping[str, Tensor], slots: Mapping[str, Slot], generator: torch.Generator) -> dict[str, Tensor]:
        return {
            name: self._erased(values, generator) if name in slots and self.concerns(slots[name].meaning) else values
            for name, values in batch.items()
        }

    def concerns(self, meaning: Meaning) -> bool:
        return isinstance(meaning, Image)

    def _erased(self, values: Tensor, generator: torch.Generator) -> Tensor:
        """(N, C, H, W) with a box of each of the chosen examples replaced by noise."""
        import torch

        count, _, height, width = values.shape
        chosen, aspect, area, top, left = torch.rand(5, count, generator=generator)
        ratio = (0.3 ** (2 * aspect - 1)).sqrt()  # of height and width, log-evenly over 0.3 to 1/0.3 as in the paper
        side = (area * self.share).sqrt()
        box = (
            _within(top, (side * ratio).clamp_max(1), height)[:, :, None]
            & _within(left, (side / ratio).clamp_max(1), width)[:, None]
        )
        covered = (box & (chosen < self.probability)[:, None, None])[:, None].to(values.device)
        noise = torch.randint(0, 256, values.shape, generator=generator, dtype=torch.uint8).to(values.device)
        return torch.where(covered, noise, values)


def _within(start: Tensor, share: Tensor, length: int) -> Tensor:
    """(N, length) true for ``share`` of a line's pixels; ``start`` 0..1 says where between its two ends."""
    import torch

    first = (start * (1 - share) * length).round()[:, None]
    place = torch.arange(length)
    return (place >= first) & (place < first + (share * length).round()[:, None])
