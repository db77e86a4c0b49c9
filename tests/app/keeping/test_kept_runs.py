"""Kept runs: every trained run lies in a folder without being asked, bounded in number and bytes, and comes back from it."""

from __future__ import annotations

import shutil
import threading
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from app.changes import replace_config
from app.keeping import kept_run, kept_runs
from app.keeping.kept_runs import KeptRuns
from app.run.forking import forked
from app.run.live_run import LiveRun
from app.run.opening import read_run
from app.run.runs import Runs
from engine.errors import FileError
from engine.files.newest import find_newest
from engine.files.run_folder import RunFolder
from engine.files.run_writer import RunWriter
from engine.training.filmstrip import Frame
from engine.training.messages import RunState
from tests.app.run.conftest import ENDLESS, SHORT, has_trained, listen, trained
from tests.helpers.runs import frame_steps


@pytest.fixture
def noted() -> list[str]:
    return []


@pytest.fixture
def kept(tmp_path: Path, noted: list[str]) -> KeptRuns:
    return KeptRuns(tmp_path / "runs", "s", noted.append)


def begun(kept: KeptRuns, document=SHORT) -> LiveRun:
    run = LiveRun(document)
    run.kept = kept.new()
    run.begin()
    return run


def reopened(kept: KeptRuns, run: LiveRun) -> LiveRun:
    """What lies in the folder in which ``run`` was kept, to be kept on there."""
    (found,) = read_run(run.kept.path)
    found.run.kept = kept.adopt(found.folder, found.run.over)
    return found.run


def over(run: LiveRun) -> LiveRun:
    listen(run, lambda: not run.is_alive)
    return run


def test_a_finished_run_lies_in_its_folder_whole(kept: KeptRuns, noted: list[str]) -> None:
    run = over(begun(kept))
    folder = RunFolder.open(run.kept.path)
    state = folder.load_checkpoint()
    assert noted == [run.kept.path.name] and run.kept.kept_step == state.step == run.over.step
    assert all(torch.equal(state.network[name], weights) for name, weights in run.over.network.items())
    assert frame_steps(folder) == run.frames and folder.checkpoint_steps() == (state.step,)
    np.testing.assert_allclose(folder.history()["train/loss"].values, run.history["train/loss"].values, rtol=1e-6)
    assert run.is_kept and not run.is_dear
    run.let_go()
    (found,) = kept.newest_first()
    assert (found.name, found.data, found.step) == ("tiny", "digits", state.step) and "tiny on digits" in found.title


def test_it_goes_on_in_the_same_folder_every_step_once(kept: KeptRuns) -> None:
    run = over(begun(kept))
    first = run.over.step
    run.go_on(SHORT)
    over(run)
    folder = RunFolder.open(run.kept.path)
    assert folder.load_checkpoint().step == 2 * first and folder.config.epochs == 2
    np.testing.assert_array_equal(folder.history()["train/loss"].steps, np.arange(1, 2 * first + 1))
    run.let_go()


def test_a_fork_is_kept_with_its_past_in_a_folder_of_its_own(kept: KeptRuns) -> None:
    run = over(begun(kept, replace_config(SHORT, {"epochs": 2})))
    step = run.frames[6]
    fork = forked(run, run.document, run.frame(step))
    fork.kept = kept.new()
    fork.go_on(fork.document)
    over(fork)
    folder = RunFolder.open(fork.kept.path)
    assert fork.kept.path != run.kept.path and frame_steps(folder)[:7] == run.frames[:7]
    np.testing.assert_array_equal(folder.history()["train/loss"].steps, np.arange(1, fork.over.step + 1))
    run.let_go()
    fork.let_go()


