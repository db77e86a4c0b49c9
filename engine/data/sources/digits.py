"""digits: the real handwritten digits that come with scikit-learn, 8 × 8 pixels each."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image
from engine.data.source import Availability, RawSet, RawSplit, Source, dataset, stratified

BRIGHTEST = 16  # the stored grey levels are 0..16
TEST_SHARE = 0.2


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
        from sklearn.datasets import load_digits

        stored = load_digits()
        images = np.rint(stored.images * (255 / BRIGHTEST)).astype(np.uint8)[:, None]
        everything = RawSplit({"image": images, "label": stored.target.astype(np.int64)})
        train, test = stratified(everything["label"], TEST_SHARE, np.random.default_rng([seed, 8]))
        return RawSet(everything.take(train), everything.take(test), self.slots)
