"""The main states look as somebody who looked at them approved; tests/helpers/approved.py says how to renew them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import Document
from app.program import Program
from app.settings import SettingsFile
from engine.probing.result import HeatMap
from engine.snapshot import Snapshot, Want
from tests.app.conftest import close_program
from tests.helpers.approved import FAR_SHARE, MEAN_APART, difference, looks_as_approved, small
from tests.widgets import made_up


@pytest.fixture
def program(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    made = Program(qapp, SettingsFile(tmp_path / "settings.json"), Document(made_up.design()))
    made.parts.window.resize(1280, 800)
    made.parts.window.show()
    made.parts.loader.start()
    made.parts.loader.finish()
    qtbot.wait(50)
    yield made
    close_program(made)


def watch(program: Program, snapshot: Snapshot) -> None:
    program.commands.choose_workspace("watch")
    program.parts.session.select(["c1"])
    window = program.parts.window
    window.workspaces.draw(snapshot)
    window.network.set_history(snapshot.history, float("inf"))
    window.inspector.set_health(snapshot.history, float("inf"))


def watch_classes(program: Program) -> None:
    watch(program, made_up.snapshot())


def watch_pictures(program: Program) -> None:
    rows = made_up.pictures()
    captured = {
        Want("answer"): made_up.pictures(1),
        Want("predictions"): rows,
        Want("feature_maps", "c1"): made_up.feature_maps(),
    }
    watch(program, made_up.snapshot(task=made_up.RECONSTRUCT, captured=captured))


def watch_numbers(program: Program) -> None:
    watch(program, made_up.snapshot(task=made_up.REGRESS, captured={Want("predictions"): made_up.pairs()}))


def before_training(program: Program) -> None:
    program.commands.choose_workspace("watch")


def design(program: Program) -> None:
    program.commands.choose_workspace("design")
    program.commands.show_help("conv2d")


def design_error(program: Program) -> None:
    program.commands.choose_workspace("design")
    program.parts.session.apply("Break it", lambda design: design.with_parameters("c1", kernel=40))


def probe(program: Program) -> None:
    program.commands.choose_workspace("probe")
    rows, columns = np.mgrid[-1:1:28j, -1:1:28j]
    values = (np.exp(-8 * (rows**2 + columns**2)) - 0.3 * np.exp(-8 * ((rows - 0.6) ** 2 + columns**2))).astype(np.float32)
    result = HeatMap("P(4) is 97 %.", {"target": "4"}, values=values, picture=made_up.digit(4)[np.newaxis], meaning="red: needed")
    program.parts.window.probe_panel.show_result(result, "step 800, test image #4")


STATES: dict[str, Callable[[Program], None]] = {
    "before-training": before_training,
    "watch-classes": watch_classes,
    "watch-pictures": watch_pictures,
    "watch-numbers": watch_numbers,
    "design": design,
    "design-error": design_error,
    "probe": probe,
}


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("name", list(STATES))
def test_it_looks_as_approved(name: str, theme: str, program: Program, qtbot: QtBot) -> None:
    program.parts.look.set_theme(theme)
    STATES[name](program)
    qtbot.wait(300)
    looks_as_approved(program.parts.window, f"{name}-{theme}")


def test_a_wrong_picture_would_be_seen(program: Program, qtbot: QtBot) -> None:
    """Another theme, a missing panel and another state differ by more than what is let pass."""
    window = program.parts.window
    watch_classes(program)
    qtbot.wait(300)
    right = small(window)
    window.inspector.hide()
    qtbot.wait(100)
    without_inspector = small(window)
    window.inspector.show()
    program.commands.choose_workspace("design")
    qtbot.wait(100)
    for wrong in (without_inspector, small(window)):
        mean, far = difference(right, wrong)
        assert mean > MEAN_APART or far > FAR_SHARE
