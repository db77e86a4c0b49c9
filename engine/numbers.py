"""What is shown as numbers for files: a table (CSV) or an array (NPY), the same for the window and the command line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.arithmetic import Arithmetic
from engine.snapshot import Bars, Pairs, PictureRows, Tiles, Units, Wall


@dataclass(frozen=True, eq=False)
class NumberTable:
    """Rows of texts and numbers under ``columns``; numbers are written so that they read back bit by bit."""

    columns: tuple[str, ...]
    rows: Sequence[Iterable[object]]
    ending = "csv"

    def encoded(self) -> bytes:
        """The bytes of a .csv file: UTF-8, one header line, what is not a number as "nan"."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_written(cell) for cell in row] for row in self.rows)
        return text.getvalue().encode()


@dataclass(frozen=True, eq=False)
class NumberArray:
    """An array of any shape: float32, or bytes where they are pictures."""

    values: NDArray[np.float32] | NDArray[np.uint8]
    ending = "npy"

    def encoded(self) -> bytes:
        """The bytes of a .npy file, without pickles."""
        file = io.BytesIO()
        np.save(file, np.ascontiguousarray(self.values), allow_pickle=False)
        return file.getvalue()


Numbers = NumberTable | NumberArray


def numbers_of(captured: object) -> Numbers | None:
    """What a view has drawn, as numbers; None for what has none. Tiles are (N, H, W) in their own units."""
    match captured:
        case Tiles() if len(captured.levels):
            return NumberArray(np.stack([captured.values(index) for index in range(len(captured.levels))]))
        case Units():
            names = captured.labels or [str(unit) for unit in range(len(captured.values))]
            return NumberTable(("unit", "activation"), list(zip(names, captured.values.tolist(), strict=True)))
        case Bars():
            return _of_bars(captured)
        case Wall():
            numbers = (captured.labels.tolist(), captured.predicted.tolist(), captured.confidence.tolist())
            which = captured.indices.tolist() or range(len(captured.labels))
            return NumberTable(
                ("example", "true class", "predicted class", "probability"), list(zip(which, *numbers, strict=True))
            )
        case PictureRows() if captured.rows and len({row.shape for row in captured.rows}) == 1:
            return NumberArray(np.stack(captured.rows))
        case Pairs():
            return _of_pairs(captured)
        case Arithmetic():
            return NumberArray(captured.output)
    return None


def _of_bars(bars: Bars) -> NumberTable:
    wanted = bars.wanted or [None] * len(bars.values)
    rows = [
        (label, value, true if true is not None else ("true" if index == bars.truth else ""))
        for index, (label, value, true) in enumerate(zip(bars.labels, bars.values.tolist(), wanted, strict=True))
    ]
    return NumberTable(("name", bars.unit or "value", "true"), rows)


def products_table(arithmetic: Arithmetic, row: int, column: int) -> NumberTable:
    """What one output cell is made of: a line for each number that its window reads; of a pooling every weight is 1."""
    window, products = arithmetic.window(row, column), arithmetic.products(row, column)
    weights = arithmetic.weights if len(arithmetic.weights) else np.ones_like(window)
    places = np.indices(window.shape).reshape(3, -1).T.tolist()
    numbers = (window.ravel().tolist(), weights.ravel().tolist(), products.ravel().tolist())
    rows = [(arithmetic.channel + at[0], *at[1:], *each) for at, *each in zip(places, *numbers, strict=True)]
    return NumberTable(("channel", "row in window", "column in window", "input", "weight", "product"), rows)


def _of_pairs(pairs: Pairs) -> NumberTable:
    columns = [f"{side} {name}" for name in pairs.names for side in ("true", "answer")]
    both = np.stack([pairs.truth, pairs.answer], axis=2).reshape(len(pairs.truth), -1).tolist()
    which = pairs.indices.tolist() or range(len(both))
    return NumberTable(("example", *columns), [(index, *row) for index, row in zip(which, both, strict=True)])


def _written(cell: object) -> object:
    return repr(cell) if isinstance(cell, float) else "" if cell is None else cell
