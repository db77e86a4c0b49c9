"""Whether raw data are what their slots say, told as one sentence before anything is made of them."""

from __future__ import annotations

from engine.data.meaning import Slot
from engine.data.source import RawSet, RawSplit
from engine.design.kinds import times
from engine.errors import DataError

_MEND = "Correct the data."


def check_raw(raw: RawSet, owner: str) -> None:
    """DataError, in which ``owner`` names the data, unless every slot of both splits holds what it should, for every example."""
    if not raw.slots:
        raise DataError(f"{owner} has no slots, so there is nothing to learn", _MEND)
    if len(raw.train) == 0:
        raise DataError(f"{owner} has no training examples", "Choose other data.")
    for name, part in (("training", raw.train), ("test", raw.test)):
        for slot in raw.slots.values():
            _check_slot(part, slot, f"{owner}, {name} examples")
        _check_lengths(part, f"{owner}, {name} examples")


def _check_slot(part: RawSplit, slot: Slot, where: str) -> None:
    if slot.name not in part.values:
        raise DataError(f"{where}: there is no '{slot.name}'", f"There is {', '.join(part.values)}.")
    values = part[slot.name]
    if values.dtype.name not in slot.meaning.dtypes or values.shape[1:] != tuple(slot.shape):
        raise DataError(
            f"{where}: '{slot.name}' is {values.dtype.name} {times(values.shape[1:])} in each example, but should be "
            f"{' or '.join(slot.meaning.dtypes)} {times(slot.shape)}",
            _MEND,
        )
    fault = slot.meaning.fault(values)
    if fault:
        raise DataError(f"{where}: '{slot.name}' {fault}", _MEND)
    if slot.padded:
        _check_counts(part, slot, where)


def _check_counts(part: RawSplit, slot: Slot, where: str) -> None:
    counts = part.values.get(slot.count_name)
    if counts is None:
        raise DataError(f"{where}: '{slot.name}' is padded, but there is no '{slot.count_name}'", "Give how many entries count.")
    wrong = counts[(counts < 0) | (counts > slot.shape[0])]
    if counts.dtype.name != "int64" or counts.ndim != 1 or len(wrong):
        said = f"{wrong[0]}" if len(wrong) else f"{counts.dtype.name} {times(counts.shape)}"
        raise DataError(
            f"{where}: '{slot.count_name}' is {said}", f"Use one whole number from 0 to {slot.shape[0]} for each example."
        )


def _check_lengths(part: RawSplit, where: str) -> None:
    first, *others = part.values.items()
    for name, values in others:
        if len(values) != len(first[1]):
            raise DataError(
                f"{where}: there are {len(first[1]):,} of '{first[0]}', but {len(values):,} of '{name}'",
                "Give all of them for every example.",
            )
