"""The benchmark of pausing and stopping: it waits for what it says, and its baseline is the other way."""

from __future__ import annotations

import pytest
import torch

from benchmarks import stop
from engine.training.trainer import Trainer
from tests.helpers.tiny_data import tiny_cnn, tiny_config, tiny_set


def test_the_baseline_gives_no_step_up() -> None:
    trainer = Trainer(tiny_cnn(), tiny_config(), tiny_set(), torch.device("cpu"))
    with stop._steps_to_their_ends():
        trainer.give_up_when(lambda: True)
        assert trainer.lesson.escape is None
    trainer.give_up_when(lambda: True)
    assert trainer.lesson.escape is not None


@pytest.mark.parametrize("command", ["pause", "stop"])
def test_commands_are_timed(command: str) -> None:
    rows = stop._compared(tiny_cnn(), tiny_set(), command, 1)
    assert [row.metric for row in rows] == [f"{command}, median", f"{command}, worst"]
    assert all(row.value > 0 and row.ratio is not None for row in rows)


def test_every_layer_is_looked_between() -> None:
    gaps, step = stop._gaps(tiny_cnn(), tiny_set(), 2)
    assert len(gaps) > 2 * 10 and max(gaps) > 0 and step > 0
