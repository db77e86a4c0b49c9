"""RunRecord: what is known of a training run: what it is of, what it has reported so far, and what it ended with."""

from __future__ import annotations

from enum import Flag, auto
from typing import TYPE_CHECKING

from app.document import Document
from app.run.starting import require_startable
from engine.snapshot import History, Snapshot
from engine.training.messages import Ended, Mail, Progress, RunState

if TYPE_CHECKING:
    from engine.data.dataset import DataSet
    from engine.problem import Problem
    from engine.training.filmstrip import Filmstrip, Frame
    from engine.training.state import TrainingState


class News(Flag):
    """What changed in a run."""

    STATE = auto()
    PROGRESS = auto()
    POINTS = auto()
    SNAPSHOT = auto()
    FRAMES = auto()
    DATA = auto()


NOTHING = News(0)


class RunRecord:
    """``document`` is what it was started with, and what was changed while it was alive; the design on screen may meanwhile be
    edited freely. ``over`` is everything that a run which has ended needs to go on. GUI thread only."""

    def __init__(self, document: Document) -> None:
        """A run of ``document`` that has yet to begin; DesignError or DataError where it is known now that it cannot be."""
        from engine.training.filmstrip import Filmstrip

        require_startable(document)
        self.document = document
        self.state = RunState.READY
        self.progress: Progress | None = None
        self.history = History()
        self.filmstrip: Filmstrip = Filmstrip()
        self.frames: tuple[int, ...] = ()  # the steps whose weights are kept
        self.data: DataSet | None = None
        self.latest: Snapshot | None = None
        self.over: TrainingState | None = None
        self.is_broken = False  # it is over, and from its last weights nothing can be learned: they or their loss are no numbers
        self.last_word: Ended | None = None  # how it ended
        self._first: Frame | None = None  # of a run that only shows what it would begin with
        self._problem: Problem | None = None

    @property
    def batches(self) -> int:
        """How many there are in one epoch; the data must be there."""
        from engine.training.batches import steps_per_epoch

        assert self.data is not None
        return steps_per_epoch(len(self.data.split("train")), self.document.config.batch_size)

    @property
    def problem(self) -> Problem | None:
        """What is learned: the task on the data; None until they are there."""
        from engine.problem import make_problem

        if self.data is None:
            return None
        if self._problem is None or self._problem.data is not self.data:
            self._problem = make_problem(self.document.config.task, self.data, self.document.design)
        return self._problem

    @property
    def is_begun(self) -> bool:
        """Whether it trains, has trained or is about to; not where it only shows what it would begin with."""
        return self._first is None

    @property
    def has_begun(self) -> bool:
        """Whether it has made its first step."""
        return self.progress is not None and self.progress.step > 0

    def frame(self, step: int | None) -> Frame | None:
        """The kept weights nearest to ``step``; for None the last ones of a run that is over, or those that one which has not
        begun would begin with. None where there are none."""
        from engine.training.filmstrip import Frame

        if step is not None:
            return self.filmstrip.nearest(step)
        if self.over is None:
            return self._first
        epoch = self.progress.epoch if self.progress is not None else float(self.over.epoch)
        return Frame(self.over.step, epoch, self.over.network)

    def take_up(self, mail: Mail) -> News:
        """Note what its thread has posted, but for its last word; what is another now."""
        news = NOTHING
        if mail.data is not None:
            self.data, news = mail.data, news | News.DATA
        for name, (steps, values) in mail.points.items():
            self.history.extend(name, steps, values)
            news |= News.POINTS
        if mail.snapshot is not None:
            self.latest, news = mail.snapshot, news | News.SNAPSHOT
        if mail.progress is not None:
            news |= self._move_on(mail.progress)
        return news

    def _move_on(self, progress: Progress) -> News:
        if progress.read is not None and self.data is not None:
            return NOTHING  # they are there: it is past that
        self.progress = progress
        # it is over with its last word, when there is nothing more to come
        return News.PROGRESS if progress.state.is_over else News.PROGRESS | self._enter(progress.state)

    def _enter(self, state: RunState) -> News:
        changed, self.state = state is not self.state, state
        return News.STATE if changed else NOTHING
