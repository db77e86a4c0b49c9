"""Going on: from the newest step or a past one, with what is said of it; and from before the loss blew up."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from app.changes import replace_config
from app.intent import intent
from app.run.forking import fork_announcement, forked
from app.run.going_on import announcement
from app.run.live_run import LiveRun
from app.run.runs import Runs
from engine.task import TASKS
from engine.training.config import training_config
from engine.training.messages import RunState
from engine.words import number
from tests.app.run.conftest import ENDLESS, SHORT, has_trained, listen, trained

DIVERGING = replace_config(SHORT, {"epochs": 40, "learning_rate": 1000.0})


@pytest.fixture(scope="module")
def broken() -> LiveRun:
    """A run whose weights are no numbers any more."""
    run = LiveRun(DIVERGING)
    run.begin()
    listen(run, lambda: not run.is_alive)
    assert run.state is RunState.FAILED
    return run


def five(**changes: object):
    return training_config(epochs=5, learning_rate=0.1, **changes)


@pytest.mark.parametrize(
    ("after", "epoch", "words"),
    [
        (five(), 3.0, ()),
        (training_config(epochs=10, learning_rate=0.1), 5.0, ("5 more epochs", "from 0 to 0.05", "cosine", "all 10 epochs")),
        (training_config(epochs=6, learning_rate=0.1), 5.0, ("1 more epoch.", "learning rate goes from 0 to")),
        (five(), 5.0, ()),
    ],
)
def test_a_rate_that_jumps_is_announced(after, epoch, words) -> None:
    sentence = announcement(five(), after, epoch)
    assert all(word in sentence for word in words) and bool(sentence) == bool(words)


def test_a_constant_rate_does_not_jump() -> None:
    before, after = (training_config(epochs=epochs, schedule="constant") for epochs in (5, 10))
    sentence = announcement(before, after, 5.0)
    assert "5 more epochs" in sentence and "rate" not in sentence


def test_a_finished_run_says_how_it_goes_on(runs: Runs, qtbot) -> None:
    runs.restart(SHORT)
    qtbot.waitUntil(lambda: runs.shown.state is RunState.FINISHED, timeout=30_000)
    told: list[str] = []
    runs.notice.connect(lambda run, sentence: told.append(sentence))
    runs.run(SHORT)
    assert "1 more epoch" in told[0] and "learning rate goes from 0 to 0.025" in told[0]


def test_a_fork_stands_at_the_past_step_and_leaves_the_run_as_it_was() -> None:
    run = trained(replace_config(SHORT, {"epochs": 3}))
    step = run.frames[len(run.frames) // 2]
    steps, frames = len(run.history["train/loss"]), run.frames
    fork = forked(run, run.document, run.frame(step))
    assert fork.state is RunState.STOPPED and fork.progress.step == step == fork.over.step
    assert fork.frames == tuple(kept for kept in frames if kept <= step)
    assert fork.history["train/loss"].steps[-1] == step
    kept = run.frame(step)
    assert fork.progress.epoch == pytest.approx(kept.epoch, abs=1e-6)
    assert all(torch.equal(fork.over.network[name], weights) for name, weights in kept.weights.items())
    assert 0 < fork.over.seconds < run.over.seconds
    fork.go_on(fork.document)
    listen(fork, lambda: not fork.is_alive)
    np.testing.assert_array_equal(fork.history["train/loss"].steps, np.arange(1, fork.progress.step + 1))
    assert fork.progress.step == run.progress.step and len(run.history["train/loss"]) == steps and run.frames == frames


def test_a_fork_of_the_first_step_is_the_run_once_more() -> None:
    run = trained()
    fork = forked(run, run.document, run.frame(0))
    fork.go_on(fork.document)
    listen(fork, lambda: not fork.is_alive)
    assert all(torch.equal(fork.over.network[name], weights) for name, weights in run.over.network.items())


def test_a_fork_of_the_end_keeps_the_optimisers_memory() -> None:
    run = trained()
    fork = forked(run, run.document, run.frame(run.over.step))
    assert fork.over is run.over and fork.document.config.epochs == 2


def test_a_task_that_is_spelt_out_in_a_folder_is_the_one_that_data_and_design_suggest() -> None:
    """A run that was brought back could not be gone on with: the document beside it left the task open."""
    run = trained()
    run.document = replace_config(run.document, {"task": "classify"})
    assert SHORT.config.task is None and run.can_go_on_as(SHORT)
    run.document = replace_config(run.document, {"task": "reconstruct"})
    assert not run.can_go_on_as(SHORT), "it was chosen"
    run.document = replace_config(run.document, {"task": "classify"})
    run.go_on(SHORT)
    listen(run, lambda: not run.is_alive)
    assert run.state is RunState.FINISHED and run.document.config.task == TASKS.get("classify")()


def test_a_fork_says_what_is_otherwise_than_when_the_run_came_by(runs: Runs, qtbot) -> None:
    """It said neither how long it would train nor that the learning rate jumps."""
    document = replace_config(SHORT, {"epochs": 4, "schedule": "constant"})
    runs.restart(document)
    qtbot.waitUntil(lambda: runs.shown.state is RunState.FINISHED, timeout=30_000)
    run, step = runs.shown, runs.shown.frames[5]
    frame, lower = run.frame(step), replace_config(document, {"learning_rate": 0.01, "epochs": 6})
    left = number(6 - frame.epoch)
    sentence = fork_announcement(run, forked(run, lower, frame), frame)
    assert f"from step {step}, for {left} more epochs." in sentence and "memory begins anew" in sentence
    assert sentence.endswith("The learning rate goes from 0.05 to 0.01.")
    assert "learning rate" not in fork_announcement(run, forked(run, document, frame), frame)
    told: list[str] = []
    runs.notice.connect(lambda run, sentence: told.append(sentence))
    runs.fork(lower, step)
    assert told == [sentence]


def test_a_fork_of_a_schedule_that_is_stretched_says_that_the_rate_jumps() -> None:
    run = trained(replace_config(SHORT, {"epochs": 2}))
    frame = run.frame(run.frames[-2])
    as_planned = fork_announcement(run, forked(run, run.document, frame), frame)
    assert "learning rate" not in as_planned
    longer = replace_config(run.document, {"epochs": 20})
    assert "The learning rate goes from" in fork_announcement(run, forked(run, longer, frame), frame)


def test_weights_whose_loss_has_blown_up_are_not_gone_on_from(broken: LiveRun) -> None:
    """They are numbers, but so large that any learning rate makes them none at once."""
    losses, before = broken.history["train/loss"], broken.newest_before_divergence().step
    assert losses.until(before + 1) < 11 * losses.values[0]
    assert any(step > before and losses.until(step + 1) > 11 * losses.values[0] for step in broken.frames)


def test_a_broken_run_goes_on_from_its_newest_step_before_divergence(runs: Runs, qtbot, broken: LiveRun) -> None:
    assert broken.is_broken and broken.newest_before_divergence().step < broken.over.step
    assert all(bool(torch.isfinite(weights).all()) for weights in broken.newest_before_divergence().weights.values())
    runs.add(broken)
    runs.show(broken)
    told: list[str] = []
    runs.notice.connect(lambda run, sentence: told.append(sentence))
    lower = replace_config(DIVERGING, {"learning_rate": 0.01})
    runs.run(lower)
    assert runs.shown is not broken and f"step {broken.newest_before_divergence().step}" in told[0]
    qtbot.waitUntil(lambda: runs.shown.state is RunState.FINISHED, timeout=60_000)
    assert not runs.shown.is_broken and runs.shown.document.config.optimizer.learning_rate == 0.01
    assert np.isfinite(runs.shown.history["train/loss"].values).all()


def test_a_run_that_is_edited_is_forked_as_it_was(runs: Runs, qtbot) -> None:
    runs.restart(SHORT)
    qtbot.waitUntil(lambda: runs.shown.state is RunState.FINISHED, timeout=30_000)
    run = runs.shown
    runs.fork(SHORT.with_design(SHORT.design.with_parameters("c1", filters=9)), run.frames[1])
    assert runs.shown is not run and runs.shown.document.design is run.document.design and runs.shown.is_alive


def test_the_run_button_says_what_it_will_do(broken: LiveRun) -> None:
    assert intent(None, SHORT, None) == "Run"
    run = trained()
    last = run.over.step
    assert intent(run, SHORT, None) == f"Run again: 1 more epoch from step {last}"
    assert intent(run, SHORT, 2) == f"Run again: 1 more epoch from step {last}, the newest"
    assert intent(run, replace_config(SHORT, {"seed": 9}), None) == "Start a new run"
    before = broken.newest_before_divergence().step
    assert intent(broken, DIVERGING, None) == f"Go on from step {before}, the newest before the loss blew up"
    assert intent(broken, DIVERGING, 0) == "Go on from step 0, which is shown"
    alive = LiveRun(ENDLESS)
    alive.begin()
    try:
        listen(alive, lambda: has_trained(alive))
        assert intent(alive, ENDLESS, None) == "Pause" and intent(alive, ENDLESS, 1) == "Return to the newest step"
        alive.pause()
        listen(alive, lambda: alive.state is RunState.PAUSED)
        assert intent(alive, ENDLESS, None) == "Resume" and "newest" in intent(alive, ENDLESS, 1)
    finally:
        alive.stop()
        alive.join()
