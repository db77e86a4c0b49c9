"""Saving beside the training: how often, in which order, and what happens where it fails."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.files.newest import find_newest
from engine.files.run_folder import RunFolder
from engine.files.run_writer import RunWriter
from engine.training import recording as module
from engine.training import saving
from engine.training.attendant import Attendant
from engine.training.loop import EpochEnd, Step
from engine.training.mailbox import Mailbox
from engine.training.messages import RunState
from engine.training.observer import Observer
from engine.training.orders import CommandSlot
from engine.training.recorder import MetricRow
from engine.training.recording import RETRY_S, Recording
from engine.training.saving import SHARE, SHORTEST_S, Saver
from engine.training.state import TrainingState
from engine.training.trainer import Trainer
from tests.engine.training.test_failures import Notebook, linear_net
from tests.helpers.tiny_data import tiny_cnn, tiny_config, tiny_set, trained, watched


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def costing(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Every write takes a processor so long."""
    now = itertools.count(0.0, seconds)
    monkeypatch.setattr(saving, "thread_time", lambda: next(now))


@pytest.mark.parametrize(
    ("cost", "copying", "pause"),
    [(0.0, 0.0, SHORTEST_S), (0.003, 0.001, SHORTEST_S), (0.05, 0.01, 0.06 / SHARE), (3.0, 1.0, 4.0 / SHARE)],
)
def test_saves_are_as_far_apart_as_their_cost_wants(
    monkeypatch: pytest.MonkeyPatch, cost: float, copying: float, pause: float
) -> None:
    costing(monkeypatch, cost)
    clock = Clock()
    saver = Saver(clock)
    assert saver.is_due
    saver.save(lambda: None, copying)
    saver.wait()
    begun = clock.time - copying
    clock.time = begun + pause - 0.01
    assert not saver.is_due
    clock.time = begun + pause + 0.01
    assert saver.is_due
    saver.wait()


def test_one_save_at_a_time_and_none_is_due_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, free, done = Clock(), threading.Event(), []
    saver = Saver(clock)
    saver.save(lambda: done.append(free.wait(10)))
    clock.time += 1000.0
    assert not saver.is_due and done == []
    free.set()
    saver.save(lambda: done.append("second"))  # waits for the first
    assert done[0] is True
    saver.wait()
    assert done == [True, "second"]
    assert "layerscope-saving" not in [thread.name for thread in threading.enumerate()]


def test_the_processors_time_counts_and_waiting_does_not() -> None:
    def work() -> None:
        end = time.thread_time() + 0.05
        while time.thread_time() < end:
            pass

    clock = Clock()
    for write, is_due in ((lambda: threading.Event().wait(0.1), True), (work, False)):
        saver = Saver(clock)
        saver.save(write)
        saver.wait()
        clock.time += SHORTEST_S + 0.01
        assert saver.is_due == is_due


# -- what is recorded --


def state(step: int, value: float = 1.0) -> TrainingState:
    return TrainingState(step, network={"w": torch.full((3,), value), "count": torch.tensor(3)})


def test_broken_weights_are_saved_at_the_very_end_only() -> None:
    notes, mailbox = Notebook(), Mailbox()
    recording = Recording(notes, mailbox)
    for step, value in ((1, 1.0), (2, float("nan")), (3, float("inf"))):
        recording.interim(state(step, value))
        recording.epoch(state(step, value))
    recording.last(state(3, float("inf")))
    assert [[kept.step for kept in written] for written in (notes.interims, notes.states)] == [[1], [1, 3]]


def test_the_last_state_is_saved_once_and_is_there_at_once() -> None:
    notes = Notebook()
    recording = Recording(notes, Mailbox())
    recording.epoch(state(5))
    recording.last(state(5))
    recording.last(state(6))
    assert [kept.step for kept in notes.states] == [5, 6]


def test_the_last_state_is_saved_where_its_settings_were_changed_meanwhile() -> None:
    notes = Notebook()
    recording = Recording(notes, Mailbox())
    recording.epoch(state(5))
    recording.last(replace(state(5), live={"optimizer.momentum": 0.5}))
    assert [kept.live for kept in notes.states] == [{}, {"optimizer.momentum": 0.5}]


def test_a_checkpoint_is_never_ahead_of_its_rows() -> None:
    """Else the curve of a run that was killed and went on would have a hole."""
    notes = Notebook()
    recording = Recording(notes, Mailbox())
    row = MetricRow(1, 0.1, 0.1, "train", {"loss": 1.0})
    notes.heals_at_checkpoint = True  # the first rows fail, the disk is full
    recording.points([row])
    notes.broken = True
    recording.interim(state(1))
    recording.settle()
    assert notes.rows == notes.interims == []
    notes.broken = False
    recording.interim(state(2))
    recording.settle()
    assert notes.rows == [row] and [kept.step for kept in notes.interims] == [2]


