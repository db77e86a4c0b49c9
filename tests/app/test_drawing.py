"""When pictures are drawn: within their share of the time while something trains, at once when nothing does."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.drawing import DRAW_SHARE, Drawing
from app.pace import Pace

COST = 0.004


class Scene:
    """A drawing that takes 4 ms of a clock that only it and the test move."""

    def __init__(self) -> None:
        self.now, self.drawn, self.trains = 100.0, 0, True
        self.drawing = Drawing(self._draw, lambda: self.trains, Pace(DRAW_SHARE, slowest=0.5, clock=lambda: self.now))

    def _draw(self) -> None:
        self.now += COST
        self.drawn += 1


@pytest.fixture
def scene(qapp) -> Scene:
    return Scene()


def test_while_a_run_trains_drawing_keeps_to_its_share(scene: Scene) -> None:
    start = scene.now
    while scene.now < start + 60:
        scene.drawing.ask()
        scene.now += 0.001
    assert scene.drawn * COST <= 1.05 * DRAW_SHARE * 60
    assert scene.drawn * COST >= 0.9 * DRAW_SHARE * 60, "and it uses its share"


def test_when_nothing_trains_every_change_is_drawn(scene: Scene) -> None:
    scene.trains = False
    for _ in range(30):
        scene.drawing.ask()
    assert scene.drawn == 30


def test_who_moves_through_the_past_does_not_wait(scene: Scene) -> None:
    for _ in range(30):
        scene.drawing.now()
    assert scene.drawn == 30


def test_what_had_to_wait_is_drawn_when_its_time_comes(scene: Scene, qtbot: QtBot) -> None:
    scene.drawing.ask()
    scene.drawing.ask()
    assert scene.drawn == 1 and scene.drawing._timer.isActive()
    assert scene.drawing._timer.interval() == pytest.approx(1000 * COST / DRAW_SHARE, abs=2)
    scene.now += 1.0
    with qtbot.waitSignal(scene.drawing.drawn, timeout=5000):
        pass
    assert scene.drawn == 2 and not scene.drawing._timer.isActive()


def test_the_end_of_a_run_is_drawn_at_once(scene: Scene) -> None:
    scene.drawing.ask()
    scene.drawing.ask()
    scene.trains = False
    scene.drawing.ask()
    assert scene.drawn == 2 and not scene.drawing._timer.isActive()
