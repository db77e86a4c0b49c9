"""From a name or a path to a DataSet that fits a network: split, converted, measured and fingerprinted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.data.checks import check_raw
from engine.data.dataset import DataSet, Split
from engine.data.meaning import Slot
from engine.data.reader import reader_of
from engine.data.source import DATASETS, RawSet, RawSplit, held_back
from engine.errors import DataError
from engine.registry import nearest

LARGEST_SHARE = 0.9


def load(
    name_or_path: str,
    input_shape: tuple[int, ...] | None,
    seed: int,
    validation_share: float,
    data_folder: Path | None = None,
) -> DataSet:
    """The data set called ``name_or_path``, or the one in that file or folder, on the CPU; what can be resized is fitted to
    ``input_shape``.

    None keeps the values as they are. ``validation_share`` of each class's training examples, drawn by ``seed``, becomes
    the validation split, which is empty at 0. Equal arguments give equal sets. ``data_folder`` is where named sets lie, by
    default ``folders.data_folder()``. DataError says what is missing, damaged or does not fit, and what to do.
    """
    if not 0 <= validation_share <= LARGEST_SHARE:
        raise DataError(f"A validation share of {validation_share:g} is out of range", f"Use 0 to {LARGEST_SHARE:g}.")
    name, raw = load_raw(name_or_path, input_shape, seed, data_folder)
    train, validation = held_back(raw.train, raw.slots, validation_share, np.random.default_rng([seed, 9]))
    parts = {"train": raw.train.take(train), "validation": raw.train.take(validation), "test": raw.test}
    splits = {split: _fitted(part, raw.slots, input_shape) for split, part in parts.items()}
    notes = (*raw.notes, *(_fit_notes(name, raw.slots, input_shape) if input_shape is not None else ()))
    return DataSet(name, _measured(raw.slots, splits["train"], input_shape), splits, notes, fingerprint(splits))


def load_raw(
    name_or_path: str, input_shape: Sequence[int] | None, seed: int, data_folder: Path | None = None
) -> tuple[str, RawSet]:
    """The set's short name and its examples as they are stored. A registered name goes before a path of that name."""
    if name_or_path in DATASETS:
        raw = DATASETS.get(name_or_path).load(seed, data_folder)
        check_raw(raw, name_or_path)
        return name_or_path, raw
    path = Path(name_or_path).expanduser()
    try:
        if not path.exists():
            raise _unknown(name_or_path, path)
        raw = reader_of(path).read(path, seed, input_shape)
    except OSError as error:
        raise DataError(f"'{path}' cannot be read ({error.strerror or error})", "Check that it is still there.") from None
    check_raw(raw, f"'{path}'")
    whole = path.resolve()
    return (whole.name if path.is_dir() else whole.stem) or str(path), raw


def _unknown(name: str, path: Path) -> DataError:
    if len(path.parts) > 1 or path.suffix or name.startswith((".", "~")):
        return DataError(f"There is no file or folder '{path}'", f"Check the path, or use one of {', '.join(DATASETS)}.")
    return DataError(f"There is neither a data set nor a folder called '{name}'", nearest(name, list(DATASETS)))


def _fitted(part: RawSplit, slots: Mapping[str, Slot], shape: Sequence[int] | None) -> Split:
    """The part's values as tensors, brought to the network's input where their meaning knows how."""
    values = {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in part.values.items()}
    if shape is not None:
        values |= {name: slot.meaning.fit(values[name], shape) for name, slot in slots.items()}
    return Split(values)


def _fit_notes(name: str, slots: Mapping[str, Slot], shape: Sequence[int]) -> tuple[str, ...]:
    return tuple(note for slot in slots.values() for note in slot.meaning.fit_notes(name, slot.shape, shape))


def _measured(slots: Mapping[str, Slot], train: Split, shape: Sequence[int] | None) -> dict[str, Slot]:
    """The slots with the shapes that the values have now, and with what the training split says of them."""
    return {name: _measured_slot(slot, train[name], shape) for name, slot in slots.items()}


def _measured_slot(slot: Slot, values: Tensor, shape: Sequence[int] | None) -> Slot:
    meaning = slot.meaning if shape is None else slot.meaning.fitted(shape)
    return replace(slot, meaning=meaning.measured(values), shape=tuple(values.shape[1:]))


def fingerprint(splits: Mapping[str, Split]) -> str:
    """16 hexadecimal digits that follow from the splits and the shapes and values of their slots."""
    digest = hashlib.blake2b(digest_size=8)
    for name, split in splits.items():
        for slot, values in split.values.items():
            digest.update(f"{name} {slot} {values.dtype} {tuple(values.shape)}".encode())
            digest.update(np.ascontiguousarray(values.cpu().numpy()).data)
    return digest.hexdigest()
