"""Presentation: few views, large, on the whole screen; and back exactly as before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QTabBar
from pytestqt.qtbot import QtBot

from app.program import Program
from app.settings import SettingsFile
from engine.training.messages import RunState
from engine.words import percent
from tests.app.conftest import close_program, make_program
from tests.widgets import made_up
from widgets.common.curves import CurvePlot
from widgets.places import MINIMUM


def state(program: Program) -> dict[str, object]:
    """All that has to come back."""
    window = program.parts.window
    stage = window.workspaces.stage
    docks = {view.name: stage.docks[view.name].geometry().getRect() for view in stage.visible_views()}
    open_ = sorted(name for name, dock in stage.docks.items() if stage.is_open(name))
    panels = {name: (panel.isVisible(), panel.width()) for name, panel in (("n", window.network), ("i", window.inspector))}
    bars = (window.top_bar.height(), window.transport.height())
    chips = [chip.isVisible() for chip in window.top_bar.chips.values()]
    place = (window.isMaximized(), window.isFullScreen(), window.geometry().getRect())
    return {"docks": docks, "open": open_, "panels": panels, "bars": bars, "chips": chips, "place": place} | {
        "scale": program.parts.look.scale,
        "contrast": program.parts.look.high_contrast,
    }


def settled(program: Program, qtbot: QtBot) -> dict[str, object]:
    """The state, once nothing moves any more."""
    seen = [state(program)]

    def is_still() -> bool:
        seen.append(state(program))
        return seen[-1] == seen[-2]

    qtbot.wait(200)
    qtbot.waitUntil(is_still)
    return seen[-1]


def press(program: Program, qtbot: QtBot, key: Qt.Key) -> None:
    qtbot.keyClick(program.parts.window, key)
    qtbot.wait(80)


def put_in_small_window(program: Program, qtbot: QtBot) -> None:
    program.commands.choose_workspace("watch")
    program.parts.window.resize(1280, 720)
    qtbot.wait(80)


def filters_in_front(program: Program) -> None:
    program.parts.window.workspaces.stage.open_view("filters")


def one_view_enlarged(program: Program) -> None:
    program.parts.window.workspaces.stage.toggle_enlarged("predictions")


def views_closed_and_panels_hidden(program: Program) -> None:
    program.parts.window.workspaces.stage.close_view("headline")
    program.parts.window.sides.show_side("inspector", False)


def larger_text(program: Program) -> None:
    program.parts.appearance.larger()
    program.parts.window.banner.hide()


def maximised(program: Program) -> None:
    program.parts.window.showMaximized()


BEFORE = [filters_in_front, one_view_enlarged, views_closed_and_panels_hidden, larger_text, maximised]


@pytest.mark.parametrize("before", BEFORE)
def test_it_leads_back_exactly_as_before(program: Program, qtbot: QtBot, before: Callable[[Program], None]) -> None:
    back = Qt.Key.Key_Escape if BEFORE.index(before) % 2 else Qt.Key.Key_F11
    put_in_small_window(program, qtbot)
    before(program)
    as_it_was = settled(program, qtbot)
    press(program, qtbot, Qt.Key.Key_F11)
    window = program.parts.window
    assert window.isFullScreen() and window.actions_table["view.presentation"].isChecked()
    assert state(program) != as_it_was
    press(program, qtbot, back)
    qtbot.waitUntil(lambda: state(program) == as_it_was, timeout=3000)
    assert not window.actions_table["view.presentation"].isChecked()


def test_another_workspace_is_presented_too_and_comes_back(program: Program, qtbot: QtBot) -> None:
    put_in_small_window(program, qtbot)
    states = {}
    for name in ("design", "watch"):
        program.commands.choose_workspace(name)
        states[name] = settled(program, qtbot)
    press(program, qtbot, Qt.Key.Key_F11)
    program.commands.choose_workspace("design")
    qtbot.wait(80)
    stage = program.parts.window.workspaces.stage
    assert 1 <= len(stage.visible_views()) <= 4 and not tab_bars(program)
    press(program, qtbot, Qt.Key.Key_Escape)
    for name in ("design", "watch"):
        program.commands.choose_workspace(name)
        qtbot.waitUntil(lambda name=name: state(program) == states[name], timeout=3000)


def tabs(program: Program) -> list[list[str]]:
    return sorted([bar.tabText(place) for place in range(bar.count())] for bar in tab_bars(program))


def every_workspace(program: Program, qtbot: QtBot) -> dict[str, object]:
    """What each of them shows, once nothing moves any more."""
    seen = {}
    for name in ("design", "watch", "probe"):
        program.commands.choose_workspace(name)
        seen[name] = settled(program, qtbot), tabs(program)
    return seen


def are_alike(now: dict[str, object], before: dict[str, object]) -> bool:
    """But for a few pixels, which Qt divides in its own way."""
    places = [
        {(name, dock): box for name, (state, _) in seen.items() for dock, box in state["docks"].items()} for seen in (now, before)
    ]
    rest = [{name: ({**state, "docks": ()}, tabs) for name, (state, tabs) in seen.items()} for seen in (now, before)]
    same = places[0].keys() == places[1].keys() and rest[0] == rest[1]
    return same and all(box == pytest.approx(places[1][which], abs=4) for which, box in places[0].items())


@pytest.mark.parametrize("visited", [(), ("probe", "watch", "design")])
@pytest.mark.parametrize("moved", [False, True])
def test_large_text_leaves_no_tabs_behind(program: Program, qtbot: QtBot, visited: tuple[str, ...], *, moved: bool) -> None:
    """At 250 % the bar of all six tabs stayed over the stage that was not in sight, and at 100 % the plots had no height."""
    put_in_small_window(program, qtbot)
    usual = every_workspace(program, qtbot)
    program.commands.look.set_scale(2.5)
    before = every_workspace(program, qtbot)
    if moved:
        program.parts.window.workspaces.stages["watch"].close_view("headline")
        before = every_workspace(program, qtbot)
    program.commands.choose_workspace("design")
    press(program, qtbot, Qt.Key.Key_F11)
    for name in visited:
        program.commands.choose_workspace(name)
        qtbot.wait(80)
    press(program, qtbot, Qt.Key.Key_F11)
    assert are_alike(every_workspace(program, qtbot), before)
    program.commands.look.set_scale(1.0)
    assert moved or are_alike(every_workspace(program, qtbot), usual)


def tab_bars(program: Program) -> list[QTabBar]:
    stage = program.parts.window.workspaces.stage
    bars = [bar for bar in stage.findChildren(QTabBar) if bar.isVisible() and bar.count()]
    return [bar for bar in bars if bar.geometry().intersects(stage.rect())]  # Qt keeps one that it has put away


@pytest.mark.parametrize("size", [(1280, 720), (1600, 1000), (1920, 1080)])
def test_few_views_are_large_and_everything_else_is_away(program: Program, qtbot: QtBot, size: tuple[int, int]) -> None:
    put_in_small_window(program, qtbot)
    window = program.parts.window
    press(program, qtbot, Qt.Key.Key_F11)
    window.resize(*size)  # as a projector's screen
    qtbot.wait(150)
    window.workspaces.draw(made_up.snapshot())
    qtbot.wait(100)
    stage, look = window.workspaces.stage, program.parts.look
    views = stage.visible_views()
    assert 3 <= len(views) <= 4 and {"feature_maps", "loss"} <= {view.name for view in views}
    assert {"input_image", "predictions"} & {view.name for view in views}, "nobody saw what the network answers"
    assert not tab_bars(program), "no title is cut by a tab"
    for view in views:
        dock = stage.docks[view.name]
        assert dock.width() >= look.px(MINIMUM[0]) - 12 and dock.height() >= look.px(MINIMUM[1]) - 12, view.name
        assert stage.rect().contains(dock.geometry()) and dock.header.words.width() >= dock.header.words.sizeHint().width()
        for plot in view.findChildren(CurvePlot):
            assert plot.area().height() >= look.px(60), "a plot without height says nothing"
    assert not window.network.isVisible() and not window.inspector.isVisible()
    assert not any(button.isVisible() for button in (*window.top_bar.chips.values(), window.top_bar.views_button))
    assert not any(handle.isVisible() for handle in window.sides.handles.values())
    transport = window.transport
    assert transport.height() == look.px(50) and transport.run_button.isVisible() and transport.timeline.isVisible()
    assert look.font(11).pixelSize() >= 18, "the smallest text, for the last row"
    qtbot.mouseClick(window.top_bar.back_button, Qt.MouseButton.LeftButton)
    assert not program.parts.presentation.is_on


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0, 2.5])
@pytest.mark.parametrize("front", ["input_image", "predictions"])
def test_an_answer_of_the_network_is_among_the_few(program: Program, qtbot: QtBot, scale: float, front: str) -> None:
    put_in_small_window(program, qtbot)
    program.commands.look.set_scale(scale)
    qtbot.wait(80)
    program.parts.window.workspaces.stage.open_view(front)
    press(program, qtbot, Qt.Key.Key_F11)
    program.parts.window.resize(1280, 720)
    qtbot.wait(150)
    seen = {view.name for view in program.parts.window.workspaces.stage.visible_views()}
    assert {"input_image", "predictions"} & seen and len(seen) > 1
    press(program, qtbot, Qt.Key.Key_F11)


def test_a_workspace_without_views_is_presented_too(program: Program, qtbot: QtBot) -> None:
    put_in_small_window(program, qtbot)
    stage = program.parts.window.workspaces.stage
    for view in stage.views:
        stage.close_view(view.name)
    press(program, qtbot, Qt.Key.Key_F11)
    assert stage.visible_views() == [] and program.parts.presentation.is_on
    press(program, qtbot, Qt.Key.Key_F11)
    assert stage.visible_views() == []


def test_escape_is_nobodys_key_while_nothing_is_presented(program: Program, qtbot: QtBot) -> None:
    put_in_small_window(program, qtbot)
    press(program, qtbot, Qt.Key.Key_Escape)
    assert not program.parts.presentation.is_on


def test_a_program_that_ends_while_presenting_starts_as_before(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    first = make_program(qapp, tmp_path)
    put_in_small_window(first, qtbot)
    first.parts.window.sides.show_side("inspector", False)
    first.parts.window.workspaces.stage.close_view("headline")
    as_it_was = settled(first, qtbot)
    press(first, qtbot, Qt.Key.Key_F11)
    close_program(first)
    kept = SettingsFile(tmp_path / "settings.json").read()
    assert kept.scale == 1.0 and not kept.sides["inspector"].shown and kept.sides["network"].shown
    second = make_program(qapp, tmp_path)
    qtbot.wait(80)
    second.parts.window.resize(1280, 720)
    after = settled(second, qtbot)
    assert {key: after[key] for key in ("docks", "open", "panels", "scale")} == {
        key: as_it_was[key] for key in ("docks", "open", "panels", "scale")
    }
    close_program(second)


def test_offers_wait_until_the_presentation_ends_and_errors_do_not(program: Program, qtbot: QtBot) -> None:
    """The offer of an earlier session lay across what was presented, and came back behind each message."""
    banner = program.parts.window.banner
    banner.tell("An earlier session broke off.", ways=[("Bring back", lambda: None)], cause="offer", comes_back=True)
    press(program, qtbot, Qt.Key.Key_F11)
    assert banner.text == ""
    banner.tell("3 were left out.", comes_back=True)
    assert banner.text == ""
    banner.tell("The disk is full.", "error")
    assert banner.text == "The disk is full."
    banner.dismiss()
    assert banner.text == ""
    press(program, qtbot, Qt.Key.Key_F11)
    assert banner.text == "3 were left out."
    banner.dismiss()
    assert banner.text == "An earlier session broke off."


def test_an_offer_that_is_over_while_it_waits_does_not_come(program: Program, qtbot: QtBot) -> None:
    banner = program.parts.window.banner
    press(program, qtbot, Qt.Key.Key_F11)
    banner.tell("An earlier session broke off.", cause="offer", comes_back=True)
    banner.cured("offer")
    press(program, qtbot, Qt.Key.Key_F11)
    assert banner.text == ""


@pytest.mark.parametrize(("size", "scale"), [((1280, 720), 1.0), ((1280, 720), 2.0), ((1920, 1080), 1.0)])
def test_how_good_the_network_is_can_be_read_from_the_last_row(
    program: Program, qtbot: QtBot, until: Callable, size: tuple[int, int], scale: float
) -> None:
    """While presenting nothing said it: there was no room for the curve."""
    program.commands.toggle()
    until(lambda: program.parts.runs.shown is not None and program.parts.runs.shown.state is RunState.FINISHED)
    bar, run = program.parts.window.top_bar, program.parts.runs.shown
    assert not bar.headline.isVisible()
    program.parts.look.set_scale(scale)
    press(program, qtbot, Qt.Key.Key_F11)
    program.parts.window.resize(*size)
    accuracy = percent(float(run.history["validation/accuracy"].values[-1]))
    until(lambda: bar.headline.isVisible() and bar.headline.text().endswith(accuracy))
    assert QFontMetrics(bar.headline.font()).capHeight() >= 20, "a letter is as high as a thirty-sixth of a screen of 720"
    assert bar.headline.width() >= bar.headline.sizeHint().width() and bar.rect().contains(bar.headline.geometry())
    program.parts.viewpoint.go_to(0)
    until(lambda: accuracy not in bar.headline.text())
    press(program, qtbot, Qt.Key.Key_F11)
    assert not bar.headline.isVisible()
