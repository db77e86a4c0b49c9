"""Going on: a run that was saved in the middle and resumed is bit for bit the run that never stopped."""

from __future__ import annotations

import pytest
import torch

from engine.snapshot import Want
from engine.training.messages import RunState
from engine.training.state import TrainingState
from tests.helpers.tiny_data import tiny_cnn, tiny_config, trained, watched

EVERYTHING = frozenset(
    {Want("feature_maps", "c"), Want("filters", "c"), Want("filters", "out"), Want("answer"), Want("predictions")}
)


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def stopped_after(steps: int, **config: object) -> TrainingState:
    """The state after ``steps`` single steps."""
    watcher = watched(config=tiny_config(**config))
    watcher.runner.pause()
    watcher.runner.start()
    watcher.until_step(0)
    for step in range(1, steps + 1):
        watcher.runner.step()
        watcher.until_step(step)
    watcher.runner.stop()
    watcher.finish()
    state = watcher.runner.final_state
    assert state is not None and state.step == steps
    return state


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("steps", [0, 4, 19, 26])  # before the first, in epoch 1, in epoch 2, between epochs 2 and 3
def test_resuming_is_bit_identical(optimizer: str, steps: int) -> None:
    config = {"epochs": 3, "optimizer": optimizer, "learning_rate": 0.01, "weight_decay": 0.001}
    straight = trained(config=tiny_config(**config)).runner.final_state
    saved = stopped_after(steps, **config)
    saved = TrainingState.from_parts(saved.tensors(), saved.info())  # as a file would give it back
    resumed = trained(config=tiny_config(**config), resume=saved)

    assert resumed.ended.state is RunState.FINISHED
    final = resumed.runner.final_state
    assert (final.step, final.epoch, final.batch) == (straight.step, straight.epoch, straight.batch) == (39, 3, 0)
    assert same(final.network, straight.network)
    assert same(final.optimizer, straight.optimizer)
    assert same(final.rng, straight.rng)
    assert resumed.history["train/loss"].steps.tolist() == list(range(steps + 1, 40))


@pytest.mark.parametrize("steps", [4, 13, 19])
def test_resuming_in_the_middle_of_an_epoch_changes_the_examples_alike(steps: int) -> None:
    """Random changes began anew where the run went on, as at the beginning of the epoch."""
    config = {"epochs": 2, "augment": ["flip", {"kind": "shift", "pixels": 2}]}
    straight = trained(config=tiny_config(**config)).runner.final_state
    resumed = trained(config=tiny_config(**config), resume=stopped_after(steps, **config)).runner.final_state
    assert same(resumed.network, straight.network)


def test_looking_does_not_change_the_training() -> None:
    blind = trained(config=tiny_config(capture_budget=0.0)).runner.final_state
    watched_run = trained(config=tiny_config(capture_budget=1.0), watch=EVERYTHING)
    assert len(watched_run.snapshots) >= 2
    assert len(watched_run.snapshots[-1].captured) == len(EVERYTHING)
    assert same(blind.network, watched_run.runner.final_state.network)
    assert same(blind.rng, watched_run.runner.final_state.rng)


def test_a_finished_run_goes_on_with_more_epochs() -> None:
    first = trained(config=tiny_config(epochs=1, schedule="constant")).runner.final_state
    both = trained(config=tiny_config(epochs=2, schedule="constant"), resume=first).runner.final_state
    assert same(both.network, trained(config=tiny_config(epochs=2, schedule="constant")).runner.final_state.network)
    assert both.seconds > first.seconds


def test_a_finished_run_with_no_epochs_left_ends_at_once() -> None:
    first = trained(config=tiny_config(epochs=1, schedule="constant")).runner.final_state
    again = trained(config=tiny_config(epochs=1, schedule="constant"), resume=first)
    assert again.ended.state is RunState.FINISHED
    assert same(again.runner.final_state.network, first.network)


def test_another_optimiser_starts_afresh_on_the_old_weights() -> None:
    first = trained(config=tiny_config(epochs=1, schedule="constant")).runner.final_state
    other = trained(config=tiny_config(epochs=2, optimizer="adam", learning_rate=0.001), resume=first)
    assert other.ended.state is RunState.FINISHED
    assert other.runner.final_state.optimizer_kind == "adam"


def test_the_state_of_another_design_is_a_sentence() -> None:
    first = trained(config=tiny_config(epochs=1, schedule="constant")).runner.final_state
    ended = trained(tiny_cnn().with_parameters("c", filters=5), tiny_config(), resume=first).ended
    assert ended.state is RunState.FAILED
    assert "layer 'c'" in ended.reason
    with pytest.raises(KeyError):
        TrainingState.from_parts({"foreign": torch.zeros(1)}, first.info())