def test_a_reopened_run_goes_on_where_it_lies(kept: KeptRuns, noted: list[str]) -> None:
    run = over(begun(kept))
    run.let_go()
    again = reopened(kept, run)
    again.kept.take()
    assert again.kept.kept_step == run.over.step and again.is_kept and len(noted) == 2
    with pytest.raises(FileError, match="being written"):
        RunWriter.open(run.kept.path).hold()
    again.go_on(SHORT)
    over(again)
    folder = RunFolder.open(run.kept.path)
    np.testing.assert_array_equal(folder.history()["train/loss"].steps, np.arange(1, again.over.step + 1))
    again.let_go()
    assert kept.adopt(run.kept.path.parent.parent, again.over) is None, "a folder of the user's is not ours"


def test_a_run_that_never_made_a_step_leaves_nothing(kept: KeptRuns, tmp_path: Path) -> None:
    run = begun(kept, ENDLESS)
    run.pause()
    listen(run, lambda: run.data is not None and run.state is RunState.PAUSED)
    if not has_trained(run, 1):  # else the pause came too late
        run.stop()
        over(run)
        assert not (tmp_path / "runs").exists() and not run.is_unsaved
    run.stop()
    over(run)
    run.let_go()


def test_while_it_trains_a_killed_process_would_lose_little(kept: KeptRuns) -> None:
    run = begun(kept, ENDLESS)
    try:
        listen(run, lambda: run.kept.kept_step > 0)
        before = run.kept.kept_step
        listen(run, lambda: run.kept.kept_step > before)
        assert find_newest(RunFolder.open(run.kept.path)).state.step >= before
    finally:
        run.stop()
        run.join()
        run.let_go()


def test_what_is_too_large_or_cannot_be_written_is_asked_about(kept: KeptRuns, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "runs").write_text("in the way")
    run = begun(kept)
    heard = listen(run, lambda: not run.is_alive)
    assert run.state is RunState.FINISHED and not run.is_kept and run.is_dear
    assert any("cannot be saved" in sentence for each in heard for sentence in each.notices)
    (tmp_path / "runs").unlink()
    monkeypatch.setattr(kept_run, "MOST_BYTES", 100)
    large = over(begun(kept))
    assert not large.is_kept and large.is_dear and not (tmp_path / "runs").exists()


def test_of_a_run_that_is_too_large_nothing_piles_up(kept: KeptRuns, monkeypatch) -> None:
    """Past steps waited for a state with which they were to be written, and which never came."""
    monkeypatch.setattr(kept_run, "MOST_BYTES", 100)
    recorder, state = kept.new(), trained().over
    recorder.frame(frame := Frame(1, 0.1, {}))
    waiting = weakref.ref(frame)
    del frame
    recorder.checkpoint(state)
    assert waiting() is None


def test_while_a_state_is_written_the_run_is_as_kept_as_before(kept: KeptRuns, monkeypatch) -> None:
    """Whoever quit just then was asked about a run that was kept."""
    seen, write = [], RunWriter.interim

    def watched(folder: RunWriter, state: object) -> None:
        seen.append(run.is_kept)
        write(folder, state)

    monkeypatch.setattr(RunWriter, "interim", watched)
    run = LiveRun(SHORT)
    run.kept = kept.new()
    run.begin()
    over(run)
    assert seen and all(seen)
    run.let_go()


def test_what_was_kept_at_the_last_step_of_an_epoch_gives_way_to_its_end(kept: KeptRuns) -> None:
    """A run that had finished came back as one that had its last validation before it."""
    run = trained()
    recorder, end = kept.new(), run.over
    recorder.begin(SHORT, lambda: run.data, None)
    recorder.interim(replace(end, epoch=end.epoch - 1, batch=run.batches))
    recorder.checkpoint(end)
    recorder.close()
    (found,) = read_run(recorder.path)
    assert (found.run.over.epoch, found.run.over.batch) == (end.epoch, 0)


def test_a_folder_that_is_gone_keeps_nobody_from_going_on(kept: KeptRuns) -> None:
    """The settings were written there before anything else happened."""
    run = over(begun(kept))
    first = run.over.step
    shutil.rmtree(run.kept.path)
    run.go_on(SHORT)
    over(run)
    assert run.over.step == 2 * first and not run.is_kept
    run.let_go()


