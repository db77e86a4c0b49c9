"""The way out of a slow step: it is given up between two layers when somebody waits, and nothing has happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from engine.build import Network

SLOW_S = 0.02
"""A step that takes so long can be given up; the way out costs a thousandth of it. Quicker ones are waited for."""


class GivenUp(Exception):
    """A step, or a batch of validation, was left in the middle."""


class Escape:
    """Lets what ``network`` computes be given up as soon as ``is_wanted``: between any two layers, on the way there and back.

    Parameters change at the end of a step only, so what is given up leaves nothing behind but buffers (batch normalisation's) and
    the random numbers that were drawn from ``generator``: they are put back, and the step can be done again, bit for bit.
    """

    def __init__(self, network: Network, generator: torch.Generator, is_wanted: Callable[[], bool]) -> None:
        self._network = network
        self._generator = generator
        self._is_wanted = is_wanted

    @contextmanager
    def open(self) -> Iterator[None]:
        """Inside, GivenUp may be raised; when it comes out, everything is as it was before."""
        drawn = self._generator.get_state()
        buffers = [(buffer, buffer.clone()) for buffer in self._network.layers.buffers()]
        self._network.between = self._pass
        try:
            yield
        except GivenUp:
            self._generator.set_state(drawn)
            for buffer, before in buffers:
                buffer.copy_(before)
            raise
        finally:
            self._network.between = None

    def _pass(self, output: Tensor) -> None:
        """Called with what a layer has answered; once more with the gradient that comes back there."""
        if self._is_wanted():
            raise GivenUp
        if output.requires_grad:
            output.register_hook(self._pass)  # type: ignore[no-untyped-call]
