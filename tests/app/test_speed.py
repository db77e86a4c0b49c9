"""The speed of training in the window: the slider, its keys, what is kept, and how the program's example begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import start
from app.document import Document
from app.program import DEMO, Program
from app.settings import Settings, SettingsFile
from app.speed import EXAMPLE_PACE, FULL
from engine.files.design_file import save_design
from engine.training.messages import RunState
from tests.app.conftest import TINY, close_program, open_file
from widgets.transport.speed import PACES

Until = Callable[[Callable[[], bool]], None]
Make = Callable[..., Program]


@pytest.fixture
def make(qapp: QApplication, tmp_path: Path) -> Iterator[Make]:
    """Programs that share their settings; each is closed at the end."""
    made: list[Program] = []

    def make(document: Document = DEMO, pace: float | None = None) -> Program:
        settings = SettingsFile(tmp_path / "settings.json")
        if pace is not None:
            settings.write(Settings(steps_per_second=pace))
        made.append(Program(qapp, settings, document))
        return made[-1]

    yield make
    for program in made:
        close_program(program)


def test_the_example_begins_slowly_until_somebody_chooses(make: Make) -> None:
    """It was over before anyone had looked."""
    speed = make().parts.speed
    assert speed.pace == EXAMPLE_PACE and speed.chosen is None
    speed.full()
    assert speed.pace is None and speed.chosen == FULL


def test_other_networks_begin_at_full_speed(make: Make) -> None:
    program = make(Document(TINY, "digits"))
    assert program.parts.speed.pace is None
    program.parts.session.open(DEMO)
    assert program.parts.speed.pace == EXAMPLE_PACE
    program.parts.session.open(Document(TINY, "digits"))
    assert program.parts.speed.pace is None


def test_a_design_that_is_only_called_like_the_example_begins_at_full_speed(make: Make, tmp_path: Path) -> None:
    """Also the example itself, once it is somebody's own file; edited or saved it keeps its pace, and so do its runs."""
    program = make(Document(TINY.renamed(DEMO.design.name), "digits"))
    session, speed = program.parts.session, program.parts.speed
    assert speed.pace is None
    session.open(DEMO)
    session.apply("More filters", lambda design: design.with_layers(design.layers[:-1]))
    assert speed.pace == EXAMPLE_PACE
    assert program.parts.saver._save_to(tmp_path / "mine.design.json", under_its_name=True) and program.parts.saver.finish()
    assert speed.pace == EXAMPLE_PACE
    save_design(tmp_path / "copy.design.json", DEMO.design)
    assert open_file(program, tmp_path / "copy.design.json") and speed.pace is None


def test_the_speed_is_kept_between_starts(make: Make) -> None:
    first = make(Document(TINY, "digits"))
    first.parts.speed.choose(8.0)
    first.leave()
    second = make()
    assert second.parts.speed.pace == 8.0
    assert second.parts.window.transport.speed.words == "8 steps/s"
    assert not second.parts.session.modified  # it is no part of the document


def test_the_demo_begins_slowly_whatever_was_chosen_and_forgets_nothing(make: Make) -> None:
    program = make(pace=FULL)
    assert program.parts.speed.pace is None
    program.parts.speed.demonstrate()
    assert program.parts.speed.pace == EXAMPLE_PACE
    program.leave()
    assert program.settings.read().steps_per_second == FULL


def test_a_setting_that_makes_no_sense_is_passed_over(make: Make) -> None:
    assert make(Document(TINY, "digits"), pace=-3.0).parts.speed.pace is None
    assert make(Document(TINY, "digits"), pace=1e-300).parts.speed.pace == 1.0, "no thread can wait so long"


def test_the_slider_and_the_keys_change_a_run_that_is_alive(program: Program, qtbot: QtBot, until: Until) -> None:
    parts = program.parts
    parts.speed.choose(1.0)
    program.commands.toggle()
    until(lambda: parts.runs.shown is not None and parts.runs.shown.state is RunState.RUNNING)
    run = parts.runs.shown
    assert run is not None and run.pace == 1.0
    qtbot.keyClick(parts.window, Qt.Key.Key_Greater)
    assert run.pace == 2.0
    qtbot.keyClick(parts.window, Qt.Key.Key_Less)
    assert run.pace == 1.0
    qtbot.keyClick(parts.window.transport.speed.slider, Qt.Key.Key_Right)
    assert run.pace == 2.0 and parts.speed.chosen == 2.0
    parts.window.transport.speed.slider.setValue(len(PACES) - 1)
    assert run.pace is None
    until(lambda: run.state is RunState.FINISHED)


def test_every_step_of_a_slow_run_reaches_the_views(program: Program, until: Until, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = program.parts
    parts.speed.choose(2.0)
    drawn: list[int] = []
    view = next(view for view in parts.window.workspaces.stage.visible_views() if view.name == "predictions")
    show = view.show_snapshot

    def shown(snapshot, focus) -> None:  # type: ignore[no-untyped-def]
        drawn.append(snapshot.step)
        show(snapshot, focus)

    monkeypatch.setattr(view, "show_snapshot", shown)
    program.commands.toggle()
    until(lambda: bool(drawn) and drawn[-1] >= 4)
    program.commands.toggle()
    until(lambda: parts.runs.shown is not None and parts.runs.shown.state is RunState.PAUSED)
    assert [*dict.fromkeys(drawn)][:5] == list(range(5))


def test_the_option_demo_begins_slowly(make: Make, monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    made = make(pace=FULL)
    monkeypatch.setattr(made.parts.loader, "start", lambda: None)
    monkeypatch.setattr(start, "Program", lambda _: made)
    deaf = SimpleNamespace(came=SimpleNamespace(connect=lambda _: None), close=lambda: None)
    monkeypatch.setattr(start, "Signals", lambda *_: deaf)
    monkeypatch.setattr(start, "make_application", lambda: SimpleNamespace(exec=lambda: 0))
    assert start.run_window(None, demo=True) == 0
    assert made.parts.speed.pace == EXAMPLE_PACE and made.parts.window.transport.speed.words == "4 steps/s"
