"""From a name or a path to a DataSet that fits a network: split, converted, measured and fingerprinted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from pathlib import Path

import numpy as np
from torch import Tensor

from engine.data.checks import check_raw
from engine.data.dataset import SPLITS, DataSet, Split
from engine.data.fitting import fitted_split
from engine.data.meaning import Array, Slot
from engine.data.memory import in_words, require_room
from engine.data.pieces import Between, never, pieces, within
from engine.data.reader import reader_of
from engine.data.source import DATASETS, RawSet, held_back
from engine.design.kinds import times
from engine.errors import DataError
from engine.registry import nearest

LARGEST_SHARE = 0.9
RAW, FITTED = 0.7, 0.9
"""How far the work is, about, when the examples have been read, and when they have been brought to the network's input."""


def load(
    name_or_path: str,
    input_shape: tuple[int, ...] | None,
    seed: int,
    validation_share: float,
    data_folder: Path | None = None,
    between: Between = never,
    most: int | None = None,
) -> DataSet:
    """The data set called ``name_or_path``, or the one in that file or folder, on the CPU; what can be resized is fitted to
    ``input_shape``.

    None keeps the values as they are. ``validation_share`` of each class's training examples, drawn by ``seed``, becomes
    the validation split, which is empty at 0. Equal arguments give equal sets. ``data_folder`` is where named sets lie, by
    default ``folders.data_folder()``. DataError says what is missing, damaged, too large or does not fit, and what to do.
    ``between`` is called between pieces of the work, on this thread; what it raises ends it. More than ``most`` bytes of examples
    are not converted, but refused. At its worst, about twice the
    memory of the data is needed.
    """
    if not 0 <= validation_share <= LARGEST_SHARE:
        raise DataError(f"A validation share of {validation_share:g} is out of range", f"Use 0 to {LARGEST_SHARE:g}.")
    name, raw = load_raw(name_or_path, input_shape, seed, data_folder, within(between, 0, RAW))
    _require_room(name, raw, input_shape, most)
    train, validation = held_back(raw.train, raw.slots, validation_share, np.random.default_rng([seed, 9]))
    fitting = within(between, RAW, FITTED)
    slots, notes = raw.slots, (*raw.notes, *(_fit_notes(name, raw.slots, input_shape) if input_shape is not None else ()))
    parts = {"test": (raw.test, None), "validation": (raw.train, validation), "train": (raw.train, train)}
    del raw  # what is not used any more makes room for what follows: each part goes as soon as it has been fitted
    fitted = {split: fitted_split(*parts.pop(split), slots, input_shape, fitting) for split in tuple(parts)}
    splits = {split: fitted[split] for split in SPLITS}
    measured = _measured(slots, splits["train"], input_shape)
    return DataSet(name, measured, splits, notes, fingerprint(splits, within(between, FITTED, 1)))


def _require_room(name: str, raw: RawSet, shape: Sequence[int] | None, most: int | None) -> None:
    """DataError where the examples would not fit into memory, or take more than ``most`` bytes of it, once each has been brought
    to the network's input."""
    wanted = sum(
        len(values) * prod(_fitted_shape(raw.slots.get(slot), values, shape)) * values.dtype.itemsize
        for part in (raw.train, raw.test)
        for slot, values in part.values.items()
    )
    count = len(raw.train) + len(raw.test)
    fitted = f", each brought to the network's {times(shape)}," if shape is not None else ""
    what = f"The {count:,} examples of {name}{fitted}"
    if most is not None and wanted > most:
        raise DataError(f"{what} take {in_words(wanted)}, which is more than is read for a look", "Press Space to train.")
    require_room(wanted, what, "Make the network's input smaller, or use fewer examples.")


def _fitted_shape(slot: Slot | None, values: Array, shape: Sequence[int] | None) -> Sequence[int]:
    stored = values.shape[1:]
    return stored if slot is None or shape is None else slot.meaning.fitted_shape(stored, shape)


def load_raw(
    name_or_path: str,
    input_shape: Sequence[int] | None,
    seed: int,
    data_folder: Path | None = None,
    between: Between = never,
) -> tuple[str, RawSet]:
    """The set's short name and its examples as they are stored. A registered name goes before a path of that name."""
    if name_or_path in DATASETS:
        raw = DATASETS.get(name_or_path).load_between(seed, data_folder, between)
        check_raw(raw, name_or_path)
        return name_or_path, raw
    path = Path(name_or_path).expanduser()
    try:
        if not path.exists():
            raise _unknown(name_or_path, path)
        raw = reader_of(path).read(path, seed, input_shape, between)
    except OSError as error:
        raise DataError(f"'{path}' cannot be read ({error.strerror or error})", "Check that it is still there.") from None
    check_raw(raw, f"'{path}'")
    whole = path.resolve()
    return (whole.name if path.is_dir() else whole.stem) or str(path), raw


def _unknown(name: str, path: Path) -> DataError:
    if len(path.parts) > 1 or path.suffix or name.startswith((".", "~")):
        return DataError(f"There is no file or folder '{path}'", f"Check the path, or use one of {', '.join(DATASETS)}.")
    return DataError(f"There is neither a data set nor a folder called '{name}'", nearest(name, list(DATASETS)))


def _fit_notes(name: str, slots: Mapping[str, Slot], shape: Sequence[int]) -> tuple[str, ...]:
    return tuple(note for slot in slots.values() for note in slot.meaning.fit_notes(name, slot.shape, shape))


def _measured(slots: Mapping[str, Slot], train: Split, shape: Sequence[int] | None) -> dict[str, Slot]:
    """The slots with the shapes that the values have now, and with what the training split says of them."""
    return {name: _measured_slot(slot, train[name], shape) for name, slot in slots.items()}


def _measured_slot(slot: Slot, values: Tensor, shape: Sequence[int] | None) -> Slot:
    meaning = slot.meaning if shape is None else slot.meaning.fitted(shape)
    return replace(slot, meaning=meaning.measured(values), shape=tuple(values.shape[1:]))


def fingerprint(splits: Mapping[str, Split], between: Between = never) -> str:
    """16 hexadecimal digits that follow from the splits and the shapes and values of their slots."""
    digest = hashlib.blake2b(digest_size=8)
    for name, split in splits.items():
        for slot, values in split.values.items():
            digest.update(f"{name} {slot} {values.dtype} {tuple(values.shape)}".encode())
            for piece in pieces(len(values), tuple(values.shape[1:]), between=between):
                digest.update(np.ascontiguousarray(values[piece].cpu().numpy()).data)
    return digest.hexdigest()
