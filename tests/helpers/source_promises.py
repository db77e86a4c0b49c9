"""What every data set promises; raises AssertionError or DataError at the first broken promise."""

from __future__ import annotations

import json

import numpy as np
import torch

from engine.data.card import card_of
from engine.data.checks import check_raw
from engine.data.load import load
from engine.data.source import RawSet, RawSplit, Source, class_slot


def check_source(source: Source) -> None:
    """Every promise of a set that can be loaded here; ``source`` has to be enrolled."""
    assert source.title and source.help.endswith(".") and source.slots
    raw, again, other = source.load(1), source.load(1), source.load(2)
    check_raw(raw, source.name)
    _check_told(source, raw)
    assert _same(raw.train, again.train) and _same(raw.test, again.test), "the same for the same seed"
    assert not _same(raw.train, other.train), "another seed gives other training examples"
    _check_disjoint(raw)
    _check_loaded(source, raw)


def _check_told(source: Source, raw: RawSet) -> None:
    """What is known without loading is what comes."""
    assert list(raw.slots) == list(source.slots)
    for name, slot in source.slots.items():
        assert (raw.slots[name].shape, raw.slots[name].padded) == (slot.shape, slot.padded)
        assert raw.slots[name].meaning == slot.meaning
    counts = {slot.count_name for slot in raw.slots.values() if slot.padded}
    assert set(raw.train.values) == set(raw.test.values) == {*raw.slots, *counts}
    classes = class_slot(raw.slots)
    if classes is not None:
        for part in (raw.train, raw.test):
            assert set(part[classes.name].tolist()) == set(range(len(classes.meaning.names))), "every class occurs"


def _same(one: RawSplit, two: RawSplit) -> bool:
    return all(np.array_equal(one[name], two[name]) for name in one.values)


def _check_disjoint(raw: RawSet) -> None:
    first = next(iter(raw.slots))
    train, test = ({example.tobytes() for example in part[first]} for part in (raw.train, raw.test))
    assert not train & test, "training and test examples are different ones"


def _check_loaded(source: Source, raw: RawSet) -> None:
    data = load(source.name, None, 1, 0.1)
    assert sum(len(data.splits[name]) for name in ("train", "validation")) == len(raw.train)
    for name, values in raw.test.values.items():
        assert torch.equal(data.splits["test"][name], torch.from_numpy(values)), "test examples keep their stored order"
    card = card_of(data, per_row=2)
    assert card.title == source.title and card.help == source.help
    assert card.rows and all(row.samples for row in card.rows)
    assert all(0 < len(line) <= 200 for line in card.lines())
    json.dumps(card.document())
