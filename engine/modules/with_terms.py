"""What a layer hands out that adds terms to the loss."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class WithTerms(NamedTuple):
    """``output`` (N, ...) and the scalars, each a mean over the batch, that are added to the loss, by name.

    The module of a kind with ``terms`` always returns one, in training and eval mode.
    """

    output: Tensor
    terms: dict[str, Tensor]
