"""A .csv file with a header: columns of numbers, and in the last column a class or the number to be learned."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from engine.data.arrays import NAMES, raw_set
from engine.data.meaning import Array
from engine.data.reader import READERS, Reader
from engine.data.source import RawSet
from engine.errors import DataError
from engine.registry import brief

MOST_BYTES = 1 << 30
SEPARATORS = ",;\t"
LARGEST = 1e30  # beyond it float32 has no room for a mean and a deviation
Row = list[str]


@READERS.declare
class Table(Reader):
    """UTF-8, separated by commas, semicolons or tabs. The features are one Vector; words in the last column are classes."""

    kind: ClassVar[str] = "table"
    title: ClassVar[str] = "Table"
    help: ClassVar[str] = (
        "Reads a .csv file whose first line names the columns. All columns but the last are numbers that the network reads; "
        "the last holds words, which are classes, or numbers, which are to be learned. A fifth is held back for testing."
    )
    wants: ClassVar[str] = "a .csv file with a line of names, then numbers, and in the last column words or numbers"

    def accepts(self, path: Path) -> bool:
        return path.is_file() and path.suffix.lower() == ".csv"

    def read(self, path: Path, seed: int, input_shape: Sequence[int] | None) -> RawSet:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(f"'{path}' is too large", f"Use at most {MOST_BYTES >> 30} GiB.")
        try:
            header, numbered = _rows(path)
        except (csv.Error, UnicodeDecodeError) as error:
            raise DataError(f"'{path}' is not a table of text ({error})", "Save it as CSV in UTF-8.") from None
        last = [row[-1].strip() for row in numbered.values()]
        if all(_is_number(name) for name in header[:-1]) and header[-1] in last:
            raise _nameless(path)
        target: dict[str, Array] = {"label": np.array(last)}
        if _is_number(last[0]):
            column = _column(path, header, numbered, len(header) - 1)
            target = {"target": column[:, None], f"target{NAMES}": np.array(header[-1:])}
        features = np.stack([_column(path, header, numbered, place) for place in range(len(header) - 1)], 1)
        found = raw_set({"features": features, f"features{NAMES}": np.array(header[:-1]), **target}, seed, path)
        return replace(found, notes=(*found.notes, _AS_NUMBERS.format(header[-1]))) if _looks_like_classes(target) else found


FEW = 20  # different whole numbers may well be the names of classes
_AS_NUMBERS = "The last column, {}, holds whole numbers, which are learned as numbers; written as words they would be classes."


def _looks_like_classes(target: dict[str, Array]) -> bool:
    values = np.unique(target["target"]) if "target" in target else np.empty(0)
    return 0 < len(values) <= FEW and bool((values == values.round()).all())


def _rows(path: Path) -> tuple[Row, dict[int, Row]]:
    """(the names of the columns, the lines below by their numbers); empty lines are passed over."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        separator = max(SEPARATORS, key=first.count)
        lines = csv.reader(file, delimiter=separator)
        header = _header(lines, path)
        rows = dict(_checked(lines, header, path))
    if not rows:
        raise DataError(f"'{path}' has no lines below its first", "Give one line for each example.")
    return header, rows


def _header(lines: Iterator[Row], path: Path) -> Row:
    header = [name.strip() for name in next(lines, [])]
    if len(header) < 2:
        raise DataError(f"'{path}' has fewer than two columns", "Separate columns by commas; the last is what is to be learned.")
    if all(_is_number(name) for name in header):
        raise _nameless(path)
    return header


def _nameless(path: Path) -> DataError:
    return DataError(f"The first line of '{path}' holds an example", "Put a line with the names of the columns above it.")


def _checked(lines: Iterator[Row], header: Row, path: Path) -> Iterator[tuple[int, Row]]:
    for number, row in enumerate(lines, 2):
        if row and len(row) != len(header):
            raise DataError(
                f"'{path}', line {number}: {len(row)} columns, but the first line has {len(header)}", "Give every line as many."
            )
        if row:
            yield number, row


def _column(path: Path, header: Row, rows: dict[int, Row], place: int) -> Array:
    """(N,) float64."""
    try:
        values = np.array([float(row[place]) for row in rows.values()])
    except ValueError:
        line = next(number for number, row in rows.items() if not _is_number(row[place]))
        raise DataError(
            f"'{path}', line {line}, column '{header[place]}': {brief(rows[line][place])} is not a number",
            "Only the last column may hold words.",
        ) from None
    wrong = np.flatnonzero(~(np.abs(values) <= LARGEST))
    if len(wrong):
        line = list(rows)[wrong[0]]
        trouble = "is too large" if np.isfinite(values[wrong[0]]) else "is not a finite number"
        raise DataError(
            f"'{path}', line {line}, column '{header[place]}': {brief(rows[line][place])} {trouble}",
            f"Give a number of at most {LARGEST:.0e}, or leave the line out.",
        )
    return values


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
