"""metrics.csv: an append-only table of a run's numbers that survives crashes, full disks and a torn last line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FileError
from engine.files.atomic import atomic_write, file_error, read_bounded
from engine.snapshot import History

COLUMNS = ("step", "epoch", "seconds", "split", "loss", "accuracy", "learning_rate")
LEARNING_RATE, LAYER = "learning_rate", "layer/"
MAX_BYTES = 4 << 30
LAST_STEP = 1 << 53
"""Curves hold steps as floats, which tell whole numbers apart up to here."""
_PLACE = 4  # columns before the values


@dataclass(frozen=True)
class Row:
    """One logged point. ``epoch`` and ``seconds`` are None where they are not known; ``values`` by column."""

    step: int
    epoch: float | None
    seconds: float | None
    split: str
    values: Mapping[str, float]


def append_rows(path: Path, rows: Sequence[Row]) -> None:
    """Add rows in order of step, all of them or (FileError) none. A new file gets the header first, with every column
    that ``rows`` need; an existing one that lacks a column is written anew with it, in one step."""
    if _lacks_columns(path, rows):
        write_rows(path, (*read_rows(path), *rows))
        return
    try:
        with path.open("ab+", buffering=0) as file:
            start = file.seek(0, 2)
            file.seek(0)
            columns = _columns(file.readline()) if start else header_for(rows)
            text = "" if start else ",".join(columns) + "\n"
            data = memoryview((text + "".join(_line(row, columns) for row in rows)).encode())
            try:
                while data:
                    data = data[file.write(data) or 0 :]
            except OSError:
                with suppress(OSError):
                    file.truncate(start)  # half a line would be taken for a number
                raise
    except OSError as error:
        raise file_error(path, error, "write") from error


def _lacks_columns(path: Path, rows: Sequence[Row]) -> bool:
    """Whether a file is there that has no column for one of the values."""
    try:
        with path.open("rb") as file:
            columns = set(_columns(file.readline()))
    except FileNotFoundError:
        return False
    except OSError as error:
        raise file_error(path, error, "read") from error
    return columns != {""} and any(name not in columns for row in rows for name in row.values)


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """A whole new file in one step, instead of an old one."""
    columns = header_for(rows)
    with atomic_write(path) as file:
        file.write((",".join(columns) + "\n").encode())
        for row in rows:
            file.write(_line(row, columns).encode())


def read_rows(path: Path) -> tuple[Row, ...]:
    """Every whole row. A torn last line, as a crash leaves it, is ignored; FileError where the file is something else."""
    data = read_bounded(path, MAX_BYTES, "a table of metrics")
    whole, _, _ = data.rpartition(b"\n")
    lines = whole.split(b"\n")
    columns = _columns(lines[0])
    if columns[: len(COLUMNS)] != COLUMNS:
        raise FileError(f"'{path}' is not a table of metrics", f"Its first line should begin with {','.join(COLUMNS)}.")
    return tuple(_parsed(path, columns, lines[1:]))


def history_of(rows: Iterable[Row]) -> History:
    """The rows as the named series that curves draw."""
    series: dict[str, tuple[list[float], list[float]]] = {}
    for row in rows:
        for column, value in row.values.items():
            steps, values = series.setdefault(_series_name(row.split, column), ([], []))
            steps.append(row.step)
            values.append(value)
    history = History()
    for name, (steps, values) in series.items():
        history.extend(name, steps, values)
    return history


def rows_of(history: History, steps_per_epoch: int | None) -> tuple[Row, ...]:
    """A history as rows, in order of step. Times are not known; epochs are where ``steps_per_epoch`` is."""
    found: dict[tuple[float, str], dict[str, float]] = {}
    for name in history.names():
        split, column = _column_of(name)
        for step, value in zip(history[name].steps, history[name].values, strict=True):
            found.setdefault((float(step), split), {})[column] = float(value)
    order = sorted(found, key=lambda key: (key[0], key[1] != "train"))
    return tuple(
        Row(int(step), step / steps_per_epoch if steps_per_epoch else None, None, split, found[step, split])
        for step, split in order
    )


def header_for(rows: Iterable[Row]) -> tuple[str, ...]:
    """The columns that hold every value of ``rows``: the seven that are always there, then the others."""
    return tuple(dict.fromkeys([*COLUMNS, *(name for row in rows for name in row.values)]))


def _columns(line: bytes) -> tuple[str, ...]:
    return tuple(line.decode(errors="replace").strip().split(","))


def _line(row: Row, columns: Sequence[str]) -> str:
    place = [str(row.step), _number(row.epoch, 6), _number(row.seconds, 3), row.split]
    values = [repr(float(row.values[name])) if name in row.values else "" for name in columns[_PLACE:]]
    return ",".join([*place, *values]) + "\n"


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else str(round(value, digits))


def _parsed(path: Path, columns: Sequence[str], lines: Sequence[bytes]) -> Iterator[Row]:
    for number, line in enumerate(lines, 2):
        try:
            cells = line.decode("ascii").strip().split(",")
            named = dict(zip(columns[_PLACE:], cells[_PLACE:], strict=True))
            values = {name: float(text) for name, text in named.items() if text}
            yield Row(_step(cells[0]), _optional(cells[1]), _optional(cells[2]), cells[3], values)
        except (ValueError, IndexError):
            if number - 1 == len(lines):  # a last line may be torn and still have got its end
                return
            raise FileError(f"Line {number} of '{path}' is damaged: {line[:60]!r}", "Delete that line to open the run.") from None


def _step(text: str) -> int:
    step = int(text)
    if not 0 <= step <= LAST_STEP:
        raise ValueError("no step has this number")
    return step


def _optional(text: str) -> float | None:
    return float(text) if text else None


def _series_name(split: str, column: str) -> str:
    """The series of a column: "train/loss", "validation/accuracy", "learning_rate", "layer/c1/dead"."""
    return column if _is_of_the_run(column) else f"{split}/{column}"


def _is_of_the_run(column: str) -> bool:
    """Whether a column is no measure of a split: the learning rate, and what is measured of layers."""
    return column == LEARNING_RATE or column.startswith(LAYER)


def _column_of(series: str) -> tuple[str, str]:
    """(split, column) of a series."""
    if _is_of_the_run(series):
        return "train", series
    split, _, column = series.partition("/")
    return split, column
