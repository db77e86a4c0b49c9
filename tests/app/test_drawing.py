"""When pictures are drawn: piece by piece within their share while something trains, at once when nothing does."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.drawing import ALL_SHARE, DRAW_SHARE, GAP, SLOWEST, Drawing, Piece
from app.pace import Pace
from widgets.common.soon import Soon

COST = 0.004
EVERY = 0.1


class Scene:
    """Three pieces that take 4 ms each of a clock that only they and the test move."""

    def __init__(self) -> None:
        self.now, self.trains = 100.0, True
        self.drawn: list[tuple[float, str]] = []
        self.root = QWidget()
        together = Pace(ALL_SHARE, SLOWEST, quickest=GAP, clock=self.clock, busy=self.clock)
        self.drawing = Drawing(lambda: self.trains, pace=together)
        self.cost = COST
        self.pieces = tuple(self._piece(name) for name in "abc")
        self.a, self.b, self.c = self.pieces

    def clock(self) -> float:
        return self.now

    def _piece(self, name: str) -> Piece:
        def draw() -> None:
            self.drawn.append((self.now, name))
            self.now += self.cost

        piece = Piece(self.root, draw, EVERY)
        piece.pace = Pace(DRAW_SHARE, SLOWEST, quickest=EVERY, clock=self.clock, busy=self.clock)
        return piece

    @property
    def names(self) -> str:
        return "".join(name for _, name in self.drawn)

    def live(self, seconds: float) -> None:
        """What the timer does, on the scene's own clock; all pieces change all the time."""
        end = self.now + seconds
        while self.now < end:
            self.drawing.ask(*self.pieces)
            self.now += self.drawing._timer.interval() / 1000
            self.drawing._turn()


@pytest.fixture
def scene(qtbot: QtBot) -> Iterator[Scene]:
    made = Scene()
    qtbot.addWidget(made.root)
    yield made
    made.drawing._timer.stop()


def test_while_a_run_trains_every_piece_keeps_to_its_share(scene: Scene) -> None:
    start = scene.now
    scene.live(60)
    for name in "abc":
        share = scene.names.count(name) * COST / (scene.now - start)
        assert 0.9 * DRAW_SHARE <= share <= 1.05 * DRAW_SHARE, "it keeps to it, and uses it"


def test_what_costs_little_is_drawn_as_often_as_anybody_can_see_and_no_more(scene: Scene) -> None:
    scene.cost = 0.0002
    start = scene.now
    scene.live(20)
    for name in "abc":
        assert scene.names.count(name) == pytest.approx((scene.now - start) / EVERY, rel=0.1)


def test_many_costly_pieces_keep_to_one_share_together_and_each_gets_its_turn(scene: Scene) -> None:
    scene.pieces = tuple(scene._piece(name) for name in "abcdefghijklmnopqrst")
    start = scene.now
    scene.live(60)
    share = len(scene.drawn) * COST / (scene.now - start)
    assert 0.8 * ALL_SHARE <= share <= 1.05 * ALL_SHARE
    counts = [scene.names.count(name) for name in "abcdefghijklmnopqrst"]
    assert min(counts) >= max(counts) - 1


def test_one_piece_is_drawn_at_a_time_with_a_gap_behind_it(scene: Scene) -> None:
    scene.live(20)
    times = [time for time, _ in scene.drawn]
    assert min(after - before for before, after in itertools.pairwise(times)) >= scene.cost + GAP - 0.001


def test_a_costly_piece_is_drawn_all_the_same(scene: Scene) -> None:
    scene.cost = 0.2
    scene.live(20)
    assert min(scene.names.count(name) for name in "abc") > 8


def test_when_nothing_trains_every_change_is_drawn(scene: Scene) -> None:
    scene.trains = False
    for _ in range(30):
        scene.drawing.ask(scene.a)
    assert scene.names == "a" * 30


def test_who_moves_through_the_past_does_not_wait(scene: Scene) -> None:
    for _ in range(30):
        scene.drawing.ask(scene.a, scene.b)
        scene.drawing.now()
    assert scene.names == "ab" * 30


def test_what_had_to_wait_is_drawn_when_its_time_comes(scene: Scene, qtbot: QtBot) -> None:
    scene.drawing.ask(scene.a)
    with qtbot.waitSignal(scene.drawing.drawn, timeout=5000):
        pass
    scene.drawing.ask(scene.a)
    scene.drawing.ask(scene.a)
    assert scene.names == "a" and scene.drawing._timer.isActive()
    assert scene.drawing._timer.interval() == pytest.approx(1000 * COST / DRAW_SHARE, abs=2)
    scene.now += 1.0
    with qtbot.waitSignal(scene.drawing.drawn, timeout=5000):
        pass
    assert scene.names == "aa" and not scene.drawing._timer.isActive()


def test_a_piece_that_is_asked_for_later_but_due_sooner_does_not_wait_for_the_other(scene: Scene) -> None:
    scene.drawing.ask(scene.a)
    scene.drawing._turn()
    scene.drawing.ask(scene.a)  # not due for long
    scene.now += COST / ALL_SHARE
    scene.drawing.ask(scene.b)
    assert scene.drawing._timer.interval() <= 1000 * GAP + 1
    scene.drawing._turn()
    assert scene.names == "ab"


def test_the_end_of_a_run_is_drawn_at_once(scene: Scene) -> None:
    scene.drawing.ask(scene.a)
    scene.drawing._turn()
    scene.drawing.ask(scene.a, scene.b)
    scene.trains = False
    scene.drawing.ask()
    assert scene.names == "aab" and not scene.drawing._timer.isActive()


def test_what_still_waits_when_training_ends_is_drawn_by_the_timer(scene: Scene) -> None:
    scene.drawing.ask(scene.a, scene.b, scene.c)
    scene.trains = False
    scene.drawing._turn()
    assert scene.names == "abc" and not scene.drawing._timer.isActive()


def test_what_a_piece_puts_off_is_done_with_it(scene: Scene, qtbot: QtBot) -> None:
    done: list[str] = []
    inside, outside = QWidget(scene.root), QWidget()
    qtbot.addWidget(outside)
    soons = {"inside": Soon(inside), "outside": Soon(outside)}
    for name, soon in soons.items():
        soon.due.connect(lambda name=name: done.append(name))
    piece = Piece(scene.root, lambda: [soon.ask() for soon in soons.values()], EVERY)
    scene.trains = False
    scene.drawing.ask(piece)
    assert done == ["inside"]
    qtbot.waitUntil(lambda: done == ["inside", "outside"])


def test_a_piece_is_no_sooner_due_than_it_may_be_drawn(scene: Scene) -> None:
    piece = Piece(scene.root, lambda: None, 10.0)
    scene.drawing.ask(piece)
    scene.drawing._turn()
    assert 9.0 < piece.pace.wait <= 10.0
