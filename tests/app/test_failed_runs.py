"""A run that has failed is opened as one that has: with all it reported, why it ended, and the ways on that were offered then."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.program import Program
from app.run.opening import OpenedRun, read_run
from engine.cli.training import train_in_folder
from engine.data.load import load
from engine.errors import TrainingError
from engine.files.run_folder import RunFolder
from engine.files.run_writer import RunWriter
from engine.training.config import training_config
from engine.training.messages import RunState
from tests.app.conftest import TINY
from tests.helpers.runs import frame_steps


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That of a run which failed, as train --out leaves it."""
    path = tmp_path_factory.mktemp("failed") / "blown"
    config = training_config(epochs=40, learning_rate=1000.0)
    data = load("digits", TINY.input_shape, config.seed, config.validation_share)
    run = RunWriter.create(path, TINY, config, "digits", data)
    with run.hold(), pytest.raises(TrainingError, match="stopped being a number"):
        train_in_folder(run, data)
    return path


def opened(folder: Path) -> OpenedRun:
    (found,) = read_run(folder)
    return found


def test_everything_that_a_failed_run_kept_is_there(folder: Path) -> None:
    """It was opened at its newest checkpoint, that of step 0, and its curves and past were left out."""
    stored, run = RunFolder.open(folder), opened(folder).run
    steps = stored.history()["train/loss"].steps
    assert len(steps) and np.array_equal(run.history["train/loss"].steps, steps)
    assert run.frames == frame_steps(stored) and len(run.frames) > 1
    assert run.state is RunState.FAILED and run.progress.step == steps[-1] and run.over.step == run.frames[-1]


def test_a_failed_run_goes_on_from_the_newest_step_that_was_sound(folder: Path) -> None:
    run = opened(folder).run
    assert run.is_broken and run.newest_before_divergence().step < run.progress.step


def test_the_window_says_that_it_failed_and_what_to_try(program: Program, until, folder: Path) -> None:
    assert program.parts.opener.open_path(folder)
    until(lambda: program.parts.runs.shown is not None and program.parts.runs.shown.over is not None)
    banner, run = program.parts.window.banner, program.parts.runs.shown
    opened = f"Opened the run blown with the weights of step {run.over.step:,}. The loss stopped being a number at step "
    assert banner.text.startswith(opened) and "Space goes on" not in banner.text
    assert program.parts.window.transport.timeline._steps.kept == run.frames
    assert not run.is_unsaved, "it lies in its folder"
    titles = [button.text() for button in banner.buttons]
    assert any(
        title.startswith(f"Go on from step {run.newest_before_divergence().step:,} with learning rate") for title in titles
    )
    assert any(title.startswith("Start again with learning rate") for title in titles)


def test_the_first_way_on_trains_from_there_with_a_lower_rate(program: Program, until, folder: Path) -> None:
    runs = program.parts.runs
    assert program.parts.opener.open_path(folder)
    until(lambda: bool(program.parts.window.banner.buttons))
    failed, step = runs.shown, runs.shown.newest_before_divergence().step
    program.parts.window.banner.buttons[0].click()
    fork = runs.shown
    assert fork is not failed and fork.document.config.optimizer.learning_rate < 1
    until(lambda: fork.has_begun and fork.progress.step > failed.progress.step)
    steps, losses = fork.history["train/loss"].steps, fork.history["train/loss"].values
    assert list(steps[: step + 9]) == list(range(1, step + 10)) and np.isfinite(losses).all()
