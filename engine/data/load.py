"""From a name or a folder to a DataSet that fits a network: split, converted, measured and fingerprinted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from engine.data.dataset import DataSet, Split
from engine.data.idx import find_files, read_idx_set
from engine.data.image_folder import is_image_folder, read_image_folder
from engine.data.meaning import Slot
from engine.data.source import DATASETS, RawSet, RawSplit, held_back
from engine.errors import DataError
from engine.registry import nearest

LARGEST_SHARE = 0.9


def load(
    name_or_folder: str,
    input_shape: tuple[int, ...] | None,
    seed: int,
    validation_share: float,
    data_folder: Path | None = None,
) -> DataSet:
    """The data set called ``name_or_folder``, or the one in that folder, on the CPU; what can be resized is fitted to
    ``input_shape``.

    None keeps the values as they are. ``validation_share`` of each class's training examples, drawn by ``seed``, becomes
    the validation split, which is empty at 0. Equal arguments give equal sets. ``data_folder`` is where named sets lie, by
    default ``folders.data_folder()``. DataError says what is missing, damaged or does not fit, and what to do.
    """
    if not 0 <= validation_share <= LARGEST_SHARE:
        raise DataError(f"A validation share of {validation_share:g} is out of range", f"Use 0 to {LARGEST_SHARE:g}.")
    name, raw = load_raw(name_or_folder, input_shape, seed, data_folder)
    train, validation = held_back(raw.train, raw.slots, validation_share, np.random.default_rng([seed, 9]))
    parts = {"train": raw.train.take(train), "validation": raw.train.take(validation), "test": raw.test}
    splits = {split: _fitted(part, raw.slots, input_shape) for split, part in parts.items()}
    notes = (*raw.notes, *(_fit_notes(name, raw.slots, input_shape) if input_shape is not None else ()))
    return DataSet(name, _measured(raw.slots, splits["train"]), splits, notes, fingerprint(splits))


def load_raw(
    name_or_folder: str, input_shape: Sequence[int] | None, seed: int, data_folder: Path | None = None
) -> tuple[str, RawSet]:
    """The set's short name and its images as they are stored. A registered name goes before a folder of that name."""
    if name_or_folder in DATASETS:
        return name_or_folder, DATASETS.get(name_or_folder).load(seed, data_folder)
    folder = Path(name_or_folder).expanduser()
    if not folder.is_dir():
        raise _unknown(name_or_folder, folder)
    name = folder.resolve().name or str(folder)
    try:
        if find_files(folder):
            return name, read_idx_set(folder)
        if not is_image_folder(folder):
            raise DataError(
                f"In '{folder}' there are neither IDX files nor folders of images",
                "Put the four IDX files of MNIST there, or one folder of images per class, or train/CLASS/ and test/CLASS/.",
            )
        size = (input_shape[1], input_shape[2]) if input_shape is not None and len(input_shape) == 3 else None
        return name, read_image_folder(folder, seed, size)
    except OSError as error:
        raise DataError(f"'{folder}' cannot be read ({error.strerror or error})", "Check that it is still there.") from None


def _unknown(name: str, folder: Path) -> DataError:
    if folder.is_file():
        what = "an archive: unpack it" if folder.suffix.lower() in (".zip", ".tar", ".gz", ".tgz") else "a file"
        return DataError(f"'{name}' is {what}, not a folder", "Name the folder that holds the data.")
    if len(folder.parts) > 1 or name.startswith((".", "~")):
        return DataError(f"There is no folder '{folder}'", f"Check the path, or use one of {', '.join(DATASETS)}.")
    return DataError(f"There is neither a data set nor a folder called '{name}'", nearest(name, list(DATASETS)))


def _fitted(part: RawSplit, slots: Mapping[str, Slot], shape: Sequence[int] | None) -> Split:
    """The part's values as tensors, brought to the network's input where their meaning knows how."""
    values = {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in part.values.items()}
    if shape is not None:
        values |= {name: slot.meaning.fit(values[name], shape) for name, slot in slots.items()}
    return Split(values)


def _fit_notes(name: str, slots: Mapping[str, Slot], shape: Sequence[int]) -> tuple[str, ...]:
    return tuple(note for slot in slots.values() for note in slot.meaning.fit_notes(name, slot.shape, shape))


def _measured(slots: Mapping[str, Slot], train: Split) -> dict[str, Slot]:
    """The slots with the shapes that the values have now, and with what the training split says of them."""
    return {
        name: replace(slot, meaning=slot.meaning.measured(train[name]), shape=tuple(train[name].shape[1:]))
        for name, slot in slots.items()
    }


def fingerprint(splits: Mapping[str, Split]) -> str:
    """16 hexadecimal digits that follow from the splits and the shapes and values of their slots."""
    digest = hashlib.blake2b(digest_size=8)
    for name, split in splits.items():
        for slot, values in split.values.items():
            digest.update(f"{name} {slot} {values.dtype} {tuple(values.shape)}".encode())
            digest.update(np.ascontiguousarray(values.cpu().numpy()).data)
    return digest.hexdigest()
