"""Forking: a new run that goes on from a past step of another, which stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.changes import replace_config
from app.document import Document
from app.run.going_on import epochs_to, rate_at, rate_change, with_its_task
from app.run.live_run import LiveRun
from engine.words import counted

if TYPE_CHECKING:
    from engine.training.filmstrip import Frame
    from engine.training.state import TrainingState


def forked(run: LiveRun, document: Document, frame: Frame) -> LiveRun:
    """A run of ``document`` that stands at weights that ``run``, which is over, has kept, with its past up to there. Of the
    optimiser nothing was kept but at the very end: its memory begins anew."""
    from engine.training.filmstrip import Filmstrip

    assert run.data is not None
    state = _state_of(run, frame)
    document = with_its_task(run.document, document, run.data)
    document = replace_config(document, {"epochs": epochs_to(run.document, document, state.epoch)})
    filmstrip = Filmstrip()
    for step in run.filmstrip.steps():
        if step <= frame.step and (kept := run.filmstrip.nearest(step)) is not None:
            filmstrip.add(kept)
    return LiveRun.opened(document, state, filmstrip, run.history.up_to(frame.step), run.data)


def _state_of(run: LiveRun, frame: Frame) -> TrainingState:
    """Of the past only weights are kept, and behind each epoch that ended before the run did there is a validation; the training
    time is a share of the whole."""
    from engine.training.state import state_at

    over = run.over
    assert over is not None
    if frame.step == over.step and not run.is_broken:
        return over
    seconds = over.seconds * frame.step / over.step if over.step else 0.0
    return state_at(frame, run.batches, seconds, is_validated=True)


def fork_announcement(run: LiveRun, fork: LiveRun, frame: Frame) -> str:
    """What is said as ``fork`` begins at the weights ``frame`` of ``run``, which is over, and what is otherwise than when that
    one came by there: how much is left, the optimiser's memory, and the learning rate where it is another."""
    config, epoch = fork.document.config, frame.epoch
    left = config.epochs - epoch
    sentence = f"A new run goes on from step {frame.step:,}, for {counted(left, 'more epoch')}."
    if run.over is not None and frame.step != run.over.step:
        sentence += " The optimiser’s memory begins anew."
    change = rate_change(_rate_behind(run, frame), rate_at(config, epoch))
    again = " The learning rate is still the same: it may happen again." if run.is_broken and not change else ""
    return sentence + change + again


def _rate_behind(run: LiveRun, frame: Frame) -> float:
    """The learning rate with which ``run`` did the step behind ``frame``, or would have done it."""
    rates = run.history["learning_rate"]
    if len(rates) and rates.steps[-1] > frame.step and (rate := rates.until(frame.step + 1)) is not None:
        return rate
    return rate_at(run.document.config, frame.epoch)
