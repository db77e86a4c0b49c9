"""Which step of a run a command has asked: told beside every answer, because a run may hold less than it was meant to reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import FileError
from engine.files.metrics_file import read_rows
from engine.files.run_folder import RunFolder
from engine.files.run_place import METRICS
from engine.training.blown_up import failed_at
from engine.training.messages import Ended

if TYPE_CHECKING:
    from engine.training.state import TrainingState


def moment_of(folder: RunFolder, state: TrainingState) -> str:
    """Where ``state`` stands in the run in ``folder``: "at step 0 of 63; the run failed at step 5"; no more than the step
    where its metrics cannot be read."""
    try:
        batches, history = _batches(folder, state), folder.history()
    except FileError:
        return f"at step {state.step:,}"
    planned = f" of {folder.config.epochs * batches:,}" if batches else ""
    failed, word = failed_at(history), folder.last_word()
    end = f"; the run failed at step {failed:,}" if failed is not None else f"; {_told(word)}" if word is not None else ""
    return f"at step {state.step:,}{planned}{end}"


def _told(ended: Ended) -> str:
    """Why the run failed, as part of a sentence."""
    return f"the run failed: {ended.reason.rstrip('.')}"


def _batches(folder: RunFolder, state: TrainingState) -> int:
    from engine.training.state import steps_in_epoch

    """How many steps an epoch has, as ``state`` or the run's rows tell; 0 where neither does."""
    if state.steps_per_epoch is not None:
        return state.steps_per_epoch
    path = folder.path / METRICS
    rows = read_rows(path) if path.exists() else ()
    told = (steps_in_epoch(row.step, row.epoch) for row in reversed(rows))
    return next(filter(None, told), 0)
