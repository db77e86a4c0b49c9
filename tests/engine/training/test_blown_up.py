"""A run that ends with a loss far above that of the untrained network says so, whatever the task, and others do not."""

from __future__ import annotations

import numpy as np
import pytest

from engine.snapshot import History
from engine.training.blown_up import has_diverged, lower_rate, warned
from engine.training.messages import Ended, RunState
from tests.helpers.tiny_data import tiny_config

END = Ended(RunState.FINISHED, "Finished 2 epochs.")


def history(first: float, *last: float) -> History:
    """Of two epochs of as many steps as there are values in ``last``; the first one goes from ``first`` to the same."""
    made, values = History(), [first, *[min(first, *last)] * (len(last) - 1), *last]
    made.extend("train/loss", range(1, len(values) + 1), values)
    return made


@pytest.mark.parametrize("first", [2.3, 1e-4, 50.0])
def test_a_loss_that_has_grown_many_times_is_told_with_a_lower_rate(first: float) -> None:
    ended = warned(END, history(first, 30 * first, 40 * first), 2, tiny_config(learning_rate=1000.0))
    assert ended.state is RunState.FINISHED and "blown up" in ended.reason and "1,000" in ended.reason
    assert ended.changes == {"learning_rate": 0.05} and "0.05" in ended.suggestion


@pytest.mark.parametrize("last", [(0.1, 0.05), (2.3, 2.4), (9.0, 14.0), (0.0, 0.0)])
def test_healthy_and_useless_runs_are_not_said_to_have_blown_up(last: tuple[float, ...]) -> None:
    assert warned(END, history(2.3, *last), 2, tiny_config()) is END


def test_a_few_steps_that_jump_are_no_such_end() -> None:
    assert warned(END, history(2.3, 1e6, 900.0, 1.9, 1.8, 1.7, 1.6, 1.5), 7, tiny_config()) is END


def test_only_the_last_epoch_counts() -> None:
    made = History()
    made.extend("train/loss", range(1, 7), np.array([2.0, 900.0, 800.0, 2.0, 1.5, 1.4]))
    assert warned(END, made, 3, tiny_config()) is END


def test_without_numbers_nothing_is_said() -> None:
    assert warned(END, History(), 0, tiny_config()) is END


def test_a_rate_that_is_low_already_is_made_a_tenth() -> None:
    assert lower_rate(tiny_config(learning_rate=0.02)) == 0.002
    assert lower_rate(tiny_config(learning_rate=7.0)) == 0.05


def test_a_step_has_diverged_if_the_next_found_a_loss_blown_up() -> None:
    made = History()
    assert not has_diverged(made, 0)
    made.extend("train/loss", range(1, 6), [2.0, 1.5, 400.0, np.inf, np.nan])
    assert [has_diverged(made, step) for step in range(6)] == [False, False, True, True, True, True]
