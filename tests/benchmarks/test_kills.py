"""A short version of the killing: what is lost is counted, and what should not be is found."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.document import Document
from app.keeping.session_folder import SessionFolder
from benchmarks import killing, kills, window_kills
from benchmarks.killing import Loss
from benchmarks.kills import CASES
from engine.errors import FileError
from engine.files.design_file import save_design
from engine.files.run_folder import RunFolder
from engine.zoo import network
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
    monkeypatch.setattr(killing, "troubles_of", lambda *_: ())
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
    assert killing.troubles_of(["resume"], run.path) == (
        "metrics.csv does not have every step once",
        "left behind: run.lock",
    )


def test_the_table_has_every_case_and_the_worst(monkeypatch: pytest.MonkeyPatch) -> None:
    given = iter([Loss(0.5), Loss(0.25, edits=3, edited=2.0), Loss(2.0), Loss(0.0, troubles=("it hangs",))] * 2)
    monkeypatch.setattr(kills, "CASES", {"one": lambda *_: next(given), "two": lambda *_: next(given)})
    rows = {(found.case, found.metric): found for found in kills.run(quick=True)}
    assert rows["one", "training lost, worst"].value == 2.0 and rows["one", "training lost, worst"].ratio == 0.5
    assert rows["one", "training lost, median"].value == 1.25 and ("one", "edits lost, worst") not in rows
    assert rows["two", "kills"].value == 4 and rows["two", "kills"].baseline.startswith("2 with files")
    assert rows["two", "edits lost, worst"].value == 3 and rows["two", "edits lost, worst, since"].ratio == 5.0


def test_the_folder_of_a_run_that_never_was_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(kills, "troubles_of", lambda words, run: asked.append(words) or ())
    assert kills._looked_at(tmp_path / "run", 0.0) == Loss()
    assert asked[0][0] == "train"
    with pytest.raises(FileError):
        RunFolder.open(tmp_path / "run")


def test_a_killed_window_leaves_what_was_edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "state" / "sessions"
    clock = SimpleNamespace(time=time.time, sleep=lambda _: killing.until(lambda: any(kept.glob("*/about.json"))))
    monkeypatch.setattr(window_kills, "time", clock)
    loss = CASES["the window, editing"](tmp_path, random.Random(1))
    assert loss.troubles == () and loss.seconds == 0.0
    done = (tmp_path / window_kills.JOURNAL).read_text().count("edit")
    assert loss.edits < done, "what was edited before the copy was written is there"


def test_what_never_begins_is_a_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(folder: Path, _: random.Random) -> Loss:
        (folder / "output").write_text("it waits for a disk")
        killing.until(lambda: False)
        return Loss()

    monkeypatch.setattr(killing, "PATIENCE_S", 0.0)
    monkeypatch.setattr(kills, "CASES", {"never": never})
    monkeypatch.setattr(kills, "QUICK", 1)
    row = next(found for found in kills.run(quick=True) if found.metric == "kills")
    assert row.baseline.startswith("1 with files")


def test_what_the_journal_has_and_the_next_start_has_not_is_lost(tmp_path: Path) -> None:
    design = network("lenet5")
    session = SessionFolder(tmp_path / "state" / "sessions")
    session.write(Document(design.with_parameters("c1", filters=6 + 2)), None)
    session.close(keep=True)
    deeds = ["begun 0 1.0", "edit 1 10.0", "edit 2 11.0", "edit 3 12.0", "edit 4 13.5", "step 7 14.0", "edit 5"]
    (tmp_path / window_kills.JOURNAL).write_text("\n".join(deeds))
    assert window_kills.looked_at(tmp_path, 15.0) == Loss(seconds=1.0, edits=2, edited=3.0)


def test_a_file_that_is_older_than_what_was_saved_is_a_trouble(tmp_path: Path) -> None:
    save_design(tmp_path / window_kills.FILE, network("lenet5").with_parameters("c1", filters=6 + 1))
    (tmp_path / window_kills.JOURNAL).write_text("edit 1 1.0\nsaved 1 1.0\nedit 2 2.0\nsaved 2 2.0\nrun 5 3.0\n")
    older, missing = window_kills.looked_at(tmp_path, 3.0).troubles
    assert older == "the file holds edit 1, saved was 2"
    assert "run" in missing
