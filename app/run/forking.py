"""Forking: a new run that goes on from a past step of another, which stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.changes import replace_config
from app.document import Document
from app.run.going_on import epochs_to, state_at
from app.run.live_run import LiveRun

if TYPE_CHECKING:
    from engine.training.filmstrip import Frame


def forked(run: LiveRun, document: Document, frame: Frame) -> LiveRun:
    """A run of ``document`` that stands at weights that ``run``, which is over, has kept, with its past up to there. Of the
    optimiser nothing was kept but at the very end: its memory begins anew."""
    from engine.training.filmstrip import Filmstrip

    assert run.data is not None and run.over is not None
    is_end = frame.step == run.over.step and not run.is_broken
    state = run.over if is_end else state_at(frame, run.over, run.batches)
    document = replace_config(document, {"epochs": epochs_to(run.document, document, state.epoch)})
    filmstrip = Filmstrip()
    for step in run.filmstrip.steps():
        if step <= frame.step and (kept := run.filmstrip.nearest(step)) is not None:
            filmstrip.add(kept)
    return LiveRun.opened(document, state, filmstrip, run.history.up_to(frame.step), run.data)
