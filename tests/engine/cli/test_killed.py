"""Runs whose process is asked to end, or killed: nothing is lost, and they go on as if nothing had been."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import torch

from engine.cli import info
from engine.files.newest import find_newest
from engine.files.run_folder import RunFolder
from engine.files.run_lock import NAME
from engine.files.run_writer import RunWriter
from main import main
from tests.conftest import ROOT
from tests.engine.cli.test_train import metrics, tensors

posix = pytest.mark.skipif(os.name != "posix", reason="signals to a subprocess")
CONSTANT = ("--set", "schedule=constant")


@contextmanager
def training(small: Path, out: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that trains into ``out``, and has logged some steps."""
    words = [sys.executable, str(ROOT / "main.py"), "train", str(small), "--data", "digits", "--epochs", "5000"]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # whoever is begun where Ctrl+C is ignored ignores it too
    process = subprocess.Popen(
        [*words, "--out", str(out), *CONSTANT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heard
    )
    try:
        deadline = time.monotonic() + 60
        while not (out / "metrics.csv").exists() or (out / "metrics.csv").stat().st_size < 5000:
            assert time.monotonic() < deadline and process.poll() is None, process.communicate()
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.communicate()


@posix
@pytest.mark.parametrize(("asked", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_asked_to_end_is_saved_and_goes_on(run, small, tmp_path, asked, code):
    """SIGTERM killed it, so that the epoch in hand was lost, without a word."""
    out = tmp_path / "out"
    with training(small, out) as process:
        process.send_signal(asked)
        _, err = process.communicate(timeout=30)
    assert process.returncode == code, err
    assert "Traceback" not in err
    stopped = RunFolder.open(out)
    assert err.splitlines()[-1] == f"Stopped. Saved '{stopped.latest_checkpoint()}'; go on with: resume '{out}'."
    state = stopped.load_checkpoint()
    assert stopped.history()["train/loss"].steps[-1] == state.step
    assert not (out / NAME).exists()
    answer = run("resume", out, "--epochs", state.epoch + 1, "--json")
    assert answer.code == 0, answer.err
    assert answer.json["epochs"] == state.epoch + 1


def test_every_command_can_be_asked_to_end(capsys, monkeypatch):
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(info, "run", lambda options: signal.raise_signal(signal.SIGTERM))
    assert main(["info", "lenet5"]) == 143
    assert capsys.readouterr().err == "Interrupted.\n"
    assert signal.getsignal(signal.SIGTERM) is before


@posix
def test_a_run_that_is_killed_goes_on_as_if_nothing_had_been(run, small, tmp_path):
    """All was lost that had been trained since the last whole epoch, and in the first one the whole run."""
    out = tmp_path / "out"
    with training(small, out) as process:
        process.kill()
        process.wait(30)
    found = find_newest(RunFolder.open(out))
    assert found.state is not None and not found.note
    epochs = found.state.epoch + 1
    assert run("resume", out, "--epochs", epochs).code == 0
    assert run("train", small, "--data", "digits", "--epochs", epochs, "--out", "straight", *CONSTANT).code == 0
    one, two = tensors(out), tensors(tmp_path / "straight")
    assert one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)
    assert metrics(out) == metrics(tmp_path / "straight")
    left = {path.name for path in out.iterdir()}
    assert left == {"design.json", "config.json", "metrics.csv", "checkpoints", "filmstrip", "log.txt"}


def test_a_run_that_was_killed_before_its_first_step_begins(run, small, tmp_path):
    assert run("train", small, "--data", "digits", "--epochs", 1, "--out", "whole").code == 0
    whole = RunFolder.open(tmp_path / "whole")
    RunWriter.create(tmp_path / "out", whole.design, whole.config, "digits")
    answer = run("resume", "out")
    assert answer.code == 0, answer.err
    one, two = tensors(tmp_path / "out"), tensors(tmp_path / "whole")
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_of_two_that_go_on_with_a_run_one_is_refused(run, small, tmp_path):
    """Both wrote: every step was in metrics.csv twice."""
    assert run("train", small, "--data", "digits", "--epochs", 1, "--out", "out").code == 0
    before = (tmp_path / "out" / "metrics.csv").read_bytes()
    with RunWriter.open(tmp_path / "out").hold():
        answer = run("resume", "out", "--epochs", 2)
        assert answer.code == 2
        assert answer.err.startswith(f"The run 'out' is being written by process {os.getpid()} on ")
        assert run("evaluate", "out").code == 0  # reading needs no lock
    assert (tmp_path / "out" / "metrics.csv").read_bytes() == before
    assert run("resume", "out", "--epochs", 2).code == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_as_the_image_of_a_probe_is_not_waited_for(run, trained, tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    answer = run("probe", "occlusion", trained, "--image", "pipe.png", "--out", "map.npy")
    assert answer.code == 2 and "pipe" in answer.err
