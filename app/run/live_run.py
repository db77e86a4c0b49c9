"""LiveRun: one training run, alive, over, or opened from a folder: how to steer it, to look at it, and to hear what it says."""

from __future__ import annotations

import queue
import weakref
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.changes import Part, continues, difference, replace_config
from app.document import Document
from app.keeping.kept_run import KeptRun, Past
from app.run.going_on import announcement, epochs_to, is_finite, with_its_task
from app.run.run_record import NOTHING, News, RunRecord
from app.run.starting import getting, load_data
from app.run.watchers import Watchers
from engine.data.pieces import Interest
from engine.snapshot import Example, History, WatchList
from engine.training.messages import Ended, Mail, Progress, RunState

if TYPE_CHECKING:
    from torch import Tensor

    from engine.data.dataset import DataSet
    from engine.training.filmstrip import Filmstrip, Frame
    from engine.training.runner import Runner
    from engine.training.state import TrainingState

PATIENCE_S = 10.0
"""How long the end of a thread is waited for."""
DEAR_S = 60.0
"""A run that trained for so long is not thrown away without asking."""


@dataclass(frozen=True)
class Heard:
    """What emptying a run's mailbox brought: the changes, sentences for the user, and the last word, once."""

    news: News = NOTHING
    notices: tuple[str, ...] = ()
    ended: Ended | None = None


