"""Cross-entropy: the usual loss of classifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.design.parameters import parameter
from engine.training.kinds import LOSSES, Loss

if TYPE_CHECKING:
    from torch import Tensor


@LOSSES.declare
class CrossEntropy(Loss):
    """−log softmax(z)[label]. Where the design ends in softmax, the network leaves that out and hands over its input."""

    kind: ClassVar[str] = "cross_entropy"
    title: ClassVar[str] = "Cross-entropy"
    help: ClassVar[str] = (
        "−log of the probability that softmax gives to the true class. Its gradient at the scores is simply y − t, however sure "
        "and wrong the network is; so it is the usual partner of softmax."
    )
    compares: ClassVar[Literal["classes", "numbers"]] = "classes"

    label_smoothing: float = parameter(
        0.0,
        "Share of the target that is spread evenly over all classes, so that no score need grow without end (Szegedy et al. "
        "2016).",
        low=0.0,
        high=0.9,
    )

    def of(self, outputs: Tensor, targets: Tensor) -> Tensor:
        from torch.nn import functional

        return functional.cross_entropy(outputs, targets, label_smoothing=self.label_smoothing)
