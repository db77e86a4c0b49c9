"""The newest whole thing in a run folder: what a run goes on from after a crash, a full disk or a damaged file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FileError, NewerFileError
from engine.files.metrics_file import read_rows
from engine.files.run_folder import RunFolder
from engine.files.run_place import METRICS
from engine.training.filmstrip import Frame
from engine.training.state import TrainingState, state_at, steps_in_epoch


@dataclass(frozen=True, eq=False)
class Newest:
    """``state`` is to be gone on from; None where nothing was trained yet, so that the run begins. ``damaged`` are the
    checkpoints that had to be passed over, the newest first, and ``note`` is a sentence about that; "" where there were none."""

    state: TrainingState | None
    damaged: tuple[Path, ...] = ()
    note: str = ""


def find_newest(run: RunFolder) -> Newest:
    """The newest checkpoint that is whole and fits the design, else the newest such weights of the filmstrip. FileError where
    there is neither, or where a newer program wrote the newest: then nothing is damaged."""
    damaged: list[Path] = []
    reasons: list[FileError] = []
    for step in reversed(run.checkpoint_steps()):
        path = run.checkpoint_path(step)
        try:
            state = run.load_checkpoint(path)
        except NewerFileError:
            raise
        except FileError as error:
            damaged.append(path)
            reasons.append(error)
        else:
            return Newest(state, tuple(damaged), _note(reasons, f"from that of step {step:,}"))
    frame = next(run.frames(newest_first=True, tell=lambda sentence: None), None)
    if frame is None:
        return _begun(run, reasons)
    where = f"from the weights of step {frame.step:,} in its filmstrip, without the optimiser's memory and the random numbers"
    note = _note(reasons, where) if reasons else f"'{run.path}' has no checkpoint, so the run goes on {where}."
    return Newest(state_of(frame, run), tuple(damaged), note)


def _begun(run: RunFolder, reasons: list[FileError]) -> Newest:
    """A run without any weights: fine where it was killed before its first step."""
    if reasons:
        raise reasons[0]
    if run.history().names():
        raise FileError(f"'{run.path}' has neither checkpoints nor a filmstrip", "Train it anew, in another folder.")
    return Newest(None)


def _note(reasons: list[FileError], where: str) -> str:
    if not reasons:
        return ""
    others = f", nor can {len(reasons) - 1} before it" if len(reasons) > 1 else ""
    return f"The newest checkpoint cannot be used{others} ({reasons[0].problem.rstrip('.')}), so the run goes on {where}."


def state_of(frame: Frame, run: RunFolder) -> TrainingState:
    """A run that has the weights of ``frame``, and the metrics up to there, where they are readable."""
    path = run.path / METRICS
    rows = [row for row in read_rows(path) if row.step <= frame.step] if path.exists() else []
    known = [row.seconds for row in rows if row.seconds is not None and 0 <= row.seconds < math.inf]
    batches = steps_in_epoch(frame.step, frame.epoch) or 1
    is_validated = any(row.step == frame.step and row.split == "validation" for row in rows)
    return state_at(frame, batches, max(known, default=0.0), is_validated=is_validated)