class LiveRun(RunRecord):
    """A run with its thread, and with the folders that it is saved and kept in. GUI thread only; it draws nothing and needs no
    window. What is known of it changes by ``hear`` alone, which empties the mailbox."""

    def __init__(self, document: Document) -> None:
        """A run of ``document`` that has yet to begin; DesignError or DataError where it is known now that it cannot be."""
        super().__init__(document)
        self.saved_step = 0  # the step up to which a folder holds it
        self.folder: Path | None = None  # that one, which the user chose
        self.kept: KeptRun | None = None  # where it is kept without being asked
        self.pace: float | None = None  # steps a second at most
        self._begun_from: TrainingState | None = None
        self._runner: Runner | None = None
        self._watchers = Watchers()
        self._inbox: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()

    @classmethod
    def opened(cls, document: Document, state: TrainingState, filmstrip: Filmstrip, history: History, data: DataSet) -> LiveRun:
        """A run that has a past: stopped where ``state`` was taken."""
        run = cls(document)
        run.over, run.filmstrip, run.history, run.data = state, filmstrip, history, data
        run.frames, run.state = filmstrip.steps(), RunState.STOPPED
        batches, epochs = run.batches, document.config.epochs
        run.progress = Progress(
            RunState.STOPPED, state.step, epochs * batches, state.epoch + state.batch / batches, epochs, seconds=state.seconds
        )
        return run

    def fail(self, ended: Ended) -> None:
        """Note of a run that was opened that it failed at the last step of its curves. Where its loss was no number, only its
        past can be gone on from."""
        from engine.training.blown_up import failed_at

        assert self.progress is not None
        losses = self.history["train/loss"]
        step = int(losses.steps[-1]) if len(losses) else self.progress.step
        self.state, self.is_broken, self.last_word = RunState.FAILED, failed_at(self.history) is not None, ended
        self.progress = replace(self.progress, state=self.state, step=step, epoch=step / self.batches)

    @classmethod
    def untrained(cls, document: Document, data: DataSet, weights: Mapping[str, Tensor]) -> LiveRun:
        """A run that has not begun, with the weights it would begin with: what there is to be seen beforehand."""
        from engine.training.filmstrip import Frame

        run = cls(document)
        run.data, run._first = data, Frame(0, 0.0, dict(weights))
        return run

    @property
    def reading(self) -> str:
        """What is being done as long as the data are not there, "Reading mnist…"; "" where they are, or nobody reads."""
        return f"{getting(self.document.data)}…" if self.is_alive and self.data is None else ""

    # -- steering --

    @property
    def is_alive(self) -> bool:
        """Whether a training thread exists."""
        return self._runner is not None

    @property
    def has_network(self) -> bool:
        """Whether there is a network, untrained, training or trained, that can be asked."""
        known = self.over is not None or self._first is not None
        return known or (self._runner is not None and self._runner.data is not None)

    @property
    def is_dear(self) -> bool:
        """Whether there is training that the user saved in no folder and that would be missed: of a saved run, of a minute and
        more, or of a run that is not kept either."""
        if self.progress is None or not self.is_unsaved:
            return False
        return self.saved_step > 0 or self.progress.seconds >= DEAR_S or self.is_nowhere

    @property
    def is_nowhere(self) -> bool:
        """Whether there is training that is neither saved nor kept. Of a run whose weights have become no numbers before anything
        could be kept, there is nothing that anybody would miss."""
        has_nothing = self.is_broken and self.kept is not None and self.kept.works
        return self.is_unsaved and not self.is_kept and not has_nothing

    @property
    def is_unsaved(self) -> bool:
        """Whether there is training that the user saved in no folder."""
        return self.progress is not None and self.has_network and self.progress.step > self.saved_step

    @property
    def is_kept(self) -> bool:
        """Whether it can be opened again without having been saved; while it is alive, as soon as it has ended."""
        return self.kept is not None and self.kept.works and (self.is_alive or self.kept.kept_step > 0)

    def begin(self) -> None:
        """Start training: from step 0, or where the run ended."""
        from engine.training.mailbox import Mailbox
        from engine.training.runner import Runner

        document, data, interest = self.document, self.data, Interest()
        self._mailbox = Mailbox()
        self._runner = runner = Runner(
            document.design,
            document.config,
            lambda: data or load_data(document, interest.require),
            self._mailbox,
            watch=self._watchers.wants,
            pins=self._watchers.pins,
            resume=self.over,
            recorder=self.kept,
            filmstrip=self.filmstrip,
            interest=interest,
            pace=self.pace,
        )
        if self.kept is not None:
            self.kept.begin(document, partial(_data_of, weakref.ref(runner)), self._past())
        self._begun_from, self.over = self.over, None
        self.latest, self.state, self.is_broken, self.last_word = None, RunState.RUNNING, False, None
        if data is None:
            self.state = RunState.READING
            self.progress = Progress(RunState.READING, epochs=document.config.epochs, read=0.0)
        self._runner.start()

    def _past(self) -> Past | None:
        over = self.over
        if over is None:
            return None
        frames = [frame for step in self.filmstrip.steps() if (frame := self.filmstrip.nearest(step)) is not None]
        return Past(self.history.up_to(over.step), over, tuple(frames))

    def can_go_on_as(self, document: Document) -> bool:
        """Whether this run is over and ``document`` asks for nothing that needs a new one."""
        if self.over is None or difference(self.document, document) & (Part.DESIGN | Part.DATA):
            return False
        return continues(self.document, with_its_task(self.document, document, self.data))

    def edited_since(self, document: Document) -> Part:
        """The parts in which ``document`` is another than that of this run, but for what both are called."""
        return difference(self.document, with_its_task(self.document, document, self.data)) & ~Part.NAME

    def go_on(self, document: Document) -> str:
        """Train on with the settings of ``document``: what is left of the run, or as many epochs again if it had finished.
        A sentence says what is to be known of it: how long, and a learning rate that changes; "" where nothing is."""
        assert self.over is not None
        if self.state is RunState.FAILED:
            self.history = self.history.up_to(self.over.step)  # it does the steps behind that again
        document = with_its_task(self.document, document, self.data)
        before, epoch = self.document, self.over.epoch + self.over.batch / self.batches
        self.document = replace_config(document, {"epochs": epochs_to(before, document, self.over.epoch)})
        self.begin()
        return announcement(before.config, self.document.config, epoch)

    def pause(self) -> None:
        """Wait after the step in hand."""
        if self._runner is not None:
            self._runner.pause()

    def resume(self) -> None:
        """Train on."""
        if self._runner is not None:
            self._runner.resume()

    def step(self) -> None:
        """One more step, then pause."""
        if self._runner is not None:
            self._runner.step()

    def set_pace(self, pace: float | None) -> None:
        """Do ``pace`` steps a second at most, also once it goes on; None: as fast as it goes."""
        self.pace = pace
        if self._runner is not None:
            self._runner.set_pace(pace)

    def stop(self) -> None:
        """Ask the run to end; it answers with its last word."""
        if self._runner is not None:
            self._runner.stop()

    def change(self, changes: Mapping[str, Any]) -> None:
        """Other values, by path, of settings that may change while it is alive."""
        if self._runner is not None:
            self._runner.change(changes)
            self.document = replace_config(self.document, changes)

    def let_go(self) -> None:
        """It is forgotten: what is kept of it is anybody's."""
        if self.kept is not None:
            self.kept.close()

    def join(self) -> None:
        """Wait for the thread to end, at most some seconds."""
        if self._runner is not None:
            self._runner.join(PATIENCE_S)

    # -- being looked at: several may look at one run, and none of them disturbs it --

    def watch(self, who: Hashable, wants: WatchList, pins: tuple[Example, ...]) -> None:
        """Capture ``wants`` of ``pins`` for ``who`` from now on, beside what others want; the run looks at once."""
        if self.is_alive and wants and not self._watchers.wants:
            self.latest = None  # it was taken while nobody looked, and shows nothing
        self._rewatch(lambda: self._watchers.set(who, wants, pins))

    def unwatch(self, who: Hashable) -> None:
        """``who`` looks elsewhere."""
        self._rewatch(lambda: self._watchers.remove(who))

    def _rewatch(self, change: Callable[[], None]) -> None:
        wants, pins = self._watchers.wants, self._watchers.pins
        change()
        if self._runner is None:
            return
        if self._watchers.wants != wants:
            self._runner.set_watch(self._watchers.wants)
        if self._watchers.pins and not _are_same(self._watchers.pins, pins):
            self._runner.set_pins(self._watchers.pins)

    # -- handing out what it knows --

    def newest_before_divergence(self) -> Frame | None:
        """The kept weights to go on from where the last ones are no numbers any more: broken weights are never kept, but some
        that are so large that their loss has blown up."""
        from engine.training.blown_up import has_diverged

        before = [step for step in self.frames if not has_diverged(self.history, step)]
        return self.filmstrip.nearest((before or self.frames)[-1]) if self.frames else None

    def ask_state(self, answer: Callable[[TrainingState], object]) -> None:
        """Call ``answer`` on the GUI thread with a copy of everything at the newest step."""
        if self.over is not None:
            answer(self.over)
        elif self._runner is not None:
            self._runner.request_state(lambda state: self._inbox.put(lambda: answer(state)))

    def ask_weights(self, step: int | None, answer: Callable[[Frame], object]) -> None:
        """Call ``answer`` on the GUI thread with the weights kept nearest to ``step``, or (None) a copy of the newest ones."""
        from engine.training.filmstrip import Frame

        frame = self.frame(step)
        if frame is not None:
            answer(frame)
        elif self._runner is not None:
            self._runner.request_weights(
                lambda weights, step, epoch: self._inbox.put(lambda: answer(Frame(step, epoch, weights)))
            )

    # -- the mailbox --

    @property
    def has_more_to_say(self) -> bool:
        """Whether something may still come from its thread."""
        return self._runner is not None or not self._inbox.empty()

    def hear(self) -> Heard:
        """Empty the mailbox, and give to those who asked for weights or the state."""
        answers = [self._inbox.get() for _ in range(self._inbox.qsize())]
        heard = self._read(self._mailbox.take()) if self._runner is not None else Heard()
        for give in answers:  # after the mail, so that the curves reach the step of the state that is handed out
            give()
        return heard

    def _read(self, mail: Mail) -> Heard:
        news = self.take_up(mail)
        if mail.ended is not None:
            news |= self._finish(mail.ended)
        if news and (frames := self.filmstrip.steps()) != self.frames:
            self.frames, news = frames, news | News.FRAMES
        return Heard(news, mail.notices, mail.ended)

    def _finish(self, ended: Ended) -> News:
        runner, self._runner = self._runner, None
        assert runner is not None
        runner.join(PATIENCE_S)
        self.over = runner.final_state or self._begun_from  # what it had is not lost where it could not go on
        self.last_word = ended
        self.is_broken = ended.state is RunState.FAILED and self.over is not None and self._is_no_number(self.over)
        return News.PROGRESS | self._enter(ended.state)

    def _is_no_number(self, state: TrainingState) -> bool:
        """Whether nothing can be learned from ``state``: its weights are no numbers, or they give a loss that is none."""
        from engine.training.blown_up import failed_at

        return not is_finite(state) or failed_at(self.history) is not None


def _are_same(ones: tuple[Example, ...], others: tuple[Example, ...]) -> bool:
    """Whether both hold the same examples; pictures are not compared."""
    return len(ones) == len(others) and all(one is other for one, other in zip(ones, others, strict=True))


def _data_of(runner: weakref.ref[Runner]) -> DataSet | None:
    """The data of a run, as long as it is there: what is kept of a run does not keep the run, with all its past steps."""
    alive = runner()
    return alive.data if alive is not None else None
