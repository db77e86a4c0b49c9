"""What an augmentation is: a random change of training examples that leaves their meaning as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.data.meaning import Meaning, Slot
from engine.design.parameters import Kind, Kinds
from engine.errors import DataError

if TYPE_CHECKING:
    import torch
    from torch import Tensor


class Augmentation(Kind):
    """Subclass it in one file of engine/data/augmentations/. Importing one loads no torch."""

    def apply(self, batch: Mapping[str, Tensor], slots: Mapping[str, Slot], generator: torch.Generator) -> dict[str, Tensor]:
        """``batch`` with stored values changed alike in all slots that the change concerns: image, mask and boxes together.

        Draws from ``generator`` only, which lives on the CPU. Nothing of ``batch`` is written to. Counts of padded slots are
        in it under names that ``slots`` has not.
        """
        raise NotImplementedError

    def concerns(self, meaning: Meaning) -> bool:
        """Whether values of that meaning can be changed by it."""
        return True


AUGMENTATIONS: Kinds[Augmentation] = Kinds("augmentation", "engine.data.augmentations", DataError)


def size_of(batch: Mapping[str, Tensor]) -> int:
    """How many examples there are."""
    return len(next(iter(batch.values())))


def device_of(batch: Mapping[str, Tensor]) -> torch.device:
    """Where the examples live."""
    return next(iter(batch.values())).device
