"""The lock on a run folder: one writer, a sentence for the second, and nothing that a killed process could leave locked."""

from __future__ import annotations

import errno
import json
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.errors import FileError
from engine.files import run_lock, run_writer
from engine.files.run_folder import RunFolder
from engine.files.run_lock import NAME, RunLock
from engine.files.run_place import is_run, require_free
from engine.files.run_writer import RunWriter
from tests.conftest import ROOT
from tests.engine.files.test_run_folder import make, row, save

HOLDER = """
import sys, time
from pathlib import Path
from engine.files.run_lock import RunLock
lock = RunLock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(600)
"""


@contextmanager
def held_by_another_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None and process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_second_writer_is_told_who_the_first_one_is(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    with held_by_another_process(run.path) as other, pytest.raises(FileError) as caught:
        run.hold()
    sentence = str(caught.value)
    assert f"The run '{run.path}' is being written by process {other.pid} on {platform.node()} since 20" in sentence
    assert sentence.endswith("Stop it there, or wait until it has ended.")


def test_two_of_one_process_are_two(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    with run.hold(), pytest.raises(FileError, match=f"by process {os.getpid()} on"):
        RunWriter.open(run.path).hold()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_what_a_killed_process_held_is_free_at_once(tmp_path: Path) -> None:
    """Though the process number that is written in it may belong to somebody else by now: it is not asked for."""
    run = make(tmp_path / "run")
    with held_by_another_process(run.path) as other:
        other.send_signal(signal.SIGKILL)
        other.wait(30)
        assert (run.path / NAME).exists()
        (run.path / NAME).write_text(json.dumps({"host": platform.node(), "pid": os.getpid(), "since": "2020-01-01"}))
        run.hold().release()
    assert not (run.path / NAME).exists()


@pytest.mark.parametrize("content", ["", "{", "[1]", "\0" * 10_000, "9" * 5000])
def test_a_lock_that_says_nothing_is_one_all_the_same(tmp_path: Path, content: str) -> None:
    run = make(tmp_path / "run")
    (run.path / NAME).write_text(content)
    with run.hold():
        (run.path / NAME).write_text(content)
        with pytest.raises(FileError, match="is being written by another program"):
            run.hold()
    assert not (run.path / NAME).exists()


def test_a_lock_is_released_once_and_only_ones_own(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    lock = run.hold()
    (run.path / NAME).unlink()  # as where the folder was replaced
    with run.hold():
        lock.release()
        lock.release()
        with pytest.raises(FileError, match="is being written"):
            run.hold()


def test_the_lock_that_was_opened_may_be_gone_when_it_is_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who held it deletes it between the opening and the locking: what is locked then has no name, and keeps out nobody."""
    run = make(tmp_path / "run")
    real, calls = run_lock._lock_file, []

    def late(file: object) -> None:
        calls.append(file)
        if len(calls) == 1:
            (run.path / NAME).unlink()
        real(file)

    monkeypatch.setattr(run_lock, "_lock_file", late)
    with run.hold():
        assert len(calls) == 2
        with pytest.raises(FileError, match="is being written"):
            run.hold()


def test_where_the_file_system_has_no_locks_a_run_is_written_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(file: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    run = make(tmp_path / "run")
    monkeypatch.setattr(run_lock, "_lock_file", none)
    with run.hold():
        run.points([row(1)])
    assert not (run.path / NAME).exists()


@pytest.mark.skipif(os.name == "nt", reason="links and pipes")
def test_a_lock_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    (tmp_path / "precious").write_text("x")
    (run.path / NAME).symlink_to(tmp_path / "precious")
    with pytest.raises(FileError, match="writes into its own folder only"):
        run.hold()
    assert (tmp_path / "precious").read_text() == "x"
    (run.path / NAME).unlink()
    os.mkfifo(run.path / NAME)
    with pytest.raises(FileError, match="is a device or pipe"):
        run.hold()


def test_reading_needs_no_lock(tmp_path: Path) -> None:
    save(tmp_path / "run")
    with held_by_another_process(tmp_path / "run"):
        run = RunFolder.open(tmp_path / "run")
        assert run.load_checkpoint().step == 4 and run.history().names() and list(run.frames())


def test_a_run_that_somebody_writes_is_not_replaced(tmp_path: Path) -> None:
    save(tmp_path / "run")
    before = (tmp_path / "run" / "metrics.csv").read_bytes()
    with held_by_another_process(tmp_path / "run"), pytest.raises(FileError, match="is being written by process"):
        save(tmp_path / "run", over=True)
    assert (tmp_path / "run" / "metrics.csv").read_bytes() == before
    save(tmp_path / "run", over=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run"]
    assert not list((tmp_path / "run").glob("*.lock"))


def test_a_folder_in_which_a_run_was_about_to_begin_is_free(tmp_path: Path) -> None:
    """Killed between its first files, it was neither a run nor empty, and no run could be begun there."""
    run = make(tmp_path / "run")
    (run.path / "config.json").unlink()
    with pytest.raises(FileError, match="not empty"):  # whoever put these here, it was no run of ours
        require_free(run.path)
    (run.path / NAME).write_text("")
    (run.path / ".layerscope-0123456789ab.tmp").write_text("x")
    assert is_run(make(tmp_path / "run").path)

    (run.path / "config.json").unlink()
    for name in ("thesis.txt", "checkpoints/step-00000001.safetensors"):
        (run.path / NAME).write_text("")
        (run.path / name).write_text("precious")
        with pytest.raises(FileError, match="not empty"):
            make(tmp_path / "run")
        (run.path / name).unlink()


def test_a_folder_in_which_no_run_could_begin_is_free_for_the_next_attempt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full for a moment, and no run could ever begin there: half of one was in the way."""

    def refuse(*_: object) -> None:
        raise FileError("The disk is full", "Make room.")

    for call in ("write_rows", "save_design", "save_card"):
        with monkeypatch.context() as disk, pytest.raises(FileError, match="full"):
            disk.setattr(run_writer, call, refuse)
            make(tmp_path / "run")
        assert list((tmp_path / "run").iterdir()) == []
    assert is_run(make(tmp_path / "run").path)


def test_a_folder_that_somebody_makes_a_run_in_is_left_to_him(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with RunLock(tmp_path / "run"), pytest.raises(FileError, match="is being written"):
        make(tmp_path / "run")


def test_holding_a_run_sweeps_up_what_killed_writes_left(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    folders = [run.path, run.path / "checkpoints", run.path / "filmstrip"]
    for folder in folders:
        (folder / ".layerscope-0123456789ab.tmp").write_text("x")
        (folder / "mine.tmp").write_text("x")
    run.hold().release()
    assert all({path.name for path in folder.glob("*.tmp")} | {"mine.tmp"} == {"mine.tmp"} for folder in folders)
