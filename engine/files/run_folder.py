"""Run folders: everything about one training run in one folder, written while it goes on, readable by other tools."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.design.network import NetworkDesign
from engine.errors import FileError
from engine.files.atomic import file_error, is_temporary, make_folder, sweep
from engine.files.checkpoint import load_checkpoint, require_fit, require_weights_fit
from engine.files.checkpoint_store import CheckpointStore
from engine.files.design_file import load_design, save_design
from engine.files.frame_store import FrameStore
from engine.files.inside import require_inside
from engine.files.metrics_file import Row, append_rows, history_of, read_rows, rows_of, write_rows
from engine.files.run_card import DataRecord, RunCard, load_card, save_card
from engine.files.run_lock import NAME as LOCK
from engine.files.run_lock import RunLock
from engine.fit import usual_task
from engine.problem import Problem, make_problem
from engine.snapshot import History, Metric
from engine.training.filmstrip import Frame
from engine.training.recorder import MetricRow
from engine.training.state import TrainingState

if TYPE_CHECKING:
    from engine.data.dataset import DataSet
    from engine.training.config import TrainingConfig

CHECKPOINT_BUDGET = 1 << 30
"""Bytes of checkpoints that a run keeps; beyond that the oldest go, but never the best or the last two."""

METRICS = "metrics.csv"
_DESIGN, _CARD, _LOG = "design.json", "config.json", "log.txt"
_OWN = {_DESIGN, METRICS, _LOG, LOCK, "checkpoints", "filmstrip"}


class RunFolder:
    """One run on disk, and the Recorder that writes it. Make one with ``create`` or ``open``.

    The Recorder's methods are called on the training thread and on the one that saves for it, everything else on any one
    thread; all raise FileError.
    """

    def __init__(self, path: Path, design: NetworkDesign, card: RunCard) -> None:
        self.path = path
        self.design = design
        self.card = card
        self._checkpoints = CheckpointStore(path / "checkpoints")
        self._frames = FrameStore(path / "filmstrip")

    @classmethod
    def create(
        cls,
        path: Path,
        design: NetworkDesign,
        config: TrainingConfig,
        data_name: str,
        data: DataSet | None = None,
        device: str = "",
    ) -> RunFolder:
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
        make_folder(self.path / "checkpoints")
        make_folder(self.path / "filmstrip")
        write_rows(self.path / METRICS, ())
        save_design(self.path / _DESIGN, self.design)
        save_card(self.path / _CARD, self.card)  # the last: with it the folder is a run

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """The run that lies in ``path``; a sentence where there is none."""
        if not is_run(path):
            what = "is not a run folder" if path.exists() else "does not exist"
            raise FileError(f"'{path}' {what}", f"A run folder holds {_DESIGN} and {_CARD}; train --out makes one.")
        return cls(path, load_design(path / _DESIGN), load_card(path / _CARD))

    @property
    def config(self) -> TrainingConfig:
        """How the run is trained."""
        return self.card.config

    @property
    def data_name(self) -> str:
        """The data set or folder that it learns from."""
        return self.card.data.name

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
            save_card(self._own(self.path / _CARD), self.card)

    def as_trained(self, data: DataSet) -> DataSet:
        """``data`` with the normalisation that the network was trained with, in place of its own."""
        return self.card.data.as_trained(data)

    def to_go_on_with(self, data: DataSet) -> DataSet:
        """``data``, to train on with; see ``DataRecord.to_go_on_with``."""
        return self.card.data.to_go_on_with(data)

    def problem(self, data: DataSet) -> Problem:
        """What the network was trained for, on ``data``."""
        return make_problem(self.config.task, data, self.design)

    # -- Recorder --

    def points(self, rows: Sequence[MetricRow]) -> None:
        """Append rows to metrics.csv; they are on disk when this returns."""
        if rows:
            append_rows(
                self._own(self.path / METRICS), [Row(row.step, row.epoch, row.seconds, row.split, row.values) for row in rows]
            )

    def checkpoint(self, state: TrainingState) -> None:
        """Write checkpoints/step-00001234.safetensors, then drop old ones beyond the budget."""
        self._require_subfolder("checkpoints")
        self._checkpoints.save(state, self._header())
        self._checkpoints.prune(CHECKPOINT_BUDGET, self.best_checkpoint)

    def wants_interim(self) -> bool:
        """See ``Recorder.wants_interim``: as often as its cost allows."""
        return True

    def interim(self, state: TrainingState) -> None:
        """As ``checkpoint``, but of a state that the next one replaces."""
        self._require_subfolder("checkpoints")
        self._checkpoints.save_interim(state, self._header())

    def _header(self) -> dict[str, Any]:
        return {"design": self.design.name, "data": self.data_name, "versions": self.card.versions}

    def frame(self, frame: Frame) -> None:
        """Keep the weights of one step in filmstrip/."""
        self._require_subfolder("filmstrip")
        self._frames.add(frame)

    def keep_frames_within(self, budget_bytes: int) -> None:
        """Let past steps take so much of the disk, instead of the usual budget."""
        self._frames = FrameStore(self.path / "filmstrip", budget_bytes)

    def log(self, line: str) -> None:
        """Append to log.txt, with the time in front."""
        path = self._own(self.path / _LOG)
        try:
            with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} {line.rstrip()}\n")
        except OSError as error:
            raise file_error(path, error, "write") from error

    def hold(self) -> RunLock:
        """Keep everybody else from writing this run until the lock that is returned is released; FileError says who does now.
        Whoever trains into a folder holds it meanwhile. What killed writes left behind in it is deleted: nobody else writes."""
        lock = RunLock(self.path)
        for folder in (self.path, self.path / "checkpoints", self.path / "filmstrip"):
            sweep(folder, older_than_s=0.0)
        return lock

    def _own(self, path: Path) -> Path:
        """``path``, a part of this run that is to be written or deleted; FileError where a link leads elsewhere."""
        return require_inside(self.path, path)

    def _require_subfolder(self, name: str) -> None:
        """Make a folder of the run's; one that has vanished as a whole is not half made anew."""
        if not self.path.is_dir():
            raise FileError(f"The run folder '{self.path}' is not there any more", "Put it back where it was.")
        make_folder(self._own(self.path / name))

    # -- reading --

    def checkpoint_path(self, step: int) -> Path:
        """Where the checkpoint of ``step`` is or would be."""
        return self._checkpoints.path_of(step)

    def checkpoint_steps(self) -> tuple[int, ...]:
        """The steps of which there are checkpoints, in order."""
        return self._checkpoints.steps()

    def latest_checkpoint(self) -> Path | None:
        """The checkpoint of the largest step, or None."""
        steps = self.checkpoint_steps()
        return self.checkpoint_path(steps[-1]) if steps else None

    def best_checkpoint(self) -> Path | None:
        """The checkpoint whose validation was best by the task's headline, or by the loss where that is not known (the earlier of
        equals); the latest where none was measured."""
        headline = self.config.task.headline if self.config.task is not None else Metric("loss", "Loss", better="lower")
        points = self.history()[f"validation/{headline.name}"]
        measured = dict(zip(points.steps.astype(int).tolist(), (-headline.sign * points.values).tolist(), strict=True))
        candidates = [step for step in self.checkpoint_steps() if step in measured]
        best = min(candidates, key=lambda step: (measured[step], step), default=None)
        return self.latest_checkpoint() if best is None else self.checkpoint_path(best)

    def load_checkpoint(self, path: Path | None = None) -> TrainingState:
        """The state in ``path`` (the latest checkpoint by default), checked against the design."""
        path = path or self.latest_checkpoint()
        if path is None:
            raise FileError(f"'{self.path}' has no checkpoint yet", "Train it for at least one epoch.")
        state, _ = load_checkpoint(path)
        require_fit(state, self.design, path)
        return state

    def history(self) -> History:
        """The curves, from metrics.csv; empty where there is none."""
        path = self.path / METRICS
        return history_of(read_rows(path)) if path.exists() else History()

    def frame_steps(self) -> tuple[int, ...]:
        """The steps in filmstrip/, in order."""
        return self._frames.steps()

    def frames(self, *, newest_first: bool = False, tell: Callable[[str], None] | None = None) -> Iterator[Frame]:
        """The kept frames, one at a time, in order of step. A damaged one, or one of another network, is left out where ``tell``
        is given, which is told of it in a sentence; else it is a FileError."""
        steps = self._frames.steps()
        for step in reversed(steps) if newest_first else steps:
            try:
                frame = self._frames.load(step)
                require_weights_fit(frame.weights, self.design, self._frames.path_of(step))
            except FileError as error:
                if tell is None:
                    raise
                tell(str(error))
            else:
                yield frame

    def rewind(self, state: TrainingState, damaged: Iterable[Path] = ()) -> None:
        """Forget what was logged after ``state``, so that a run that goes on from there writes every step once. The checkpoints
        ``damaged`` are put aside instead."""
        self._require_subfolder("checkpoints")
        self._require_subfolder("filmstrip")
        path = self._own(self.path / METRICS)
        if path.exists():
            write_rows(path, [row for row in read_rows(path) if _is_before(row, state)])
        self._frames.drop_after(state.step)
        for file in damaged:
            self._checkpoints.set_aside(file)
        self._checkpoints.drop_after(state.step)
        sweep(self.path / "checkpoints")


