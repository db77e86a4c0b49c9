"""A module without weights that computes a Python expression: the one that the layer's source prints."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Expression(nn.Module):
    """``text`` over the inputs called ``names``, with ``torch`` and ``nn`` at hand: Expression("a + b", ("a", "b"))."""

    def __init__(self, text: str, names: Sequence[str]) -> None:
        super().__init__()
        self.text = text
        self.compute = eval(f"lambda {', '.join(names)}: {text}", {"torch": torch, "nn": nn})

    def forward(self, *inputs: Tensor) -> Tensor:
        outputs: Tensor = self.compute(*inputs)
        return outputs

    def extra_repr(self) -> str:
        return self.text
