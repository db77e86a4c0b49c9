"""What the window draws of a run: the past at once even while it trains, live pictures at drawing's pace."""

from __future__ import annotations

import pytest

from app.changes import replace_config
from app.pace import Pace
from app.program import Program


@pytest.fixture
def training(program: Program, until) -> Program:
    """A program whose run trains without end, and whose drawing is never due again."""
    program.parts.session.change("Set", lambda document: replace_config(document, {"epochs": 100_000}))
    program.commands.toggle()
    until(lambda: program.parts.runs.shown.progress is not None and program.parts.runs.shown.progress.step > 60)
    pace = Pace(1.0)
    pace.draw(lambda: None)
    pace._next += 100_000.0
    pace.draw = lambda work: work()  # type: ignore[method-assign]
    program.presenter.of_the_run.drawing.pace = pace
    return program


def test_the_past_is_drawn_at_once_while_a_run_trains(training: Program, until) -> None:
    (view,) = training.parts.window.workspaces.views("filters")
    viewpoint = training.parts.viewpoint
    drawn = view.snapshot
    step = training.parts.runs.shown.progress.step
    until(lambda: viewpoint.snapshot is not drawn and training.parts.runs.shown.progress.step > step + 20)
    assert view.snapshot is drawn, "live pictures wait for their turn"
    training.parts.window.transport.scrubbed.emit(10)
    until(lambda: viewpoint.snapshot.step == 10)
    assert view.snapshot is viewpoint.snapshot
    assert training.parts.window.transport.timeline.cursor_step == 10
