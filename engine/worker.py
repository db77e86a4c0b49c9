"""A thread that does the newest request and drops superseded ones: probes, past steps, anything too slow for the window."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.data.pieces import Abandoned
from engine.errors import LayerscopeError

T = TypeVar("T")
E = TypeVar("E", bound=Exception)
Job = Callable[[], Iterable[T]]


@dataclass(frozen=True, eq=False)
class Answer(Generic[T]):
    """One result of a job, or its end. ``tag`` is what ``submit`` was given.

    Every yielded result is one Answer; the end is one more, with ``done`` and no result. ``error`` is set on the end of a
    job that raised: a LayerscopeError is a sentence for the user, any other comes with its ``trace`` as text.
    """

    tag: Hashable
    result: T | None = None
    error: Exception | None = None
    done: bool = False
    trace: str = ""


class Worker(Generic[T]):
    """One non-daemon thread, started by the first job. A new job replaces the one that waits and stops the one that runs at
    its next yield; answers of a job that is no longer the newest are dropped. All methods are for one thread, the GUI's."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._waiting: tuple[int, Job[T], Hashable] | None = None
        self._newest = 0
        self._answers: list[Answer[T]] = []
        self._running = 0  # the number of the job that runs
        self._closed = False

    def submit(self, job: Job[T], tag: Hashable = None) -> None:
        """Do ``job`` next, instead of anything asked for before. It is called, and iterated, on the worker's thread."""
        with self._changed:
            if self._closed:
                raise RuntimeError(f"the worker {self._name} is closed")
            self._newest += 1
            self._answers.clear()
            self._waiting = (self._newest, job, tag)
            self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name)
                self._thread.start()

    def poll(self) -> list[Answer[T]]:
        """The answers of the newest job that have not been polled yet, in order."""
        with self._changed:
            answers, self._answers = self._answers, []
            return answers

    def cancel(self) -> None:
        """Drop what waits and what runs; no answer of it will come, not even its end."""
        with self._changed:
            self._newest += 1
            self._waiting = None
            self._answers.clear()

    @property
    def is_busy(self) -> bool:
        """Whether the newest job waits or runs."""
        with self._changed:
            return self._waiting is not None or self._running == self._newest

    def require_wanted(self, done: float | None = None, /) -> None:
        """For a job, on the worker's thread, between two pieces of what takes long: Abandoned where nobody waits for it."""
        with self._changed:
            if self._running != self._newest:
                raise Abandoned

    def close(self, timeout: float | None = None) -> bool:
        """Cancel everything and wait for the thread; False if a job has not come to its next yield after ``timeout`` seconds."""
        self.cancel()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is None:
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # -- the worker's thread --

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._waiting is not None)
                if self._closed or self._waiting is None:
                    return
                (number, job, tag), self._waiting = self._waiting, None
                self._running = number
            self._do(number, job, tag)
            with self._changed:
                self._running = 0
            del job  # what it holds (a network, a data set) must not live on while the thread sleeps

    def _do(self, number: int, job: Job[T], tag: Hashable) -> None:
        end: Answer[T] = Answer(tag, done=True)
        try:
            for result in job():
                if not self._deliver(number, Answer(tag, result)):
                    return
        except LayerscopeError as error:
            end = Answer(tag, error=_bare(error), done=True)
        except Exception as error:
            end = Answer(tag, trace=traceback.format_exc(), error=_bare(error), done=True)
        self._deliver(number, end)

    def _deliver(self, number: int, answer: Answer[T]) -> bool:
        """Hand over an answer; False if its job is not the newest any more."""
        with self._changed:
            if number != self._newest:
                return False
            self._answers.append(answer)
            return True


def _bare(error: E) -> E:
    """The error without its traceback, whose frames would keep the job's tensors alive."""
    error.__context__ = error.__cause__ = None
    return error.with_traceback(None)
