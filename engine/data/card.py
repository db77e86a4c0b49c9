"""Dataset cards: what a data set holds, in numbers and pictures, and the list of all that are known. No torch at import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.data.meaning import Slot
from engine.data.meanings.grids import Image
from engine.data.source import DATASETS, Bytes, class_names, class_slot
from engine.design.values import plain_values

if TYPE_CHECKING:
    from engine.data.dataset import DataSet, Split

CHUNK = 8192
MOST_NUMBERS = 6
"""Of so many numbers mean and deviation are told in words; of more only in JSON."""


@dataclass(frozen=True)
class Listing:
    """One known data set: ``available`` says whether it can be loaded now, ``reason`` why, or where it was looked for."""

    name: str
    title: str
    help: str
    slots: Mapping[str, Slot]
    available: bool
    reason: str

    @property
    def shape(self) -> tuple[int, ...]:
        """Of what a network reads."""
        return next(iter(self.slots.values())).shape

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; none where there are none."""
        return class_names(self.slots)

    @property
    def facts(self) -> tuple[str, ...]:
        """What each slot holds, in a few words; first what a network reads."""
        return tuple(slot.meaning.facts(slot.shape) for slot in self.slots.values())


@dataclass(frozen=True, eq=False)
class CardRow:
    """Some examples, (C, H, W) uint8 each, with a name (a class, or a slot) and how many there are in the training split."""

    name: str
    count: int
    samples: tuple[Bytes, ...]


@dataclass(frozen=True, eq=False)
class DataCard:
    """``counts``: examples by split, class by class where there are classes; ``mean_image`` (C, H, W) uint8 over the training
    split, for images; ``rows`` one for each class, or for each slot where there are none."""

    name: str
    title: str
    help: str
    slots: Mapping[str, Slot]
    counts: Mapping[str, tuple[int, ...]]
    mean_image: Bytes | None
    rows: tuple[CardRow, ...]
    notes: tuple[str, ...]
    fingerprint: str

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; none where there are none."""
        return class_names(self.slots)

    def lines(self) -> tuple[str, ...]:
        """The facts in a few short lines."""
        facts = [slot.meaning.facts(slot.shape) for slot in self.slots.values()]
        facts[0] = facts[0][:1].upper() + facts[0][1:]
        counts = ", ".join(f"{sum(counts):,} {split}" for split, counts in self.counts.items())
        return (", ".join(facts), counts, *self._levels())

    def _levels(self) -> tuple[str, ...]:
        meaning = next(iter(self.slots.values())).meaning
        mean, deviation = meaning.levels
        if not 0 < len(mean) <= MOST_NUMBERS:
            return ()
        return (f"{meaning.levels_noun} {', '.join(f'{m:.3f} ± {d:.3f}' for m, d in zip(mean, deviation, strict=True))}",)

    def document(self) -> dict[str, Any]:
        """The card without its pictures, ready for JSON."""
        first = next(iter(self.slots.values()))
        return {
            "name": self.name,
            "title": self.title,
            "help": self.help,
            "shape": list(first.shape),
            "classes": list(self.classes),
            "counts": {split: list(counts) for split, counts in self.counts.items()},
            "mean": list(first.meaning.levels[0]),
            "deviation": list(first.meaning.levels[1]),
            "slots": {name: slot_document(slot) for name, slot in self.slots.items()},
            "notes": list(self.notes),
            "fingerprint": self.fingerprint,
        }


def slot_document(slot: Slot) -> dict[str, Any]:
    """A slot, ready for JSON: its meaning with all parameters, and its shape."""
    document: dict[str, Any] = {"meaning": {"kind": slot.meaning.kind, **plain_values(slot.meaning)}, "shape": list(slot.shape)}
    return document | ({"padded": True} if slot.padded else {})


def listing(data_folder: Path | None = None) -> tuple[Listing, ...]:
    """Every registered data set and whether it is there; reads folders' contents only, so it takes milliseconds."""
    found = []
    for source in DATASETS.entries():
        state = source.availability(data_folder)
        found.append(Listing(source.name, source.title, source.help, source.slots, state.ready, state.reason))
    return tuple(found)


def card(
    name_or_path: str, seed: int = 0, validation_share: float = 0.1, per_row: int = 8, data_folder: Path | None = None
) -> DataCard:
    """The card of a data set as it is stored; loads all of it. DataError as for ``load``."""
    from engine.data.load import load

    return card_of(load(name_or_path, None, seed, validation_share, data_folder), per_row)


def card_of(data: DataSet, per_row: int = 8) -> DataCard:
    """The card of a set that is already loaded, with the examples as the network gets them. Any thread; takes a moment."""
    source = DATASETS.get(data.name) if data.name in DATASETS else None
    known = source if source and class_names(source.slots) == class_names(data.slots) else None  # a folder may have a set's name
    return DataCard(
        name=data.name,
        title=known.title if known else data.name,
        help=known.help if known else "Examples of your own.",
        slots=data.slots,
        counts={name: _counts(split, data) for name, split in data.splits.items()},
        mean_image=_mean_image(data),
        rows=_rows(data, per_row),
        notes=data.notes,
        fingerprint=data.fingerprint,
    )


def _counts(split: Split, data: DataSet) -> tuple[int, ...]:
    slot = class_slot(data.slots)
    if slot is None:
        return (len(split),)
    return tuple(int(count) for count in split[slot.name].bincount(minlength=len(class_names(data.slots))))


def _mean_image(data: DataSet) -> Bytes | None:
    slot, split = next(iter(data.slots.values())), data.splits["train"]
    if not isinstance(slot.meaning, Image):
        return None
    images = split[slot.name]
    total = np.zeros(tuple(images.shape[1:]), dtype=np.float64)
    for start in range(0, len(split), CHUNK):
        total += images[start : start + CHUNK].cpu().numpy().sum(0, dtype=np.float64)
    mean: NDArray[np.uint8] = np.rint(total / len(split)).astype(np.uint8)
    return mean


def _rows(data: DataSet, count: int) -> tuple[CardRow, ...]:
    shown = data.splits["test"] if len(data.splits["test"]) else data.splits["train"]
    first, classes = next(iter(data.slots.values())), class_slot(data.slots)
    if classes is None:
        return tuple(
            _row(slot, slot.name, len(data.splits["train"]), shown, range(min(count, len(shown)))) for slot in data.slots.values()
        )
    labels = shown[classes.name]
    counts = _counts(data.splits["train"], data)
    return tuple(
        _row(first, name, counts[label], shown, (labels == label).nonzero()[:count, 0].tolist())
        for label, name in enumerate(class_names(data.slots))
    )


def _row(slot: Slot, name: str, total: int, split: Split, indices: range | list[int]) -> CardRow:
    values = split[slot.name][list(indices)].cpu().numpy()
    return CardRow(name, total, tuple(slot.meaning.picture(value).copy() for value in values))
