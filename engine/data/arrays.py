"""From a user's named arrays to raw data: which are training and test, and what each of them means.

"train_NAME" and "test_NAME" (or "NAME_train", "NAME_test") say what an array is for; without them a part is held back.
"NAME.count" says how many entries of a padded NAME count, "NAME.names" what its classes, words or numbers are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.data.meaning import MEANINGS, Array, Meaning, Slot
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
    parts = _checked(_parts({name: values for name, values in arrays.items() if not name.endswith(NAMES)}, path), path)
    slots, (first, *rest) = _understood(parts, names, path)
    return RawSet(first, rest[0], slots) if rest else RawSet(*with_test(first, slots, seed, path), slots)


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


def _checked(parts: dict[str, dict[str, Array]], path: Path) -> list[dict[str, Array]]:
    """All examples, or, where that is said, those for training and those for testing, with the same slots of the same shapes."""
    train, test, both = parts["train"], parts["test"], parts[""]
    if not train and not test:
        _check_lengths(both, path, "")
        return [both]
    for name in (*both, *train, *test):
        for split, there in (("train", train), ("test", test)):
            if name not in there:
                raise DataError(f"'{path}' has no '{split}_{name}'", "Give every slot for training and for test, or for neither.")
        if train[name].shape[1:] != test[name].shape[1:] or train[name].dtype.kind != test[name].dtype.kind:
            raise DataError(f"'{path}': 'train_{name}' and 'test_{name}' differ in shape or type", "They do not belong together.")
    _check_lengths(train, path, "train_")
    _check_lengths(test, path, "test_")
    return [train, test]


def _check_lengths(arrays: Arrays, path: Path, prefix: str) -> None:
    (first, values), *others = arrays.items()
    for name, other in others:
        if len(other) != len(values):
            raise DataError(
                f"'{path}' has {len(values):,} of '{prefix}{first}', but {len(other):,} of '{prefix}{name}'",
                "Give all of them for every example.",
            )


def _understood(
    parts: Sequence[Arrays], names: Mapping[str, tuple[str, ...]], path: Path
) -> tuple[dict[str, Slot], list[RawSplit]]:
    """(slots, the stored values of each part): inputs first, classes last."""
    slots: dict[str, Slot] = {}
    stored: list[dict[str, Array]] = [{} for _ in parts]
    for name in parts[0]:
        padded = f"{name}{COUNT}" in parts[0]
        if name.endswith(COUNT):
            for part in parts:
                _check_count(name, part[name], part, path)
            found = [part[name].astype(np.int64) for part in parts]
        else:
            meaning, found = _recognised(name, [part[name] for part in parts], names.get(name, ()), padded, path)
            slots[name] = Slot(name, meaning, tuple(found[0].shape[1:]), padded)
        for values, part_stored in zip(found, stored, strict=True):
            part_stored[name] = values
    meanings, shapes = [slot.meaning for slot in slots.values()], [slot.shape for slot in slots.values()]
    slots = {name: slot.with_meaning(slot.meaning.beside(meanings, shapes)) for name, slot in slots.items()}
    order = sorted(slots.values(), key=lambda slot: (slot.name != "x", slot.name == "y", isinstance(slot.meaning, Classes)))
    return {slot.name: slot for slot in order}, [RawSplit(each) for each in stored]


def _recognised(name: str, parts: list[Array], names: tuple[str, ...], padded: bool, path: Path) -> tuple[Meaning, list[Array]]:
    """What the values of all ``parts`` mean, and how they are stored. Each is looked at by itself, so that large ones are not
    there twice; only where that gives different things, it is looked at what they are together."""
    first, *others = found = [_known(name, values, names, padded, path) for values in parts]
    if all(_are_alike(first, other) for other in others):
        return first[0], [values for _, values in found]
    meaning, whole = _known(name, np.concatenate(parts), names, padded, path)
    return meaning, np.split(whole, [len(parts[0])])


def _are_alike(one: tuple[Meaning, Array], other: tuple[Meaning, Array]) -> bool:
    return one[0] == other[0] and one[1].dtype == other[1].dtype and one[1].shape[1:] == other[1].shape[1:]


def _known(name: str, values: Array, names: tuple[str, ...], padded: bool, path: Path) -> tuple[Meaning, Array]:
    found = next((known for kind in MEANINGS.entries() if (known := kind.recognised(values, names, padded))), None)
    if found is None:
        raise _unknown(name, values, padded, path)
    return found


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
