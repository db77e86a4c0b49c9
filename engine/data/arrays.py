"""From a user's named arrays to raw data: which are training and test, and what each of them means.

"train_NAME" and "test_NAME" (or "NAME_train", "NAME_test") say what an array is for; without them a part is held back.
"NAME.count" says how many entries of a padded NAME count, "NAME.names" what its classes, words or numbers are called.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from engine.data.meaning import MEANINGS, Array, Slot
from engine.data.meanings.classes import Classes
from engine.data.reader import with_test
from engine.data.source import RawSet, RawSplit
from engine.design.kinds import times
from engine.errors import DataError

Arrays = Mapping[str, Array]
COUNT, NAMES = ".count", ".names"


def raw_set(arrays: Arrays, seed: int, path: Path) -> RawSet:
    """The data in ``arrays``, each (N, ...); DataError, naming ``path``, where they do not go together."""
    names = {name.removesuffix(NAMES): _words(values, path, name) for name, values in arrays.items() if name.endswith(NAMES)}
    parts = _parts({name: values for name, values in arrays.items() if not name.endswith(NAMES)}, path)
    whole, cut = _joined(parts, path)
    slots, values = _understood(whole, names, path)
    everything = RawSplit(values)
    if not cut:
        return RawSet(*with_test(everything, slots, seed, path), slots)
    return RawSet(everything.part(slice(cut)), everything.part(slice(cut, None)), slots)


def _words(values: Array, path: Path, name: str) -> tuple[str, ...]:
    if values.ndim != 1 or values.dtype.kind != "U":
        raise DataError(
            f"'{path}': '{name}' is {values.dtype} {times(values.shape)}, not a list of words", "Give one text for each."
        )
    return tuple(values.tolist())


def _parts(arrays: Arrays, path: Path) -> dict[str, dict[str, Array]]:
    """The arrays by what they are for, "train", "test" or "" (both), without that in their names."""
    parts: dict[str, dict[str, Array]] = {"train": {}, "test": {}, "": {}}
    for name, values in arrays.items():
        if values.ndim == 0 or len(values) == 0:
            raise DataError(f"'{path}': '{name}' holds no examples", "Its first size is the number of examples.")
        stem, dot, rest = name.partition(".")
        split = next((each for each in ("train", "test") if stem.startswith(f"{each}_") or stem.endswith(f"_{each}")), "")
        stem = stem.removeprefix(f"{split}_").removesuffix(f"_{split}") if split else stem
        parts[split][f"{stem}{dot}{rest}"] = values
    if not any(parts.values()):
        raise DataError(f"'{path}' holds no arrays", "Put one for each slot into it, such as x and y.")
    return parts


def _joined(parts: dict[str, dict[str, Array]], path: Path) -> tuple[dict[str, Array], int]:
    """(all examples, how many of them are for training or 0 where that is left open)."""
    train, test, both = parts["train"], parts["test"], parts[""]
    if not train and not test:
        _check_lengths(both, path, "")
        return both, 0
    for name in (*both, *train, *test):
        for split, there in (("train", train), ("test", test)):
            if name not in there:
                raise DataError(f"'{path}' has no '{split}_{name}'", "Give every slot for training and for test, or for neither.")
        if train[name].shape[1:] != test[name].shape[1:] or train[name].dtype.kind != test[name].dtype.kind:
            raise DataError(f"'{path}': 'train_{name}' and 'test_{name}' differ in shape or type", "They do not belong together.")
    _check_lengths(train, path, "train_")
    _check_lengths(test, path, "test_")
    return {name: np.concatenate([train[name], test[name]]) for name in train}, len(next(iter(train.values())))


def _check_lengths(arrays: Arrays, path: Path, prefix: str) -> None:
    (first, values), *others = arrays.items()
    for name, other in others:
        if len(other) != len(values):
            raise DataError(
                f"'{path}' has {len(values):,} of '{prefix}{first}', but {len(other):,} of '{prefix}{name}'",
                "Give all of them for every example.",
            )


def _understood(arrays: Arrays, names: Mapping[str, tuple[str, ...]], path: Path) -> tuple[dict[str, Slot], dict[str, Array]]:
    """(slots, stored values): inputs first, classes last."""
    slots, stored = {}, {}
    for name, values in arrays.items():
        if name.endswith(COUNT):
            _check_count(name, values, arrays, path)
            stored[name] = values.astype(np.int64)
            continue
        padded = f"{name}{COUNT}" in arrays
        found = [known for kind in MEANINGS.entries() if (known := kind.recognised(values, names.get(name, ()), padded))]
        if not found:
            raise _unknown(name, values, padded, path)
        meaning, stored[name] = found[0]
        slots[name] = Slot(name, meaning, tuple(stored[name].shape[1:]), padded)
    meanings, shapes = [slot.meaning for slot in slots.values()], [slot.shape for slot in slots.values()]
    slots = {name: slot.with_meaning(slot.meaning.beside(meanings, shapes)) for name, slot in slots.items()}
    order = sorted(slots.values(), key=lambda slot: (slot.name != "x", slot.name == "y", isinstance(slot.meaning, Classes)))
    return {slot.name: slot for slot in order}, stored


def _check_count(name: str, values: Array, arrays: Arrays, path: Path) -> None:
    if name.removesuffix(COUNT) not in arrays:
        raise DataError(f"'{path}' has '{name}', but no '{name.removesuffix(COUNT)}'", "Leave it out, or give what it counts.")
    if values.ndim != 1 or values.dtype.kind not in "iu":
        raise DataError(f"'{path}': '{name}' is {values.dtype} {times(values.shape)}", "Give one whole number for each example.")


def _unknown(name: str, values: Array, padded: bool, path: Path) -> DataError:
    known = "; ".join(f"{kind.kind}: {kind.arrays}" for kind in MEANINGS.entries() if kind.arrays)
    counts = f" with '{name}{COUNT}'" if padded else ""
    return DataError(
        f"'{path}': '{name}' is {values.dtype} {times(values.shape)}{counts}, which is no known kind", f"Use {known}."
    )
