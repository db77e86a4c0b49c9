"""ImageSet: labelled images as tensors that live whole on one device, with the splits and the normalisation that go with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import DataError
from engine.snapshot import PinnedImage

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, eq=False)
class Split:
    """``images`` (N, C, H, W) uint8; ``labels`` (N,) int64 class indices; ``masks`` (N, H, W) bool, where the object is,
    for generated sets that know it."""

    images: Tensor
    labels: Tensor
    masks: Tensor | None = None

    def __len__(self) -> int:
        return len(self.images)

    def to(self, device: torch.device | str) -> Split:
        """The same split on ``device``."""
        masks = None if self.masks is None else self.masks.to(device)
        return Split(self.images.to(device), self.labels.to(device), masks)


@dataclass(frozen=True, eq=False)
class ImageSet:
    """A classification data set ready to train on. ``splits`` has train, validation (may be empty) and test.

    ``mean`` and ``deviation`` are per channel, of images scaled to 0..1, computed on the training split. ``notes`` are
    sentences the user should see (resized, converted to grey, ...). ``fingerprint`` is a short hash of the pixels and
    labels: two sets with the same one are the same.
    """

    name: str
    classes: tuple[str, ...]
    splits: Mapping[str, Split]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    notes: tuple[str, ...] = ()
    fingerprint: str = ""
    _affine_of: dict[torch.device, tuple[Tensor, Tensor]] = field(default_factory=dict, init=False, repr=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """(C, H, W) of one image."""
        return tuple(self.splits["train"].images.shape[1:])

    @property
    def device(self) -> torch.device:
        """Where the images live."""
        return self.splits["train"].images.device

    def to(self, device: torch.device | str) -> ImageSet:
        """The same set on ``device``."""
        return replace(self, splits={name: split.to(device) for name, split in self.splits.items()})

    def normalise(self, images: Tensor) -> Tensor:
        """uint8 (N, C, H, W), or floats in 0..1, to the network's input: (x - mean) / deviation per channel, float32.

        Differentiable where ``images`` is floating point.
        """
        scale, shift = self._affine(images.device)
        if images.dtype == torch.uint8:
            # The training's hot path: one product straight from bytes and one sum in place.
            return torch.mul(images, scale / 255).add_(shift)
        return images * scale + shift

    def denormalise(self, inputs: Tensor) -> Tensor:
        """The network's input back to floats in 0..1 (not clamped)."""
        scale, shift = self._affine(inputs.device)
        return (inputs - shift) / scale

    def _affine(self, device: torch.device) -> tuple[Tensor, Tensor]:
        """(1, C, 1, 1) scale and shift; made once for each device, as making them takes longer than using them."""
        if device not in self._affine_of:
            with torch.inference_mode(False):  # or gradients could never flow through them
                mean = torch.tensor(self.mean, device=device).view(1, -1, 1, 1)
                deviation = torch.tensor(self.deviation, device=device).view(1, -1, 1, 1)
                self._affine_of[device] = (1 / deviation, -mean / deviation)
        return self._affine_of[device]

    def picture(self, split: str, index: int) -> NDArray[np.uint8]:
        """One image as numpy (C, H, W) uint8, a copy."""
        chosen = self.split(split)
        if not 0 <= index < len(chosen):
            raise DataError(f"{self.name} has no {split} image {index}", f"Use 0 to {len(chosen) - 1}.")
        return chosen.images[index].cpu().numpy().copy()

    def pinned(self, split: str, index: int) -> PinnedImage:
        """One image of a split, ready to be pinned."""
        picture = self.picture(split, index)
        return PinnedImage(picture, int(self.split(split).labels[index]), f"{split} image #{index}", index)

    def split(self, name: str) -> Split:
        """The split ``name``; DataError where there is none."""
        if name not in self.splits:
            raise DataError(f"There is no split '{name}'", f"Use one of {', '.join(self.splits)}.")
        return self.splits[name]