def test_one_that_is_gone_on_with_before_it_was_taken_is_taken_then(kept: KeptRuns, noted: list[str]) -> None:
    run = over(begun(kept))
    run.let_go()
    again = reopened(kept, run)
    again.go_on(SHORT)
    over(again)
    folder = RunFolder.open(run.kept.path)
    np.testing.assert_array_equal(folder.history()["train/loss"].steps, np.arange(1, again.over.step + 1))
    assert folder.config.epochs == 2 and noted == [run.kept.path.name] * 2
    again.let_go()


def test_one_that_is_forgotten_before_it_was_taken_is_left_alone(kept: KeptRuns, noted: list[str]) -> None:
    run = over(begun(kept))
    run.let_go()
    adopted = kept.adopt(run.kept.path, run.over)
    adopted.close()
    adopted.take()
    assert not (run.kept.path / "run.lock").exists() and len(noted) == 1


def test_what_another_window_keeps_is_not_written(kept: KeptRuns) -> None:
    run = over(begun(kept))
    before = sorted(run.kept.path.rglob("*"))
    adopted = KeptRuns(run.kept.path.parent, "t", lambda name: None).adopt(run.kept.path, run.over)
    with pytest.raises(FileError, match="being written"):
        adopted.take()
    adopted.begin(SHORT, lambda: run.data, None)
    with pytest.raises(FileError, match="being written"):
        adopted.checkpoint(replace(run.over, step=run.over.step + 1))
    assert sorted(run.kept.path.rglob("*")) == before and not adopted.works
    adopted.close()
    run.let_go()


def test_one_that_another_window_holds_is_kept_elsewhere_when_it_goes_on(kept: KeptRuns, noted: list[str]) -> None:
    """Space may be pressed before it is known that the folder cannot be taken."""
    run = over(begun(kept))
    (found,) = read_run(run.kept.path)
    again = found.run
    again.kept = KeptRuns(run.kept.path.parent, "t", noted.append).adopt(run.kept.path, again.over)
    again.go_on(SHORT)
    over(again)
    assert again.kept.path != run.kept.path and again.is_kept and noted == [run.kept.path.name, again.kept.path.name]
    folder = RunFolder.open(again.kept.path)
    np.testing.assert_array_equal(folder.history()["train/loss"].steps, np.arange(1, again.over.step + 1))
    assert folder.load_checkpoint().step == again.over.step == 2 * run.over.step
    again.let_go()
    run.let_go()


def test_the_window_does_not_wait_for_what_is_being_written(kept: KeptRuns, monkeypatch) -> None:
    """A slow disk held it up when a run was forgotten or gone on with."""
    run, writing, may_go_on = trained(), threading.Event(), threading.Event()
    recorder, write = kept.new(), RunWriter.interim
    recorder.begin(SHORT, lambda: run.data, None)

    def slowly(folder: RunWriter, state: object) -> None:
        writing.set()
        assert may_go_on.wait(30)
        write(folder, state)

    monkeypatch.setattr(RunWriter, "interim", slowly)
    saver = threading.Thread(target=recorder.checkpoint, args=(run.over,))
    saver.start()
    assert writing.wait(30)
    recorder.begin(SHORT, lambda: run.data, None)
    recorder.close()
    assert (recorder.path / "run.lock").exists(), "it is still written"
    may_go_on.set()
    saver.join()
    assert not (recorder.path / "run.lock").exists() and RunFolder.open(recorder.path).load_checkpoint().step == run.over.step


def test_what_cannot_be_noted_is_not_held(kept: KeptRuns, monkeypatch) -> None:
    run = over(begun(kept))
    run.let_go()

    def refuse(name: str) -> None:
        raise FileError("The disk is full", "Make room.")

    other = KeptRuns(run.kept.path.parent, "t", refuse)
    with pytest.raises(FileError, match="disk is full"):
        other.adopt(run.kept.path, run.over).take()
    assert not (run.kept.path / "run.lock").exists()


