"""Runs that failed: why, and how far they came, is kept beside what they learned, whatever it was that they failed of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from app.changes import replace_config
from app.keeping.kept_runs import KeptRuns
from app.run.answers import Answers
from app.run.live_run import LiveRun
from app.run.opening import OpenedRun, read_run
from app.run.saving import Saving
from app.writing import Writing
from engine.cli.moment import moment_of
from engine.files.last_word import load_last_word
from engine.files.newest import find_newest, state_of
from engine.files.run_folder import RunFolder
from engine.files.run_writer import RunWriter
from engine.training.messages import RunState
from engine.training.trainer import Trainer
from tests.app.run.conftest import ENDLESS, SHORT, has_trained, listen

STEPS = 8


@pytest.fixture
def kept(tmp_path: Path) -> KeptRuns:
    return KeptRuns(tmp_path / "runs", "s", lambda name: None)


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Every run fails after some steps, with weights that are as good as any."""
    events = Trainer.events

    def fail_soon(self: Trainer) -> Iterator[object]:
        yield from islice(events(self), STEPS)
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(Trainer, "events", fail_soon)
    return monkeypatch


def failed(document, kept: KeptRuns | None = None) -> LiveRun:
    run = LiveRun(document)
    run.kept = kept.new() if kept is not None else None
    run.begin()
    listen(run, lambda: not run.is_alive)
    assert run.state is RunState.FAILED
    return run


def saved(run: LiveRun, path: Path) -> Path:
    """As the window saves what is shown."""
    answers = Answers()
    writing = Writing(answers)
    run.ask_state(lambda state: Saving(writing).save(path, run, state))
    assert writing.finish()
    answers.close()
    return path


def opened(path: Path) -> OpenedRun:
    (found,) = read_run(path)
    assert found.run is not None
    return found


def test_why_it_failed_is_known_when_it_is_opened_again(little_memory, kept: KeptRuns) -> None:
    run = failed(SHORT, kept)
    assert "Memory ran out at step 9" in run.last_word.reason and not run.is_broken
    run.let_go()
    found = opened(run.kept.path)
    assert found.failure is not None and found.failure.reason == run.last_word.reason
    assert found.failure.changes == run.last_word.changes and found.run.state is RunState.FAILED
    assert found.run.over.step == run.over.step == STEPS and not found.run.is_broken, "its weights are as good as any"


def test_once_it_has_gone_on_well_it_has_not_failed(little_memory, kept: KeptRuns) -> None:
    run = failed(SHORT, kept)
    little_memory.undo()
    run.go_on(SHORT)
    assert run.last_word is None
    listen(run, lambda: not run.is_alive)
    assert run.state is RunState.FINISHED
    run.let_go()
    assert RunFolder.open(run.kept.path).last_word() is None and opened(run.kept.path).failure is None


def test_a_run_that_failed_is_saved_with_its_failure(little_memory, tmp_path: Path, qapp) -> None:
    run = failed(SHORT)
    folder = RunFolder.open(saved(run, tmp_path / "saved"))
    assert folder.last_word().reason == run.last_word.reason
    assert "the run failed: Memory ran out at step 9" in moment_of(folder, folder.load_checkpoint())


def test_a_diverged_run_is_saved_again_with_the_row_that_tells_it(tmp_path: Path, qapp) -> None:
    """Saved into its own folder after it was opened, it seemed to have been stopped."""
    run = failed(replace_config(ENDLESS, {"learning_rate": 1000.0}))
    assert run.is_broken
    path = saved(run, tmp_path / "saved")
    for _ in range(2):
        found = opened(path)
        assert found.run.is_broken and found.failure is not None
        losses = found.run.history["train/loss"]
        np.testing.assert_array_equal(losses.steps, run.history["train/loss"].steps)
        assert not np.isfinite(losses.values[-1])
        saved(found.run, path)


def test_without_past_steps_its_curves_are_whole_and_it_goes_on_from_its_checkpoint(tmp_path: Path, qapp) -> None:
    run = failed(replace_config(ENDLESS, {"learning_rate": 1000.0}))
    path = saved(run, tmp_path / "saved")
    folder = RunWriter.open(path)
    folder.checkpoint(state_of(next(folder.frames()), folder))
    folder.checkpoint_path(folder.checkpoint_steps()[-1]).unlink()
    for frame in (path / "filmstrip").iterdir():
        frame.unlink()
    found = opened(path)
    again, at = found.run, find_newest(RunFolder.open(path)).state.step
    assert again.over.step == at < len(again.history["train/loss"]) == len(run.history["train/loss"])
    again.go_on(replace_config(ENDLESS, {"learning_rate": 0.01}))
    listen(again, lambda: has_trained(again, at + 5))
    again.stop()
    listen(again, lambda: not again.is_alive)
    steps = again.history["train/loss"].steps
    np.testing.assert_array_equal(steps, np.arange(1, len(steps) + 1))


def test_a_loss_that_is_no_number_breaks_a_run_though_its_weights_are_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.run.live_run.is_finite", lambda state: True)
    assert failed(replace_config(ENDLESS, {"learning_rate": 1000.0})).is_broken


@pytest.mark.parametrize(
    "content",
    [b"", b"[", b"[]", b"{}", b'{"format": "layerscope-ended/9", "reason": "x"}', b'{"format": "layerscope-ended/1"}', b"\xff"],
)
def test_a_last_word_that_cannot_be_read_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ended.json").write_bytes(content)
    assert load_last_word(tmp_path / "ended.json") is None


def test_settings_to_try_that_cannot_be_are_left_out(little_memory, kept: KeptRuns) -> None:
    """The file may have been changed by anybody; the button that tries them would have failed."""
    run = failed(SHORT, kept)
    run.let_go()
    path = run.kept.path / "ended.json"
    for changes in ({"no such setting": 1}, {"learning_rate": -1.0}, {"epochs": 1e400}):
        path.write_text(json.dumps({**json.loads(path.read_text()), "changes": changes}))
        found = opened(run.kept.path)
        assert found.failure.reason == run.last_word.reason and found.failure.changes == {}


def test_a_failed_run_without_curves_is_opened(little_memory, kept: KeptRuns) -> None:
    run = failed(SHORT, kept)
    run.let_go()
    (run.kept.path / "metrics.csv").unlink()
    found = opened(run.kept.path)
    assert found.failure is not None and found.run.progress.step == STEPS


def test_curves_are_whole_whatever_it_failed_of(little_memory, kept: KeptRuns) -> None:
    """Its weights are of an older step where the newest could not be written."""
    run = failed(SHORT, kept)
    run.let_go()
    folder = RunWriter.open(run.kept.path)
    folder.checkpoint(state_of(next(frame for frame in folder.frames() if frame.step == 2), folder))
    folder.checkpoint_path(STEPS).unlink(missing_ok=True)
    for frame in (folder.path / "filmstrip").iterdir():
        frame.unlink()
    again = opened(folder.path).run
    assert again.over.step == 2 and again.progress.step == len(again.history["train/loss"]) == STEPS
    little_memory.undo()
    again.go_on(SHORT)
    listen(again, lambda: not again.is_alive)
    steps = again.history["train/loss"].steps
    np.testing.assert_array_equal(steps, np.arange(1, len(steps) + 1))
