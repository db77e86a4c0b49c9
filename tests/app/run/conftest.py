"""Runs without a window: a tiny network on the digits, and waiting for what its thread reports."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from app.changes import replace_config
from app.document import Document
from app.run.answers import Answers
from app.run.live_run import Heard, LiveRun
from app.run.runs import Runs
from app.run.viewpoint import Viewpoint
from engine.training.config import training_config
from engine.training.messages import RunState
from tests.app.conftest import TINY
from tests.widgets.conftest import nothing_left_behind  # noqa: F401  (a fixture that every test here uses)

SHORT = Document(TINY, "digits", training_config(epochs=1, device="cpu"))
ENDLESS = replace_config(SHORT, {"epochs": 100_000})


def listen(run: LiveRun, until: Callable[[], bool], seconds: float = 30.0) -> list[Heard]:
    """Empty the run's mailbox until a condition holds."""
    heard, end = [], time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, run.state
        heard.append(run.hear())
        time.sleep(0.002)
    return heard


def has_trained(run: LiveRun, steps: int = 5) -> bool:
    return run.progress is not None and run.progress.step >= steps


def trained(document: Document = SHORT) -> LiveRun:
    """A run that has come to its end."""
    run = LiveRun(document)
    run.begin()
    listen(run, lambda: not run.is_alive)
    assert run.state is RunState.FINISHED
    return run


@pytest.fixture(scope="module")
def finished() -> LiveRun:
    """One finished run for all tests of a module that only look at it."""
    return trained()


@pytest.fixture
def runs(qapp) -> Iterator[Runs]:
    made = Runs()
    yield made
    made.close()


@pytest.fixture
def answers(qapp) -> Iterator[Answers]:
    made = Answers()
    yield made
    made.close()


@pytest.fixture
def viewpoint(answers: Answers, runs: Runs) -> Viewpoint:
    made = Viewpoint(answers)
    runs.changed.connect(made.follow)
    return made
