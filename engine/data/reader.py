"""What a reader is: it makes data of a user's own file or folder. Which one reads what, and how examples are held back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from engine.data.meaning import Slot
from engine.data.pieces import Between, never
from engine.data.source import RawSet, RawSplit, held_back
from engine.design.parameters import Kind, Kinds
from engine.errors import DataError

TEST_SHARE = 0.2
"""How much is held back for testing where the user has not said so."""


class Reader(Kind):
    """One way in which data lie on disk. Subclass it in one file of engine/data/readers/; they are asked in the files' order.

    ``wants`` says what it reads, so that it follows "Give it": "a .csv file with ...". Importing a reader loads no torch.
    """

    wants: ClassVar[str] = ""

    def accepts(self, path: Path) -> bool:
        """Whether ``path``, which exists, is for this reader. OSError where it cannot be looked at."""
        raise NotImplementedError

    def read(self, path: Path, seed: int, input_shape: Sequence[int] | None, between: Between = never) -> RawSet:
        """All examples; the same for the same ``seed``. ``input_shape`` is the network's, for what has no size of its own.
        ``between`` is to be called now and then: what it raises ends the reading.

        DataError for whatever is missing or damaged; an OSError is told by the caller.
        """
        raise NotImplementedError


READERS: Kinds[Reader] = Kinds("kind of data file", "engine.data.readers", DataError)


def reader_of(path: Path) -> Reader:
    """The reader for ``path``, which exists; DataError where there is none."""
    for kind in READERS.entries():
        reader = kind()
        if reader.accepts(path):
            return reader
    where = f"In '{path}' there are no data that can be read" if path.is_dir() else f"'{path}' is no data that can be read"
    archive = "Unpack it. " if path.suffix.lower() in (".zip", ".tar", ".gz", ".tgz", ".rar", ".7z") else ""
    raise DataError(where, f"{archive}Use {'; or '.join(kind.wants for kind in READERS.entries())}.")


def with_test(everything: RawSplit, slots: Mapping[str, Slot], seed: int, path: Path) -> tuple[RawSplit, RawSplit]:
    """(training, test) examples, of each class a fifth drawn by ``seed`` for testing; DataError where there are too few."""
    train, test = held_back(everything, slots, TEST_SHARE, np.random.default_rng([seed, 80]))
    if len(test) == 0:
        raise DataError(f"'{path}' has too few examples to hold some back for testing", "Give every class 3 or more.")
    return everything.take(train), everything.take(test)
