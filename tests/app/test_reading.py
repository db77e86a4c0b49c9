"""While data are read or made: it is said, with how much is there, the button does not lie, and Stop works at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from app.program import Program
from app.run import live_run
from app.run.starting import getting
from engine.data import load as loading
from engine.data.dataset import DataSet
from engine.data.load import load as load_set
from engine.data.pieces import Between
from engine.training.messages import RunState

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Data come once this is set; until then 40 % of them are there."""
    go_on = threading.Event()

    def load(document, between: Between) -> DataSet:  # type: ignore[no-untyped-def]
        between(0.4)
        while not go_on.wait(0.01):
            between()
        return load_set(document.data, document.design.input_shape, 0, 0.1)

    monkeypatch.setattr(live_run, "load_data", load)
    yield go_on
    go_on.set()


def test_reading_is_said_with_its_share_until_the_first_step(program: Program, until: Until, held: threading.Event) -> None:
    """The button said Pause, nothing else said anything, and the views told people to press Space."""
    window, runs = program.parts.window, program.parts.runs
    program.commands.toggle()
    until(lambda: window.transport.timeline.accessibleDescription() == "Reading digits… 40 %")
    assert runs.shown is not None and runs.shown.state is RunState.READING
    assert window.transport.run_button.accessibleName() == "Pause before the first step"
    assert window.transport.run_button.toolTip() == "Pause before the first step (Space)"
    assert window.transport.stop_button.isEnabled() and not window.transport.step_button.isEnabled()
    views = window.workspaces.stage.visible_views()
    assert {view._empty.text() for view in views} == {"Reading digits…"}
    held.set()
    until(lambda: runs.shown is not None and runs.shown.state is RunState.FINISHED)
    assert window.transport.timeline.accessibleDescription() == ""


def test_stop_works_at_once_and_takes_the_words_away(program: Program, until: Until, held: threading.Event) -> None:
    window, runs = program.parts.window, program.parts.runs
    program.commands.toggle()
    until(lambda: runs.shown is not None and runs.shown.state is RunState.READING)
    runs.stop()
    until(lambda: runs.shown is not None and runs.shown.state is RunState.STOPPED)
    assert window.transport.timeline.accessibleDescription() == ""
    views = window.workspaces.stage.visible_views()
    assert {view._empty.text() for view in views} == {view.empty_text for view in views}


def test_the_button_does_what_it_says_while_data_are_read(program: Program, until: Until, held: threading.Event) -> None:
    window, runs = program.parts.window, program.parts.runs
    program.commands.toggle()
    until(lambda: runs.shown is not None and runs.shown.state is RunState.READING)
    window.transport.run_button.click()
    until(lambda: runs.shown is not None and runs.shown.state is RunState.PAUSED)
    assert window.transport.run_button.accessibleName() == "Resume"
    assert window.transport.timeline.accessibleDescription() == "Reading digits… 40 %"
    held.set()
    until(lambda: runs.shown is not None and runs.shown.latest is not None)
    assert runs.shown is not None and runs.shown.latest is not None and runs.shown.latest.step == 0
    window.transport.run_button.click()
    until(lambda: runs.shown is not None and runs.shown.state is RunState.FINISHED)


def test_what_is_made_is_not_said_to_be_read() -> None:
    assert getting("strokes") == "Making strokes"
    assert getting("mnist") == "Reading mnist"
    assert getting("/somewhere/photos") == "Reading photos"


def test_the_data_card_says_how_far_a_run_has_read(program: Program, until: Until, held: threading.Event) -> None:
    card = program.parts.window.data_card
    program.commands.toggle()
    until(lambda: card._title.text() == "Reading digits… 40 %")
    held.set()
    until(lambda: card._lines.text() != "")


def test_the_data_card_says_so_while_data_are_read_for_a_look(
    program: Program, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It said that they had not been read yet, while they were."""
    go_on, load = threading.Event(), loading.load

    def slow(*args, between: Between, **options):  # type: ignore[no-untyped-def]
        between(0.3)
        while not go_on.wait(0.01):
            between()
        return load(*args, between=between, **options)

    monkeypatch.setattr(loading, "load", slow)
    card, views = program.parts.window.data_card, program.parts.window.workspaces.stage.visible_views()
    assert card._title.text() == "digits has not been read yet: press Space to train on it."
    program.parts.untrained.start()
    assert card._title.text() == "Reading digits…"
    until(lambda: card._title.text() == "Reading digits… 30 %")
    assert {view._empty.text() for view in views} == {"Reading digits…"}
    go_on.set()
    until(lambda: card._lines.text() != "")
    assert not program.parts.untrained._looking.isActive()
