"""Writing runs: the Recorder that fills a run folder while the training goes on, and cuts one back that is gone on with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from engine.design.network import NetworkDesign
from engine.errors import FileError
from engine.files.atomic import file_error, make_folder, sweep
from engine.files.design_file import save_design
from engine.files.frame_store import FrameStore
from engine.files.inside import require_inside
from engine.files.last_word import save_last_word
from engine.files.metrics_file import Row, append_rows, read_rows, write_rows
from engine.files.run_card import DataRecord, RunCard, save_card
from engine.files.run_folder import RunFolder
from engine.files.run_lock import RunLock
from engine.files.run_place import CARD, CHECKPOINTS, DESIGN, ENDED, FILMSTRIP, LOG, METRICS, require_free, require_no_nest
from engine.fit import usual_task
from engine.training.filmstrip import Frame
from engine.training.messages import Ended, RunState
from engine.training.recorder import MetricRow
from engine.training.state import TrainingState

if TYPE_CHECKING:
    from engine.data.dataset import DataSet
    from engine.training.config import TrainingConfig

CHECKPOINT_BUDGET = 1 << 30
"""Bytes of checkpoints that a run keeps; beyond that the oldest go, but never the best or the last two."""


class RunWriter(RunFolder):
    """One run on disk, to be written: a Recorder. Make one with ``create``, or with ``open`` to go on with it.

    The Recorder's methods are called on the training thread and on the one that saves for it, everything else on any one
    thread; all raise FileError. Nothing is written outside the folder, wherever links in it lead.
    """

    @classmethod
    def create(
        cls,
        path: Path,
        design: NetworkDesign,
        config: TrainingConfig,
        data_name: str,
        data: DataSet | None = None,
        device: str = "",
    ) -> Self:
        """A new run in ``path``, which must not exist or be empty: nothing is ever written over. Where ``config`` leaves the task
        to design and data, the card says which they made it."""
        require_free(path)
        require_no_nest(path)
        if data is not None and config.task is None:
            config = config.model_copy(update={"task": usual_task(data.slots, design)})
        make_folder(path)
        record = DataRecord(data_name)
        run = cls(path, design, RunCard(config, record.of(data) if data else record, device))
        with RunLock(path):
            try:
                run._begin()
            except BaseException:
                _empty(path)
                raise
        return run

    def _begin(self) -> None:
        make_folder(self.path / CHECKPOINTS)
        make_folder(self.path / FILMSTRIP)
        write_rows(self.path / METRICS, ())
        save_design(self.path / DESIGN, self.design)
        save_card(self.path / CARD, self.card)  # the last: with it the folder is a run

    def update(self, *, config: TrainingConfig | None = None, data: DataSet | None = None, device: str = "") -> None:
        """Record what became known or was changed: the loaded data, the device, more epochs."""
        card = self.card
        self.card = replace(
            card,
            config=config or card.config,
            data=card.data.of(data) if data else card.data,
            device=device or card.device,
        )
        if self.card != card:
            save_card(self._own(self.path / CARD), self.card)

    # -- Recorder --

    def points(self, rows: Sequence[MetricRow]) -> None:
        """Append rows to metrics.csv; they are on disk when this returns."""
        if rows:
            append_rows(
                self._own(self.path / METRICS), [Row(row.step, row.epoch, row.seconds, row.split, row.values) for row in rows]
            )

    def checkpoint(self, state: TrainingState) -> None:
        """Write checkpoints/step-00001234.safetensors, then drop old ones beyond the budget."""
        self._require_subfolder(CHECKPOINTS)
        self._checkpoints.save(state, self._header())
        self._checkpoints.prune(CHECKPOINT_BUDGET, self.best_checkpoint)

    def wants_interim(self) -> bool:
        """See ``Recorder.wants_interim``: as often as its cost allows."""
        return True

    def interim(self, state: TrainingState) -> None:
        """As ``checkpoint``, but of a state that the next one replaces."""
        self._require_subfolder(CHECKPOINTS)
        self._checkpoints.save_interim(state, self._header())

    def _header(self) -> dict[str, Any]:
        return {"design": self.design.name, "data": self.data_name, "versions": self.card.versions}

    def frame(self, frame: Frame) -> None:
        """Keep the weights of one step in filmstrip/."""
        self._require_subfolder(FILMSTRIP)
        self._frames.add(frame)

    def keep_frames_within(self, budget_bytes: int) -> None:
        """Let past steps take so much of the disk, instead of the usual budget."""
        self._frames = FrameStore(self.path / FILMSTRIP, budget_bytes)

    def log(self, line: str) -> None:
        """Append to log.txt, with the time in front."""
        path = self._own(self.path / LOG)
        try:
            with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} {line.rstrip()}\n")
        except OSError as error:
            raise file_error(path, error, "write") from error

    def ended(self, ended: Ended) -> None:
        """Keep why it failed, if it did, in ended.json."""
        path = self._own(self.path / ENDED)
        if ended.state is RunState.FAILED:
            save_last_word(path, ended)
        else:
            path.unlink(missing_ok=True)

    def hold(self) -> RunLock:
        """Keep everybody else from writing this run until the lock that is returned is released; FileError says who does now.
        Whoever trains into a folder holds it meanwhile. What killed writes left behind in it is deleted: nobody else writes."""
        lock = RunLock(self.path)
        for folder in (self.path, self.path / CHECKPOINTS, self.path / FILMSTRIP):
            sweep(folder, older_than_s=0.0)
        return lock

    # -- going on --

    def rewind(self, state: TrainingState, damaged: Iterable[Path] = ()) -> None:
        """Forget what was logged after ``state``, so that a run that goes on from there writes every step once. The checkpoints
        ``damaged`` are put aside instead."""
        self._require_subfolder(CHECKPOINTS)
        self._require_subfolder(FILMSTRIP)
        path = self._own(self.path / METRICS)
        if path.exists():
            write_rows(path, [row for row in read_rows(path) if _is_before(row, state)])
        self._own(self.path / ENDED).unlink(missing_ok=True)
        self._frames.drop_after(state.step)
        for file in damaged:
            self._checkpoints.set_aside(file)
        self._checkpoints.drop_after(state.step)
        sweep(self.path / CHECKPOINTS)

    def _own(self, path: Path) -> Path:
        """``path``, a part of this run that is to be written or deleted; FileError where a link leads elsewhere."""
        return require_inside(self.path, path)

    def _require_subfolder(self, name: str) -> None:
        """Make a folder of the run's; one that has vanished as a whole is not half made anew."""
        if not self.path.is_dir():
            raise FileError(f"The run folder '{self.path}' is not there any more", "Put it back where it was.")
        make_folder(self._own(self.path / name))


def _is_before(row: Row, state: TrainingState) -> bool:
    """Whether ``row`` was logged before ``state`` was taken; in the middle of an epoch its validation is yet to come."""
    return row.step < state.step or (row.step == state.step and (row.split == "train" or not state.batch))


def _empty(path: Path) -> None:
    """Take away what is in the folder of a run that could not begin, so that it is free for the next attempt."""
    for name in (METRICS, DESIGN, CARD):
        with suppress(OSError):
            (path / name).unlink()
    for name in (CHECKPOINTS, FILMSTRIP):
        with suppress(OSError):
            (path / name).rmdir()
