"""Blown up: a run whose loss stopped being a number, or has come to its end far above that of the untrained network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.snapshot import History
from engine.training.config import TrainingConfig
from engine.training.messages import Ended, RunState
from engine.words import number

TIMES = 10.0
"""Whatever the task: a network that has learned nothing is as good as an untrained one, and batches differ by less than this."""


def warned(ended: Ended, history: History, epoch_from: int, config: TrainingConfig) -> Ended:
    """``ended``, the last word of a run that has finished; where its loss has blown up, that is said, with a lower learning rate
    to try. The last epoch is what lies behind the step ``epoch_from``; single steps of it, which may jump, decide nothing."""
    losses = history["train/loss"]
    last = losses.values[losses.steps > epoch_from]
    if not len(last):
        return ended
    first, now = float(losses.values[0]), float(np.median(last))
    if _is_usual(now, first):
        return ended
    rate, lower = config.optimizer.learning_rate, lower_rate(config)
    reason = (
        f"The loss has blown up, from {number(first)} at the first step to {number(now)} in the last epoch: the learning rate of "
        f"{number(rate)} is probably too high."
    )
    return replace(ended, reason=reason, suggestion=f"Try a learning rate of {number(lower)}.", changes={"learning_rate": lower})


def failed(history: History, config: TrainingConfig) -> Ended | None:
    """The last word of a run, as its curves tell it: it failed where the loss stopped being a number; None where it never did."""
    step = failed_at(history)
    return not_a_number(step, config) if step is not None else None


def failed_at(history: History) -> int | None:
    """The first step whose loss was no number; None where there is none."""
    losses = history["train/loss"]
    bad = losses.steps[~np.isfinite(losses.values)]
    return int(bad[0]) if len(bad) else None


def not_a_number(step: int, config: TrainingConfig, where: str = "", layer: str = "") -> Ended:
    """The last word of a run whose loss stopped being a number at ``step``: ``where``, and the ``layer`` at fault, if known."""
    rate, lower = config.optimizer.learning_rate, lower_rate(config)
    found = f"The loss stopped being a number at step {step:,}{where and ': '}{where}."
    return Ended(
        RunState.FAILED,
        f"{found} The learning rate of {number(rate)} is probably too high.",
        f"Try a learning rate of {number(lower)}.",
        {"learning_rate": lower},
        layer,
    )


def has_diverged(history: History, step: int) -> bool:
    """Whether the weights after ``step`` gave a loss that is no number or has blown up: each step's loss is of those before it.
    Numbers may be finite, and yet so large that nothing can be learned from there."""
    losses = history["train/loss"]
    loss = losses.until(step + 1)
    return loss is not None and not _is_usual(loss, float(losses.values[0]))


def _is_usual(loss: float, first: float) -> bool:
    """Whether ``loss`` is what it may be where that of the first step was ``first``."""
    return not first or loss - first <= TIMES * abs(first)


def lower_rate(config: TrainingConfig) -> float:
    """What to try where the learning rate was too high: a tenth of it, or the optimiser's usual one where that is lower."""
    optimizer = config.optimizer
    usual = type(optimizer).model_fields["learning_rate"].default
    return float(f"{min(optimizer.learning_rate / 10, usual):.3g}")
