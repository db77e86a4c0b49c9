"""Penalties on the weights themselves: L1 and L2."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.design.parameters import parameter
from engine.training.kinds import PENALTIES, Penalty

if TYPE_CHECKING:
    from torch import Tensor

    from engine.build import Inputs, Network, Outputs


class _OnWeights(Penalty):
    """λ times a sum over all weights that multiply something; biases are left out unless asked for."""

    strength: float = parameter(1e-4, "λ, what the sum is multiplied by.", low=0.0, high=1000.0)
    biases: bool = parameter(False, "Whether biases (and the scales and shifts of normalisations) count too.")

    def _weights(self, network: Network) -> list[Tensor]:
        return [weight for weight in network.parameters() if self.biases or weight.dim() > 1]


@PENALTIES.declare
class L1(_OnWeights):
    """λ·‖W‖₁."""

    kind: ClassVar[str] = "l1"
    title: ClassVar[str] = "L1"
    help: ClassVar[str] = "Adds λ·Σ|w|: every weight is pulled towards zero equally hard, so that many become nearly zero."

    def of(self, network: Network, outputs: Outputs, inputs: Inputs) -> Tensor:
        import torch

        return self.strength * torch.stack([weight.abs().sum() for weight in self._weights(network)]).sum()


@PENALTIES.declare
class L2(_OnWeights):
    """½·λ·‖W‖²."""

    kind: ClassVar[str] = "l2"
    title: ClassVar[str] = "L2"
    help: ClassVar[str] = (
        "Adds ½·λ·Σw²: large weights are pulled towards zero harder than small ones. With plain SGD this is weight decay."
    )

    def of(self, network: Network, outputs: Outputs, inputs: Inputs) -> Tensor:
        import torch

        return 0.5 * self.strength * torch.stack([weight.square().sum() for weight in self._weights(network)]).sum()
