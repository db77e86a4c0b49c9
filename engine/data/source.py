"""What a data set is before it is fitted to a network: the one declaration that a file of engine/data/sources/ makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.data.meaning import Slot
from engine.data.meanings.classes import Classes
from engine.data.pieces import Between
from engine.errors import DataError
from engine.registry import Registry

Array = NDArray[Any]
Bytes = NDArray[np.uint8]
Labels = NDArray[np.int64]
Masks = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class RawSplit:
    """``values`` has an array (N, *shape) of stored values for each slot."""

    values: Mapping[str, Array]

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))

    def __getitem__(self, slot: str) -> Array:
        return self.values[slot]

    def take(self, indices: NDArray[np.int64]) -> RawSplit:
        """The examples at ``indices``, in that order."""
        return RawSplit({name: values[indices] for name, values in self.values.items()})

    def part(self, where: slice) -> RawSplit:
        """A stretch of the examples, without copying."""
        return RawSplit({name: values[where] for name, values in self.values.items()})


@dataclass(frozen=True, eq=False)
class RawSet:
    """Training and test examples as the source has them. ``notes`` are sentences the user should see."""

    train: RawSplit
    test: RawSplit
    slots: Mapping[str, Slot]
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

    ``slots`` are what ``load`` will give, known without loading. Sets that lie on disk override ``availability``; ``root`` is
    the folder that holds them, by default ``folders.data_folder()``.
    """

    name: str = ""
    title: str = ""
    help: str = ""
    slots: Mapping[str, Slot] = {}
    is_made: bool = True  # else it is read from files

    def availability(self, root: Path | None = None) -> Availability:
        """Whether it can be loaded, without loading it."""
        return Availability(True, "made in code")

    def load(self, seed: int, root: Path | None = None) -> RawSet:
        """All examples; the same for the same ``seed``. DataError where they are missing or damaged."""
        raise NotImplementedError

    def load_between(self, seed: int, root: Path | None, between: Between) -> RawSet:
        """As ``load``; what takes long calls ``between`` between its pieces."""
        return self.load(seed, root)


DATASETS: Registry[Source] = Registry("data set", "engine.data.sources", DataError)

S = TypeVar("S", bound=type[Source])


def dataset(cls: S) -> S:
    """Class decorator: enrol a data set. From then on --data, the data menu and `data list` know it."""
    DATASETS.add(cls.name, cls())
    return cls


def class_slot(slots: Mapping[str, Slot]) -> Slot | None:
    """The slot that holds one class for each example, if there is one."""
    return next((slot for slot in slots.values() if isinstance(slot.meaning, Classes) and slot.shape == ()), None)


def class_names(slots: Mapping[str, Slot]) -> tuple[str, ...]:
    """The names of the classes, where examples have one."""
    slot = class_slot(slots)
    return slot.meaning.names if slot is not None and isinstance(slot.meaning, Classes) else ()


def balanced_labels(count: int, classes: int, rng: np.random.Generator) -> Labels:
    """``count`` class indices in random order, each class equally often (to within one)."""
    return rng.permutation(np.arange(count, dtype=np.int64) % classes)


def held_back(part: RawSplit, slots: Mapping[str, Slot], share: float, rng: np.random.Generator) -> tuple[Labels, Labels]:
    """Indices of the rest and of ``share`` (0..1) of the examples; class by class where they have classes."""
    slot = class_slot(slots)
    return stratified(part[slot.name] if slot else np.zeros(len(part), np.int64), share, rng)


def stratified(labels: Labels, share: float, rng: np.random.Generator) -> tuple[Labels, Labels]:
    """Indices of the rest and of ``share`` of the examples, drawn class by class; both keep the stored order.

    ``share`` is 0..1. Every class keeps at least one example in the rest; with a share of 0 the second is empty.
    """
    chosen = np.zeros(len(labels), dtype=np.bool_)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        count = min(round(share * len(members)), len(members) - 1)
        chosen[rng.permutation(members)[:count]] = True
    return np.flatnonzero(~chosen).astype(np.int64), np.flatnonzero(chosen).astype(np.int64)
