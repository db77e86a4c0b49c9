"""Going on: from where, for how long and at which learning rate a run that is over trains on, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.changes import replace_config
from app.document import Document
from engine.training.config import TrainingConfig
from engine.words import counted, number

if TYPE_CHECKING:
    from app.run.live_run import LiveRun
    from engine.data.dataset import DataSet
    from engine.training.state import TrainingState

SAME = 0.01
"""Two learning rates that differ by no more than this share are told as one."""


def epochs_to(before: Document, document: Document, epoch: int) -> int:
    """How many epochs there are in all when a run of ``before`` goes on at ``epoch`` with the settings of ``document``: what was
    planned, or as many again where that is done."""
    planned, asked = before.config.epochs, document.config.epochs
    return epoch + asked if epoch >= planned else max(planned, asked)


def epochs_in_words(run: LiveRun | None, document: Document) -> str:
    """What stands beside the number of epochs that ``document`` says, where a run counts on from those it has had: "5 more
    epochs, to epoch 12"; "" where that number is all there is."""
    if run is None or not run.is_begun:
        return ""
    if run.is_alive:
        total = run.document.config.epochs
        return f"this run: to epoch {total}" if total != document.config.epochs else ""
    if run.over is None or not run.can_go_on_as(document):
        return ""
    total = epochs_to(run.document, document, run.over.epoch)
    left = total - run.over.epoch - run.over.batch / run.batches
    return f"{counted(left, 'more epoch')}, to epoch {total}" if left != document.config.epochs or run.over.epoch else ""


def with_its_task(run: Document, document: Document, data: DataSet | None) -> Document:
    """``document``, which may leave the task to what design and ``data`` suggest, with that of ``run`` where it is the same: in
    the folder of a run it is spelt out."""
    from engine.fit import usual_task

    task = run.config.task
    if document.config.task is not None or task is None or data is None:
        return document
    return replace_config(document, {"task": task}) if usual_task(data.slots, run.design) == task else document


def is_sound(state: TrainingState) -> bool:
    """Whether every number of the network and of the optimiser's memory is finite."""
    import torch

    return all(bool(torch.isfinite(tensor).all()) for tensor in (*state.network.values(), *state.optimizer.values()))


def announcement(before: TrainingConfig, after: TrainingConfig, epoch: float) -> str:
    """What is said as a run of ``before`` goes on at ``epoch`` with ``after``; "" where it only does what was planned."""
    left, longer = after.epochs - epoch, after.epochs != before.epochs
    why = f": {after.schedule.title.lower()} is counted over all {after.epochs} epochs now" if longer else ""
    change = rate_change(rate_at(before, epoch), rate_at(after, epoch), why)
    if not longer and not change:
        return ""
    return f"Goes on for {counted(left, 'more epoch')}.{change}"


def rate_change(was: float, now: float, why: str = "") -> str:
    """A sentence, behind a space, on a learning rate that jumps; "" for one that does not."""
    jumps = abs(now - was) > SAME * max(now, was)
    return f" The learning rate goes from {number(was)} to {number(now)}{why}." if jumps else ""


def rate_at(config: TrainingConfig, epoch: float) -> float:
    """The learning rate that the schedule gives at ``epoch``."""
    return config.optimizer.learning_rate * config.schedule.share(min(1.0, epoch / config.epochs))
