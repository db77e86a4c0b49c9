"""The two side panels: hidden and brought back, folded away where there is no room, and never wider than the stage can bear."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from widgets.sides import LEAST_STAGE, SIDES, Sides, SideState, room_for, side_widths
from widgets.theme import Look


@pytest.fixture
def sides(qtbot: QtBot) -> Sides:
    made = Sides(Look(), QWidget(), QWidget(), QWidget())
    qtbot.addWidget(made)
    made.resize(1280, 600)
    made.show()
    return made


def widths(sides: Sides) -> list[int]:
    return [sides.splitter.widget(at).width() if sides.splitter.widget(at).isVisible() else 0 for at in range(3)]


def test_a_panel_is_hidden_and_comes_back_as_wide_as_it_was(sides: Sides, qtbot: QtBot) -> None:
    before = widths(sides)
    assert before[0] == 350 and before[2] == 300
    for side in SIDES:
        with qtbot.waitSignal(sides.changed):
            sides.toggle(side.name)
        assert not sides.is_shown(side.name) and sides.handles[side.name].isVisible()
        qtbot.waitUntil(lambda: sum(widths(sides)) > 1240)
        assert widths(sides)[1] > before[1] + 200, "the stage has the room"
        qtbot.mouseClick(sides.handles[side.name], Qt.MouseButton.LeftButton)
        assert sides.is_shown(side.name) and not sides.handles[side.name].isVisible()
        qtbot.waitUntil(lambda: widths(sides) == before)


@pytest.mark.parametrize("scale", [0.9, 1.0, 1.5, 2.0, 2.5])
@pytest.mark.parametrize("width", [960, 1280, 1600, 2560])
def test_the_stage_always_has_its_least_width(qtbot: QtBot, scale: float, width: int) -> None:
    look = Look()
    sides = Sides(look, QWidget(), QWidget(), QWidget())
    qtbot.addWidget(sides)
    sides.resize(width, 600)
    sides.show()
    look.set_scale(scale)
    qtbot.wait(20)
    least = {side.name: look.px(side.least) for side in SIDES}
    shown = [side.name for side in SIDES if sides.is_shown(side.name)]
    assert widths(sides)[1] >= look.px(LEAST_STAGE) - 2
    assert all(
        wide >= least[name] - 2 for name, wide in zip(("network", "", "inspector"), widths(sides), strict=True) if name in shown
    )
    assert "network" in shown or width < look.px(LEAST_STAGE + SIDES[0].least + 14), "the list goes last"


def test_where_one_has_room_the_one_asked_for_last_is_seen(sides: Sides) -> None:
    sides.resize(600, 600)
    assert sides.is_shown("network") and not sides.is_shown("inspector")
    sides.toggle("inspector")
    assert sides.is_shown("inspector") and not sides.is_shown("network")
    sides.resize(1280, 600)
    assert sides.is_shown("inspector") and sides.is_shown("network"), "with room both are there"


def test_state_and_widths_are_kept_in_grid_pixels(sides: Sides, qtbot: QtBot) -> None:
    sides.splitter.setSizes([420, 560, 280])
    sides.splitter.splitterMoved.emit(420, 1)
    sides.toggle("inspector")
    kept = {name: SideState.model_validate_json(each.model_dump_json()) for name, each in sides.state().items()}
    look = Look(scale=1.25)
    other = Sides(look, QWidget(), QWidget(), QWidget())
    qtbot.addWidget(other)
    other.restore(kept)
    other.resize(2000, 600)
    other.show()
    assert not other.is_shown("inspector")
    qtbot.waitUntil(lambda: abs(widths(other)[0] - 420 * 1.25) <= 2)
    other.restore({"no such panel": SideState(shown=False)})
    assert other.is_shown("network") and other.is_shown("inspector")


@pytest.mark.parametrize("width", [float("inf"), float("nan"), -1.0, 1e300])
def test_widths_that_make_no_sense_are_passed_over(sides: Sides, width: float) -> None:
    sides.restore({"network": SideState(width=width)})
    assert widths(sides)[1] >= LEAST_STAGE


def test_the_keyboard_does_not_stay_in_a_panel_that_is_away(qtbot: QtBot) -> None:
    panel, field = QWidget(), QLineEdit()
    QVBoxLayout(panel).addWidget(field)
    sides = Sides(Look(), panel, QWidget(), QWidget())
    qtbot.addWidget(sides)
    sides.resize(1280, 600)
    sides.show()
    sides.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    sides.toggle("network")
    assert sides.window().focusWidget() is not field and not sides.handles["network"].hasFocus()


def test_room_and_widths_in_numbers() -> None:
    assert room_for(2000, ["inspector", "network"]) == {"inspector", "network"}
    assert room_for(LEAST_STAGE + 236, ["inspector", "network"]) == {"network"}
    assert room_for(LEAST_STAGE + 235, ["inspector", "network"]) == {"inspector"}, "what fits is shown"
    assert room_for(300, ["inspector", "network"]) == set()
    assert side_widths(2000, {"network": 350, "inspector": 300}) == {"network": 350, "inspector": 300}
    squeezed = side_widths(853, {"network": 350, "inspector": 300})
    assert squeezed["network"] >= 236 and squeezed["inspector"] >= 224 and 853 - sum(squeezed.values()) >= LEAST_STAGE
