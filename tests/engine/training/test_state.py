"""Where a run stands: how many steps its epochs have, as a moment tells."""

from __future__ import annotations

import math

import pytest

from engine.training.filmstrip import Frame
from engine.training.state import TrainingState, state_at, steps_in_epoch


@pytest.mark.parametrize(
    ("step", "epoch", "found"),
    [
        (40, 2.0, 20),
        (37, 1.85, 20),
        (1, 1 / 23, 23),
        (50, 2.173913, 23),
        (3, 4.0, 1),
        *((5, odd, None) for odd in (None, 0.0, -1.0, math.nan, 1e-320)),
    ],
)
def test_a_moment_tells_how_many_steps_an_epoch_has(step: int, epoch: float | None, found: int | None) -> None:
    """A table with an epoch that is no number ended with a traceback."""
    assert steps_in_epoch(step, epoch) == found


@pytest.mark.parametrize("step", [1, 22, 23, 24, 46, 50])
def test_a_past_step_and_what_goes_on_from_it_agree(step: int) -> None:
    state = state_at(Frame(step, step / 23, {}), 23, 0.0, is_validated=True)
    assert (state.epoch, state.batch) == divmod(step, 23)
    assert state.steps_per_epoch == (23 if step >= 23 else None)


def test_before_the_end_of_the_first_epoch_nothing_is_known() -> None:
    assert TrainingState(step=5, batch=5).steps_per_epoch is None
