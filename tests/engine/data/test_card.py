"""Dataset cards and the list of what is known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.data.card import card, card_of, listing
from engine.data.load import load
from tests.engine.data.idx_files import write_set


def test_listing_knows_every_set_and_where_it_looked(tmp_path: Path) -> None:
    entries = {entry.name: entry for entry in listing(tmp_path)}
    assert {"digits", "shapes", "strokes", "mnist", "fashion_mnist", "kmnist"} <= set(entries)
    for entry in entries.values():
        assert entry.title
        assert entry.help.endswith(".")
        assert entry.facts[0]
        assert len(set(entry.classes)) == len(entry.classes) != 1
    assert entries["shapes"].available
    assert not entries["mnist"].available
    assert str(tmp_path / "mnist") in entries["mnist"].reason
    write_set(tmp_path / "mnist")
    assert {entry.name: entry for entry in listing(tmp_path)}["mnist"].available
    (tmp_path / "mnist" / "train-images-idx3-ubyte").unlink()
    half = {entry.name: entry for entry in listing(tmp_path)}["mnist"]
    assert not half.available
    assert "train-images" in half.reason


def test_card_by_hand(tmp_path: Path) -> None:
    write_set(tmp_path / "mnist", train=40, test=20)
    made = card("mnist", validation_share=0.25, per_row=1, data_folder=tmp_path)
    assert made.title == "MNIST"
    assert made.counts == {"train": (3,) * 10, "validation": (1,) * 10, "test": (2,) * 10}
    train = load("mnist", None, 0, 0.25, tmp_path).splits["train"]["image"]
    assert made.mean_image is not None and made.mean_image.shape == (1, 5, 5)
    assert int(made.mean_image[0, 0, 0]) == round(float(train[:, 0, 0, 0].double().mean()))
    assert [row.samples[0][0, 0, 0] for row in made.rows] == list(range(10))
    assert [(row.name, row.count, len(row.samples)) for row in made.rows] == [(str(digit), 3, 1) for digit in range(10)]
    assert any("30 train, 10 validation, 20 test" in line for line in made.lines())


def test_card_of_shapes_as_the_network_gets_them() -> None:
    made = card_of(load("shapes", (1, 16, 16), 0, 0.1), per_row=3)
    assert made.slots["image"].shape == (1, 16, 16)
    assert made.slots["mask"].shape == (16, 16)
    assert made.mean_image is not None and made.mean_image.shape == (1, 16, 16)
    assert [len(row.samples) for row in made.rows] == [3] * len(made.classes)
    assert all(picture.dtype == np.uint8 for row in made.rows for picture in row.samples)
    assert len(made.notes) == 2
    document = json.loads(json.dumps(made.document()))
    assert document["classes"] == list(made.classes)
    assert document["counts"]["test"] == [125] * 8
    assert document["slots"]["box"]["padded"] is True
    assert document["slots"]["box"]["meaning"]["height"] == 16
    assert document["slots"]["mask"] == {"meaning": {"kind": "mask"}, "shape": [16, 16]}


def test_card_of_numbers_has_a_row_for_each_slot() -> None:
    made = card_of(load("hills", None, 0, 0.1), per_row=2)
    assert made.mean_image is None
    assert [(row.name, row.count, len(row.samples)) for row in made.rows] == [("point", 3600, 2), ("height", 3600, 2)]
    assert made.lines()[0] == "2 numbers (x, y), 1 number (height)"


@pytest.mark.parametrize("name", ["strokes"])
def test_a_folder_with_a_registered_name_is_not_taken_for_that_set(tmp_path: Path, name: str) -> None:
    write_set(tmp_path / name, classes=4)
    made = card(str(tmp_path / name))
    assert made.title == name
    assert made.classes == ("0", "1", "2", "3")
