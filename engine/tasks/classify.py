"""Classify: one class for each example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from engine.data.meaning import Slot
from engine.data.meanings.classes import Classes
from engine.data.source import class_slot
from engine.design.check import DesignReport
from engine.design.kinds import Shape
from engine.errors import DataError
from engine.snapshot import Bars, Metric, Wall
from engine.task import TASKS, Roles, Tally, Task, require_input, require_output
from engine.task_pictures import pictures_of
from engine.words import percent

if TYPE_CHECKING:
    from torch import Tensor

    from engine.build import Outputs
    from engine.training.kinds import Loss

PROBABILITY, LOGIT = "probability", "logit"
NOTICEABLE = {PROBABILITY: 0.01, LOGIT: 0.05}
"""A percent more or less; a logit's 0.05 makes the odds a twentieth better or worse."""


@TASKS.declare
class Classify(Task):
    """The network answers with one score (logit) per class; softmax makes probabilities of them."""

    kind: ClassVar[str] = "classify"
    title: ClassVar[str] = "Classify"
    help: ClassVar[str] = "Says which of several classes an example belongs to: one score per class, the highest wins."
    usual_loss: ClassVar[str] = "cross_entropy"
    metrics: ClassVar[tuple[Metric, ...]] = (Metric("accuracy", "Accuracy", "share"),)
    output_noun: ClassVar[str] = "class"
    score_units: ClassVar[tuple[str, ...]] = (PROBABILITY, LOGIT)

    @classmethod
    def suits(cls, slots: Mapping[str, Slot], output: Shape) -> bool:
        return class_slot(slots) is not None and len(output) == 1

    def roles(self, slots: Mapping[str, Slot]) -> Roles:
        target = class_slot(slots)
        if target is None:
            raise DataError("These data have no classes to tell apart", "Choose other data, or another task.")
        read = next((slot for slot in slots.values() if slot is not target), None)
        if read is None:
            raise DataError("These data have classes, but nothing to tell them by", "Choose other data.")
        return Roles(read, target)

    def check(self, report: DesignReport, roles: Roles) -> None:
        require_input(report, roles.input)
        classes = roles.target.network_shape
        if classes[0] < 2:
            raise DataError("These data have one class only, so there is nothing to tell apart", "Choose data with two or more.")
        require_output(report, classes, f"there are {classes[0]} classes")

    def loss(self, loss: Loss, outputs: Tensor, targets: Tensor, link: str) -> Tensor:
        """A loss that compares numbers sees targets of 1 at the class, 0 elsewhere, and the last layer's own output; of softmax
        or its logarithm the probabilities."""
        if loss.compares == "classes":
            return loss.of(outputs, targets)
        import torch
        from torch.nn.functional import one_hot

        answers = torch.softmax(outputs, dim=1) if link else outputs
        return loss.of(answers, one_hot(targets, outputs.shape[1]).to(outputs.dtype))

    def tallies(self, outputs: Outputs, targets: Tensor) -> dict[str, Tally]:
        return {"accuracy": ((outputs.main.argmax(1) == targets).sum(), float(len(targets)))}

    def labels(self, roles: Roles) -> tuple[str, ...]:
        return _names(roles)

    def questions(self, roles: Roles) -> tuple[str, ...]:
        return _names(roles)

    def scores(self, outputs: Outputs, targets: Tensor | None, roles: Roles, unit: str) -> Tensor:
        return outputs.main if unit == LOGIT else outputs.main.softmax(dim=1)

    def score_name(self, question: str, unit: str, known: bool) -> str:
        return f"P({question})" if unit == PROBABILITY else super().score_name(question, unit, known)

    def score_text(self, score: float, roles: Roles, unit: str) -> str:
        return percent(score) if unit == PROBABILITY else super().score_text(score, roles, unit)

    def noticeable(self, score: float, unit: str) -> float:
        return NOTICEABLE[unit]

    def answer(self, outputs: Outputs, targets: Tensor | None, roles: Roles) -> Bars:
        values = outputs.main[0].float().softmax(dim=0).cpu().numpy()
        values.flags.writeable = False
        truth = -1 if targets is None else int(targets[0])
        return Bars(_names(roles), values, truth, PROBABILITY)

    def overview(self, outputs: Outputs, targets: Tensor, roles: Roles, values: Mapping[str, Any]) -> Wall:
        import torch

        confidence, predicted = outputs.main.float().softmax(dim=1).max(dim=1)
        predicted = predicted.where(confidence.isfinite(), -1)  # what is no number is no class, not the first one
        both = torch.stack([confidence, predicted.float()]).cpu().numpy()  # one copy; class indices are exact in float32
        pictures = pictures_of(roles.input, values[roles.input.name])
        return Wall(pictures, values[roles.target.name], both[1].astype(np.int64), both[0])


def _names(roles: Roles) -> tuple[str, ...]:
    meaning = roles.target.meaning
    return meaning.names if isinstance(meaning, Classes) else ()
