"""A run without a window: it reports what changed, hands out what it knows, and goes on where it ended."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from app.changes import replace_config
from app.run.live_run import LiveRun
from app.run.run_record import News
from engine.errors import DesignError
from engine.snapshot import Want
from engine.training.messages import RunState
from engine.training.runner import Runner
from tests.app.conftest import TINY
from tests.app.run.conftest import ENDLESS, SHORT, has_trained, listen, trained

FILTERS, MAPS = frozenset({Want("filters", "c1")}), frozenset({Want("feature_maps", "r1")})


def test_what_changed_is_told_once_each() -> None:
    run = LiveRun(SHORT)
    run.watch("me", FILTERS, ())
    run.begin()
    assert run.state is RunState.READING and run.is_alive and not run.has_network
    heard = listen(run, lambda: not run.is_alive)
    everything = [news for each in heard for news in each.news]
    assert everything.count(News.DATA) == 1
    assert set(News) == set(everything)
    assert all((News.POINTS in each.news) <= (News.PROGRESS in each.news or len(run.history.names()) > 0) for each in heard)
    (last,) = [each.ended for each in heard if each.ended is not None]
    assert last.state is RunState.FINISHED is run.state
    assert len(run.history["train/loss"]) == run.progress.step and run.frames == run.filmstrip.steps()
    assert run.latest.captured.keys() == FILTERS
    assert not run.hear().news and not run.has_more_to_say


def test_a_design_that_cannot_be_trained_makes_no_run() -> None:
    with pytest.raises(DesignError):
        LiveRun(SHORT.with_design(TINY.with_parameters("c1", kernel=50, padding=0)))


def test_pausing_stepping_and_live_changes() -> None:
    run = LiveRun(ENDLESS)
    run.begin()
    listen(run, lambda: has_trained(run))
    run.pause()
    listen(run, lambda: run.state is RunState.PAUSED)
    step = run.progress.step
    run.change({"learning_rate": 0.003})
    assert run.document.config.optimizer.learning_rate == 0.003
    run.step()
    listen(run, lambda: run.progress.step == step + 1 and run.state is RunState.PAUSED)
    assert run.history["learning_rate"].values[-1] == pytest.approx(0.003, rel=1e-3)
    run.resume()
    listen(run, lambda: has_trained(run, step + 5))
    run.stop()
    listen(run, lambda: not run.is_alive)
    assert run.state is RunState.STOPPED and run.over.step == run.progress.step


def test_it_goes_on_with_as_many_epochs_again() -> None:
    run = trained()
    steps, weights = run.progress.step, run.over.network
    assert run.can_go_on_as(SHORT)
    run.go_on(SHORT)
    listen(run, lambda: not run.is_alive)
    assert run.progress.step == 2 * steps and run.document.config.epochs == 2
    np.testing.assert_array_equal(run.history["train/loss"].steps, np.arange(1, 2 * steps + 1))
    assert not torch.equal(weights["c1.weight"], run.over.network["c1.weight"])


def test_a_run_that_was_stopped_goes_on_to_its_own_end() -> None:
    document = replace_config(SHORT, {"epochs": 40})
    run = LiveRun(document)
    run.begin()
    listen(run, lambda: has_trained(run))
    run.stop()
    listen(run, lambda: not run.is_alive)
    run.go_on(replace_config(document, {"epochs": 2, "learning_rate": 0.01}))
    assert run.document.config.epochs == 40 and run.document.config.optimizer.learning_rate == 0.01
    listen(run, lambda: not run.is_alive)
    assert run.over.epoch == 40


def test_a_run_that_could_not_go_on_is_as_far_as_before(monkeypatch) -> None:
    """It counted as having done no step, so that nobody was asked about it."""
    run = trained()
    before = run.progress

    def refuse(runner: Runner, data: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Runner, "_make_trainer", refuse)
    run.go_on(SHORT)
    listen(run, lambda: not run.is_alive)
    assert run.state is RunState.FAILED and run.over.step == before.step
    assert run.progress == before and run.is_unsaved and run.frame(None).epoch == before.epoch


def test_after_the_data_or_the_design_changed_it_cannot_go_on(finished: LiveRun) -> None:
    assert finished.can_go_on_as(SHORT)
    assert not finished.can_go_on_as(replace(SHORT, data="strokes"))
    assert not finished.can_go_on_as(SHORT.with_design(TINY.with_parameters("c1", filters=5)))
    assert not finished.can_go_on_as(replace_config(SHORT, {"seed": 1}))
    assert not LiveRun(SHORT).can_go_on_as(SHORT), "one that never began"


def test_several_may_look_and_each_gets_what_it_wants() -> None:
    run = LiveRun(ENDLESS)
    run.watch("one", FILTERS, ())
    run.watch("other", MAPS, ())
    run.begin()
    try:
        listen(run, lambda: run.latest is not None and run.latest.captured.keys() == FILTERS | MAPS)
        pin = run.problem.example("test", 3)
        run.watch("other", MAPS, (pin,))
        listen(run, lambda: run.latest.front.index == 3)
        run.unwatch("one")
        listen(run, lambda: run.latest.captured.keys() == MAPS)
        run.unwatch("other")
        listen(run, lambda: not run.latest.captured)
    finally:
        run.stop()
        run.join()


def test_weights_are_handed_out_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    run, frames, states = LiveRun(ENDLESS), [], []
    run.begin()
    listen(run, lambda: has_trained(run, 60))
    with monkeypatch.context() as alone:
        alone.setattr(Runner, "request_state", lambda *_: pytest.fail("asked for everything"))
        run.ask_weights(None, frames.append)
        listen(run, lambda: len(frames) == 1)
        run.ask_weights(10, frames.append)
        assert frames[1] is run.filmstrip.nearest(10), "kept ones come at once"
    run.ask_state(states.append)
    listen(run, lambda: bool(states))
    assert frames[0].step >= 60 and frames[0].weights.keys() == states[0].network.keys()
    assert len(run.history["train/loss"]) >= states[0].step, "the curves reach the state"
    run.stop()
    listen(run, lambda: not run.is_alive)
    run.ask_weights(None, frames.append)
    assert frames[2].weights is run.over.network and frames[2].step == run.over.step


def test_what_was_asked_just_before_the_end_is_answered() -> None:
    run, frames = LiveRun(ENDLESS), []
    run.begin()
    listen(run, lambda: has_trained(run))
    run.stop()
    run.ask_weights(None, frames.append)
    run.join()
    listen(run, lambda: not run.has_more_to_say)
    assert [frame.step for frame in frames] == [run.over.step]


def test_a_saved_run_stands_where_it_was_saved(finished: LiveRun) -> None:
    run = LiveRun.opened(SHORT, finished.over, finished.filmstrip, finished.history, finished.data)
    assert run.state is RunState.STOPPED and run.has_network and not run.is_alive
    assert run.progress.step == finished.progress.step == run.progress.total_steps and run.frames == finished.frames
    assert run.frame(None).weights is finished.over.network and run.frame(None).epoch == pytest.approx(1.0)


def test_its_epochs_have_as_many_steps_as_are_trained(finished: LiveRun) -> None:
    """A last batch of one example is left out in training, but was counted."""
    for size in (64, len(finished.data.split("train")) - 1):
        run = trained(replace_config(SHORT, {"batch_size": size}))
        assert run.batches == run.progress.step == run.progress.total_steps
