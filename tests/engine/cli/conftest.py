"""A command line that runs in this process, on tiny designs and an empty working folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.design.network import NetworkDesign, layer
from engine.files.design_file import save_design
from main import main

SMALL = NetworkDesign(
    "Small",
    (1, 8, 8),
    (
        layer("c1", "conv2d", filters=4, kernel=3),
        layer("a1", "relu"),
        layer("drop", "dropout"),
        layer("flat", "flatten"),
        layer("out", "linear", units=10),
    ),
)


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out.splitlines()[-1])


Command = Callable[..., Answer]


@pytest.fixture
def run(capsys, tmp_path, monkeypatch) -> Command:
    """``run("info", "lenet5")``: main's exit code and what was printed, in an empty folder and without data folders."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LAYERSCOPE_DATA", str(tmp_path / "no-data"))
    torch.set_num_threads(1)

    def command(*words: object) -> Answer:
        capsys.readouterr()
        code = main([str(word) for word in words])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Answer(code, printed.out, printed.err)

    return command


@pytest.fixture
def small(tmp_path) -> Path:
    """A design file of a network that trains in no time; it has dropout, so that random states matter."""
    path = tmp_path / "small.design.json"
    save_design(path, SMALL)
    return path


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Path:
    """A run folder of ``SMALL`` after one epoch of digits; not to be changed."""
    folder = tmp_path_factory.mktemp("trained")
    save_design(folder / "small.design.json", SMALL)
    torch.set_num_threads(1)
    words = ["train", folder / "small.design.json", "--data", "digits", "--epochs", "1", "--out", folder / "run"]
    assert main([str(word) for word in words]) == 0
    return folder / "run"
