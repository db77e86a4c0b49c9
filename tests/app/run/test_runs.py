"""The keeper: several runs at once, one of them shown, none of them in another's way."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from pytestqt.qtbot import QtBot

from app.changes import replace_config
from app.document import Document
from app.keeping.kept_runs import KeptRuns
from app.run.live_run import LiveRun
from app.run.run_record import News
from app.run.runs import Runs
from engine.design.network import NetworkDesign, layer
from engine.errors import DataError, DesignError, LayerscopeError
from engine.training.messages import RunState
from tests.app.conftest import TINY
from tests.app.run.conftest import ENDLESS, SHORT, has_trained, trained

DROPPING = NetworkDesign(
    "dropping",
    (1, 8, 8),
    (
        layer("f", "flatten"),
        layer("h", "linear", units=32),
        layer("r", "relu"),
        layer("d", "dropout"),
        layer("out", "linear", units=10),
    ),
)
BROKEN = SHORT.with_design(TINY.with_parameters("c1", kernel=50, padding=0))


@pytest.fixture
def until(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    return lambda condition: qtbot.waitUntil(condition, timeout=30_000)


def begun(runs: Runs, document: Document) -> LiveRun:
    run = LiveRun(document)
    runs.add(run)
    runs.begin(run)
    return run


def test_the_signals_say_which_run_and_what(runs: Runs, until) -> None:
    told: list[tuple[LiveRun, News]] = []
    ends: list[LiveRun] = []
    runs.changed.connect(lambda run, news: told.append((run, news)))
    runs.ended.connect(lambda run, ended: ends.append(run))
    one, other = begun(runs, SHORT), begun(runs, replace_config(SHORT, {"seed": 1}))
    until(lambda: len(ends) == 2)
    assert {run for run, _ in told} == {one, other} == set(ends) and runs.all == (one, other)
    assert all(news for _, news in told)
    assert not runs._timer.isActive(), "it sleeps while no run is alive"


def test_stopping_or_forgetting_one_leaves_the_other_untouched(runs: Runs, until) -> None:
    one, other = begun(runs, ENDLESS), begun(runs, replace_config(ENDLESS, {"seed": 1}))
    runs.show(one)
    until(lambda: has_trained(one) and has_trained(other))
    runs.stop()
    until(lambda: one.state is RunState.STOPPED)
    assert other.is_alive and other.state is RunState.RUNNING
    step = other.progress.step
    until(lambda: has_trained(other, step + 5))
    runs.show(other)
    runs.remove(one)
    assert runs.all == (other,) and other.is_alive
    step = other.progress.step
    until(lambda: has_trained(other, step + 5))


def test_steering_is_for_the_run_that_is_shown(runs: Runs, until) -> None:
    beside = begun(runs, ENDLESS)
    runs.toggle(replace_config(ENDLESS, {"seed": 1}))
    shown = runs.shown
    assert shown is not beside
    until(lambda: has_trained(shown) and has_trained(beside))
    runs.toggle(ENDLESS)
    until(lambda: shown.state is RunState.PAUSED)
    assert beside.state is RunState.RUNNING and runs.is_training
    runs.change({"learning_rate": 0.001})
    assert (shown.document.config.optimizer.learning_rate, beside.document.config.optimizer.learning_rate) == (0.001, 0.05)
    step = shown.progress.step
    runs.step(ENDLESS)
    until(lambda: shown.progress.step == step + 1)
    runs.restart(SHORT)
    assert not shown.is_alive and beside.is_alive and runs.all == (beside, runs.shown)


@pytest.mark.parametrize("start", [Runs.restart, Runs.run])
def test_a_start_that_cannot_be_leaves_everything_as_it_was(runs: Runs, until, start) -> None:
    runs.restart(SHORT)
    until(lambda: runs.shown.state is RunState.FINISHED)
    shown, over, told = runs.shown, runs.shown.over, []
    runs.changed.connect(lambda *_: told.append(1))
    with pytest.raises(DesignError):
        start(runs, BROKEN)
    assert runs.shown is shown and runs.all == (shown,) and shown.over is over and not told
    runs.restart(ENDLESS)
    alive = runs.shown
    with pytest.raises(DesignError):
        runs.restart(BROKEN)
    assert runs.shown is alive and alive.is_alive


def test_run_goes_on_with_the_same_document_and_starts_anew_with_other_data(runs: Runs, until) -> None:
    runs.run(SHORT)
    first = runs.shown
    until(lambda: first.state is RunState.FINISHED)
    runs.run(replace_config(SHORT, {"learning_rate": 0.01}))
    assert runs.shown is first
    until(lambda: first.state is RunState.FINISHED)
    steps = len(first.history["train/loss"])
    narrow = SHORT.with_design(NetworkDesign("wide", (1, 28, 28), TINY.layers))
    other = Document(narrow.design, "strokes", SHORT.config)
    runs.run(other)
    assert runs.shown is not first and runs.shown.document is other
    until(lambda: has_trained(runs.shown, 1))
    assert runs.shown.data.name == "strokes" and len(first.history["train/loss"]) == steps


def test_closing_ends_every_thread(qapp) -> None:
    runs = Runs()
    both = begun(runs, ENDLESS), begun(runs, ENDLESS)
    runs.close()
    assert not any(run.is_alive for run in both) and not runs._timer.isActive()


def test_two_runs_at_once_give_what_each_gives_alone(runs: Runs, until) -> None:
    documents = [Document(DROPPING, "digits", replace_config(SHORT, {"epochs": 3, "seed": seed}).config) for seed in (0, 1)]
    alone = [trained(document) for document in documents]
    together = [begun(runs, document) for document in documents]
    until(lambda: all(run.state is RunState.FINISHED for run in together))
    for one, other in zip(alone, together, strict=True):
        assert all(torch.equal(weights, other.over.network[name]) for name, weights in one.over.network.items())
        assert (one.history["train/loss"].values == other.history["train/loss"].values).all()


def test_removing_a_run_that_trains_ends_its_thread_and_tells_its_last_word(runs: Runs, until) -> None:
    ends: list[LiveRun] = []
    runs.ended.connect(lambda run, ended: ends.append(run))
    one, other = begun(runs, ENDLESS), begun(runs, ENDLESS)
    runs.show(other)
    until(lambda: has_trained(one) and has_trained(other))
    runs.remove(one)
    assert ends == [one] and not one.is_alive and runs.all == (other,)
    assert runs.shown is other and other.is_alive and runs.is_training


@pytest.mark.parametrize("misfit", [{"task": "to_image"}, {"task": "regress"}])
def test_a_task_that_does_not_fit_is_refused_before_anything_is_replaced(runs: Runs, until, misfit) -> None:
    runs.restart(SHORT)
    until(lambda: runs.shown.state is RunState.FINISHED)
    shown = runs.shown
    with pytest.raises(LayerscopeError):
        runs.restart(replace_config(SHORT, misfit))
    assert runs.all == (shown,) and shown.has_network


MISSING = Document(SHORT.design, "/no such folder", SHORT.config)


def test_a_start_that_comes_to_nothing_gives_the_trained_run_back(runs: Runs, until) -> None:
    runs.restart(SHORT)
    until(lambda: runs.shown.state is RunState.FINISHED)
    shown, ends = runs.shown, []
    history, frames, over = len(shown.history["train/loss"]), shown.frames, shown.over
    runs.ended.connect(lambda run, ended: ends.append((run, runs.before)))
    runs.restart(MISSING)
    failed = runs.shown
    assert failed is not shown and runs.before is shown
    until(lambda: runs.shown is shown)
    assert ends == [(failed, shown)] and failed.state is RunState.FAILED, "told while it is still known what comes back"
    assert runs.all == (shown,) and runs.before is None
    assert (len(shown.history["train/loss"]), shown.frames, shown.over) == (history, frames, over)
    runs.run(SHORT)
    assert runs.shown is shown and shown.is_alive, "it can be gone on with"


def test_a_run_that_trains_is_stopped_and_given_back(runs: Runs, until) -> None:
    runs.restart(ENDLESS)
    shown = runs.shown
    until(lambda: has_trained(shown))
    runs.restart(MISSING)
    until(lambda: runs.shown is shown)
    assert shown.state is RunState.STOPPED and shown.can_go_on_as(ENDLESS)


def test_a_start_that_is_stopped_before_its_first_step_gives_it_back_too(runs: Runs, until, monkeypatch) -> None:
    from app.run import live_run

    runs.restart(SHORT)
    until(lambda: runs.shown.state is RunState.FINISHED)
    shown, reading, wanted = runs.shown, threading.Event(), threading.Event()

    def read(document: Document, between) -> object:
        reading.set()
        wanted.wait(30)
        raise DataError("too late")

    monkeypatch.setattr(live_run, "load_data", read)
    runs.restart(replace_config(SHORT, {"seed": 5}))
    until(reading.is_set)
    runs.restart(replace_config(SHORT, {"seed": 6}))
    assert runs.before is shown, "one that had not begun is nothing to come back to"
    runs.stop()
    until(lambda: runs.shown is shown)
    wanted.set()


def test_once_the_new_run_learns_the_old_one_is_let_go(runs: Runs, until) -> None:
    runs.restart(SHORT)
    until(lambda: runs.shown.state is RunState.FINISHED)
    runs.restart(ENDLESS)
    until(lambda: has_trained(runs.shown, 1))
    assert runs.before is None and runs.all == (runs.shown,)


def test_of_a_run_that_is_kept_and_forgotten_nothing_stays_in_memory(qapp, tmp_path: Path, until) -> None:
    """At once: cyclic garbage may wait for a minute, and the past steps of several runs are many."""
    runs = Runs(None, KeptRuns(tmp_path, "s", lambda _: None))
    gc.disable()
    try:
        run = begun(runs, SHORT)
        until(lambda: runs.all[0].over is not None)
        assert run.kept is not None and run.kept.kept_step > 0
        left = [weakref.ref(each) for each in (run, run.filmstrip, run.kept, run.filmstrip.nearest(0))]
        runs.remove(run)
        del run
        until(lambda: not any(each() is not None for each in left))
    finally:
        gc.enable()
        runs.close()
