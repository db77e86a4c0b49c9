"""To image: from one picture to another, such as the mask of an object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from engine.data.meaning import Slot
from engine.data.meanings.grids import Image
from engine.data.meanings.mask import Mask
from engine.design.check import DesignReport
from engine.design.kinds import Shape, times
from engine.design.parameters import parameter
from engine.snapshot import Metric
from engine.task import TASKS, Roles, Tally, named_slot, require_input, require_output, slot_with
from engine.task_pictures import PictureTask
from engine.words import percent

if TYPE_CHECKING:
    from torch import Tensor

    from engine.build import Outputs

SURE = 12.0
"""A logit that the sigmoid turns into practically 0 or 1."""


@TASKS.declare
class ToImage(PictureTask):
    """One logit for each pixel of a mask."""

    kind: ClassVar[str] = "to_image"
    title: ClassVar[str] = "Image to mask"
    help: ClassVar[str] = "Says for every pixel whether it belongs to the object: one map of scores, through a sigmoid."
    usual_loss: ClassVar[str] = "binary_cross_entropy"
    metrics: ClassVar[tuple[Metric, ...]] = (
        Metric("iou", "Intersection over union", "share"),
        Metric("pixel_accuracy", "Pixel accuracy", "share"),
    )
    score_units: ClassVar[tuple[str, ...]] = ("share",)

    target: str = parameter("", "The slot of the mask; empty for the first that the data have.")

    @classmethod
    def suits(cls, slots: Mapping[str, Slot], output: Shape) -> bool:
        return any(isinstance(slot.meaning, Mask) and output == slot.network_shape for slot in slots.values())

    def roles(self, slots: Mapping[str, Slot]) -> Roles:
        source = slot_with(slots, (Image,), "image to start from")
        if not self.target:
            return Roles(source, slot_with(slots, (Mask,), "mask to learn"))
        target = named_slot(slots, self.target)
        if not isinstance(target.meaning, Mask):
            slot_with({target.name: target}, (Mask,), f"mask in the slot '{target.name}'")
        return Roles(source, target)

    def check(self, report: DesignReport, roles: Roles) -> None:
        require_input(report, roles.input)
        wanted = roles.target.network_shape
        require_output(report, wanted, f"the mask is {times(wanted)}")

    def tallies(self, outputs: Outputs, targets: Tensor) -> dict[str, Tally]:
        """IoU over all pixels of the batch: Everingham et al. 2010."""
        said, true = outputs.main > 0, targets > 0.5
        return {
            "iou": ((said & true).sum(), (said | true).sum()),
            "pixel_accuracy": ((said == true).sum(), float(targets.numel())),
        }

    def questions(self, roles: Roles) -> tuple[str, ...]:
        return ("object",)

    def scores(self, outputs: Outputs, targets: Tensor | None, roles: Roles, unit: str) -> Tensor:
        """The mean share said of the pixels that are the object's; of all pixels where nobody knows them."""
        said = outputs.main.sigmoid().flatten(1)
        if targets is None:
            return said.mean(1, keepdim=True)
        true = targets.flatten(1)
        return (said * true).sum(1, keepdim=True) / true.sum(1, keepdim=True).clamp_min(1)

    def score_name(self, question: str, unit: str, known: bool) -> str:
        return (
            f"The share of the {question} that the network marks" if known else "The share of the picture that the network marks"
        )

    def score_text(self, score: float, roles: Roles, unit: str) -> str:
        return percent(score)

    def as_output(self, targets: Tensor) -> Tensor:
        return (targets - 0.5) * 2 * SURE
