"""What a data set is before it is fitted to a network: the one declaration that a file of engine/data/sources/ makes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError
from engine.registry import Registry

Bytes = NDArray[np.uint8]
Labels = NDArray[np.int64]
Masks = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class RawSplit:
    """``images`` (N, C, H, W) uint8, C 1 or 3; ``labels`` (N,) int64; ``masks`` (N, H, W) bool where the object is known."""

    images: Bytes
    labels: Labels
    masks: Masks | None = None

    def __len__(self) -> int:
        return len(self.images)

    def take(self, indices: NDArray[np.int64]) -> RawSplit:
        """The images at ``indices``, in that order."""
        masks = None if self.masks is None else self.masks[indices]
        return RawSplit(self.images[indices], self.labels[indices], masks)


@dataclass(frozen=True, eq=False)
class RawSet:
    """Training and test images as the source has them. ``notes`` are sentences the user should see."""

    train: RawSplit
    test: RawSplit
    classes: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Availability:
    """Whether a set can be loaded now, and in words why or where: "made in code", "found in /data/mnist"."""

    ready: bool
    reason: str
    folder: Path | None = None


class Source:
    """One data set. Subclass it in one file of engine/data/sources/ and decorate it with ``@dataset``.

    Registering puts it in the data menu, in `data list` and `data info`, after --data and in the conformance tests.

    ``classes`` and ``shape`` (C, H, W) are what ``load`` will give, known without loading. Sets that lie on disk override
    ``availability``; ``root`` is the folder that holds them, by default ``folders.data_folder()``.
    """

    name: str = ""
    title: str = ""
    help: str = ""
    classes: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()

    def availability(self, root: Path | None = None) -> Availability:
        """Whether it can be loaded, without loading it."""
        return Availability(True, "made in code")

    def load(self, seed: int, root: Path | None = None) -> RawSet:
        """All images; the same for the same ``seed``. DataError where they are missing or damaged."""
        raise NotImplementedError


DATASETS: Registry[Source] = Registry("data set", "engine.data.sources", DataError)

S = TypeVar("S", bound=type[Source])


def dataset(cls: S) -> S:
    """Class decorator: enrol a data set. From then on --data, the data menu and `data list` know it."""
    DATASETS.add(cls.name, cls())
    return cls


def balanced_labels(count: int, classes: int, rng: np.random.Generator) -> Labels:
    """``count`` class indices in random order, each class equally often (to within one)."""
    return rng.permutation(np.arange(count, dtype=np.int64) % classes)


def stratified(labels: Labels, share: float, rng: np.random.Generator) -> tuple[Labels, Labels]:
    """Indices of the rest and of ``share`` of the images, drawn class by class; both keep the stored order.

    ``share`` is 0..1. Every class keeps at least one image in the rest; with a share of 0 the second is empty.
    """
    chosen = np.zeros(len(labels), dtype=np.bool_)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        count = min(round(share * len(members)), len(members) - 1)
        chosen[rng.permutation(members)[:count]] = True
    return np.flatnonzero(~chosen).astype(np.int64), np.flatnonzero(chosen).astype(np.int64)
