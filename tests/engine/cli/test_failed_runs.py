"""What the commands say of a run whose loss stopped being a number: which step they ask, and what can be done."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.files.run_folder import RunFolder


@pytest.fixture
def failed(run, small, tmp_path: Path) -> Path:
    """The folder of a run that has failed."""
    words = ("--data", "digits", "--epochs", 40, "--set", "learning_rate=1000", "--set", "optimizer.momentum=0.99")
    answer = run("train", small, *words, "--out", tmp_path / "blown")
    assert answer.code == 2 and "stopped being a number" in answer.err
    return tmp_path / "blown"


def test_evaluate_names_the_step_and_that_the_run_failed(run, failed):
    folder = RunFolder.open(failed)
    step, last = folder.checkpoint_steps()[-1], int(folder.history()["train/loss"].steps[-1])
    answer = run("evaluate", failed)
    assert answer.code == 0
    assert answer.out.rstrip().endswith(f"(at step {step:,} of 840; the run failed at step {last:,})")


def test_evaluate_and_probe_name_the_step_of_a_run_that_is_well(run, trained):
    (step,) = {*RunFolder.open(trained).checkpoint_steps()[-1:]}
    where = f"at step {step} of {step}"
    assert f"({where})" in run("evaluate", trained).out
    assert where in run("probe", "occlusion", trained, "--image", "test:0").out


def test_a_probe_of_a_failed_run_says_so(run, failed):
    answer = run("probe", "occlusion", failed, "--image", "test:0", "--set", "patch=3")
    assert answer.code == 0 and "; the run failed at step " in answer.out


def test_resume_does_not_advise_what_it_cannot_do(run, failed):
    answer = run("resume", failed)
    assert answer.code == 2 and "stopped being a number" in answer.err
    assert "train anew with --set learning_rate=" in answer.err and f"python main.py '{failed}'" in answer.err


def test_a_run_without_rows_or_epochs_still_names_its_step(run, failed, tmp_path: Path):
    shutil.copytree(failed, tmp_path / "bare")
    (tmp_path / "bare" / "metrics.csv").unlink()
    for file in sorted((tmp_path / "bare" / "checkpoints").iterdir())[1:]:
        file.unlink()
    assert "(at step " in run("evaluate", tmp_path / "bare").out


def test_damaged_rows_cost_the_remark_and_not_the_figures(run, trained, tmp_path: Path):
    """A single spoiled line had ``evaluate`` throw away what it had measured."""
    shutil.copytree(trained, tmp_path / "spoiled")
    metrics = tmp_path / "spoiled" / "metrics.csv"
    first, *others = metrics.read_text(encoding="utf-8").splitlines(keepends=True)
    metrics.write_text("".join([first, "no,row,at,all\n", *others]), encoding="utf-8")
    answer = run("evaluate", tmp_path / "spoiled")
    assert answer.code == 0 and "accuracy" in answer.out
    assert answer.out.rstrip().endswith(f"(at step {RunFolder.open(trained).checkpoint_steps()[-1]})")


def test_info_says_why_the_run_failed(run, failed, trained):
    answer = run("info", failed)
    assert answer.code == 0 and "The run failed: The loss stopped being a number at step " in answer.out
    assert "failed" not in run("info", trained).out
