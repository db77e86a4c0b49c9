"""Regress: numbers for each example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from engine.data.meaning import Slot
from engine.data.meanings.vector import Vector
from engine.design.check import DesignReport
from engine.design.kinds import Shape
from engine.design.parameters import parameter
from engine.errors import DataError
from engine.snapshot import Bars, Metric, Pairs
from engine.task import TASKS, Roles, Tally, Task, named_slot, require_input, require_output
from engine.words import number

if TYPE_CHECKING:
    from torch import Tensor

    from engine.build import Outputs


@TASKS.declare
class Regress(Task):
    """The network answers in standard units, (y − mean)/deviation of each number; what is shown is in the data's own."""

    kind: ClassVar[str] = "regress"
    title: ClassVar[str] = "Regress"
    help: ClassVar[str] = (
        "Answers with numbers, such as a height or a place. Each is learned with mean 0 and deviation 1, so an error of 1 is no "
        "better than always saying the mean."
    )
    usual_loss: ClassVar[str] = "mse"
    metrics: ClassVar[tuple[Metric, ...]] = (
        Metric("rmse", "Root mean squared error", "standard deviations", "lower"),
        Metric("mae", "Mean absolute error", "standard deviations", "lower"),
    )

    target: str = parameter("", "The slot of the numbers; empty for the first that the network does not read.")

    @classmethod
    def suits(cls, slots: Mapping[str, Slot], output: Shape) -> bool:
        _, *others = slots.values()
        return any(isinstance(slot.meaning, Vector) and slot.network_shape == output for slot in others)

    def roles(self, slots: Mapping[str, Slot]) -> Roles:
        first, *others = slots.values()
        if self.target:
            others = [named_slot(slots, self.target)]
        found = next((slot for slot in others if isinstance(slot.meaning, Vector)), None)
        if found is None:
            there = ", ".join(f"{slot.name} ({slot.meaning.title.lower()})" for slot in slots.values())
            raise DataError(f"These data have no numbers to learn; they have {there}", "Choose other data or another task.")
        return Roles(first, found)

    def check(self, report: DesignReport, roles: Roles) -> None:
        require_input(report, roles.input)
        wanted = roles.target.network_shape
        require_output(report, wanted, f"{wanted[0]} number{'s are' if wanted[0] > 1 else ' is'} to be learned")

    def tallies(self, outputs: Outputs, targets: Tensor) -> dict[str, Tally]:
        apart = outputs.main.detach() - targets
        return {"rmse": (apart.square().sum(), float(apart.numel())), "mae": (apart.abs().sum(), float(apart.numel()))}

    def finished(self, name: str, mean: float) -> float:
        return float(np.sqrt(mean)) if name == "rmse" else mean

    def labels(self, roles: Roles) -> tuple[str, ...]:
        return _names(roles)

    def questions(self, roles: Roles) -> tuple[str, ...]:
        return _names(roles)

    def scores(self, outputs: Outputs, targets: Tensor | None, roles: Roles, unit: str) -> Tensor:
        """In the data's units."""
        return roles.target.meaning.decode(outputs.main)

    def score_name(self, question: str, unit: str, known: bool) -> str:
        return f"The answer '{question}'"

    def score_text(self, score: float, roles: Roles, unit: str) -> str:
        return f"{number(score, 4)} {roles.target.meaning.unit_name}".strip()

    def answer(self, outputs: Outputs, targets: Tensor | None, roles: Roles) -> Bars:
        """In the data's units; the true numbers stand behind the answers where they are known."""
        meaning = roles.target.meaning
        values = meaning.decode(outputs.main.float())[0].cpu().numpy()
        truth = () if targets is None else tuple(meaning.decode(targets.float())[0].tolist())
        return Bars(_names(roles), values, unit=meaning.unit_name, wanted=truth)

    def overview(self, outputs: Outputs, targets: Tensor, roles: Roles, values: Mapping[str, Any]) -> Pairs:
        answers = roles.target.meaning.decode(outputs.main.float()).cpu().numpy()
        truth = values[roles.target.name].astype(np.float32)
        return Pairs(_names(roles), truth, answers, roles.target.meaning.unit_name)


def _names(roles: Roles) -> tuple[str, ...]:
    meaning = roles.target.meaning
    names = meaning.names if isinstance(meaning, Vector) else ()
    return names or tuple(f"y{index + 1}" for index in range(roles.target.shape[0]))
