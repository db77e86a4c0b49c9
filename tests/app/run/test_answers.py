"""The one place for answers: everything in order, mistakes as sentences, surprises to their handler, nothing late."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.run.answers import Answers, Asker
from engine.errors import ProbeError


class Ear:
    """Whoever asked, with everything that was heard."""

    def __init__(self, asker: Asker[int]) -> None:
        self._asker = asker
        self.heard: list[object] = []

    def ask(self, job: Callable[[], Iterator[int]]) -> None:
        self._asker.ask(job, self.heard.append, lambda text: self.heard.append(f"refused: {text}"), self.done)

    def done(self) -> None:
        self.heard.append("done")

    @property
    def is_done(self) -> bool:
        return self.heard[-1:] == ["done"]


@pytest.fixture
def answers(qapp) -> Iterator[Answers]:
    made = Answers()
    yield made
    made.close()


@pytest.fixture
def ear(answers: Answers) -> Ear:
    return Ear(Asker("layerscope-test", answers))


def test_results_in_order_then_the_end(ear: Ear, qtbot: QtBot) -> None:
    ear.ask(lambda: iter([1, 2, 3]))
    qtbot.waitUntil(lambda: ear.is_done)
    assert ear.heard == [1, 2, 3, "done"] and not ear._asker.is_busy


def test_a_mistake_is_its_sentence(ear: Ear, qtbot: QtBot) -> None:
    def job() -> Iterator[int]:
        yield 1
        raise ProbeError("no such unit", "Choose another.")

    ear.ask(job)
    qtbot.waitUntil(lambda: ear.is_done)
    assert ear.heard[0] == 1 and "no such unit" in str(ear.heard[1]) and len(ear.heard) == 3


def test_a_surprise_reaches_its_handler_with_its_trace_and_the_others_are_served(answers: Answers, qtbot: QtBot) -> None:
    broken, whole = Ear(Asker("layerscope-broken", answers)), Ear(Asker("layerscope-whole", answers))
    with qtbot.captureExceptions() as caught:
        broken.ask(lambda: iter([1 // 0]))
        whole.ask(lambda: iter([7]))
        qtbot.waitUntil(lambda: bool(caught) and whole.is_done)
    ((kind, error, _),) = caught
    assert kind is ZeroDivisionError and "test_answers.py" in error.__notes__[0]
    assert broken.heard == ["done"] and whole.heard == [7, "done"]


def test_one_that_stumbles_over_its_answer_hears_the_rest_and_holds_nobody_up(answers: Answers, qtbot: QtBot) -> None:
    stumbling, other = Asker[int]("layerscope-test", answers), Ear(Asker("layerscope-test", answers))
    heard: list[int] = []

    def hear(value: int) -> None:
        heard.append(value)
        raise RuntimeError("stumbled")

    with qtbot.capture_exceptions() as caught:
        stumbling.ask(lambda: iter([1, 2]), hear, lambda _: None, lambda: heard.append(3))
        other.ask(lambda: iter([5]))
        qtbot.waitUntil(lambda: other.is_done and heard[-1:] == [3] and len(caught) == 2)
    assert heard == [1, 2, 3] and other.heard == [5, "done"] and not stumbling.is_busy


def test_nothing_is_heard_of_a_question_that_was_replaced(ear: Ear, qtbot: QtBot) -> None:
    gate = threading.Event()

    def slow() -> Iterator[int]:
        yield 1
        gate.wait(5)
        yield 2

    ear.ask(slow)
    qtbot.waitUntil(lambda: ear.heard == [1])
    ear.ask(lambda: iter([10]))
    gate.set()
    qtbot.waitUntil(lambda: ear.is_done)
    assert ear.heard == [1, 10, "done"]


def test_answers_already_collected_are_dropped_when_hearing_one_asks_anew(answers: Answers, qtbot: QtBot) -> None:
    asker: Asker[int] = Asker("layerscope-test", answers)
    heard: list[int] = []

    def hear(number: int) -> None:
        heard.append(number)
        if number == 1:
            asker.ask(lambda: iter([10]), heard.append, heard.append)

    ready = threading.Event()

    def both() -> Iterator[int]:
        yield 1
        yield 2
        ready.set()

    asker.ask(both, hear, heard.append)
    assert ready.wait(5)  # 1 and 2 wait together
    qtbot.waitUntil(lambda: 10 in heard)
    assert heard == [1, 10]


def test_a_cancelled_question_is_never_heard_of(ear: Ear, qtbot: QtBot) -> None:
    ear.ask(lambda: iter([1]))
    ear._asker.cancel()
    qtbot.wait(60)
    assert ear.heard == [] and not ear._asker.is_busy


def test_after_the_end_nobody_is_asked(answers: Answers, ear: Ear) -> None:
    answers.close()
    ear.ask(lambda: iter([1]))
    assert not ear._asker.is_busy


def test_the_timer_sleeps_while_nothing_is_asked(answers: Answers, ear: Ear, qtbot: QtBot) -> None:
    assert not answers._timer.isActive()
    ear.ask(lambda: iter([1]))
    assert answers._timer.isActive()
    qtbot.waitUntil(lambda: ear.is_done)
    assert not answers._timer.isActive()
