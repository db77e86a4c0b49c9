"""What the window draws of a run: the past at once even while it trains, live pictures at drawing's pace."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.changes import replace_config
from app.program import Program
from app.run.run_record import News
from engine.snapshot import Example, Snapshot, Tiles, Want
from engine.training.messages import RunState
from widgets.viewing.base import Focus


@pytest.fixture
def training(program: Program, until) -> Program:
    """A program whose run trains without end, and whose filters are never due to be drawn again."""
    program.parts.session.change("Set", lambda document: replace_config(document, {"epochs": 100_000}))
    program.commands.toggle()
    until(lambda: program.parts.runs.shown.progress is not None and program.parts.runs.shown.progress.step > 60)
    (view,) = program.parts.window.workspaces.views("filters")
    pace = program.presenter.of_the_run._piece(view).pace
    pace._next += 100_000.0
    pace.draw = lambda work: work()  # type: ignore[method-assign]
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
    assert view.snapshot.captured is viewpoint.snapshot.captured and view.snapshot.cursor == 10
    assert training.parts.window.transport.timeline.steps.past == 10


def test_new_points_alone_draw_the_curves_and_no_picture(program: Program, until) -> None:
    parts = program.parts
    program.commands.toggle()
    until(lambda: parts.runs.shown.state is RunState.FINISHED)
    parts.session.select(["c1"])
    until(lambda: parts.viewpoint.snapshot is not None and Want("filters", "c1") in parts.viewpoint.snapshot.captured)
    views = {name: parts.window.workspaces.views(name)[0] for name in ("loss", "filters", "predictions")}
    before = parts.viewpoint.snapshot
    drawn = {name: view.snapshot for name, view in views.items()}
    run = parts.runs.shown
    run.history.extend("train/loss", np.array([1e4]), np.array([0.5]))
    run.latest = before
    parts.viewpoint.follow(run, News.POINTS)
    assert parts.viewpoint.snapshot is not before
    assert views["loss"].snapshot is parts.viewpoint.snapshot
    assert views["loss"].plot.curve("train/loss").finite.steps[-1] == 1e4
    assert views["filters"].snapshot is drawn["filters"] and views["predictions"].snapshot is drawn["predictions"]
    parts.window.workspaces.set_focus(Focus("out"))
    assert views["filters"].focus.layer == "out", "another layer is drawn at once"


def test_a_view_that_reads_what_was_captured_is_drawn_when_that_was_captured_anew(program: Program, until) -> None:
    """And when another example is pinned, another layer chosen, or nothing was captured any more."""
    (view,) = program.parts.window.workspaces.views("filters")
    focus, want = Focus("c1"), Want("filters", "c1")
    one, other = (Tiles(np.zeros((1, 3, 3), np.uint8), np.zeros(1), np.ones(1), 1) for _ in range(2))
    design, pin = program.parts.session.document.design, Example(np.zeros((1, 8, 8), np.uint8), 0, "test image #0")
    before = Snapshot(5, 0.1, design, pinned=(pin,), captured={want: one, Want("predictions"): one})
    assert not view.is_changed(before, replace(before, captured={want: one, Want("predictions"): other}), focus)
    assert view.is_changed(before, replace(before, captured={want: other}), focus)
    assert view.is_changed(before, replace(before, captured={}), focus)
    assert view.is_changed(before, replace(before, pinned=(replace(pin),)), focus)
    assert view.is_changed(before, replace(before, design=replace(design, name="other")), focus)


@pytest.fixture
def endless(program: Program, until) -> Program:
    program.parts.session.change("Set", lambda document: replace_config(document, {"epochs": 100_000}))
    program.commands.toggle()
    until(lambda: program.parts.runs.shown.progress is not None and program.parts.runs.shown.progress.step > 60)
    return program


def test_the_way_back_to_live_shows_nothing_that_was_taken_while_nobody_looked(endless: Program, until) -> None:
    parts = endless.parts
    (view,) = parts.window.workspaces.views("filters")
    parts.session.select(["c1"])
    for _ in range(3):
        parts.window.transport.scrubbed.emit(10)
        until(lambda: parts.viewpoint.snapshot.step == 10)
        step = parts.runs.shown.progress.step
        until(lambda step=step: parts.runs.shown.progress.step > step + 30)  # snapshots come in which nothing is captured
        seen: list[Snapshot] = []
        parts.viewpoint.snapshot_changed.connect(lambda seen=seen: seen.append(parts.viewpoint.snapshot))
        parts.viewpoint.go_live()
        until(lambda seen=seen: bool(seen) and seen[-1].step > 10)
        assert all(Want("filters", "c1") in snapshot.captured for snapshot in seen)
        assert not view.is_empty and view.snapshot.step >= seen[0].step, "and all of it is drawn at once"


def test_curves_grow_while_the_past_is_looked_at(endless: Program, until) -> None:
    parts = endless.parts
    (loss,), (filters,) = (parts.window.workspaces.views(name) for name in ("loss", "filters"))
    parts.window.transport.scrubbed.emit(10)
    until(lambda: parts.viewpoint.snapshot.step == 10)
    past, points = filters.snapshot, len(loss.plot.curve("train/loss").finite)
    until(lambda: len(loss.plot.curve("train/loss").finite) > points + 20)
    assert filters.snapshot is past and parts.viewpoint.snapshot.step == 10
    assert parts.window.transport.timeline.steps.past == 10
