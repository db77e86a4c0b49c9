"""CaptureContext: a network at one step, ready to be looked at; everything that two captures share is computed once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.build import Network
from engine.data.dataset import ImageSet, Split
from engine.design.network import NETWORK_INPUT, NetworkDesign
from engine.snapshot import PinnedImage

_A = TypeVar("_A", bound=np.generic)

WALL_SIZE = 64
HEALTH_NUMBERS = 1 << 22
"""Health is measured over as many wall images as keep their activations below this many numbers (16 MiB), at least one."""


class Gallery:
    """The images that every capture of a run looks at, brought to ``device`` once: a fixed choice spread over the test split
    (or, where there is none, validation or train), as ``pictures`` (N, C, H, W) uint8 and ``labels`` (N,) int64 on the CPU,
    and ``inputs`` (N, C, H, W) float32, normalised, on the device. ``indices`` say which images of ``split`` they are."""

    def __init__(self, data: ImageSet, device: torch.device | str, size: int = WALL_SIZE) -> None:
        self.data = data
        self.split = next(name for name in ("test", "validation", "train") if len(data.splits.get(name, ())))
        chosen: Split = data.split(self.split)
        count = min(size, len(chosen))
        self.indices: NDArray[np.int64] = np.linspace(0, len(chosen) - 1, count).round().astype(np.int64)
        picked = torch.from_numpy(self.indices).to(chosen.images.device)
        images = chosen.images[picked]
        self.pictures: NDArray[np.uint8] = _frozen(images.cpu().numpy())
        self.labels: NDArray[np.int64] = _frozen(chosen.labels[picked].cpu().numpy())
        self.inputs: Tensor = data.normalise(images.to(device))

    def pinned(self) -> PinnedImage:
        """The image that is pinned when nobody has pinned one."""
        return self.data.pinned(self.split, 0)


class CaptureContext:
    """``network`` (in eval mode, under no_grad: use ``looking``) with the images that go through it, each at most once.

    ``pinned`` has the design's input shape. Belongs to the thread that owns the network, and to one step.
    """

    def __init__(self, network: Network, gallery: Gallery, pinned: PinnedImage) -> None:
        self.network = network
        self.gallery = gallery
        self.pinned = pinned

    @property
    def data(self) -> ImageSet:
        """The data set, for its classes and its normalisation."""
        return self.gallery.data

    @property
    def design(self) -> NetworkDesign:
        """What the network was built from."""
        return self.network.design

    @cached_property
    def pinned_input(self) -> Tensor:
        """(1, *input_shape) the pinned image as the network reads it."""
        picture = torch.from_numpy(np.array(self.pinned.picture)).to(self.gallery.inputs.device)
        return self.data.normalise(picture.unsqueeze(0)).reshape(1, *self.design.input_shape)

    @cached_property
    def activations(self) -> dict[str, Tensor]:
        """(1, *output_shape) of every layer for the pinned image, by id; "@in" is the input itself."""
        return {NETWORK_INPUT: self.pinned_input, **self.network.activations(self.pinned_input)}

    @property
    def pinned_logits(self) -> Tensor:
        """(1, classes) for the pinned image."""
        return self.activations[self.network.logits_id]

    @cached_property
    def wall_logits(self) -> Tensor:
        """(N, classes) for the gallery's images."""
        known = self.__dict__.get("health_activations", {}).get(self.network.logits_id)
        if isinstance(known, Tensor) and len(known) == len(self.gallery.inputs):
            return known
        return torch.cat([self.network(part) for part in torch.split(self.gallery.inputs, self._health_size)])

    @cached_property
    def health_activations(self) -> dict[str, Tensor]:
        """(n, *output_shape) of every layer for the first n gallery images, by id."""
        return self.network.activations(self.gallery.inputs[: self._health_size])

    @property
    def _health_size(self) -> int:
        per_image = max(1, self.network.report.costs.activations)
        return max(1, min(len(self.gallery.inputs), HEALTH_NUMBERS // per_image))


@contextmanager
def looking(network: Network) -> Iterator[None]:
    """Eval mode and no gradients inside; afterwards the mode it was in. Nothing of the training changes: no statistics of
    batch normalisation move and no random number is drawn."""
    was_training = network.training
    network.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        network.train(was_training)


def _frozen(array: NDArray[_A]) -> NDArray[_A]:
    array.flags.writeable = False
    return array
