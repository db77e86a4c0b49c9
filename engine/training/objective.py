"""The objective: the one number that training makes smaller, put together from loss, heads, layers' own terms and penalties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.build import Inputs, Network, Outputs
from engine.design.network import NetworkDesign
from engine.errors import DesignError
from engine.fit import require_batches
from engine.task import Task
from engine.training.config import TrainingConfig
from engine.training.kinds import LOSSES, Loss, Penalty


@dataclass(frozen=True)
class Objective:
    """loss(main) + Σ weight·loss(head) + Σ terms + Σ penalties. ``keep`` are the layers whose outputs the penalties want."""

    task: Task
    loss: Loss
    penalties: tuple[Penalty, ...]
    heads: Mapping[str, float]
    keep: frozenset[str]

    def __call__(self, network: Network, outputs: Outputs, inputs: Inputs, targets: Tensor) -> Tensor:
        """The scalar that gradients flow from."""
        total = self.error(network, outputs, targets)
        for id, head in outputs.heads.items():
            total = total + self.heads[id] * self.task.loss(self.loss, head, targets, "")
        for term in outputs.terms.values():
            total = total + term
        for penalty in self.penalties:
            total = total + penalty.of(network, outputs, inputs)
        return total

    def error(self, network: Network, outputs: Outputs, targets: Tensor) -> Tensor:
        """The loss of the main output alone: what validation reports."""
        return self.task.loss(self.loss, outputs.main, targets, network.link)


def require_objective(config: TrainingConfig, task: Task, design: NetworkDesign) -> None:
    """DesignError where ``make_objective`` would raise one, before there is a network, or where batches are too small for a
    layer; no random number is drawn."""
    require_batches(design, config.batch_size)
    with torch.device("meta"):
        make_objective(config, task, Network(design))


def make_objective(config: TrainingConfig, task: Task, network: Network) -> Objective:
    """The objective that ``config`` describes; DesignError where a loss or penalty does not go with task or network."""
    loss = config.loss or LOSSES.get(task.usual_loss)()
    if loss.compares == "classes" and LOSSES.get(task.usual_loss).compares != "classes":
        raise DesignError(
            f"The loss {loss.kind} compares classes, but the task {task.kind} has none",
            f"Use loss={task.usual_loss}.",
            field="loss",
        )
    keep = frozenset(id for penalty in config.penalty for id in penalty.keeps(network))
    return Objective(task, loss, config.penalty, dict(network.design.heads), keep)
