"""Stochastic gradient descent with momentum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from engine.design.parameters import parameter
from engine.training.kinds import FUSED_DEVICES, OPTIMISERS, Optimiser

if TYPE_CHECKING:
    import torch
    from torch import nn
    from torch.optim import Optimizer


@OPTIMISERS.declare
class Sgd(Optimiser):
    """v ← μv + (g + λw), w ← w − ε·v."""

    kind: ClassVar[str] = "sgd"
    title: ClassVar[str] = "SGD"
    help: ClassVar[str] = (
        "Stochastic gradient descent: v ← μv + (g + λw), w ← w − ε·v. Momentum μ lets steps in a lasting direction add up and "
        "those to and fro cancel. One step size ε for all weights."
    )

    learning_rate: float = parameter(
        0.05, "How far one step goes. Too high diverges, too low crawls.", low=0.0, high=1000.0, live=True
    )
    momentum: float = parameter(0.9, "Share of the last step that goes on.", low=0.0, high=0.9999, live=True)
    weight_decay: float = parameter(
        0.0, "Pull of every weight towards zero: λw is added to the gradient.", low=0.0, high=10.0, live=True
    )

    def options(self) -> dict[str, Any]:
        return {"lr": self.learning_rate, "momentum": self.momentum, "weight_decay": self.weight_decay}

    def make(self, parameters: Iterable[nn.Parameter], device: torch.device) -> Optimizer:
        from torch.optim import SGD

        return SGD(parameters, **self.options(), fused=device.type in FUSED_DEVICES)
