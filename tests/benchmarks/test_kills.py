"""A short version of the killing: what is lost is counted, and what should not be is found."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from benchmarks import kills
from benchmarks.kills import CASES, Loss
from engine.errors import FileError
from engine.files.run_folder import RunFolder
from tests.engine.files.test_run_folder import make, row, state

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kills, "DESIGN", "mlp")
    monkeypatch.setattr(kills, "DATA", "digits")
    monkeypatch.setattr(kills, "LONGEST_S", 0.5)


@pytest.mark.parametrize("name", ["while a checkpoint is written", "while metrics are written"])
def test_a_killed_run_opens_and_goes_on(name: str, tmp_path: Path) -> None:
    loss = CASES[name](tmp_path, random.Random(1))
    assert loss.troubles == ()
    assert 0 <= loss.seconds < 30  # what it really is a benchmark says: tests measure no time


def test_a_run_that_ends_by_itself_is_a_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kills, "DESIGN", "no_such_network")
    (trouble,) = CASES["while metrics are written"](tmp_path, random.Random(1)).troubles
    assert trouble.startswith("it ended by itself: ") and "no_such_network" in trouble


def test_what_was_lost_is_what_was_trained_since_the_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kills, "_troubles_of", lambda *_: ())
    run = make(tmp_path / "run")
    run.checkpoint(state(1))  # of 0 seconds
    run.points([row(4)])  # of 2 seconds
    now = time.time()
    os.utime(run.path / "metrics.csv", (now, now))
    assert kills._looked_at(run.path, now + 0.25).seconds == pytest.approx(2.25, abs=0.01)
    run.checkpoint_path(1).write_bytes(b"")
    (trouble,) = kills._looked_at(run.path, now).troubles
    assert "is not a checkpoint" in trouble


def test_a_step_that_is_logged_twice_and_what_is_left_behind_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make(tmp_path / "run")
    run.points([row(1), row(1)])
    (run.path / "run.lock").write_text("")

    def done(words: list[str]) -> int:
        print('{"steps": 2}')
        return 0

    monkeypatch.setattr("main.main", done)
    assert kills._troubles_of(["resume"], run.path) == (
        "metrics.csv does not have every step once",
        "left behind: run.lock",
    )


def test_the_table_has_every_case_and_the_worst(monkeypatch: pytest.MonkeyPatch) -> None:
    given = iter([Loss(0.5), Loss(0.25, edits=3), Loss(2.0), Loss(0.0, troubles=("it hangs",))] * 2)
    monkeypatch.setattr(kills, "CASES", {"one": lambda *_: next(given), "two": lambda *_: next(given)})
    rows = {(found.case, found.metric): found for found in kills.run(quick=True)}
    assert rows["one", "training lost, worst"].value == 2.0 and rows["one", "training lost, worst"].ratio == 0.5
    assert rows["one", "training lost, median"].value == 1.25 and ("one", "edits lost, worst") not in rows
    assert rows["two", "kills"].value == 4 and rows["two", "kills"].baseline.startswith("2 with files")
    assert rows["two", "edits lost, worst"].value == 3


def test_the_folder_of_a_run_that_never_was_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(kills, "_troubles_of", lambda words, run: asked.append(words) or ())
    assert kills._looked_at(tmp_path / "run", 0.0) == Loss()
    assert asked[0][0] == "train"
    with pytest.raises(FileError):
        RunFolder.open(tmp_path / "run")
