"""Every reader that is enrolled keeps its promises on an example of its own, and the promises find out the wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.vector import Vector
from engine.data.pieces import Between, never
from engine.data.reader import READERS, Reader
from engine.data.source import RawSet, RawSplit
from engine.errors import DataError
from tests.helpers.reader_promises import EXAMPLES, check_reader


def test_every_reader_has_an_example() -> None:
    assert set(EXAMPLES) == set(READERS), "add good data for it to tests/helpers/reader_promises.py"


@pytest.mark.parametrize("name", list(READERS))
def test_promises(name: str, tmp_path: Path) -> None:
    check_reader(READERS.get(name), EXAMPLES[name], tmp_path)


SLOTS = slots(value=(Vector(), (1,)), label=(Classes(names=("a", "b")), ()))


class Lines(Reader):
    """A file of numbers, one a line: even lines are of one class."""

    kind: ClassVar[str] = "lines"
    title: ClassVar[str] = "Lines"
    help: ClassVar[str] = "For a test."
    wants: ClassVar[str] = "a .lines file"

    def accepts(self, path: Path) -> bool:
        return path.suffix == ".lines"

    def read(self, path: Path, seed: int, input_shape: Sequence[int] | None, between: Between = never) -> RawSet:
        try:
            values = np.array([[float(line)] for line in path.read_text(encoding="utf-8").split()], np.float32)
        except ValueError:
            raise DataError(f"'{path}' holds something else than numbers") from None
        if len(values) < 6:
            raise DataError(f"'{path}' is too short")
        everything = RawSplit({"value": values, "label": np.arange(len(values)) % 2})
        return RawSet(
            everything.take(np.arange(len(values) - 3)), everything.take(np.arange(len(values) - 3, len(values))), SLOTS
        )


def lines(folder: Path) -> Path:
    (folder / "a.lines").write_text("\n".join(str(index) for index in range(20)))
    return folder / "a.lines"


def unguarded(self: Reader, path: Path, seed: int, input_shape: Sequence[int] | None, between: Between = never) -> RawSet:
    values = np.array([[float(line)] for line in path.read_text(encoding="utf-8").split()], np.float32)
    return RawSet(RawSplit({"value": values, "label": np.arange(len(values)) % 2}), RawSplit({"value": values}), SLOTS)


def changing(self: Reader, path: Path, seed: int, input_shape: Sequence[int] | None, between: Between = never) -> RawSet:
    raw = Lines.read(self, path, seed, input_shape)
    return RawSet(raw.train.take(np.random.permutation(len(raw.train))), raw.test, raw.slots)


def nameless(self: Reader, path: Path, seed: int, input_shape: Sequence[int] | None, between: Between = never) -> RawSet:
    try:
        return Lines.read(self, path, seed, input_shape)
    except DataError:
        raise DataError("Something is wrong") from None


def trusting(self: Reader, path: Path, seed: int, input_shape: Sequence[int] | None, between: Between = never) -> RawSet:
    values = np.array([[float(line)] for line in path.read_text(encoding="utf-8").split()], np.float32)
    everything = RawSplit({"value": values, "label": np.arange(len(values)) % 2})
    return RawSet(everything, everything, SLOTS)


WRONG: dict[str, dict[str, object]] = {
    "takes everything": {"accepts": lambda self, path: True},
    "takes nothing": {"accepts": lambda self, path: False},
    "other slots in the test split": {"read": unguarded},
    "another order every time": {"read": changing},
    "does not say which file": {"read": nameless},
    "lets errors through": {"read": trusting},
    "does not say what it wants": {"wants": ""},
}


@pytest.fixture
def enrolled() -> Iterator[Callable[[type[Reader]], type[Reader]]]:
    yield READERS.declare
    READERS.remove(Lines.kind)


def test_the_right_one_passes(enrolled: Callable[[type[Reader]], type[Reader]], tmp_path: Path) -> None:
    check_reader(enrolled(Lines), lines, tmp_path)


@pytest.mark.parametrize("words", list(WRONG))
def test_a_wrong_one_is_found_out(words: str, enrolled: Callable[[type[Reader]], type[Reader]], tmp_path: Path) -> None:
    wrong = enrolled(
        type("Wrong", (Lines,), {"__module__": __name__, "__annotations__": {"wants": ClassVar[str]}, **WRONG[words]})
    )
    with pytest.raises((AssertionError, DataError, ValueError)):
        check_reader(wrong, lines, tmp_path)
