"""Padded slots: their counts go wherever the values go, from the source to the batch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.data.card import card_of
from engine.data.checks import check_raw
from engine.data.dataset import DataSet, Split
from engine.data.load import fingerprint, load
from engine.data.source import DATASETS, RawSet, RawSplit, held_back
from engine.data.sources.moods import LENGTH, VOCABULARY
from engine.design.network import NetworkDesign, layer
from engine.errors import DataError
from engine.problem import make_problem
from engine.training.batches import epoch_batches


@pytest.fixture(scope="module")
def moods() -> DataSet:
    return load("moods", None, 0, 0.2)


def counted(sentences: torch.Tensor) -> torch.Tensor:
    return (sentences != 0).sum(1)


def test_counts_are_those_of_the_words_in_every_split(moods: DataSet) -> None:
    assert moods.slots["sentence"].padded
    assert moods.slots["sentence"].count_name == "sentence.count"
    for split in moods.splits.values():
        assert len(split) > 0
        assert torch.equal(split["sentence.count"], counted(split["sentence"]))


def test_counts_go_along_when_examples_are_taken(moods: DataSet) -> None:
    chosen = torch.tensor([5, 3, 900])
    part = moods.splits["train"].take(chosen)
    assert torch.equal(part["sentence.count"], moods.splits["train"]["sentence.count"][chosen])
    assert len(moods.splits["train"].part(slice(2, 6))["sentence.count"]) == 4
    assert "sentence.count" in moods.splits["train"].to("cpu")
    values = moods.values_of("test", 7)
    assert int(values["sentence.count"]) == int((values["sentence"] != 0).sum())


def test_batches_bring_the_counts_that_the_problem_asks_for(moods: DataSet) -> None:
    layers = (layer("e", "embedding", vocabulary=len(VOCABULARY)), layer("f", "flatten"), layer("o", "linear", units=2))
    design = NetworkDesign("n", (LENGTH,), layers)
    problem = make_problem(None, moods, design)
    problem.check(design)
    assert problem.names == ("sentence", "label", "sentence.count")
    batch = next(epoch_batches(moods.splits["train"], problem.names, 32, torch.Generator().manual_seed(0)))
    assert torch.equal(batch["sentence.count"], counted(batch["sentence"]))
    example = problem.example("test", 0)
    assert set(problem.batch_of([example], "cpu")) == {"sentence", "label", "sentence.count"}
    assert len(example.words.split()) == int(example.values["sentence.count"])


def test_the_fingerprint_sees_counts(moods: DataSet) -> None:
    changed = Split({**moods.splits["test"].values, "sentence.count": moods.splits["test"]["sentence.count"] - 1})
    assert fingerprint({**moods.splits, "test": changed}) != moods.fingerprint


def test_the_card_shows_sentences_and_no_row_of_counts(moods: DataSet) -> None:
    card = card_of(moods, per_row=3)
    assert [row.name for row in card.rows] == ["unpleasant", "pleasant"]
    assert card.document()["slots"]["sentence"]["padded"] is True
    assert card.lines()[0] == f"Sentences of up to {LENGTH} words from {len(VOCABULARY) - 1}, 2 classes"


def test_held_back_counts_and_checks() -> None:
    raw = DATASETS.get("moods").load(0)
    rest, held = held_back(raw.train, raw.slots, 0.25, np.random.default_rng(0))
    assert len(held) == 1000 and raw.train.take(held)["sentence.count"].shape == (1000,)
    assert len(rest) == 3000
    for wrong, words in (
        ({name: values for name, values in raw.test.values.items() if name != "sentence.count"}, "there is no 'sentence.count'"),
        ({**raw.test.values, "sentence.count": raw.test["sentence.count"] + LENGTH}, f"whole number from 0 to {LENGTH}"),
        ({**raw.test.values, "sentence": raw.test["sentence"] + 50}, "outside|vocabulary ends at"),
    ):
        with pytest.raises(DataError, match=words):
            check_raw(RawSet(raw.train, RawSplit(wrong), raw.slots), "moods")


def test_moods_cannot_be_told_by_counting_words() -> None:
    """Naive Bayes on word counts, the best that a bag of words can do here, stays far below what order allows."""
    data = load("moods", None, 3, 0.0)
    counts = {
        name: torch.nn.functional.one_hot(split["sentence"], len(VOCABULARY)).sum(1)[:, 1:].float()
        for name, split in data.splits.items()
    }
    labels = data.splits["train"]["label"]
    often = [counts["train"][labels == mood].sum(0) + 1 for mood in (0, 1)]
    odds = torch.log(often[1] / often[1].sum()) - torch.log(often[0] / often[0].sum())
    said = (counts["test"] @ odds > 0).long()
    accuracy = float((said == data.splits["test"]["label"]).float().mean())
    assert 0.5 <= accuracy < 0.75


def test_words_and_tokens_are_inverse(moods: DataSet) -> None:
    meaning = moods.slots["sentence"].meaning
    for value in moods.splits["test"]["sentence"][:50].numpy():
        assert meaning.tokens(meaning.words(value), LENGTH).tolist() == value.tolist()
    with pytest.raises(DataError, match=r"'lovly' is not in the vocabulary\. Did you mean 'lovely'"):
        meaning.tokens("the film was lovly", LENGTH)
    with pytest.raises(DataError, match="15 words are too many"):
        meaning.tokens("the " * 15, LENGTH)
