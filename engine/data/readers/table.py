"""A .csv file with a header: columns of numbers, and in the last column a class or the number to be learned."""

from __future__ import annotations

import csv
import io
import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from engine.data.arrays import NAMES, raw_set
from engine.data.meaning import Array
from engine.data.memory import require_room
from engine.data.pieces import Between, never
from engine.data.reader import READERS, Reader
from engine.data.source import RawSet
from engine.errors import DataError
from engine.registry import brief

MOST_BYTES = 1 << 30
MOST_GROWTH = 6
"""A table of short numbers takes so many times its file's size at most while it is read."""
MOST_LETTERS = 200
"""A class's name is not longer."""
LARGEST = 1e30  # beyond it float32 has no room for a mean and a deviation
LINES = 10_000
SEPARATORS = ",;\t"
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

    def read(self, path: Path, seed: int, input_shape: Sequence[int] | None, between: Between = never) -> RawSet:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DataError(f"'{path}' is too large", f"Use at most {MOST_BYTES >> 30} GiB.")
        require_room(MOST_GROWTH * size, f"The numbers in '{path}'", "Use fewer lines.")
        try:
            table = _Table.of(path, between)
        except (csv.Error, UnicodeDecodeError) as error:
            raise DataError(f"'{path}' is not a table of text ({error})", "Save it as CSV in UTF-8.") from None
        header = table.header
        if all(_is_number(name) for name in header[:-1]) and header[-1] in table.last:
            raise _nameless(path)
        features, target = table.features(), table.target()
        found = raw_set({"features": features, f"features{NAMES}": np.array(header[:-1]), **target}, seed, path)
        return replace(found, notes=(*found.notes, _AS_NUMBERS.format(header[-1]))) if _looks_like_classes(target) else found


FEW = 20  # different whole numbers may well be the names of classes
_AS_NUMBERS = "The last column, {}, holds whole numbers, which are learned as numbers; written as words they would be classes."


def _looks_like_classes(target: dict[str, Array]) -> bool:
    values = np.unique(target["target"]) if "target" in target else np.empty(0)
    return 0 < len(values) <= FEW and bool((values == values.round()).all())


class _Table:
    """The lines of a file as they are read: numbers as float32, words once each, so that a table takes less than its file."""

    def __init__(self, path: Path, header: Row) -> None:
        self.path, self.header = path, header
        self.last: list[str] = []
        self._numbers = array("f")
        self._lines = array("q")  # the number of each line, for empty ones are passed over
        self._words: dict[str, str] = {}

    @classmethod
    def of(cls, path: Path, between: Between) -> _Table:
        """The table in a file."""
        with path.open("rb") as stored, io.TextIOWrapper(stored, encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            separator = max(SEPARATORS, key=first.count)
            lines = csv.reader(file, delimiter=separator)
            table = cls(path, _header(lines, path))
            size = path.stat().st_size
            for number, row in enumerate(lines, 2):
                if number % LINES == 0:
                    between(min(1.0, stored.tell() / size))
                if row:
                    table._add(number, row)
        if not table.last:
            raise DataError(f"'{path}' has no lines below its first", "Give one line for each example.")
        return table

    def _add(self, line: int, row: Row) -> None:
        if len(row) != len(self.header):
            raise DataError(
                f"'{self.path}', line {line}: {len(row)} columns, but the first line has {len(self.header)}",
                "Give every line as many.",
            )
        self._numbers.extend(self._number(line, place, text) for place, text in enumerate(row[:-1]))
        word = row[-1].strip()
        if len(word) > MOST_LETTERS:
            raise self._fault(line, len(row) - 1, word, "is too long", f"Use at most {MOST_LETTERS} letters.")
        self.last.append(self._words.setdefault(word, word))
        self._lines.append(line)

    def features(self) -> Array:
        """(N, columns but the last) float32."""
        return np.frombuffer(self._numbers, np.float32).reshape(len(self.last), -1)

    def target(self) -> dict[str, Array]:
        """What is to be learned: the classes by name, or the numbers of the last column with its name."""
        if not _is_number(self.last[0]):
            return {"label": np.array(self.last)}
        place = len(self.header) - 1
        values = [self._number(line, place, text) for line, text in zip(self._lines, self.last, strict=True)]
        return {"target": np.array(values)[:, None], f"target{NAMES}": np.array(self.header[-1:])}

    def _number(self, line: int, place: int, text: str) -> float:
        """What a cell holds; DataError where that is no number that a network can be given."""
        try:
            value = float(text)
        except ValueError:
            raise self._fault(line, place, text, "is not a number", "Only the last column may hold words.") from None
        if -LARGEST <= value <= LARGEST:
            return value
        trouble = "is too large" if math.isfinite(value) else "is not a finite number"
        raise self._fault(line, place, text, trouble, f"Give a number of at most {LARGEST:.0e}, or leave the line out.")

    def _fault(self, line: int, place: int, text: str, problem: str, suggestion: str) -> DataError:
        where = f"'{self.path}', line {line}, column '{self.header[place]}'"
        return DataError(f"{where}: {brief(text)} {problem}", suggestion)


def _header(lines: Iterator[Row], path: Path) -> Row:
    header = [name.strip() for name in next(lines, [])]
    if len(header) < 2:
        raise DataError(f"'{path}' has fewer than two columns", "Separate columns by commas; the last is what is to be learned.")
    if all(_is_number(name) for name in header):
        raise _nameless(path)
    return header


def _nameless(path: Path) -> DataError:
    return DataError(f"The first line of '{path}' holds an example", "Put a line with the names of the columns above it.")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