def test_after_a_failure_saving_is_tried_again_some_seconds_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was tried again at the end of the epoch only, which may be hours away."""
    clock = Clock()
    monkeypatch.setattr(module, "Saver", lambda: Saver(clock))
    notes, mailbox = Notebook(), Mailbox()
    recording = Recording(notes, mailbox)
    notes.broken = True
    recording.interim(state(1))
    recording.settle()
    clock.time += RETRY_S - 0.01
    assert not recording.is_interim_due
    clock.time += 0.02
    assert recording.is_interim_due
    recording.interim(state(2))
    recording.settle()
    assert mailbox.take().notices == (
        "The run cannot be saved (The disk is full. Make room.). Training goes on; saving is tried again.",
    )
    notes.broken = False
    recording.interim(state(3))
    recording.settle()
    assert [kept.step for kept in notes.interims] == [3]


# -- a whole run --


def test_a_run_with_a_folder_has_a_checkpoint_before_its_first_step(tmp_path: Path) -> None:
    run = RunWriter.create(tmp_path / "run", tiny_cnn(), tiny_config(), "stripes")
    watcher = watched(recorder=run)
    watcher.runner.pause()
    watcher.runner.start()
    watcher.until(lambda: watcher.runner.state is RunState.PAUSED and watcher.snapshots)
    first = find_newest(RunFolder.open(run.path)).state
    assert first is not None and first.step == 0
    fresh = Trainer(tiny_cnn(), tiny_config(), tiny_set(), torch.device("cpu")).state()
    assert all(torch.equal(first.network[name], fresh.network[name]) for name in fresh.network)
    watcher.runner.stop()
    watcher.finish()


def test_interim_checkpoints_come_as_time_goes_by_and_leave_the_ends_of_epochs(tmp_path: Path) -> None:
    """Each has its rows on the disk, and goes on as if nothing had been."""
    run = RunWriter.create(tmp_path / "run", tiny_cnn(), tiny_config(), "stripes")
    trainer, mailbox = Trainer(tiny_cnn(), tiny_config(), tiny_set(), torch.device("cpu")), Mailbox()
    recording = Recording(run, mailbox)
    attendant = Attendant(trainer, mailbox, CommandSlot(), recording, Observer(trainer, mailbox), lambda state: None)
    attendant.begin()
    seen = []
    for event in trainer.events():
        if isinstance(event, Step):
            attendant._next_reading = 0.0  # as if some time had gone by
            recording.settle()
            recording._saver._due = 0.0
        attendant.after(event)
        recording.settle()
        if isinstance(event, Step):
            left = RunFolder.open(run.path)
            newest = find_newest(left)
            assert newest.state is not None and newest.state.step == trainer.place.step and not newest.note
            assert left.history()["train/loss"].steps.tolist() == list(range(1, trainer.place.step + 1))
        elif isinstance(event, EpochEnd):
            seen.append(run.checkpoint_steps())
    assert seen == [(13,), (13, 26)]


def test_a_run_that_is_paused_is_saved(tmp_path: Path) -> None:
    run = RunWriter.create(tmp_path / "run", tiny_cnn(), tiny_config(), "stripes")
    watcher = watched(config=tiny_config(epochs=1000), recorder=run)
    watcher.runner.start()
    watcher.until(lambda: len(watcher.history["train/loss"]) > 20)
    watcher.runner.pause()
    watcher.until(lambda: watcher.runner.state is RunState.PAUSED)
    step = watcher.progress[-1].step
    watcher.until(lambda: run.checkpoint_steps()[-1] == step)
    watcher.runner.stop()
    watcher.finish()


def test_a_run_that_diverges_keeps_its_last_good_checkpoint(tmp_path: Path) -> None:
    config = tiny_config(learning_rate=1000.0, loss="mse", epochs=20)
    run = RunWriter.create(tmp_path / "run", linear_net(), config, "stripes")
    watcher = trained(linear_net(), config, recorder=run)
    assert watcher.ended is not None and watcher.ended.state is RunState.FAILED
    newest = find_newest(run).state
    assert newest is not None and all(bool(torch.isfinite(tensor).all()) for tensor in newest.network.values())


def test_a_folder_that_vanishes_costs_one_notice_and_not_the_run(tmp_path: Path) -> None:
    run = RunWriter.create(tmp_path / "run", tiny_cnn(), tiny_config(), "stripes")
    run.path.rename(tmp_path / "elsewhere")
    watcher = trained(recorder=run)
    assert watcher.ended is not None and watcher.ended.state is RunState.FINISHED
    assert len(watcher.notices) == 1 and "The run cannot be saved" in watcher.notices[0]
