"""Fitting images to a network's input: grey or RGB, cropped to its proportions, enlarged or reduced to its size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from engine.errors import DataError

Converter = Callable[[Tensor], Tensor]

CHUNK = 2048  # images converted at once: as floats a whole set would need four times its memory
LUMA = (0.299, 0.587, 0.114)  # how bright red, green and blue look (ITU-R BT.601)


def require_image_shape(shape: Sequence[int]) -> tuple[int, int, int]:
    """``shape`` as (C, H, W) with C 1 or 3; DataError with a way out for an input that images do not fit."""
    if len(shape) != 3:
        raise DataError(
            f"The network's input of {'×'.join(map(str, shape))} is not an image",
            "Give it an input shape of channels, height, width and put a flatten layer first.",
        )
    if shape[0] not in (1, 3):
        raise DataError(
            f"The network's input has {shape[0]} channels", "Images have 1 (grey) or 3 (RGB): set the input shape so."
        )
    channels, height, width = shape
    return channels, height, width


def fit_images(images: Tensor, shape: Sequence[int]) -> Tensor:
    """(N, C, H, W) uint8 to (N, *shape) uint8; the same tensor where nothing has to be done.

    Where the proportions differ the middle is kept. Sizes change bilinearly, when reducing with antialiasing.
    """
    channels, height, width = require_image_shape(shape)
    if images.shape[1:] == (channels, height, width):
        return images
    images = _crop(images, height, width)
    if images.shape[1] == 3 and channels == 1:
        images = _by_chunks(images, _to_grey)
    if images.shape[2:] != (height, width):
        images = _by_chunks(images, lambda part: _resized(part, height, width))
    return images.expand(-1, 3, -1, -1).contiguous() if images.shape[1] < channels else images


def fit_masks(masks: Tensor, shape: Sequence[int]) -> Tensor:
    """(N, H, W) bool to (N, height, width) of ``shape``: each pixel as the nearest one was."""
    _, height, width = require_image_shape(shape)
    masks = _crop(masks, height, width)
    if masks.shape[1:] == (height, width):
        return masks
    return interpolate(masks[:, None].to(torch.uint8), (height, width), mode="nearest-exact")[:, 0].bool()


def fit_notes(name: str, native: Sequence[int], shape: Sequence[int]) -> tuple[str, ...]:
    """What ``fit_images`` does to images of shape ``native``, in sentences for the user."""
    channels, height, width = require_image_shape(shape)
    top, left = cropped_size(native[1], native[2], height, width)
    notes = []
    if (top, left) != (native[1], native[2]):
        notes.append(
            f"{name}: {native[1]}×{native[2]} images cropped to the middle {top}×{left}, which has the input's proportions."
        )
    if (top, left) != (height, width):
        verb = "enlarged" if height > top else "reduced"
        notes.append(f"{name}: {top}×{left} images {verb} to {height}×{width} (bilinear) for the network's input.")
    if native[0] != channels:
        notes.append(
            f"{name}: {'RGB images converted to grey' if channels == 1 else 'grey images repeated in red, green and blue'}."
        )
    return tuple(notes)


def cropped_size(tall: int, wide: int, height: int, width: int) -> tuple[int, int]:
    """The largest box within ``tall`` × ``wide`` with the proportions of ``height`` × ``width``."""
    if tall * width > wide * height:
        return max(1, round(wide * height / width)), wide
    return tall, max(1, round(tall * width / height))


def _crop(images: Tensor, height: int, width: int) -> Tensor:
    tall, wide = cropped_size(images.shape[-2], images.shape[-1], height, width)
    top, left = (images.shape[-2] - tall) // 2, (images.shape[-1] - wide) // 2
    return images[..., top : top + tall, left : left + wide]


def _by_chunks(images: Tensor, convert: Converter) -> Tensor:
    return torch.cat([convert(part).round_().clamp_(0, 255).to(torch.uint8) for part in _chunks(images)])


def _chunks(images: Tensor) -> Iterator[Tensor]:
    for start in range(0, max(1, len(images)), CHUNK):
        yield images[start : start + CHUNK]


def _to_grey(part: Tensor) -> Tensor:
    weights = torch.tensor(LUMA, device=part.device).view(1, 3, 1, 1)
    return (part * weights).sum(1, keepdim=True)


def _resized(part: Tensor, height: int, width: int) -> Tensor:
    return interpolate(part.float(), (height, width), mode="bilinear", antialias=True)
