"""What the data card needs to know of a data set. The engine's card of a data set fits; so does anything else of this form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""(C, H, W) with C 1 or 3."""


class RowFacts(Protocol):
    """A class, or where there are none a slot: its name, how many training examples there are of it, and some pictures."""

    @property
    def name(self) -> str:
        """As a person knows it; of any length."""

    @property
    def count(self) -> int:
        """In the training split."""

    @property
    def samples(self) -> Sequence[Picture]:
        """Of any sizes: a sentence is as long as it is."""


class CardFacts(Protocol):
    """A data set in words and pictures."""

    @property
    def title(self) -> str:
        """Its name on screen."""

    @property
    def help(self) -> str:
        """What it is, in a sentence or two."""

    @property
    def rows(self) -> Sequence[RowFacts]:
        """From top to bottom; none for data without examples."""

    @property
    def mean_image(self) -> Picture | None:
        """The mean of all training images; None where examples are no images."""

    @property
    def notes(self) -> Sequence[str]:
        """Sentences on what was done to it, and what was left out."""

    def lines(self) -> Sequence[str]:
        """The facts in a few short lines."""
