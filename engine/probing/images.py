"""What probes do to whole images: blur, shift, roughness, and the bytes a file would hold."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def blurred(images: Tensor, sigmas: tuple[float, float]) -> Tensor:
    """(N, C, H, W) blurred with a Gaussian of ``sigmas`` pixels down and across; at the borders only what is inside counts."""
    for dimension, sigma in zip((-2, -1), sigmas, strict=True):
        place = torch.arange(images.shape[dimension], dtype=torch.float64)
        weights = torch.exp(-((place[:, None] - place[None, :]) ** 2) / (2 * sigma**2))
        weights = (weights / weights.sum(dim=1, keepdim=True)).to(device=images.device, dtype=images.dtype)
        images = (images.movedim(dimension, -1) @ weights.T).movedim(-1, dimension)
    return images


def shifted(images: Tensor, reach: int, generator: torch.Generator) -> Tensor:
    """(N, C, H, W) each image moved by up to ``reach`` pixels down and across at random; its border pixels are repeated."""
    if reach == 0:
        return images
    height, width = images.shape[-2:]
    padded = functional.pad(images, (reach,) * 4, mode="replicate")
    offsets = torch.randint(0, 2 * reach + 1, (len(images), 2), generator=generator).tolist()
    return torch.stack(
        [image[:, down : down + height, across : across + width] for image, (down, across) in zip(padded, offsets, strict=True)]
    )


def total_variation(images: Tensor) -> Tensor:
    """(N,) the mean absolute difference of neighbouring pixels, times size/32: enlarging an image does not change it.

    Rudin, Osher & Fatemi 1992, in its anisotropic form; channels are summed.
    """
    down = (images[:, :, 1:] - images[:, :, :-1]).abs().sum(dim=(1, 2, 3))
    across = (images[:, :, :, 1:] - images[:, :, :, :-1]).abs().sum(dim=(1, 2, 3))
    height, width = images.shape[-2:]
    return (down + across) / (height * width) * (min(height, width) / 32)


def as_bytes(images: Tensor) -> Tensor:
    """Images clamped to 0..1 and rounded to the 256 levels that an image file can hold, still as floats in 0..1."""
    return (images.clamp(0, 1) * 255).round() / 255
