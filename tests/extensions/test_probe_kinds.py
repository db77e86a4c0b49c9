"""A throw-away fill, probe and capture, each one file in a temporary folder, used from the command line and in a picture."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import main
from engine.capturing.base import CAPTURES
from engine.capturing.develop import Darkroom
from engine.cli.evaluate import chosen_checkpoint
from engine.data.load import load
from engine.design.network import NetworkDesign, layer
from engine.files.design_file import save_design
from engine.files.run_folder import RunFolder
from engine.fill import FILLS
from engine.probing.base import PROBES
from engine.snapshot import Bars, Want
from tests.helpers.throw_away import loaded

FILL = '''
"""Black, for a test."""
from typing import ClassVar
from engine.design.parameters import parameter
from engine.fill import FILLS, Fill

@FILLS.declare
class Level(Fill):
    """One grey level of the image itself."""
    kind: ClassVar[str] = "level"
    title: ClassVar[str] = "Level"
    help: ClassVar[str] = "One grey level, 0 black to 1 white."
    light: float = parameter(0.0, "The grey level.", low=0.0, high=1.0)

    def cover(self, inputs, meaning, patch):
        return meaning.encode(inputs.new_full(inputs.shape, self.light)).to(inputs.dtype)
'''
PROBE = '''
"""How many examples of each class there are, for a test."""
from typing import ClassVar
from engine.probing.base import PROBES, Probe
from engine.probing.result import Table

@PROBES.declare
class Census(Probe):
    """One row for each split."""
    kind: ClassVar[str] = "census"
    title: ClassVar[str] = "Census"
    help: ClassVar[str] = "How many examples every split of the data has."
    answer: ClassVar[type] = Table
    asks_image: ClassVar[bool] = False

    def run(self, subject, image):
        rows = tuple((name, len(split)) for name, split in subject.data.splits.items())
        for count in range(1, len(rows) + 1):
            yield Table("So many there are.", {"target": "all"}, count / len(rows), columns=("split", "n"), rows=rows[:count])
'''
CAPTURE = '''
"""The smallest and largest activation of a layer, for a test."""
import numpy as np
from engine.capturing.base import capture
from engine.snapshot import Bars

@capture("extremes")
def extremes(context, want):
    values = context.activations(want.subject)[want.layer]
    return Bars(("smallest", "largest"), np.array([float(values.min()), float(values.max())], np.float32))
'''
FILES = ((FILLS, "level", FILL), (PROBES, "census", PROBE), (CAPTURES, "extremes", CAPTURE))
DESIGN = NetworkDesign("small", (1, 8, 8), (layer("f", "flatten"), layer("out", "linear", units=10)))


@pytest.fixture
def extended(tmp_path: Path) -> Iterator[None]:
    with loaded(FILES, tmp_path):
        yield


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run folder on digits after one epoch."""
    torch.set_num_threads(1)
    save_design(tmp_path / "small.design.json", DESIGN)
    words = ["train", tmp_path / "small.design.json", "--data", "digits", "--epochs", "1", "--out", tmp_path / "run"]
    assert main.main([str(word) for word in words]) == 0
    return tmp_path / "run"


def test_one_file_each(extended: None, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def probe(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        assert main.main(["probe", words[0], str(run), *words[1:], "--json"]) == 0
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    # The fill: flat, nested and by default; what differs from its defaults is in the answer.
    asked = ("occlusion", "--image", "test:0", "--set", "patch=3", "output=logit", "target=3", "fill=level")
    out = tmp_path / "map.npy"
    black, flat, nested = (
        (probe(*asked, *more, "--out", str(out))["fill"], np.load(out)) for more in ((), ("light=0.5",), ("fill.light=0.5",))
    )
    assert (black[0], flat[0]) == ("level", {"kind": "level", "light": 0.5})
    np.testing.assert_array_equal(flat[1], nested[1])
    grey = probe(*asked[:-1], "fill=grey", "--out", str(out))
    assert grey["fill"] == "grey"
    np.testing.assert_allclose(flat[1], np.load(out), atol=1e-6)
    assert not np.allclose(black[1], flat[1])

    # The probe: its rows are in the answer.
    assert probe("census")["rows"] == [["train", 1295], ["validation", 143], ["test", 359]]

    # The capture: of a past step, of the second of two examples.
    folder = RunFolder.open(run)
    problem = folder.problem(load("digits", (1, 8, 8), 0, 0.1))
    pins = (problem.example("test", 0), problem.example("test", 1))
    want = Want("extremes", "@in", 1)
    weights = folder.load_checkpoint(chosen_checkpoint(folder, "last")).network
    shown = Darkroom(folder.design, problem).develop(weights, frozenset({want}), pins, 1, 0.1)
    inputs, _ = problem.prepare(problem.data.split("test").take(torch.tensor([1])))
    bars = shown.get(want, Bars)
    assert bars is not None
    np.testing.assert_allclose(bars.values, [float(inputs.min()), float(inputs.max())])
