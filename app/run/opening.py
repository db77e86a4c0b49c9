"""Opening: reads a run folder, with the data it learned from, into a LiveRun that can be looked at and gone on with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.document import Document
from app.run.live_run import LiveRun
from engine.errors import DataError


@dataclass(frozen=True, eq=False)
class OpenedRun:
    """What was found. Where the data cannot be had there is no ``run``, only its design. ``trouble`` says why, or what is to be
    known of the data."""

    folder: Path
    document: Document
    run: LiveRun | None
    trouble: str = ""


def read_run(folder: Path) -> Iterator[OpenedRun]:
    """A worker's job: the run in ``folder``, once. Raises FileError, DesignError or TrainingError, a sentence each."""
    from engine.data.load import load
    from engine.files.run_folder import RunFolder
    from engine.training.filmstrip import Filmstrip

    stored = RunFolder.open(folder)
    design, config = stored.design, stored.config
    document, state = Document(design, stored.data_name, config), stored.load_checkpoint()
    try:
        data = stored.to_go_on_with(load(stored.data_name, design.input_shape, config.seed, config.validation_share))
    except DataError as error:
        told = DataError(f"Only the design of {folder.name} was opened: {error.problem}", error.suggestion)
        yield OpenedRun(folder, document, None, str(told))
        return
    filmstrip = Filmstrip()
    for frame in stored.frames():
        filmstrip.add(frame)
    yield OpenedRun(folder, document, LiveRun.opened(document, state, filmstrip, stored.history(), data), " ".join(data.notes))
