"""The darkroom: develops Snapshots of past steps from kept weights, with the same captures that look at a live run."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from engine.build import Network, load_weights, restore
from engine.captures.base import take
from engine.captures.context import CaptureContext, Gallery, looking
from engine.data.dataset import ImageSet
from engine.design.network import NetworkDesign
from engine.snapshot import PinnedImage, Snapshot, WatchList


class Darkroom:
    """A private copy of one design on the CPU, so that going through time costs no more than a forward pass.

    Used by one thread at a time, any thread. It draws no random number and does not touch the training device.
    """

    def __init__(self, design: NetworkDesign, data: ImageSet) -> None:
        self._design = design
        self._data = data
        self._gallery: Gallery | None = None
        self._network: Network | None = None
        self._weights: Mapping[str, Tensor] | None = None

    def develop(
        self, weights: Mapping[str, Tensor], wants: WatchList, pin: PinnedImage | None, step: int, epoch: float
    ) -> Snapshot:
        """What a live run would have posted at that step. A capture that fails is left out; TrainingError if the weights are
        of another design. Weights that are the same object as last time are not copied again."""
        network = self._load(weights)
        if self._gallery is None:
            self._gallery = Gallery(self._data, "cpu")
        pinned = pin or self._gallery.pinned()
        with looking(network):
            captured, _ = take(wants, CaptureContext(network, self._gallery, pinned))
        return Snapshot(step, epoch, self._design, self._data.classes, pinned=pinned, captured=captured)

    def _load(self, weights: Mapping[str, Tensor]) -> Network:
        if self._network is None:
            self._network = restore(self._design, weights)
        elif weights is not self._weights:
            load_weights(self._network, weights)
        self._weights = weights
        return self._network


def develop(
    design: NetworkDesign,
    weights: Mapping[str, Tensor],
    data: ImageSet,
    wants: WatchList,
    pin: PinnedImage | None,
    step: int,
    epoch: float,
) -> Snapshot:
    """``Darkroom.develop`` for a single step."""
    return Darkroom(design, data).develop(weights, wants, pin, step, epoch)
