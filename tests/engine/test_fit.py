"""What is refused before any data are loaded: here, words where numbers are read, and numbers where words are."""

from __future__ import annotations

import pytest

from engine.data.source import DATASETS
from engine.design.network import NetworkDesign, layer
from engine.errors import DataError, DesignError
from engine.fit import require_batches, require_fit

END = (layer("f", "flatten"), layer("out", "linear", units=2))


def length() -> int:
    (size,) = DATASETS.get("moods").slots["sentence"].shape
    return size


def test_words_are_refused_by_a_network_that_reads_numbers() -> None:
    design = NetworkDesign("numbers", (length(),), END[1:])
    with pytest.raises(DesignError) as caught:
        require_fit(None, "moods", design)
    assert caught.value.layer == "out" and "sentence holds words" in str(caught.value)
    assert "Put an embedding layer first" in str(caught.value)


def test_words_are_taken_by_one_that_begins_with_an_embedding() -> None:
    embedding = layer("e", "embedding", vocabulary=1000, width=4)
    task = require_fit(None, "moods", NetworkDesign("words", (length(),), (embedding, *END)))
    assert task is not None and task.kind == "classify"


def test_numbers_are_refused_by_a_network_that_reads_words() -> None:
    embedding = layer("e", "embedding", vocabulary=1000, width=4)
    with pytest.raises(DataError, match=r"reads words, but the data.s \w+ holds numbers"):
        require_fit(None, "moons", NetworkDesign("words", (2,), (embedding, *END)))


@pytest.mark.parametrize("size", [1, 2])
def test_batch_normalisation_wants_more_than_one_example(size: int) -> None:
    flat = NetworkDesign("x", (1, 8, 8), (layer("f", "flatten"), layer("b", "batch_norm"), END[1]))
    wide = NetworkDesign("x", (1, 8, 8), (layer("b", "batch_norm"), *END))
    require_batches(wide, size)  # there are many pixels to compare
    if size > 1:
        require_batches(flat, size)
        return
    with pytest.raises(DesignError, match=r"a batch has only one\. Use batch_size=2 or more") as caught:
        require_batches(flat, size)
    assert caught.value.layer == "b"
