"""The darkroom: develops Snapshots of past steps from kept weights, with the same captures that look at a live run."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from engine.build import Network, load_weights, restore
from engine.capturing.base import take
from engine.capturing.context import CaptureContext, Gallery, looking
from engine.design.network import NetworkDesign
from engine.problem import Problem
from engine.snapshot import Example, Snapshot, WatchList


class Darkroom:
    """A private copy of one design on the CPU, so that going through time costs no more than a forward pass.

    Used by one thread at a time, any thread. It draws no random number and does not touch the training device.
    """

    def __init__(self, design: NetworkDesign, problem: Problem) -> None:
        self._design = design
        self._problem = problem
        self._gallery: Gallery | None = None
        self._network: Network | None = None
        self._weights: Mapping[str, Tensor] | None = None

    def develop(
        self, weights: Mapping[str, Tensor], wants: WatchList, pins: tuple[Example, ...], step: int, epoch: float
    ) -> Snapshot:
        """What a live run would have posted at that step. A capture that fails is left out; TrainingError if the weights are
        of another design. Weights that are the same object as last time are not copied again."""
        network = self._load(weights)
        if self._gallery is None:
            self._gallery = Gallery(self._problem, "cpu")
        pinned = pins or (self._gallery.first(),)
        with looking(network):
            captured, _ = take(wants, CaptureContext(network, self._gallery, pinned))
        return Snapshot(step, epoch, self._design, self._problem.facts, pinned=pinned, captured=captured)

    def _load(self, weights: Mapping[str, Tensor]) -> Network:
        if self._network is None:
            self._network = restore(self._design, weights)
        elif weights is not self._weights:
            load_weights(self._network, weights)
        self._weights = weights
        return self._network
