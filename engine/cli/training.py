"""Training without a window: one run from its start or its checkpoint to its end, with a progress bar and a folder."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from engine.cli.commands import Interrupted, code_of
from engine.cli.output import note, progress
from engine.data.dataset import DataSet
from engine.errors import FileError, TrainingError
from engine.files.run_writer import RunWriter
from engine.snapshot import History
from engine.training.blown_up import warned
from engine.training.mailbox import Mailbox
from engine.training.messages import Ended, Mail, Progress, RunState
from engine.training.runner import Runner
from engine.training.state import TrainingState
from engine.words import number

LOOK_EVERY = 0.1  # seconds between two looks into the mailbox


@dataclass(frozen=True, eq=False)
class Outcome:
    """How a run ended: its last state, all its numbers, and how long this session trained."""

    state: TrainingState
    history: History
    device: str
    images_per_second: float  # over the whole session, validation included
    seconds: float
    epoch_from: int  # the step after which the last epoch began

    def newest_of(self, split: str, name: str) -> float | None:
        """The newest value of a split's loss or metric, or None; in training the mean over the last epoch's steps."""
        series = self.history[f"{split}/{name}"]
        chosen = series.values[series.steps > self.epoch_from] if split == "train" else series.values[-1:]
        return float(np.mean(chosen)) if len(chosen) else None


def train_in_folder(run: RunWriter, data: DataSet, resume: TrainingState | None = None) -> Outcome:
    """Train the run in ``run``, which the caller holds, to its end. Ctrl-C and SIGTERM save a checkpoint and raise Interrupted; a
    run that fails raises TrainingError with the way on."""
    mailbox = Mailbox()
    config = run.config.model_copy(update={"capture_budget": 0.0})  # there is no window to show pictures in
    runner = Runner(run.design, config, lambda: data, mailbox, resume=resume, recorder=run)
    watcher = _Watcher(run.history(), resume or TrainingState())
    try:
        runner.start()
        ended = watcher.watch(mailbox)
    except KeyboardInterrupt as stop:
        runner.stop()
        runner.join()  # the thread saves a checkpoint before it ends
        raise Interrupted(_where_it_is(run), code_of(stop)) from None
    finally:
        runner.stop()
        runner.join()
        watcher.close()
    state = runner.final_state
    if ended.state is not RunState.FINISHED or state is None:
        raise TrainingError(f"{ended.reason.rstrip('.')} (the run is in '{run.path}')", _way_on(ended, run if resume else None))
    if run.latest_checkpoint() != run.checkpoint_path(state.step):
        raise FileError(f"The run has ended, but its last checkpoint could not be written to '{run.path}'", "See its log.txt.")
    run.update(device=watcher.device)
    outcome = watcher.outcome(state, len(data.split("train")))
    _warn(run, ended, outcome)
    return outcome


def _warn(run: RunWriter, ended: Ended, outcome: Outcome) -> None:
    """Say on standard error and in the run's log where the loss has blown up; that is no mistake of the command."""
    warning = warned(ended, outcome.history, outcome.epoch_from, run.config)
    if warning is not ended:
        sentence = f"{warning.reason} {_way_on(warning)}"
        note(sentence)
        run.log(sentence)


class _Watcher:
    """Empties the mailbox into a history, a progress bar and a line for each epoch."""

    def __init__(self, history: History, before: TrainingState) -> None:
        self._history = history
        self._before = before
        self._progress = Progress(RunState.READY)
        self._bar = progress(0, "step", initial=before.step)
        self._told = before.epoch

    def watch(self, mailbox: Mailbox) -> Ended:
        """Read mail until the run has ended."""
        while True:
            mail = mailbox.take()
            self._read(mail)
            if mail.ended is not None:
                return mail.ended
            time.sleep(LOOK_EVERY)

    def close(self) -> None:
        """Take the progress bar away."""
        self._bar.close()

    @property
    def device(self) -> str:
        """Where the run goes."""
        return self._progress.device

    def outcome(self, state: TrainingState, images: int) -> Outcome:
        """The end of a run that finished, with ``images`` in each epoch."""
        before = self._before
        per_epoch = state.step / state.epoch
        seconds = state.seconds - before.seconds
        seen = images * (state.epoch - before.epoch - before.batch / per_epoch)
        return Outcome(state, self._history, self.device, seen / seconds, seconds, round(state.step - per_epoch))

    def _read(self, mail: Mail) -> None:
        for sentence in mail.notices:
            note(sentence)
        for name, (steps, values) in mail.points.items():
            self._history.extend(name, steps, values)
        if mail.progress is not None:
            self._show(mail.progress)
        if "validation/loss" in mail.points:
            self._tell_epochs(len(mail.points["validation/loss"][0]))

    def _show(self, now: Progress) -> None:
        self._progress = now
        self._bar.total = now.total_steps
        self._bar.set_description_str(f"epoch {min(int(now.epoch) + 1, now.epochs)}/{now.epochs}", refresh=False)
        losses = self._history["train/loss"].values
        if len(losses):
            self._bar.set_postfix_str(f"loss {losses[-50:].mean():.4f}", refresh=False)
        self._bar.update(now.step - self._bar.n)

    def _tell_epochs(self, count: int) -> None:
        for index in range(-count, 0):
            self._told += 1
            names = [name for name in self._history.names() if name.startswith("validation/")]
            measured = [f"{name.partition('/')[2]} {number(self._history[name].values[index], 4)}" for name in names]
            note(f"epoch {self._told}: validation {', '.join(measured)}")


def _where_it_is(run: RunWriter) -> str:
    latest = run.latest_checkpoint()
    if latest is None:
        return f"Stopped before the first step; the run is in '{run.path}'."
    return f"Stopped. Saved '{latest}'; go on with: resume '{run.path}'."


def _way_on(ended: Ended, resumed: RunWriter | None = None) -> str:
    """What ``ended`` suggests, as it can be typed; ``resume`` has no settings, but the window changes those of ``resumed``."""
    settings = " ".join(f"{key}={value}" for key, value in ended.changes.items())
    if not settings:
        return ended.suggestion
    how = f"train anew with --set {settings}, or open the run: python main.py '{resumed.path}'" if resumed else ""
    return f"{ended.suggestion.rstrip('.')} ({how or f'train with --set {settings}'})."
