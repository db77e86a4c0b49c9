"""The base of modules that draw random numbers: from a generator of their own, so that runs do not disturb each other."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


class RandomModule(nn.Module):
    """``generator`` is what every draw of this module is made from; it has to be on the module's device.

    None, as it is built, stands for torch's global one. It is part of neither weights nor ``state_dict``; who sets it
    keeps its state. A copy draws on from the same state, on its own.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.generator: torch.Generator | None = None