def _is_before(row: Row, state: TrainingState) -> bool:
    """Whether ``row`` was logged before ``state`` was taken; in the middle of an epoch its validation is yet to come."""
    return row.step < state.step or (row.step == state.step and (row.split == "train" or not state.batch))


def is_run(path: Path) -> bool:
    """Whether ``path`` is a folder that holds a run."""
    return (path / _DESIGN).is_file() and (path / _CARD).is_file()


def require_free(path: Path) -> None:
    """FileError unless ``path`` does not exist, or is an empty folder, or one in which a run was about to begin when its process
    was killed."""
    try:
        if path.is_dir() and (not any(path.iterdir()) or _is_unborn(path)):
            return
    except OSError as error:
        raise file_error(path, error, "read") from error
    if is_run(path):
        raise FileError(f"'{path}' already holds a run", "Choose another folder, or go on with that run: resume RUN.")
    if path.exists():
        raise FileError(f"'{path}' already exists and is not empty", "Choose a new or empty folder.")


def _is_unborn(path: Path) -> bool:
    """Whether all that is in the folder ``path`` is the beginning of a run: its lock, and nothing that was trained."""
    inside = {entry.name for entry in path.iterdir()}
    rest = {name for name in inside - _OWN if not is_temporary(name)}
    return LOCK in inside and not rest and not any(any((path / name).glob("*")) for name in ("checkpoints", "filmstrip"))


