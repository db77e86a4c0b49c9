"""What commands print: tables and JSON on standard output, notes and progress bars on standard error."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm import tqdm


def note(sentence: str) -> None:
    """One line for the user's eyes on standard error; a progress bar that is running moves down."""
    from tqdm import tqdm

    tqdm.write(sentence, file=sys.stderr)


def print_json(answer: Mapping[str, Any]) -> None:
    """One JSON object on one line, the last of standard output; what is not finite becomes null."""
    print(json.dumps(_plain(answer), ensure_ascii=False, allow_nan=False))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], numbers: Iterable[int] = ()) -> str:
    """Columns of text, those in ``numbers`` aligned right; whole numbers get thousands' commas."""
    right = set(numbers)
    cells = [list(columns)] + [[_cell(value) for value in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(columns))]
    lines = [
        "  ".join(text.rjust(width) if column in right else text.ljust(width) for column, (text, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in cells)
    ]
    return "\n".join(line.rstrip() for line in lines)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def progress(total: int, unit: str, *, initial: int = 0, description: str = "") -> tqdm[Any]:
    """A progress bar on standard error; silent where that is not a terminal."""
    from tqdm import tqdm

    return tqdm(
        total=total, unit=unit, initial=initial, desc=description, file=sys.stderr, disable=None, dynamic_ncols=True, leave=False
    )
