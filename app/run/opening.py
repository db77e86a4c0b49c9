"""Opening: reads a run folder, with the data it learned from, into a LiveRun that can be looked at and gone on with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.document import Document
from app.run.live_run import LiveRun
from engine.data.pieces import Between, never
from engine.errors import DataError
from engine.training.messages import Ended


@dataclass(frozen=True, eq=False)
class OpenedRun:
    """What was found. Where the data cannot be had there is no ``run``, only its design. ``trouble`` says why, or what is to be
    known of the data."""

    folder: Path
    document: Document
    run: LiveRun | None
    trouble: str = ""
    failure: Ended | None = None  # its last word, where it has failed


def read_run(folder: Path, between: Between = never) -> Iterator[OpenedRun]:
    """A worker's job: the run in ``folder`` at its newest whole step, once, or one that has failed at its last
    kept step, with all that it had reported; ``between`` is called while its data are read. Raises
    FileError, DesignError or TrainingError, a sentence each."""
    from engine.data.load import load
    from engine.files.newest import find_newest, state_of
    from engine.files.run_folder import RunFolder
    from engine.training.filmstrip import Filmstrip

    stored = RunFolder.open(folder)
    design, config = stored.design, stored.config
    document, newest = Document(design, stored.data_name, config), find_newest(stored)
    try:
        loaded = load(stored.data_name, design.input_shape, config.seed, config.validation_share, between=between)
        data = stored.to_go_on_with(loaded)
    except DataError as error:
        told = DataError(f"Only the design of {folder.name} was opened: {error.problem}", error.suggestion)
        yield OpenedRun(folder, document, None, told.plainly())
        return
    state = newest.state
    if state is None:
        yield OpenedRun(folder, document, None, f"Only the design of {folder.name} was opened: it was not trained yet.")
        return
    history = stored.history()
    failure = stored.last_word()
    filmstrip, trouble = Filmstrip(), [newest.note] if newest.note else []
    for frame in stored.frames(tell=trouble.append):
        if frame.step <= state.step or failure is not None:
            filmstrip.add(frame)
    last = filmstrip.nearest(filmstrip.steps()[-1]) if filmstrip.steps() else None
    if last is not None and last.step > state.step:
        state = state_of(last, stored)
    run = LiveRun.opened(document, state, filmstrip, history if failure is not None else history.up_to(state.step), data)
    if failure is not None:
        run.fail(failure)
    yield OpenedRun(folder, document, run, " ".join([*trouble, *data.notes]), failure)
