"""What differs between two documents, and which of them one run can be of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.changes import Part, continues, difference, replace_config
from app.document import Document
from tests.app.conftest import TINY

START = Document(TINY, "digits")
CHANGES = {
    "name": (START.with_design(TINY.renamed("other")), Part.NAME),
    "layer": (START.with_design(TINY.with_parameters("c1", filters=9)), Part.DESIGN),
    "input": (START.with_design(replace(TINY, input_shape=(1, 9, 9))), Part.DESIGN),
    "data": (replace(START, data="strokes"), Part.DATA),
    "rate": (replace_config(START, {"learning_rate": 0.5}), Part.TRAINING),
    "both": (replace(START.with_design(TINY.renamed("other")), data="strokes"), Part.NAME | Part.DATA),
    "nothing": (replace(START, design=replace(TINY)), Part(0)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_exactly_what_changed_is_told(name: str) -> None:
    after, parts = CHANGES[name]
    assert difference(START, after) == difference(after, START) == parts


@pytest.mark.parametrize(
    ("values", "may"),
    [
        ({"learning_rate": 0.5, "epochs": 9, "device": "cpu"}, True),
        ({"seed": 5}, False),
        ({"batch_size": 5}, False),
        ({"optimizer": "adam"}, False),
    ],
)
def test_a_run_goes_on_only_where_what_is_fixed_is_the_same(values: dict[str, object], may: bool) -> None:
    assert continues(START, replace_config(START, values)) is may


@pytest.mark.parametrize(("name", "may"), [("name", True), ("layer", False), ("input", False), ("data", False)])
def test_another_network_or_other_data_need_a_new_run(name: str, may: bool) -> None:
    assert continues(START, CHANGES[name][0]) is may
