"""A penalty on what a layer answers: sparse codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.design.parameters import parameter
from engine.errors import DesignError
from engine.registry import nearest
from engine.training.kinds import PENALTIES, Penalty

if TYPE_CHECKING:
    from torch import Tensor

    from engine.build import Inputs, Network, Outputs


@PENALTIES.declare
class ActivityL1(Penalty):
    """λ·‖h‖₁, the mean over the batch: the sparse autoencoder's."""

    kind: ClassVar[str] = "activity_l1"
    title: ClassVar[str] = "Sparse activity"
    help: ClassVar[str] = (
        "Adds λ·Σ|h| over the outputs h of one layer, the mean over the batch: few of its units answer to any one example. "
        "On the code of an autoencoder this makes it a sparse autoencoder."
    )

    layer: str = parameter("", "The id of the layer whose outputs are to be sparse.")
    strength: float = parameter(1e-3, "λ, what the sum is multiplied by.", low=0.0, high=1000.0)

    def keeps(self, network: Network) -> frozenset[str]:
        if self.layer not in network.design:
            known = [spec.id for spec in network.design.layers]
            problem = (
                f"There is no layer '{self.layer}' to keep sparse" if self.layer else "It is not said which layer is to be sparse"
            )
            suggestion = nearest(self.layer, known) if self.layer else f"Set its layer, such as '{known[-1]}'."
            raise DesignError(problem, suggestion, field="penalty.activity_l1.layer")
        return frozenset({self.layer})

    def of(self, network: Network, outputs: Outputs, inputs: Inputs) -> Tensor:
        return self.strength * outputs.kept[self.layer].abs().flatten(1).sum(1).mean()
