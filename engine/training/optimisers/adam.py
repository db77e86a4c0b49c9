"""Adam, and AdamW, which takes weight decay out of the gradient."""

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
class Adam(Optimiser):
    """Kingma & Ba 2015, with λw added to the gradient."""

    kind: ClassVar[str] = "adam"
    title: ClassVar[str] = "Adam"
    help: ClassVar[str] = (
        "A step size of its own for each weight: w ← w − ε·m̂/(√v̂ + 1e−8), where m and v are running means of the gradient and of "
        "its square (Kingma & Ba 2015). Forgiving about the learning rate, and quick where gradients differ much in size."
    )
    torch_name: ClassVar[str] = "Adam"
    memory: ClassVar[tuple[str, ...]] = ("step", "exp_avg", "exp_avg_sq")

    learning_rate: float = parameter(0.001, "How far one step goes, roughly, for every weight.", low=0.0, high=1000.0, live=True)
    beta1: float = parameter(0.9, "How much of the mean gradient is remembered.", label="β₁", low=0.0, high=0.9999, live=True)
    beta2: float = parameter(
        0.999, "How much of the mean squared gradient is remembered.", label="β₂", low=0.0, high=0.999999, live=True
    )
    weight_decay: float = parameter(0.0, "Pull of every weight towards zero, λ.", low=0.0, high=10.0, live=True)

    def options(self) -> dict[str, Any]:
        return {"lr": self.learning_rate, "betas": (self.beta1, self.beta2), "weight_decay": self.weight_decay}

    def make(self, parameters: Iterable[nn.Parameter], device: torch.device) -> Optimizer:
        from torch import optim

        made: Optimizer = getattr(optim, self.torch_name)(parameters, **self.options(), fused=device.type in FUSED_DEVICES)
        return made


@OPTIMISERS.declare
class AdamW(Adam):
    """Loshchilov & Hutter 2019: the decay does not pass through the division by √v̂."""

    kind: ClassVar[str] = "adamw"
    title: ClassVar[str] = "AdamW"
    help: ClassVar[str] = (
        "Adam with decoupled weight decay: w ← w − ε·(m̂/(√v̂ + 1e−8) + λw), so that weights with large gradients are pulled "
        "towards zero as strongly as the others (Loshchilov & Hutter 2019)."
    )
    torch_name: ClassVar[str] = "AdamW"