def _empty(path: Path) -> None:
    """Take away what is in the folder of a run that could not begin, so that it is free for the next attempt."""
    for name in (METRICS, _DESIGN, _CARD):
        with suppress(OSError):
            (path / name).unlink()
    for name in ("checkpoints", "filmstrip"):
        with suppress(OSError):
            (path / name).rmdir()


def require_no_nest(path: Path) -> None:
    """FileError where ``path`` lies in the folder of a run: saving a run again does not put it into itself."""
    around = next((folder for folder in path.absolute().parents if is_run(folder)), None)
    if around is not None:
        raise FileError(f"'{path}' lies in the folder of the run '{around.name}'", "Choose a folder beside it.")


def save_run(
    path: Path,
    design: NetworkDesign,
    config: TrainingConfig,
    data_name: str,
    data: DataSet,
    history: History,
    state: TrainingState,
    frames: Iterable[Frame] = (),
    *,
    over: bool = False,
) -> RunFolder:
    """Write a complete run folder from memory: all of it or, on FileError, nothing. An older run in ``path`` is replaced
    only with ``over``; anything else that is there is never touched."""
    if path.is_symlink():
        path = path.resolve()  # a link to a run stays one
    if not (over and is_run(path)):
        require_free(path)
    require_no_nest(path)
    make_folder(path.parent)
    build = path.with_name(f".layerscope-{secrets.token_hex(6)}")
    with RunLock(path) if is_run(path) else nullcontext() as lock:  # nobody may be writing what is replaced
        try:
            run = RunFolder.create(build, design, config, data_name, data, data.device.type)
            write_rows(build / METRICS, rows_of(history, _steps_per_epoch(state)))
            run.checkpoint(state)
            for frame in frames:
                run.frame(frame)
            if lock is not None and os.name == "nt":  # no folder with an open file in it can be moved there
                lock.release()
            _move_into_place(build, path)
        except BaseException:
            shutil.rmtree(build, ignore_errors=True)
            raise
    return RunFolder.open(path)


def _steps_per_epoch(state: TrainingState) -> int | None:
    return (state.step - state.batch) // state.epoch if state.epoch else None


def _move_into_place(build: Path, path: Path) -> None:
    old = path.with_name(build.name + ".old")
    try:
        if path.exists():
            path.rename(old)
        try:
            build.rename(path)
        except OSError:
            with suppress(OSError):
                old.rename(path)
            raise
    except OSError as error:
        raise file_error(path, error, "write") from error
    shutil.rmtree(old, ignore_errors=True)
