"""Answers: the one place where the window's thread collects what its workers have found: probes, past steps, data, files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer

from engine.errors import plainly
from engine.worker import Answer, Job, Worker

T = TypeVar("T")

QUICK_MS, QUICK_LOOKS = 2, 20
SLOW_MS = 30
"""The first looks after a question follow each other quickly, for a past step takes milliseconds; later ones cost less."""


class Answers(QObject):
    """One timer for every worker; it sleeps while nothing is asked. GUI thread only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._askers: list[Asker[Any]] = []
        self._vain_looks = 0
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.deliver)

    def enrol(self, asker: Asker[Any]) -> None:
        """One more worker to look after; called by the Asker itself."""
        self._askers.append(asker)

    def expect(self) -> None:
        """Something was asked: look soon."""
        self._vain_looks = 0
        self._timer.start(QUICK_MS)

    def deliver(self) -> None:
        """Hand on everything that has come, and look again later if more is to come."""
        came = [asker.deliver() for asker in self._askers]
        self._vain_looks = 0 if any(came) else self._vain_looks + 1
        if any(asker.is_busy for asker in self._askers):
            self._timer.start(QUICK_MS if self._vain_looks < QUICK_LOOKS else SLOW_MS)

    def surprise(self, error: Exception) -> None:
        """An exception that is no mistake of the user's: it surfaces from the event loop, for whoever handles surprises."""
        QTimer.singleShot(0, self, partial(_raise, error))

    def close(self) -> None:
        """End every thread; called once, before the program leaves."""
        self._timer.stop()
        for asker in self._askers:
            asker.close()


class Asker(Generic[T]):
    """One worker, asked one thing at a time: a newer question replaces the older, of which nothing more is heard.

    Each question names who hears of it. ``result`` gets everything the job yields, in order; ``refused`` the sentence of a
    mistake of the user's; ``done`` comes last, whatever the end was. All are called on the GUI thread.
    """

    def __init__(self, name: str, answers: Answers) -> None:
        self._worker: Worker[T] = Worker(name)
        self._answers = answers
        self._question = 0
        self.is_busy = False
        self._is_closed = False
        answers.enrol(self)

    def ask(
        self,
        job: Job[T],
        result: Callable[[T], object],
        refused: Callable[[str], object],
        done: Callable[[], object] = lambda: None,
    ) -> None:
        """Have ``job`` called, and iterated, on the worker's thread; after ``close`` nobody is asked any more."""
        if self._is_closed:
            return
        self._question += 1
        self._hear = (result, refused, done)
        self.is_busy = True
        self._worker.submit(job, self._question)
        self._answers.expect()

    def require_wanted(self, done: float | None = None, /) -> None:
        """For the job, between two pieces of what takes long: ends it where nobody waits for it any more."""
        self._worker.require_wanted()

    def cancel(self) -> None:
        """Hear nothing more of what was asked, not even its end."""
        self._question += 1
        self.is_busy = False
        self._worker.cancel()

    def close(self) -> None:
        """End the thread, as soon as its job comes to its next result."""
        self._is_closed = True
        self.cancel()
        self._worker.close()

    def deliver(self) -> bool:
        """Hand on what has come; whether anything had."""
        answers = self._worker.poll()
        for answer in answers:
            if answer.tag == self._question:  # whoever heard the one before may have asked anew meanwhile
                try:
                    self._hand_on(answer)
                except Exception as error:  # of the one who hears; the other answers go on
                    self._answers.surprise(error)
        return bool(answers)

    def _hand_on(self, answer: Answer[T]) -> None:
        result, refused, done = self._hear
        if not answer.done:
            result(answer.result)  # type: ignore[arg-type]  # None is a result where T allows it
            return
        self.is_busy = False
        if answer.error is not None and answer.trace:
            answer.error.add_note(answer.trace)
            self._answers.surprise(answer.error)
        elif answer.error is not None:
            refused(plainly(answer.error))
        done()


def _raise(error: Exception) -> None:
    raise error
