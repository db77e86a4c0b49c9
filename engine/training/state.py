"""TrainingState: all that a run needs to go on exactly as if it had never stopped."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from torch import Tensor

if TYPE_CHECKING:
    from engine.training.filmstrip import Frame


@dataclass(frozen=True, eq=False)
class TrainingState:
    """A run between two steps, copied to the CPU. Training on from it is bit-identical to never having stopped (on a CPU).

    ``step`` counts all steps; ``epoch`` (from 0) is the epoch in progress and ``batch`` how many of its batches are done,
    so that ``epoch == config.epochs`` means finished. ``seconds`` is the training time so far. ``network`` is
    ``Network.layers.state_dict()``: "c1.weight", with the buffers of batch normalisation. ``optimizer`` holds
    "c1.weight/momentum_buffer" (sgd) or "c1.weight/exp_avg" and so on (adam), ``optimizer_kind`` says which. ``rng`` holds
    the state of the run's generator, which dropout and noise draw from, as a uint8 tensor under its device's name: "cpu", "cuda"
    or "mps". The shuffling needs no state: the order of an epoch follows from the seed and the epoch's number. ``live`` are the
    values in force of what may change while a run is alive, by path ("optimizer.momentum"); they may differ from the
    configuration's.
    """

    step: int = 0
    epoch: int = 0
    batch: int = 0
    seconds: float = 0.0
    network: dict[str, Tensor] = field(default_factory=dict)
    optimizer: dict[str, Tensor] = field(default_factory=dict)
    optimizer_kind: str = ""
    rng: dict[str, Tensor] = field(default_factory=dict)
    live: dict[str, float] = field(default_factory=dict)

    def tensors(self) -> dict[str, Tensor]:
        """Every tensor under one flat name: "network/c1.weight", "optimizer/c1.weight/exp_avg", "rng/cpu"."""
        parts = {"network": self.network, "optimizer": self.optimizer, "rng": self.rng}
        return {f"{part}/{name}": tensor for part, tensors in parts.items() for name, tensor in tensors.items()}

    def info(self) -> dict[str, Any]:
        """Everything else, as JSON can hold it."""
        return {
            "step": self.step,
            "epoch": self.epoch,
            "batch": self.batch,
            "seconds": self.seconds,
            "optimizer_kind": self.optimizer_kind,
            "live": dict(self.live),
        }

    @property
    def steps_per_epoch(self) -> int | None:
        """As the epochs that are done tell; None where none is."""
        return steps_in_epoch(self.step - self.batch, self.epoch)

    def is_as(self, info: Mapping[str, Any]) -> bool:
        """Whether ``info`` is of the same moment of the same run, however long that had taken."""
        return {**self.info(), "seconds": 0.0} == {**info, "seconds": 0.0}

    @classmethod
    def from_parts(cls, tensors: Mapping[str, Tensor], info: Mapping[str, Any]) -> TrainingState:
        """The state whose ``tensors()`` and ``info()`` these are; ValueError, KeyError or TypeError if they are not."""
        parts: dict[str, dict[str, Tensor]] = {"network": {}, "optimizer": {}, "rng": {}}
        for name, tensor in tensors.items():
            part, _, rest = name.partition("/")
            parts[part][rest] = tensor
        return cls(
            step=int(info["step"]),
            epoch=int(info["epoch"]),
            batch=int(info["batch"]),
            seconds=float(info["seconds"]),
            optimizer_kind=str(info["optimizer_kind"]),
            live={str(key): float(value) for key, value in dict(info["live"]).items()},
            **parts,
        )


def steps_in_epoch(step: int, epoch: float | None) -> int | None:
    """How many steps an epoch has, as a moment tells that is ``step`` steps and ``epoch`` epochs (with their share) from the
    beginning; None at the beginning, and where the epoch is not known or no number that it can be."""
    if epoch is None or not epoch > 0 or not math.isfinite(step / epoch):
        return None
    return max(1, round(step / epoch))


def state_at(frame: Frame, batches: int, seconds: float, *, is_validated: bool) -> TrainingState:
    """What a run goes on from that has kept the weights of ``frame`` only, with ``batches`` an epoch, after ``seconds``. The
    optimiser and the random numbers begin anew. At the end of an epoch it stands behind the validation where there was one
    (``is_validated``), else before it."""
    epoch, batch = divmod(round(frame.epoch * batches), batches)
    if epoch and not batch and not is_validated:
        epoch, batch = epoch - 1, batches
    return TrainingState(frame.step, epoch, batch, seconds, frame.weights)
