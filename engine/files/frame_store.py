"""The filmstrip on disk: the weights of past steps, one file each, within a budget of bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FileError
from engine.files.atomic import sweep
from engine.files.inside import require_inside
from engine.files.metrics_file import LAST_STEP
from engine.files.tensor_file import read_tensors, write_tensors
from engine.training.filmstrip import Filmstrip, Frame

FORMAT = "layerscope-frame/1"
DISK_BUDGET = 1 << 30
_STEP = re.compile(r"step-(\d{8,15})\.safetensors")


@dataclass(frozen=True, eq=False)
class _Stored(Frame):
    """A frame that lies on disk: only its size is in memory."""

    bytes_on_disk: int = 0

    @property
    def size(self) -> int:
        return self.bytes_on_disk


class FrameStore:
    """The frames in ``folder``, a subfolder of a run's. When they outgrow ``budget_bytes``, the same ones go that a Filmstrip in
    memory would drop."""

    def __init__(self, folder: Path, budget_bytes: int = DISK_BUDGET) -> None:
        self._folder = folder
        self._budget = budget_bytes
        self._kept: Filmstrip | None = None  # the folder is read when it is first needed

    def steps(self) -> tuple[int, ...]:
        """The steps in the folder, in order."""
        found = [_STEP.fullmatch(entry.name) for entry in self._folder.iterdir()] if self._folder.is_dir() else []
        return tuple(sorted(int(match[1]) for match in found if match))

    def path_of(self, step: int) -> Path:
        """Where the frame of ``step`` is or would be."""
        return self._folder / f"step-{step:08d}.safetensors"

    def add(self, frame: Frame) -> None:
        """Write ``frame``, then delete what does not fit any more. Not synced: a frame is no loss, a slow disk would be."""
        header = {"step": frame.step, "epoch": frame.epoch}
        write_tensors(self._own(frame.step), FORMAT, frame.weights, header, durable=False)
        kept = self._index()
        kept.add(self._stored(frame.step))
        for step in set(self.steps()) - set(kept.steps()):
            self._own(step).unlink(missing_ok=True)

    def load(self, step: int) -> Frame:
        """The frame of ``step``; FileError where its file is damaged or foreign."""
        path = self.path_of(step)
        weights, header = read_tensors(path, FORMAT, "a frame of a filmstrip")
        try:
            frame = Frame(int(header["step"]), float(header["epoch"]), weights)
            is_known = 0 <= frame.step <= LAST_STEP and 0 <= frame.epoch <= LAST_STEP
            if not is_known or 0 < frame.epoch < frame.step / LAST_STEP:
                raise ValueError("no step is of this number")
        except (KeyError, ValueError, TypeError, OverflowError):
            raise FileError(f"'{path}' is a damaged frame of a filmstrip", "Delete it to open the run without it.") from None
        return frame

    def drop_after(self, step: int) -> None:
        """Delete the frames of later steps."""
        for later in self.steps():
            if later > step:
                self._own(later).unlink(missing_ok=True)
        sweep(self._folder)
        self._kept = None

    def _own(self, step: int) -> Path:
        """Where the frame of ``step`` is or would be, to be written or deleted; FileError where a link leads elsewhere."""
        return require_inside(self._folder.parent, self.path_of(step))

    def _index(self) -> Filmstrip:
        if self._kept is None:
            self._kept = Filmstrip(self._budget)
            for step in self.steps():
                self._kept.add(self._stored(step))
        return self._kept

    def _stored(self, step: int) -> _Stored:
        return _Stored(step, 0.0, {}, bytes_on_disk=self.path_of(step).stat().st_size)