def test_the_oldest_go_but_none_that_is_in_hand(kept: KeptRuns, monkeypatch) -> None:
    monkeypatch.setattr(kept_runs, "COUNT", 2)
    runs = []
    for seed in range(3):
        runs.append(over(begun(kept, replace_config(SHORT, {"seed": seed}))))
    assert len(kept.newest_first()) == 3, "all are in hand"
    for run in runs:
        run.let_go()
    kept.trim()
    assert [found.path for found in kept.newest_first()] == [runs[2].kept.path, runs[1].kept.path]
    monkeypatch.setattr(kept_runs, "BYTES", 1)
    kept.trim()
    assert [found.path for found in kept.newest_first()] == [runs[2].kept.path], "the newest stays, whatever it takes"


def test_trials_go_before_runs_that_took_long(kept: KeptRuns, monkeypatch) -> None:
    monkeypatch.setattr(kept_runs, "COUNT", 2)
    runs = [over(begun(kept, replace_config(SHORT, {"seed": seed}))) for seed in range(4)]
    for run in runs:
        run.let_go()
    with (runs[0].kept.path / "metrics.csv").open("a", encoding="utf-8") as file:
        file.write("999,9,61.5,train,0.1,0.9,0.01\n")
    kept.trim()
    assert [found.path for found in kept.newest_first()] == [runs[3].kept.path, runs[0].kept.path]


def test_a_run_that_is_paused_is_kept_to_its_last_step(kept: KeptRuns, monkeypatch) -> None:
    """Also where a state was kept a moment before."""
    monkeypatch.setattr(kept_run, "EVERY_S", 3600.0)
    run = begun(kept, ENDLESS)
    try:
        listen(run, lambda: has_trained(run, 3))
        for _ in range(2):
            run.pause()
            listen(run, lambda: run.state is RunState.PAUSED)
            listen(run, lambda: run.progress is not None and run.kept.kept_step == run.progress.step)
            run.step()
            listen(run, lambda step=run.progress.step: run.progress.step > step)
    finally:
        run.stop()
        over(run)
        run.let_go()


def test_runs_are_let_go_when_they_are_forgotten(qtbot, kept: KeptRuns) -> None:
    runs = Runs(None, kept)
    runs.restart(SHORT)
    qtbot.waitUntil(lambda: runs.shown.state is RunState.FINISHED, timeout=30_000)
    first = runs.shown
    runs.restart(ENDLESS)
    with pytest.raises(FileError):
        RunWriter.open(first.kept.path).hold()  # it might come back
    qtbot.waitUntil(lambda: has_trained(runs.shown, 1), timeout=30_000)
    RunWriter.open(first.kept.path).hold().release()
    runs.close()
    (newest, before) = kept.newest_first()
    assert before.path == first.kept.path and newest.step == runs.shown.over.step
    RunWriter.open(newest.path).hold().release()


def test_the_training_thread_does_not_wait_for_the_disk(kept: KeptRuns, monkeypatch) -> None:
    writing, may_go_on = threading.Event(), threading.Event()
    write = RunWriter.interim

    def slowly(folder: RunWriter, state: object) -> None:
        writing.set()
        assert may_go_on.wait(30)
        write(folder, state)

    monkeypatch.setattr(RunWriter, "interim", slowly)
    run = begun(kept, replace_config(ENDLESS, {"batch_size": 1}))
    try:
        listen(run, writing.is_set)
        step = run.progress.step
        listen(run, lambda: has_trained(run, step + 40))
        assert not run.kept.kept_step
    finally:
        may_go_on.set()
        run.stop()
        run.join()
        run.let_go()
    assert len(RunFolder.open(run.kept.path).history()["train/loss"]) == run._runner.final_state.step
