"""Tokens: sentences as numbers of words in a vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from engine.data.meaning import MEANINGS, Array, Bytes, Meaning
from engine.design.kinds import Shape
from engine.design.parameters import Words, parameter
from engine.errors import DataError
from engine.registry import nearest

if TYPE_CHECKING:
    from torch import Tensor

PADDING = 0
"""The token behind the end of a sentence; its word is ""."""


@MEANINGS.declare
class Tokens(Meaning):
    """Sentences (N, length) int64, each number the place of a word; shorter ones end in PADDING."""

    kind: ClassVar[str] = "tokens"
    title: ClassVar[str] = "Sentences"
    help: ClassVar[str] = "A sentence as the numbers of its words; a network reads them with an embedding layer."
    dtypes: ClassVar[tuple[str, ...]] = ("int64",)
    dimensions: ClassVar[int] = 1
    reads: ClassVar[Literal["numbers", "tokens"]] = "tokens"

    arrays: ClassVar[str] = "whole numbers (N, length) with NAME.count and the vocabulary in NAME.names"

    vocabulary: Words = parameter((), "Every word that can occur; the first stands for no word.")

    @classmethod
    def recognised(cls, values: Array, names: tuple[str, ...], padded: bool) -> tuple[Meaning, Array] | None:
        if values.ndim != 2 or values.dtype.kind not in "iu" or not padded:
            return None
        words = names or ("", *(str(token) for token in range(1, int(values.max(initial=0)) + 1)))
        return cls(vocabulary=words), values.astype(np.int64)

    def fault(self, values: Array) -> str:
        wrong = values[(values < 0) | (values >= len(self.vocabulary))]
        return f"has the word number {wrong[0]}, but the vocabulary ends at {len(self.vocabulary) - 1}" if len(wrong) else ""

    @property
    def token_count(self) -> int:
        return len(self.vocabulary)

    def encode(self, values: Tensor) -> Tensor:
        return values

    def picture(self, value: Array) -> Bytes:
        from engine.data.drawing.sketch import text

        return text(self.words(value))

    def words(self, value: Array) -> str:
        return " ".join(self.vocabulary[int(token)] for token in value if int(token) != PADDING)

    def tokens(self, sentence: str, length: int) -> Array:
        """(length,) int64 the numbers of a sentence's words; DataError for a word that is not in the vocabulary or too many."""
        known = {word: place for place, word in enumerate(self.vocabulary)}
        words = sentence.lower().split()
        for word in words:
            if word not in known:
                raise DataError(f"The word '{word}' is not in the vocabulary", nearest(word, list(self.vocabulary[1:])))
        if len(words) > length:
            raise DataError(f"{len(words)} words are too many for sentences of {length}", f"Use {length} or fewer.")
        numbers = np.full(length, PADDING, np.int64)
        numbers[: len(words)] = [known[word] for word in words]
        return numbers

    def facts(self, shape: Shape) -> str:
        return f"sentences of up to {shape[0]} words from {len(self.vocabulary) - 1}"
