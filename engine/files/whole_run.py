"""Saving a run that is in memory as a folder: all of it or nothing, also in place of an older one."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from engine.design.network import NetworkDesign
from engine.files.atomic import file_error, make_folder
from engine.files.metrics_file import rows_of, write_rows
from engine.files.run_lock import RunLock
from engine.files.run_place import METRICS, is_run, require_free, require_no_nest
from engine.files.run_writer import RunWriter
from engine.snapshot import History
from engine.training.filmstrip import Frame
from engine.training.state import TrainingState

if TYPE_CHECKING:
    from engine.data.dataset import DataSet
    from engine.training.config import TrainingConfig


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
) -> RunWriter:
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
            run = RunWriter.create(build, design, config, data_name, data, data.device.type)
            write_rows(build / METRICS, rows_of(history, state.steps_per_epoch))
            run.checkpoint(state)
            for frame in frames:
                run.frame(frame)
            if lock is not None and os.name == "nt":  # no folder with an open file in it can be moved there
                lock.release()
            _move_into_place(build, path)
        except BaseException:
            shutil.rmtree(build, ignore_errors=True)
            raise
    return RunWriter.open(path)


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
