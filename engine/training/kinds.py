"""What a training run is made of, as kinds: optimisers, schedules, losses, penalties, initialisers. Each is one file.

Importing this loads no torch; the methods do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from engine.design.parameters import Kind, Kinds
from engine.errors import DesignError

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn
    from torch.optim import Optimizer

    from engine.build import Inputs, Network, Outputs


class Optimiser(Kind):
    """How weights move. Subclass it in one file of engine/training/optimisers/.

    ``learning_rate`` is every optimiser's; the schedule multiplies it.
    """

    learning_rate: float
    memory: ClassVar[tuple[str, ...]] = ()
    """The names of what torch's optimiser keeps of every weight from its first step on, whatever its values."""

    def options(self) -> dict[str, Any]:
        """What torch's parameter groups are given, and given again when a value changes while a run is alive."""
        raise NotImplementedError

    def make(self, parameters: Iterable[nn.Parameter], device: torch.device) -> Optimizer:
        """A fresh torch optimiser. Fused (one kernel instead of several per parameter) where torch can."""
        raise NotImplementedError


OPTIMISERS: Kinds[Optimiser] = Kinds("optimiser", "engine.training.optimisers", DesignError)

FUSED_DEVICES = ("cpu", "cuda")


class Schedule(Kind):
    """Which share of the learning rate is in force. Subclass it in one file of engine/training/schedules/."""

    def share(self, progress: float) -> float:
        """The share at ``progress``, which is 0 at the first step and 1 after the last."""
        raise NotImplementedError


SCHEDULES: Kinds[Schedule] = Kinds("schedule", "engine.training.schedules", DesignError)


class Loss(Kind):
    """How wrong a batch of outputs is, as one number to make smaller. Subclass it in one file of engine/training/losses/.

    ``compares`` says what with: "classes": scores (N, classes, ...) with class indices (N, ...) int64; "numbers": outputs with
    targets of the same shape, float32. A task turns its targets into either where that makes sense.
    """

    compares: ClassVar[Literal["classes", "numbers"]] = "numbers"

    def of(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The mean over the batch, a scalar that gradients flow from."""
        raise NotImplementedError


LOSSES: Kinds[Loss] = Kinds("loss", "engine.training.losses", DesignError)


class Penalty(Kind):
    """Something else to keep small besides the loss. Subclass it in one file of engine/training/penalties/."""

    def keeps(self, network: Network) -> frozenset[str]:
        """The ids of layers whose outputs ``of`` wants to find in ``outputs.kept``. DesignError for one that is not there."""
        return frozenset()

    def of(self, network: Network, outputs: Outputs, inputs: Inputs) -> Tensor:
        """What is added to the loss, a scalar; its strength is included."""
        raise NotImplementedError


PENALTIES: Kinds[Penalty] = Kinds("penalty", "engine.training.penalties", DesignError)


class Initialiser(Kind):
    """Where the weights begin. Subclass it in one file of engine/training/initialisers/."""

    def apply(self, network: Network) -> None:
        """Set the weights in place; what is drawn without naming a generator comes from the run's own."""
        raise NotImplementedError


INITIALISERS: Kinds[Initialiser] = Kinds("initialiser", "engine.training.initialisers", DesignError)
