"""The losses: how wrong a batch of outputs is, as one number to make smaller."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.design.network import NetworkDesign

Loss = Callable[[Tensor, Tensor], Tensor]
"""(logits (N, classes), labels (N,) int64) to the mean over the batch, a scalar."""


def make_loss(name: str, design: NetworkDesign) -> Loss:
    """The loss called ``name`` in the configuration, for the outputs of ``design``."""
    if name == "cross_entropy":
        return cross_entropy
    return softmax_mse if design.layers[-1].kind == "softmax" else mse


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """-log softmax(logits)[label], the mean over the batch. Where the design ends in softmax, ``Network`` leaves it out."""
    return F.cross_entropy(logits, labels)


def mse(outputs: Tensor, labels: Tensor) -> Tensor:
    """The mean over images and classes of (output - target)², where the target is 1 at the label and 0 elsewhere."""
    return F.mse_loss(outputs, F.one_hot(labels, outputs.shape[1]).to(outputs.dtype))


def softmax_mse(logits: Tensor, labels: Tensor) -> Tensor:
    """``mse`` of the probabilities: for designs that end in softmax, whose ``Network`` returns the logits before it."""
    return mse(torch.softmax(logits, dim=1), labels)
