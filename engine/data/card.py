"""Dataset cards: what a data set holds, in numbers and pictures, and the list of all that are known. No torch at import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.data.source import DATASETS, Bytes

if TYPE_CHECKING:
    from engine.data.dataset import ImageSet, Split

CHUNK = 8192


@dataclass(frozen=True)
class Listing:
    """One known data set: ``available`` says whether it can be loaded now, ``reason`` why, or where it was looked for."""

    name: str
    title: str
    help: str
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    available: bool
    reason: str


@dataclass(frozen=True, eq=False)
class DataCard:
    """``shape`` (C, H, W); ``counts`` images per class, by split; ``mean_image`` (C, H, W) uint8 over the training split;
    ``samples`` the first few (C, H, W) uint8 test images of each class; ``mean`` and ``deviation`` per channel, 0..1."""

    name: str
    title: str
    help: str
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    counts: Mapping[str, tuple[int, ...]]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    mean_image: Bytes
    samples: tuple[tuple[Bytes, ...], ...]
    has_masks: bool
    notes: tuple[str, ...]
    fingerprint: str

    def lines(self) -> tuple[str, ...]:
        """The facts in a few short lines."""
        channels, height, width = self.shape
        colour = "grey" if channels == 1 else "RGB"
        counts = ", ".join(f"{sum(counts):,} {split}" for split, counts in self.counts.items())
        levels = ", ".join(f"{mean:.3f} ± {spread:.3f}" for mean, spread in zip(self.mean, self.deviation, strict=True))
        masks = ("The object's mask is known for every image.",) if self.has_masks else ()
        return (f"{height}×{width} {colour} images, {len(self.classes)} classes", counts, f"Brightness {levels}", *masks)

    def document(self) -> dict[str, Any]:
        """The card without its pictures, ready for JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "help": self.help,
            "shape": list(self.shape),
            "classes": list(self.classes),
            "counts": {split: list(counts) for split, counts in self.counts.items()},
            "mean": list(self.mean),
            "deviation": list(self.deviation),
            "masks": self.has_masks,
            "notes": list(self.notes),
            "fingerprint": self.fingerprint,
        }


def listing(data_folder: Path | None = None) -> tuple[Listing, ...]:
    """Every registered data set and whether it is there; reads folders' contents only, so it takes milliseconds."""
    found = []
    for source in DATASETS.entries():
        state = source.availability(data_folder)
        entry = Listing(source.name, source.title, source.help, source.shape, source.classes, state.ready, state.reason)
        found.append(entry)
    return tuple(found)


def card(
    name_or_folder: str, seed: int = 0, validation_share: float = 0.1, per_class: int = 8, data_folder: Path | None = None
) -> DataCard:
    """The card of a data set as it is stored; loads all of it. DataError as for ``load``."""
    from engine.data.load import load

    return card_of(load(name_or_folder, None, seed, validation_share, data_folder), per_class)


def card_of(data: ImageSet, per_class: int = 8) -> DataCard:
    """The card of a set that is already loaded, with the images as the network gets them."""
    source = DATASETS.get(data.name) if data.name in DATASETS else None
    source = source if source and source.classes == data.classes else None  # a folder may have a set's name
    shown = data.splits["test"] if len(data.splits["test"]) else data.splits["train"]
    return DataCard(
        name=data.name,
        title=source.title if source else data.name,
        help=source.help if source else "Images from a folder.",
        shape=data.shape,
        classes=data.classes,
        counts={name: _counts(split, len(data.classes)) for name, split in data.splits.items()},
        mean=data.mean,
        deviation=data.deviation,
        mean_image=_mean_image(data.splits["train"]),
        samples=tuple(_samples(shown, label, per_class) for label in range(len(data.classes))),
        has_masks=data.splits["train"].masks is not None,
        notes=data.notes,
        fingerprint=data.fingerprint,
    )


def _counts(split: Split, classes: int) -> tuple[int, ...]:
    return tuple(int(count) for count in split.labels.bincount(minlength=classes))


def _mean_image(split: Split) -> Bytes:
    total = np.zeros(tuple(split.images.shape[1:]), dtype=np.float64)
    for start in range(0, len(split), CHUNK):
        total += split.images[start : start + CHUNK].cpu().numpy().sum(0, dtype=np.float64)
    mean: NDArray[np.uint8] = np.rint(total / len(split)).astype(np.uint8)
    return mean


def _samples(split: Split, label: int, count: int) -> tuple[Bytes, ...]:
    chosen = (split.labels == label).nonzero()[:count, 0]
    return tuple(picture.copy() for picture in split.images[chosen].cpu().numpy())
