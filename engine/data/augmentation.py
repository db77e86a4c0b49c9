"""What an augmentation is: a random change of training examples that leaves their meaning as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.data.meaning import Slot
from engine.design.parameters import Kind, Kinds
from engine.errors import DataError

if TYPE_CHECKING:
    import torch
    from torch import Tensor


class Augmentation(Kind):
    """Subclass it in one file of engine/data/augmentations/. Importing one loads no torch."""

    def apply(self, batch: Mapping[str, Tensor], slots: Mapping[str, Slot], generator: torch.Generator) -> dict[str, Tensor]:
        """``batch`` with the stored values of all ``slots`` that lie on a grid changed alike (image and mask together).

        Draws from ``generator`` only, which lives on the CPU. Nothing of ``batch`` is written to.
        """
        raise NotImplementedError


AUGMENTATIONS: Kinds[Augmentation] = Kinds("augmentation", "engine.data.augmentations", DataError)


def on_grid(batch: Mapping[str, Tensor], slots: Mapping[str, Slot]) -> list[str]:
    """The names of the slots in ``batch`` that are images or masks."""
    return [name for name in batch if name in slots and slots[name].meaning.dimensions == 2]
