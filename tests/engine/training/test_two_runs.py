"""Two runs in one process do not know of each other, nor of whoever else draws random numbers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from engine.training.state import TrainingState
from tests.helpers.tiny_data import Watcher, tiny_cnn, tiny_config, watched

FIRST = {"seed": 1, "epochs": 4, "augment": ["flip", {"kind": "shift", "pixels": 1}]}
SECOND = {"seed": 2, "epochs": 4, "optimizer": "adam", "learning_rate": 0.01, "augment": ["shift"], "init": "he"}


def run_of(config: dict[str, object]) -> Watcher:
    """Dropout and batch normalisation (see ``tiny_cnn``), augmentation, another seed and optimiser each."""
    return watched(tiny_cnn(), tiny_config(**config))


def alone(config: dict[str, object]) -> TrainingState:
    return finished(run_of(config))[0]


def finished(*watchers: Watcher) -> list[TrainingState]:
    """Start all of them, wait for all of them."""
    for watcher in watchers:
        watcher.runner.start()
    for watcher in watchers:
        watcher.finish()
    return [watcher.runner.final_state for watcher in watchers]


@contextmanager
def somebody_drawing() -> Iterator[None]:
    """A third thread that draws from torch's global generator, and seeds it, all the time."""
    over = threading.Event()

    def draw() -> None:
        while not over.wait(0.0005):
            torch.rand(7)
            torch.manual_seed(5)

    thread = threading.Thread(target=draw)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def same(one: TrainingState, two: TrainingState) -> bool:
    a, b = one.tensors(), two.tensors()
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def test_two_runs_at_once_are_bit_for_bit_those_of_each_alone() -> None:
    expected = [alone(FIRST), alone(SECOND)]
    together = finished(run_of(FIRST), run_of(SECOND))
    assert same(together[0], expected[0]) and same(together[1], expected[1])
    assert not same(expected[0], expected[1])


def test_whoever_else_draws_random_numbers_disturbs_neither() -> None:
    expected = [alone(FIRST), alone(SECOND)]
    with somebody_drawing():
        together = finished(run_of(FIRST), run_of(SECOND))
    assert same(together[0], expected[0]) and same(together[1], expected[1])


def test_a_run_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(3)
    before = torch.get_rng_state()
    finished(run_of(FIRST))
    assert torch.equal(torch.get_rng_state(), before)
