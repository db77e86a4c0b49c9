"""Every task in the window: a built-in network is opened, trained, watched, looked back on, asked, saved and gone on with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from app.changes import replace_config
from app.program import Program
from engine.snapshot import Bars, Pairs, PictureRows, Wall, Want
from engine.training.messages import RunState

ANSWER, OVERVIEW = Want("answer"), Want("predictions")
STEPS = 6


@dataclass(frozen=True)
class Case:
    """What is opened, and what it should show. ``fits``: whether the probe can be asked."""

    network: str
    task: str
    data: str
    headline: str
    answer: type
    overview: type
    probe: str
    fits: bool


CASES = [
    Case("lenet5", "classify", "digits", "Accuracy", Bars, Wall, "occlusion", True),
    Case("autoencoder", "reconstruct", "strokes", "", PictureRows, PictureRows, "occlusion", True),
    Case("mask_small", "to_image", "shapes", "", PictureRows, PictureRows, "occlusion", True),
    Case("regression_mlp", "regress", "hills", "", Bars, Pairs, "occlusion", False),
]


def trained_some(program: Program, case: Case, until: Callable[[Callable[[], bool]], None]) -> None:
    """Open from the menu, train a few steps, pause."""
    parts = program.parts
    parts.window.actions_table[f"zoo.{case.network}"].trigger()
    document = parts.session.document
    assert document.data == case.data and not parts.session.modified
    assert document.config.task is None or document.config.task.kind == case.task
    parts.window.actions_table["run.toggle"].trigger()
    until(lambda: parts.runs.shown is not None and parts.runs.shown.progress is not None)
    until(lambda: parts.runs.shown.state is RunState.FAILED or parts.runs.shown.progress.step >= STEPS)
    assert parts.runs.shown.state is not RunState.FAILED, parts.window.banner.text
    parts.window.actions_table["run.toggle"].trigger()
    until(lambda: parts.runs.shown.state is RunState.PAUSED)


def shows(program: Program, case: Case) -> bool:
    snapshot = program.parts.viewpoint.snapshot
    found = {} if snapshot is None else snapshot.captured
    return isinstance(found.get(ANSWER), case.answer) and isinstance(found.get(OVERVIEW), case.overview)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.task)
def test_every_task_from_the_menu_to_a_run_that_goes_on(program: Program, until, tmp_path: Path, case: Case) -> None:
    parts, window = program.parts, program.parts.window
    parts.session.change("Set", lambda document: replace_config(document, {"device": "cpu", "epochs": 40}))
    parts.saver.may_leave = lambda: True  # type: ignore[method-assign]
    trained_some(program, case, until)
    run, viewpoint = parts.runs.shown, parts.viewpoint
    assert run.problem.task.kind == case.task

    # The views show this kind of answer, live and past.
    until(lambda: shows(program, case))
    program.presenter.of_the_run.drawing.now()
    (headline,), (predictions,) = window.workspaces.views("headline"), window.workspaces.views("predictions")
    metric = viewpoint.snapshot.task.headline
    assert headline.title == metric.title if not case.headline else metric.title == case.headline
    assert not predictions.is_empty
    plot = predictions.scatter if case.overview is Pairs else predictions.grid
    assert predictions._kinds.currentWidget() is plot
    last = drawn(viewpoint.snapshot.captured[ANSWER])
    viewpoint.go_to(0)
    until(lambda: viewpoint.snapshot.step == 0 and shows(program, case))
    assert not np.array_equal(last, drawn(viewpoint.snapshot.captured[ANSWER])), "at step 0 it had learned nothing yet"
    viewpoint.go_live()

    # A probe answers where it fits, and says why where it does not.
    program.commands.look_inside(case.probe)
    until(lambda: not parts.probes.is_busy)
    panel = window.probe_panel
    if case.fits:
        assert not panel.canvas.is_empty
    else:
        assert panel.canvas.is_empty and "image" in panel._message.text()

    # Saved, opened again, gone on with.
    step = run.progress.step
    parts.saver.save_run_to(tmp_path / "run")
    until(lambda: (tmp_path / "run" / "config.json").exists())
    parts.opener.open_path(tmp_path / "run")
    until(lambda: parts.runs.shown is not run)
    opened = parts.runs.shown
    assert opened.problem.task.kind == case.task and opened.progress.step == step
    window.actions_table["view.watch"].trigger()
    until(lambda: shows(program, case))
    parts.window.actions_table["run.toggle"].trigger()
    until(lambda: opened.progress.step > step + 2)
    assert opened.state is RunState.RUNNING


def drawn(answer: Bars | PictureRows) -> np.ndarray:
    """The numbers of an answer."""
    return answer.values if isinstance(answer, Bars) else np.concatenate([np.ravel(row) for row in answer.rows])


def test_probes_that_cannot_be_asked_of_a_network_are_greyed_out_with_the_reason(program: Program, until) -> None:
    parts = program.parts
    buttons = parts.window.inspector.probes.buttons
    assert parts.opener.open_builtin("regression_mlp")
    program.commands.toggle()
    until(lambda: parts.runs.shown is not None and parts.runs.shown.data is not None)
    assert buttons and not any(button.isEnabled() for button in buttons.values())
    assert all("numbers" in button.toolTip() for button in buttons.values())
    assert parts.opener.open_builtin("softmax")
    assert all(button.isEnabled() and "numbers" not in button.toolTip() for button in buttons.values())
