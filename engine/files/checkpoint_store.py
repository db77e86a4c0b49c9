"""The checkpoints of a run: those that are kept, and an interim one, so that a killed process loses next to nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine.files.atomic import file_error
from engine.files.checkpoint import INTERIM, is_checkpoint_of, is_interim, save_checkpoint
from engine.files.inside import require_inside
from engine.training.state import TrainingState

ASIDE = ".damaged"
"""What is put behind the name of a checkpoint that was passed over."""
_STEP = re.compile(r"step-(\d{8,15})\.safetensors")


class CheckpointStore:
    """The checkpoints in ``folder``, a subfolder of a run's, a file each, called by its step. An interim one goes as soon as a
    newer one is whole, also where another process has written it. FileError where the system refuses.

    Of two states of one step the later stays: at the end of an epoch the one behind the validation, for the one before it would
    validate once more. What is kept at that step goes on being kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._interims: set[int] | None = None  # the headers are read when it first matters

    def steps(self) -> tuple[int, ...]:
        """The steps of which there are checkpoints, in order."""
        found = [_STEP.fullmatch(entry.name) for entry in self._folder.iterdir()] if self._folder.is_dir() else []
        return tuple(sorted(int(match[1]) for match in found if match))

    def path_of(self, step: int) -> Path:
        """Where the checkpoint of ``step`` is or would be."""
        return self._folder / f"step-{step:08d}.safetensors"

    def save(self, state: TrainingState, header: Mapping[str, Any]) -> None:
        """Write one that is kept."""
        interims = self._found_interims()
        save_checkpoint(self._own(state.step), state, header)
        self._interims = self._undropped(interims - {state.step})

    def save_interim(self, state: TrainingState, header: Mapping[str, Any]) -> None:
        """Write one that the next one replaces; nothing where it lies there already."""
        path, interims = self.path_of(state.step), self._found_interims()
        if is_checkpoint_of(path, state):
            return
        if path.exists() and state.step not in interims:
            self.save(state, header)
            return
        save_checkpoint(self._own(state.step), state, {**header, INTERIM: True})
        self._interims = {state.step} | self._undropped(interims - {state.step})

    def prune(self, budget: int, best: Callable[[], Path | None]) -> None:
        """Delete the oldest of those that are kept where they take more than ``budget`` bytes together, but never the ``best``
        or the last two."""
        kept = [step for step in self.steps() if step not in self._found_interims()]
        sizes = {step: self.path_of(step).stat().st_size for step in kept}
        total = sum(sizes.values())
        spared = best() if total > budget else None
        for step in kept[:-2]:
            if total > budget and self.path_of(step) != spared and not self._undropped({step}):
                total -= sizes[step]

    def drop_after(self, step: int) -> None:
        """Delete those of later steps."""
        for later in self.steps():
            if later > step:
                self._own(later).unlink(missing_ok=True)
        self._interims = None

    def set_aside(self, path: Path) -> None:
        """Put a damaged one out of the way: it is no checkpoint any more, but still there."""
        require_inside(self._folder.parent, path)
        try:
            path.replace(require_inside(self._folder.parent, path.with_name(path.name + ASIDE)))
        except OSError as error:
            raise file_error(path, error, "rename") from error

    def _undropped(self, steps: set[int]) -> set[int]:
        """Delete those of ``steps``; which of them are still there, because somebody reads them and the system waits for that."""
        left = set()
        for step in steps:
            try:
                self._own(step).unlink(missing_ok=True)
            except PermissionError:
                left.add(step)
        return left

    def _own(self, step: int) -> Path:
        """Where the checkpoint of ``step`` is or would be, to be written or deleted; FileError where a link leads elsewhere."""
        return require_inside(self._folder.parent, self.path_of(step))

    def _found_interims(self) -> set[int]:
        if self._interims is None:
            self._interims = {step for step in self.steps() if is_interim(self.path_of(step))}
        return self._interims
