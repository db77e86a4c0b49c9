"""Learning-rate schedules, by hand and as a run reports them."""

from __future__ import annotations

import pytest

from engine.training.schedules import share
from tests.helpers.tiny_data import tiny_cnn, tiny_config, trained


def test_shares_by_hand() -> None:
    assert [share("constant", t) for t in (0.0, 0.5, 1.0)] == [1, 1, 1]
    assert [round(share("cosine", t), 12) for t in (-1.0, 0.0, 1 / 3, 0.5, 1.0, 2.0)] == [1, 1, 0.75, 0.5, 0, 0]


@pytest.mark.parametrize(("schedule", "last_share"), [("constant", 1.0), ("cosine", 0.05)])
def test_a_run_reports_the_rate_of_every_step(schedule: str, last_share: float) -> None:
    config = tiny_config(epochs=3, learning_rate=0.02, schedule=schedule)
    watcher = trained(tiny_cnn(), config)
    rates = watcher.history["learning_rate"].values
    assert rates[0] == pytest.approx(0.02)
    assert rates[-1] <= last_share * 0.02 + 1e-12
    assert len(rates) == len(watcher.history["train/loss"])
