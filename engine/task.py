"""What a task is: which slot of the data a network reads, which it answers, and how its answers are measured and shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from engine.data.meaning import Slot
from engine.design.check import DesignReport
from engine.design.fixes import input_fix, output_remedy
from engine.design.kinds import Shape, times
from engine.design.parameters import Kind, Kinds
from engine.errors import DataError, DesignError
from engine.registry import nearest
from engine.snapshot import Metric
from engine.words import number

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from engine.build import Outputs
    from engine.training.kinds import Loss

Tally = tuple["Tensor", "Tensor | float"]
"""(sum, count), both for one batch and on the device: over many batches a metric is the sum of sums by the sum of counts."""


@dataclass(frozen=True)
class Roles:
    """The slot a network reads and the one it is to answer. They may be the same; and the target may be one that the data do
    not have, where ``prepare`` makes it."""

    input: Slot
    target: Slot


class Task(Kind):
    """What is to be learned. Subclass it in one file of engine/tasks/.

    ``usual_loss`` is a loss's name; ``metrics`` are what ``tallies`` measures, the first being the headline. Everything a task
    says of outputs is about ``Outputs.main``; auxiliary heads are measured by the loss alone. Importing a task loads no torch.
    """

    usual_loss: ClassVar[str] = ""
    metrics: ClassVar[tuple[Metric, ...]] = ()

    # -- does it fit? --

    @classmethod
    def suits(cls, slots: Mapping[str, Slot], output: Shape) -> bool:
        """Whether a network with ``output`` on these data looks as if it were meant for this task."""
        raise NotImplementedError

    def roles(self, slots: Mapping[str, Slot]) -> Roles:
        """Which slots are read and answered; DataError where the data have none for it."""
        raise NotImplementedError

    def check(self, report: DesignReport, roles: Roles) -> None:
        """DesignError or DataError, with what to do about it, unless the network answers with the target's shape."""
        require_input(report, roles.input)
        require_output(
            report, roles.target.network_shape, f"the data's {roles.target.name} is {times(roles.target.network_shape)}"
        )

    # -- training --

    def prepare(self, batch: Mapping[str, Tensor], roles: Roles, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
        """(what the network reads, what it should answer). ``generator`` draws noise; None: none is added."""
        return roles.input.meaning.encode(batch[roles.input.name]), roles.target.meaning.target(batch[roles.target.name])

    def loss(self, loss: Loss, outputs: Tensor, targets: Tensor, link: str) -> Tensor:
        """``loss`` of one head's ``outputs``; ``link`` names an output activation that the network left out ("softmax")."""
        return loss.of(outputs, targets)

    def tallies(self, outputs: Outputs, targets: Tensor) -> dict[str, Tally]:
        """For each metric its (sum, count) over the batch, on the device; no number is fetched."""
        raise NotImplementedError

    def finished(self, name: str, mean: float) -> float:
        """The metric ``name`` from the mean that its tallies give, such as a root."""
        return mean

    @property
    def headline(self) -> Metric:
        """The metric by which the best checkpoint is chosen."""
        return self.metrics[0]

    # -- looking --

    def labels(self, roles: Roles) -> tuple[str, ...]:
        """What each number of the answer is called: class names, names of values; empty for pictures."""
        return ()

    def questions(self, roles: Roles) -> tuple[str, ...]:
        """The names of the numbers that a probe can ask to be explained; at least one."""
        raise NotImplementedError

    def scores(self, outputs: Outputs, targets: Tensor | None, roles: Roles, unit: str) -> Tensor:
        """(N, questions) the numbers that a probe explains, in ``unit``, one of ``score_units``. ``targets`` are those of the
        example before anything was done to it, repeated; None where nobody knows them."""
        raise NotImplementedError

    def score_name(self, question: str, unit: str, known: bool) -> str:
        """What ``scores`` gives, to begin a sentence with: "P(7)"; ``known``: whether the targets were."""
        return f"The {unit} of '{question}'"

    def score_text(self, score: float, roles: Roles, unit: str) -> str:
        """One score as a person reads it: "93.1 %", "2.4 m"."""
        return number(score)

    def noticeable(self, score: float, unit: str) -> float:
        """By how much a score has to change before it is worth a colour; here a hundredth of it."""
        return abs(score) / 100

    score_units: ClassVar[tuple[str, ...]] = ("value",)
    output_noun: ClassVar[str] = "output"  # what one number of the answer is called: "class"

    def answer(self, outputs: Outputs, targets: Tensor | None, roles: Roles) -> Any:
        """What the network says of one example (N = 1), as plain numpy that a view can draw: Bars or Pictures."""
        raise NotImplementedError

    def overview(self, outputs: Outputs, targets: Tensor, roles: Roles, values: Mapping[str, Any]) -> Any:
        """What the network says of many examples, to be seen at once: a Wall, Pictures or Pairs. ``values`` are the examples as
        stored, in numpy."""
        raise NotImplementedError


TASKS: Kinds[Task] = Kinds("task", "engine.tasks", DesignError)


def slot_with(slots: Mapping[str, Slot], wanted: Iterable[type], what: str, but: str = "") -> Slot:
    """The first slot, other than ``but``, whose meaning is one of ``wanted``; DataError where there is none."""
    kinds = tuple(wanted)
    for slot in slots.values():
        if isinstance(slot.meaning, kinds) and slot.name != but:
            return slot
    there = ", ".join(f"{slot.name} ({slot.meaning.title.lower()})" for slot in slots.values())
    raise DataError(f"These data have no {what}; they have {there}", "Choose other data or another task.")


def named_slot(slots: Mapping[str, Slot], name: str) -> Slot:
    """The slot ``name``; DataError with the nearest known one where there is none."""
    if name not in slots:
        raise DataError(f"These data have no slot '{name}'", nearest(name, list(slots)))
    return slots[name]


def require_input(report: DesignReport, slot: Slot) -> None:
    """DataError, or DesignError at the layer at fault, unless the network reads what ``slot`` holds."""
    has_tokens = slot.meaning.reads == "tokens"
    if has_tokens and not report.reads_tokens:
        raise DesignError(
            f"it reads numbers, but the data's {slot.name} holds words, which only an embedding reads",
            "Put an embedding layer first.",
            layer=report.leaves[0].id,
        )
    if report.reads_tokens and not has_tokens:
        raise DataError(
            f"The network reads words, but the data's {slot.name} holds numbers",
            "Leave the embedding layer out, or choose data of words.",
        )
    if tuple(report.input_shape) != slot.network_shape:
        raise DataError(
            f"The network reads {times(report.input_shape)}, but the data's {slot.name} is {times(slot.network_shape)}",
            f"Change the input shape of the design to {times(slot.network_shape)}.",
            fix=input_fix(slot.network_shape),
        )


def require_output(report: DesignReport, wanted: Shape, what: str) -> None:
    """DesignError, at the layer at fault and with a fix where there is a simple one, unless the network answers ``wanted``;
    ``what`` says in words why that is wanted."""
    output = report.output_shape
    if output == wanted:
        return
    remedy = output_remedy(report, wanted)
    raise DesignError(
        f"the network's output is {times(output or ())}, but {what}",
        remedy.advice,
        layer=remedy.layer,
        field=remedy.field,
        fix=remedy.fix,
    )
