"""Learning-rate schedules, by hand and as a run reports them."""

from __future__ import annotations

import pytest

from engine.training.kinds import SCHEDULES
from tests.helpers.tiny_data import tiny_cnn, tiny_config, trained


def share(name: str, progress: float) -> float:
    return SCHEDULES.get(name)().share(progress)


def test_shares_by_hand() -> None:
    assert [share("constant", t) for t in (0.0, 0.5, 1.0)] == [1, 1, 1]
    assert [round(share("cosine", t), 12) for t in (-1.0, 0.0, 1 / 3, 0.5, 1.0, 2.0)] == [1, 1, 0.75, 0.5, 0, 0]
    assert [round(share("steps", t), 12) for t in (0.0, 0.33, 0.34, 0.66, 0.67, 1.0)] == [1, 1, 0.1, 0.1, 0.01, 0.01]


@pytest.mark.parametrize(("schedule", "last_share"), [("constant", 1.0), ("cosine", 0.05)])
def test_a_run_reports_the_rate_of_every_step(schedule: str, last_share: float) -> None:
    config = tiny_config(epochs=3, learning_rate=0.02, schedule=schedule)
    watcher = trained(tiny_cnn(), config)
    rates = watcher.history["learning_rate"].values
    assert rates[0] == pytest.approx(0.02)
    assert rates[-1] <= last_share * 0.02 + 1e-12
    assert len(rates) == len(watcher.history["train/loss"])
