"""Problems know which examples are theirs, whatever these say of themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.data.dataset import DataSet, Split
from engine.problem import Problem
from engine.snapshot import Example
from engine.training.mailbox import Mailbox
from engine.training.observer import Observer
from engine.training.trainer import Trainer
from tests.helpers.problems import CASES, Case
from tests.helpers.tiny_data import tiny_cnn, tiny_config, tiny_problem, tiny_set


def changed(data: DataSet) -> DataSet:
    """The same labels, names and sizes with other test images."""
    test = data.split("test")
    return replace(data, splits={**data.splits, "test": Split({**test.values, "image": 255 - test["image"]})})


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_test_example_is_held_and_none_of_another_index(case: Case) -> None:
    problem = case.problem()
    first = problem.example("test", 0)
    assert problem.holds(first)
    assert not problem.holds(replace(first, index=1)) and not problem.holds(replace(first, index=1_000_000))


def test_of_other_data_with_the_same_names_none_is_held() -> None:
    problem = tiny_problem()
    other = Problem(problem.task, changed(problem.data))
    example = other.example("test", 3)
    assert example.source == problem.example("test", 3).source and not problem.holds(example)


def test_an_image_from_elsewhere_is_held_where_it_can_be_read() -> None:
    problem = tiny_problem()
    picture = np.zeros((1, 8, 8), np.uint8)
    assert problem.holds(Example(picture, -1, "photo.png"))
    assert problem.holds(problem.example_of_image(np.zeros((3, 20, 20), np.uint8), "photo.png"))
    assert not problem.holds(Example(np.zeros((1, 9, 9), np.uint8), -1, "photo.png"))


def test_a_run_passes_over_pins_of_other_data() -> None:
    trainer = Trainer(tiny_cnn(), tiny_config(), tiny_set(), torch.device("cpu"))
    own, foreign = trainer.problem.example("test", 5), Problem(tiny_problem().task, changed(tiny_set())).example("test", 3)
    assert [pin.index for pin in Observer(trainer, Mailbox(), pins=(foreign,)).pinned] == [0]
    observer = Observer(trainer, Mailbox(), pins=(foreign, own))
    assert observer.pinned == (own,)
    observer.pin((foreign,))
    assert observer.pinned == (own,)
