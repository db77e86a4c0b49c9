"""What tasks that answer with a picture share: how the answers are shown, beside what went in and what was wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.data.meaning import Bytes, Slot
from engine.snapshot import PictureRows
from engine.task import Roles, Task

if TYPE_CHECKING:
    from torch import Tensor

    from engine.build import Outputs

LARGEST = 1e30
"""Beyond this, float32 has no room for the arithmetic of drawing."""


class PictureTask(Task):
    """A task whose answer has the shape of something that can be looked at."""

    def answer(self, outputs: Outputs, targets: Tensor | None, roles: Roles) -> PictureRows:
        """One column: the answer, and below it what was wanted where that is known."""
        rows = [answer_pictures(roles.target, outputs.main)]
        captions = ["answer"]
        if targets is not None:
            rows.append(answer_pictures(roles.target, self.as_output(targets)))
            captions.append("wanted")
        return PictureRows(tuple(rows), tuple(captions))

    def overview(self, outputs: Outputs, targets: Tensor, roles: Roles, values: Mapping[str, Any]) -> PictureRows:
        """A column for each example: what went in, the answer, what was wanted."""
        rows = [pictures_of(roles.input, values[roles.input.name]), answer_pictures(roles.target, outputs.main)]
        captions = ["input", "answer"]
        if roles.target != roles.input:
            rows.append(pictures_of(roles.target, values[roles.target.name]))
            captions.append("wanted")
        return PictureRows(tuple(rows), tuple(captions))

    def as_output(self, targets: Tensor) -> Tensor:
        """The output that would be exactly ``targets``."""
        return targets


def pictures_of(slot: Slot, values: NDArray[Any]) -> Bytes:
    """(N, C, H, W) uint8: stored values as a person sees them."""
    return np.stack([slot.meaning.picture(value) for value in values])


def answer_pictures(slot: Slot, outputs: Tensor) -> Bytes:
    """(N, C, H, W) uint8: outputs as a person sees them; what is not a finite number counts as 0, or as very much."""
    drawable = outputs.float().nan_to_num(nan=0.0, posinf=LARGEST, neginf=-LARGEST).clamp(-LARGEST, LARGEST)
    return pictures_of(slot, slot.meaning.answered(drawable).cpu().numpy())
