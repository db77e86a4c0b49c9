"""The hinge loss: the right class has to win by a margin."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.training.kinds import LOSSES, Loss

if TYPE_CHECKING:
    from torch import Tensor


@LOSSES.declare
class Hinge(Loss):
    """Σ over j ≠ y of max(0, s_j − s_y + 1), the mean over the examples. Weston & Watkins 1999."""

    kind: ClassVar[str] = "hinge"
    title: ClassVar[str] = "Hinge (SVM)"
    help: ClassVar[str] = (
        "For every wrong class by how much its score comes within 1 of the right one's, added up. Once the right class wins by "
        "that margin there is nothing left to learn from the example: the loss of support vector machines."
    )
    compares: ClassVar[Literal["classes", "numbers"]] = "classes"

    def of(self, outputs: Tensor, targets: Tensor) -> Tensor:
        right = outputs.gather(1, targets.unsqueeze(1))
        margins = (outputs - right + 1).clamp(min=0).sum(dim=1) - 1  # the right class itself counts 1
        return margins.mean()
