"""digits: the real handwritten digits that come with scikit-learn, 8 × 8 pixels each."""

from __future__ import annotations

import gzip
import zlib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image
from engine.data.pieces import Between, never
from engine.data.source import Availability, RawSet, RawSplit, Source, dataset, stratified
from engine.errors import DataError

BRIGHTEST = 16  # the stored grey levels are 0..16
TEST_SHARE = 0.2
COUNT = 1797
PIECE = 200  # lines read at once


@dataset
class Digits(Source):
    """1,797 digits by 43 people (Alpaydin & Kaynak 1998), in grey; a seed chooses which fifth is for testing."""

    name = "digits"
    title = "Handwritten digits"
    help = "1,797 real handwritten digits of 8×8 pixels: small enough to train in seconds."
    is_made = False
    slots = slots(image=(Image(), (1, 8, 8)), label=(Classes(names=tuple("0123456789")), ()))

    def availability(self, root: Path | None = None) -> Availability:
        return Availability(True, "comes with scikit-learn")

    def load(self, seed: int, root: Path | None = None) -> RawSet:
        return self.load_between(seed, root, never)

    def load_between(self, seed: int, root: Path | None, between: Between) -> RawSet:
        table = _table(between)
        images = np.rint(table[:, :-1].reshape(-1, 1, 8, 8) * (255 / BRIGHTEST)).astype(np.uint8)
        everything = RawSplit({"image": images, "label": table[:, -1]})
        train, test = stratified(everything["label"], TEST_SHARE, np.random.default_rng([seed, 8]))
        return RawSet(everything.take(train), everything.take(test), self.slots)


def _table(between: Between) -> NDArray[np.int64]:
    """(N, 65): for each digit its grey levels, 0..16, and what it is. Only the file is read: importing scikit-learn for it would
    take seconds and 100 MiB."""
    package = find_spec("sklearn")
    if package is None or package.origin is None:
        raise DataError("The digits come with scikit-learn, which is not installed", "Install it: pip install scikit-learn.")
    path, rows = Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz", []
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            for row, line in enumerate(file):
                if row % PIECE == 0:
                    between(row / COUNT)
                rows.append(np.array(line.split(","), np.float64))
        return np.array(rows).astype(np.int64).reshape(COUNT, 65)
    except (OSError, EOFError, ValueError, zlib.error):
        raise DataError(f"'{path}', which holds the digits, is missing or damaged", "Install scikit-learn again.") from None
