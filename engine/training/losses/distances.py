"""Distances between outputs and targets of one shape: squared, absolute, and binary cross-entropy."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.training.kinds import LOSSES, Loss

if TYPE_CHECKING:
    from torch import Tensor


@LOSSES.declare
class MeanSquaredError(Loss):
    """The mean over all numbers of (y − t)²."""

    kind: ClassVar[str] = "mse"
    title: ClassVar[str] = "Mean squared error"
    help: ClassVar[str] = (
        "The mean of (y − t)² over all outputs; what is twice as far off counts four times. For a classifier t is 1 at the true "
        "class and 0 elsewhere: there its gradient goes flat where softmax is sure and wrong, which cross-entropy's does not."
    )

    def of(self, outputs: Tensor, targets: Tensor) -> Tensor:
        from torch.nn import functional

        return functional.mse_loss(outputs, targets)


@LOSSES.declare
class MeanAbsoluteError(Loss):
    """The mean over all numbers of |y − t|."""

    kind: ClassVar[str] = "mae"
    title: ClassVar[str] = "Mean absolute error"
    help: ClassVar[str] = (
        "The mean of |y − t| over all outputs: a few outliers weigh less than with squares, and pictures stay sharper."
    )

    def of(self, outputs: Tensor, targets: Tensor) -> Tensor:
        from torch.nn import functional

        return functional.l1_loss(outputs, targets)


@LOSSES.declare
class BinaryCrossEntropy(Loss):
    """−(t log p + (1 − t) log(1 − p)) with p = 1/(1 + e^−y), the mean over all numbers; computed from y, so it never
    overflows."""

    kind: ClassVar[str] = "binary_cross_entropy"
    title: ClassVar[str] = "Binary cross-entropy"
    help: ClassVar[str] = (
        "−(t log p + (1 − t) log(1 − p)) for every output on its own, where p is the sigmoid of the output: for "
        "yes-or-no questions such as whether a pixel belongs to the object. End the network without a sigmoid: the loss has it."
    )

    def of(self, outputs: Tensor, targets: Tensor) -> Tensor:
        from torch.nn import functional

        return functional.binary_cross_entropy_with_logits(outputs, targets)
