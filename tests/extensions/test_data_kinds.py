"""A meaning, a data set, an augmentation and a reader, each from one file, used by `data` and `train` from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import main
from engine.data.augmentation import AUGMENTATIONS
from engine.data.meaning import MEANINGS
from engine.data.reader import READERS
from engine.data.source import DATASETS
from engine.files.run_card import load_card
from tests.helpers.throw_away import loaded

MEANING = '''
"""Angles, for a test."""
from typing import ClassVar
import numpy as np
from engine.data.meaning import MEANINGS, Meaning
from engine.design.parameters import parameter

@MEANINGS.declare
class Angle(Meaning):
    """(N, 1) float32 in turns; a network reads sine and cosine."""
    kind: ClassVar[str] = "angle"
    title: ClassVar[str] = "Angle"
    help: ClassVar[str] = "A direction."
    zero: str = parameter("north", "What 0 points to.")

    def network_shape(self, shape):
        return (2,)

    def encode(self, values):
        import torch
        turned = 2 * torch.pi * values
        return torch.cat([turned.sin(), turned.cos()], 1)

    def picture(self, value):
        picture = np.zeros((1, 4, 4), np.uint8)
        picture[0, 0, int(value[0] * 4) % 4] = 255
        return picture

    def facts(self, shape):
        return f"directions from {self.zero}"
'''
SOURCE = '''
"""Half-planes, for a test."""
import sys
import numpy as np
from engine.data.meaning import MEANINGS, slots
from engine.data.meanings.classes import Classes
from engine.data.source import RawSet, RawSplit, Source, dataset

@dataset
class Sides(Source):
    """Which half-plane a direction points into."""
    name = "sides"
    title = "Sides"
    help = "Directions to the left and to the right."
    slots = slots(direction=(MEANINGS.get("angle")(zero="up"), (1,)), label=(Classes(names=("right", "left")), ()))

    def load(self, seed, root=None):
        return RawSet(self._split(seed, 0, 400), self._split(seed, 1, 100), self.slots)

    def _split(self, seed, stream, count):
        turns = np.random.default_rng([seed, stream]).random((count, 1), dtype=np.float32)
        return RawSplit({"direction": turns, "label": (turns[:, 0] > 0.5).astype(np.int64)})
'''
AUGMENTATION = '''
"""Full turns, for a test."""
from typing import ClassVar
import torch
from engine.data.augmentation import AUGMENTATIONS, Augmentation
from engine.design.parameters import parameter

@AUGMENTATIONS.declare
class FullTurns(Augmentation):
    """Adds whole turns, which change nothing."""
    kind: ClassVar[str] = "full_turns"
    title: ClassVar[str] = "Full turns"
    help: ClassVar[str] = "Turns a direction all the way round."
    most: int = parameter(3, "How often at most.", low=1, high=9)
    applied: ClassVar[list] = []

    def apply(self, batch, slots, generator):
        self.applied.append(self.most)
        turns = {name: values + torch.randint(self.most + 1, values.shape, generator=generator)
                 for name, values in batch.items() if name in slots and slots[name].meaning.kind == "angle"}
        return {**batch, **turns}
'''
READER = '''
"""Directions in a text, for a test."""
from typing import ClassVar
import numpy as np
from engine.data.meaning import MEANINGS, slots
from engine.data.meanings.classes import Classes
from engine.data.pieces import never
from engine.data.reader import READERS, Reader, with_test
from engine.data.source import RawSet, RawSplit

@READERS.declare
class Compass(Reader):
    """One direction a line, in degrees."""
    kind: ClassVar[str] = "compass"
    title: ClassVar[str] = "Compass"
    help: ClassVar[str] = "Reads directions in degrees."
    wants: ClassVar[str] = "a .compass file with one direction a line"

    def accepts(self, path):
        return path.suffix == ".compass"

    def read(self, path, seed, input_shape, between=never):
        turns = np.array([[float(line) / 360] for line in path.read_text().split()], np.float32)
        known = slots(direction=(MEANINGS.get("angle")(), (1,)), label=(Classes(names=("right", "left")), ()))
        everything = RawSplit({"direction": turns, "label": (turns[:, 0] > 0.5).astype(np.int64)})
        return RawSet(*with_test(everything, known, seed, path), known)
'''
DESIGN = {
    "format": "layerscope-design/1",
    "name": "compass",
    "input": {"shape": [2]},
    "layers": [{"id": "o", "kind": "linear", "units": 2}],
}
FILES = (
    (MEANINGS, "angle", MEANING),
    (DATASETS, "sides", SOURCE),
    (AUGMENTATIONS, "full_turns", AUGMENTATION),
    (READERS, "compass", READER),
)


@pytest.fixture
def extended(tmp_path: Path) -> Iterator[None]:
    """The four files written, loaded, and in the end taken out again."""
    with loaded(FILES, tmp_path):
        yield


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "compass.design.json"
    path.write_text(json.dumps(DESIGN), encoding="utf-8")
    return path


def answer(capsys: pytest.CaptureFixture[str], *words: object) -> dict:
    """What a command prints as JSON."""
    assert main.main([*map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def train(capsys: pytest.CaptureFixture[str], design: Path, data: object, out: Path) -> dict:
    settings = ["--set", "optimizer=adam", "--set", "learning_rate=0.1", "--set", "augment=full_turns", "--set", "most=2"]
    return answer(capsys, "train", design, "--data", data, "--epochs", 5, *settings, "--out", out)


def test_a_set_of_a_new_meaning_is_listed_described_and_learned(extended, design, tmp_path, capsys) -> None:
    listed = {entry["name"]: entry for entry in answer(capsys, "data", "list")["datasets"]}
    assert listed["sides"]["slots"]["direction"] == {"meaning": {"kind": "angle", "zero": "up"}, "shape": [1]}
    assert main.main(["data", "list"]) == 0
    assert "directions from up" in capsys.readouterr().out
    card = answer(capsys, "data", "info", "sides")
    assert sum(card["counts"]["test"]) == 100
    assert main.main(["data", "info", "sides"]) == 0
    assert "Directions from up, 2 classes" in capsys.readouterr().out

    trained = train(capsys, design, "sides", tmp_path / "run")
    assert trained["task"] == "classify"
    assert trained["test_accuracy"] > 0.9
    assert set(AUGMENTATIONS.get("full_turns").applied) == {2}
    assert load_card(tmp_path / "run" / "config.json").data.slots["direction"].meaning.zero == "up"
    assert answer(capsys, "evaluate", tmp_path / "run", "--data", "sides")["accuracy"] == trained["test_accuracy"]


def test_a_file_that_only_the_new_reader_reads(extended, design, tmp_path, capsys) -> None:
    path = tmp_path / "walk.compass"
    path.write_text("\n".join(str(degrees) for degrees in range(360)))
    assert answer(capsys, "data", "info", path)["slots"]["direction"]["meaning"]["kind"] == "angle"
    assert train(capsys, design, path, tmp_path / "run")["test_accuracy"] > 0.9
    assert main.main(["data", "list"]) == 0
    assert "a .compass file with one direction a line" in capsys.readouterr().out
