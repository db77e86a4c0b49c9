"""The worker: the newest request wins, and late answers are dropped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from engine.data.pieces import Abandoned
from engine.errors import ProbeError
from engine.worker import Answer, Worker


@pytest.fixture
def worker() -> Iterator[Worker[int]]:
    made: Worker[int] = Worker("layerscope-test")
    yield made
    assert made.close(5)


def collect(worker: Worker[int], done: Callable[[list[Answer[int]]], bool], timeout: float = 5.0) -> list[Answer[int]]:
    answers: list[Answer[int]] = []
    end = time.perf_counter() + timeout
    while not done(answers):
        answers += worker.poll()
        assert time.perf_counter() < end, answers
        time.sleep(0.001)
    return answers


def ended(answers: list[Answer[int]]) -> bool:
    return bool(answers) and answers[-1].done


def test_a_long_job_can_ask_whether_it_is_still_wanted(worker: Worker[int]) -> None:
    begun, go_on, stopped = threading.Event(), threading.Event(), threading.Event()

    def job() -> Iterator[int]:
        worker.require_wanted()
        begun.set()
        assert go_on.wait(5)
        try:
            worker.require_wanted()
        except Abandoned:
            stopped.set()
            raise
        yield 1

    worker.submit(job)
    assert begun.wait(5)
    worker.submit(lambda: iter([2]))
    go_on.set()
    assert [answer.result for answer in collect(worker, ended)] == [2, None]
    assert stopped.is_set()


def test_results_then_the_end(worker: Worker[int]) -> None:
    worker.submit(lambda: iter([1, 2, 3]), "numbers")
    answers = collect(worker, ended)
    assert [(answer.tag, answer.result, answer.done) for answer in answers] == [
        ("numbers", 1, False),
        ("numbers", 2, False),
        ("numbers", 3, False),
        ("numbers", None, True),
    ]
    assert worker.poll() == []
    assert not worker.is_busy


def test_no_thread_before_the_first_job_and_none_after_close() -> None:
    worker: Worker[int] = Worker("layerscope-test-lazy")
    assert worker.close()
    assert "layerscope-test-lazy" not in [thread.name for thread in threading.enumerate()]
    with pytest.raises(RuntimeError):
        worker.submit(lambda: iter([1]))


class Endless:
    """Counts until it is stopped, and notices when it is."""

    def __init__(self) -> None:
        self.started = threading.Event()
        self.closed = threading.Event()

    def __call__(self) -> Iterator[int]:
        try:
            number = 0
            while True:
                yield number
                self.started.set()
                number += 1
                time.sleep(0.001)
        finally:
            self.closed.set()


def test_a_new_job_stops_the_one_that_runs_and_replaces_the_one_that_waits(worker: Worker[int]) -> None:
    endless, skipped = Endless(), []

    def never() -> Iterator[int]:
        skipped.append(1)
        yield 0

    worker.submit(endless, "old")
    assert endless.started.wait(5)
    worker.submit(never, "waiting")
    worker.submit(lambda: iter([7]), "new")
    answers = collect(worker, ended)
    assert {answer.tag for answer in answers} == {"new"}
    assert endless.closed.wait(5)
    assert not skipped


def test_a_late_answer_is_dropped(worker: Worker[int]) -> None:
    started, release = threading.Event(), threading.Event()

    def slow() -> Iterator[int]:
        started.set()
        release.wait(5)
        yield 1

    worker.submit(slow, "old")
    assert started.wait(5)
    worker.submit(lambda: iter([2]), "new")
    release.set()
    assert [answer.result for answer in collect(worker, ended)] == [2, None]


def test_cancel_brings_no_answer_at_all(worker: Worker[int]) -> None:
    endless = Endless()
    worker.submit(endless)
    assert endless.started.wait(5)
    worker.cancel()
    assert not worker.is_busy
    assert endless.closed.wait(5)
    assert worker.poll() == []
    worker.submit(lambda: iter([1]), "again")
    assert [answer.result for answer in collect(worker, ended)] == [1, None]


def test_errors_are_answers(worker: Worker[int]) -> None:
    def wrong() -> Iterator[int]:
        yield 1
        raise ProbeError("That does not fit", "Try another.")

    worker.submit(wrong, "wrong")
    answers = collect(worker, ended)
    assert str(answers[-1].error) == "That does not fit. Try another."
    assert answers[-1].trace == ""

    def bug() -> Iterator[int]:
        raise KeyError("oops")

    worker.submit(bug, "bug")
    (answer,) = collect(worker, ended)
    assert isinstance(answer.error, KeyError)
    assert answer.error.__traceback__ is None
    assert "in bug" in answer.trace


def test_closing_stops_a_running_job() -> None:
    worker: Worker[int] = Worker("layerscope-test")
    endless = Endless()
    worker.submit(endless)
    assert endless.started.wait(5)
    assert worker.close(5)
