"""What images of a data set look like, as a Gaussian: the space in which a synthetic image is sought."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.data.dataset import DataSet, Split
from engine.design.kinds import Shape
from engine.probing.base import Subject
from engine.probing.subject import images_of

LEAST_DEVIATION = 0.02


@dataclass(frozen=True, eq=False)
class ImagePrior:
    """Images as ``mean + directions · z + deviation · r`` with standard normal z and r: probabilistic principal components,
    Tipping & Bishop 1999. A step of one size in (z, r) is a step of the size that is usual for such images.

    ``mean`` (C·H·W,) in 0..1; ``directions`` (C·H·W, k) the k strongest ways in which images differ, each as long as its
    standard deviation; ``deviation`` what is left over for each pixel.
    """

    shape: Shape
    mean: Tensor
    directions: Tensor
    deviation: float

    def images(self, codes: Tensor) -> Tensor:
        """(N, C, H, W) the images of ``codes`` (N, k + C·H·W), which are z and r side by side; may leave 0..1."""
        k = self.directions.shape[1]
        flat = self.mean + codes[:, :k] @ self.directions.T + self.deviation * codes[:, k:]
        return flat.view(-1, *self.shape)

    def codes(self, images: Tensor) -> Tensor:
        """(N, k + C·H·W) codes that give exactly ``images`` (N, C, H, W)."""
        rest = (images.flatten(1) - self.mean) / self.deviation
        return torch.cat((rest.new_zeros(len(rest), self.directions.shape[1]), rest), dim=1)

    @property
    def size(self) -> int:
        """How many numbers the code of one image has."""
        return len(self.mean) + self.directions.shape[1]


def fit_images(images: Tensor, components: int) -> ImagePrior:
    """The prior of whole images (N, C, H, W) in 0..1: for units that see all or most of the picture."""
    flat = images.flatten(1)
    mean = flat.mean(dim=0)
    centred = (flat - mean).cpu().double()
    spread, weights = torch.linalg.eigh(centred @ centred.T / len(flat))
    spread, weights = spread.flip(0).clamp(min=0), weights.flip(1)
    k = min(components, int((spread > 1e-9).sum()))
    left = float(spread[k:].sum() / flat.shape[1]) ** 0.5
    # An eigenvector v of the N×N Gram matrix gives the direction Xᵀv/√(λN); times its standard deviation √λ.
    directions = (centred.T @ weights[:, :k]) / len(flat) ** 0.5
    return ImagePrior(tuple(images.shape[1:]), mean, directions.to(mean), max(left, LEAST_DEVIATION))


def fit_pixels(images: Tensor) -> ImagePrior:
    """The prior that knows only the mean colour and how far pixels stray from it: for units that see a small part."""
    shape = tuple(images.shape[1:])
    mean = images.mean(dim=(0, 2, 3))[:, None, None].expand(shape).flatten()
    deviation = max(float(images.std(dim=(0, 2, 3), correction=0).mean()), LEAST_DEVIATION)
    return ImagePrior(shape, mean, mean.new_zeros(len(mean), 0), deviation)


def sample(subject: Subject, count: int) -> Tensor:
    """(n, C, H, W) uint8: up to ``count`` training images, evenly spread over the split."""
    images = images_of(subject, subject.data.split("train"))
    return images[spread_indices(len(images), count)]


def spread_indices(length: int, count: int) -> Tensor:
    """``count`` different whole numbers from 0 to ``length`` - 1, evenly spread; all of them where there are no more."""
    return torch.arange(length) if length <= count else torch.arange(count) * length // count


def spread_over_splits(data: DataSet, count: int) -> list[tuple[str, Split, Tensor]]:
    """(name, split, indices) of up to ``count`` images of all splits, in proportion to their sizes."""
    total = sum(len(split) for split in data.splits.values())
    share = min(1.0, count / max(1, total))
    return [(name, split, spread_indices(len(split), round(len(split) * share))) for name, split in data.splits.items()]
