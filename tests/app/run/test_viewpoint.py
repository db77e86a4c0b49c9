"""Viewpoints: live or past, of one run or of two, with pins; they always see what they look at, and disturb nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.changes import replace_config
from app.run.answers import Answers
from app.run.developing import Negative
from app.run.live_run import LiveRun
from app.run.run_record import News
from app.run.runs import Runs
from app.run.viewpoint import Viewpoint
from engine.capturing.develop import Darkroom
from engine.data.dataset import Split
from engine.design.network import NetworkDesign, layer
from engine.snapshot import Bars, Example, Tiles, Want
from engine.training.messages import RunState
from tests.app.conftest import TINY
from tests.app.run.conftest import ENDLESS, SHORT, has_trained, trained

FILTERS = Want("filters", "c1")
WATCH = frozenset({FILTERS})


@pytest.fixture
def until(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    return lambda condition: qtbot.waitUntil(condition, timeout=30_000)


def seen_step(viewpoint: Viewpoint) -> int:
    return viewpoint.snapshot.step if viewpoint.snapshot is not None else -1


def first_filter(viewpoint: Viewpoint) -> np.ndarray:
    return viewpoint.snapshot.get(FILTERS, Tiles).values(0)


def test_the_end_of_a_finished_run_and_its_past_are_developed(viewpoint: Viewpoint, finished: LiveRun, until) -> None:
    viewpoint.set_watch(WATCH)
    viewpoint.look_at(finished)
    until(lambda: seen_step(viewpoint) == finished.over.step)
    last = first_filter(viewpoint)
    assert viewpoint.snapshot.cursor is None and viewpoint.snapshot.history is finished.history
    viewpoint.go_to(-7)
    assert viewpoint.cursor == 0, "the nearest that was kept"
    viewpoint.go_to(2)
    assert viewpoint.cursor == 2 and viewpoint.is_past
    until(lambda: seen_step(viewpoint) == 2)
    kept = finished.frame(2).weights["c1.weight"][0, 0].numpy()
    np.testing.assert_allclose(first_filter(viewpoint), kept, atol=np.abs(kept).max() / 200)
    assert not np.allclose(last, kept, atol=1e-4) and viewpoint.snapshot.cursor == 2
    viewpoint.go_live()
    until(lambda: seen_step(viewpoint) == finished.over.step)


def test_two_look_at_one_run_at_two_steps(viewpoint: Viewpoint, answers: Answers, finished: LiveRun, until) -> None:
    other = Viewpoint(answers)
    for each, step in ((viewpoint, 0), (other, 20)):
        each.set_watch(WATCH)
        each.look_at(finished)
        each.go_to(step)
    until(lambda: (seen_step(viewpoint), seen_step(other)) == (0, 20))
    assert not np.allclose(first_filter(viewpoint), first_filter(other))


def test_live_and_past_of_a_run_that_trains(viewpoint: Viewpoint, answers: Answers, runs: Runs, until) -> None:
    past = Viewpoint(answers)
    runs.changed.connect(past.follow)
    runs.restart(ENDLESS)
    run = runs.shown
    for each in (viewpoint, past):
        each.set_watch(WATCH)
        each.look_at(run)
    until(lambda: has_trained(run, 60))
    past.go_to(10)
    until(lambda: seen_step(past) == 10)
    step = seen_step(viewpoint)
    until(lambda: seen_step(viewpoint) > step and viewpoint.snapshot.get(FILTERS, Tiles) is not None)
    assert seen_step(past) == 10, "the past stays where it is"
    assert run.state is RunState.RUNNING
    past.go_live()
    until(lambda: seen_step(past) > 60)


def test_looking_changes_no_number_of_the_run(viewpoint: Viewpoint, runs: Runs, until) -> None:
    document = replace_config(SHORT, {"epochs": 3})
    alone = trained(document)
    runs.restart(document)
    run = runs.shown
    viewpoint.look_at(run)
    viewpoint.set_watch(WATCH)
    until(lambda: has_trained(run, 5))
    viewpoint.go_to(2)
    viewpoint.pin_beside(1)
    viewpoint.set_watch(frozenset({FILTERS, Want("feature_maps", "r1")}))
    viewpoint.go_live()
    until(lambda: run.state is RunState.FINISHED)
    np.testing.assert_array_equal(run.history["train/loss"].values, alone.history["train/loss"].values)


def test_another_run_is_developed_in_a_darkroom_of_its_own(viewpoint: Viewpoint, finished: LiveRun, until) -> None:
    """Other layers of the same names and shapes, and other data: what was kept for the first would show wrong pictures."""
    maps = Want("feature_maps", "r1")
    other = trained(SHORT.with_design(_with_sigmoid()))
    viewpoint.set_watch(frozenset({maps}))
    viewpoint.look_at(finished)
    until(lambda: seen_step(viewpoint) == finished.over.step)
    viewpoint.look_at(other)
    until(lambda: seen_step(viewpoint) == other.over.step)
    assert viewpoint.snapshot.design is other.document.design
    expected = Darkroom(other.document.design, other.problem).develop(
        other.over.network, frozenset({maps}), (viewpoint.front,), other.over.step, 1.0
    )
    np.testing.assert_array_equal(viewpoint.snapshot.get(maps, Tiles).levels, expected.get(maps, Tiles).levels)
    np.testing.assert_array_equal(viewpoint.snapshot.get(maps, Tiles).low, expected.get(maps, Tiles).low)


def test_a_darkroom_serves_one_design_and_one_data_set(viewpoint: Viewpoint, finished: LiveRun) -> None:
    developing, design, problem = viewpoint._developing, finished.document.design, finished.problem
    room = developing._darkroom_for(design, problem)
    assert developing._darkroom_for(design, problem) is room
    other_data = replace(problem, data=replace(problem.data))
    second = developing._darkroom_for(design, other_data)
    assert second is not room
    assert developing._darkroom_for(_with_sigmoid(), other_data) is not second


def test_what_was_developed_for_a_run_that_is_left_is_not_shown(viewpoint: Viewpoint, finished: LiveRun, until) -> None:
    other, seen = trained(SHORT.with_design(_with_sigmoid())), []
    viewpoint.look_at(finished)  # its end is being developed
    viewpoint.snapshot_changed.connect(lambda: seen.append(viewpoint.snapshot.design))
    viewpoint.look_at(other)
    assert viewpoint.snapshot is None
    until(lambda: viewpoint.snapshot is not None and not viewpoint._developing._asker.is_busy)
    assert seen == [other.document.design]


def test_what_was_developed_before_the_run_went_on_is_not_shown(viewpoint: Viewpoint, runs: Runs, until, qtbot: QtBot) -> None:
    runs.restart(SHORT)
    run = runs.shown
    viewpoint.look_at(run)
    until(lambda: run.state is RunState.FINISHED)
    viewpoint.set_watch(WATCH)  # the end is being developed
    before = viewpoint.snapshot
    run.go_on(replace_config(SHORT, {"epochs": 10_000}))
    developed = Darkroom(run.document.design, run.problem).develop(run.filmstrip.nearest(0).weights, WATCH, (), 0, 0.0)
    viewpoint._developed(developed)
    assert viewpoint.snapshot is before


def test_dragging_faster_than_pictures_come_still_shows_some_and_ends_at_the_last(
    viewpoint: Viewpoint, finished: LiveRun, until, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    seen: list[int] = []
    begin = viewpoint._developing._begin

    def note(negative: Negative) -> None:
        begun.append(negative.frame.step)
        begin(negative)

    monkeypatch.setattr(viewpoint._developing, "_begin", note)
    viewpoint.look_at(finished)
    until(lambda: seen_step(viewpoint) == finished.over.step)
    viewpoint.snapshot_changed.connect(lambda: seen.append(seen_step(viewpoint)))
    begun.clear()
    for step in (0, 1, 2, 5, 10):
        viewpoint.go_to(step)
    until(lambda: seen_step(viewpoint) == 10 and not viewpoint._developing._asker.is_busy)
    assert begun == seen == [0, 10], "the one under way is finished, then comes the newest"


def test_pins_move_are_kept_and_unpinned(viewpoint: Viewpoint, finished: LiveRun, until) -> None:
    viewpoint.look_at(finished)
    until(lambda: viewpoint.front is not None)
    assert viewpoint.front.index == 0, "until somebody pins one, the run's own"
    viewpoint.pin_also()
    viewpoint.pin_beside(-1)
    last = len(finished.data.split("test")) - 1
    assert [pin.index for pin in viewpoint.pins.all] == [last, 0], "counted around the end"
    until(lambda: viewpoint.snapshot.front.index == last)
    viewpoint.unpin()
    assert [pin.index for pin in viewpoint.pins.all] == [0]
    until(lambda: viewpoint.snapshot.front.index == 0)


def test_pins_of_other_data_or_another_shape_go(viewpoint: Viewpoint, finished: LiveRun) -> None:
    file = Example(np.zeros((1, 8, 8), np.uint8), -1, "photo.png")
    viewpoint.look_at(finished)
    viewpoint.pin_index(3)
    viewpoint.pin_also()
    viewpoint.pin(file)
    viewpoint.look_at(LiveRun(replace_config(SHORT, {"seed": 4})))
    assert [pin.source for pin in viewpoint.pins.all] == ["photo.png", "test image #3"], "the same data: the same images"
    viewpoint.look_at(LiveRun(replace(SHORT, data="elsewhere")))
    assert [pin.source for pin in viewpoint.pins.all] == ["photo.png"]
    viewpoint.look_at(LiveRun(replace(SHORT, design=NetworkDesign("wide", (1, 9, 9), TINY.layers))))
    assert viewpoint.pins.all == ()


def darker(run: LiveRun) -> LiveRun:
    """A run over other data of the same name: each test image is another."""
    data = run.data
    test = data.split("test")
    other = replace(data, splits={**data.splits, "test": Split({**test.values, "image": test["image"] // 2})})
    twin = LiveRun(run.document)
    twin.data, twin.over, twin.filmstrip = other, run.over, run.filmstrip
    twin.frames = run.frames
    return twin


def test_a_pin_belongs_to_its_data_whatever_they_are_called(viewpoint: Viewpoint, finished: LiveRun, until) -> None:
    viewpoint.look_at(finished)
    viewpoint.pin_index(3)
    viewpoint.pin_also()
    viewpoint.look_at(darker(finished))
    assert viewpoint.pins.all == ()
    until(lambda: viewpoint.front is not None)
    np.testing.assert_array_equal(viewpoint.front.picture, viewpoint.run.problem.example("test", 0).picture)


def test_a_scrub_before_the_window_has_heard_of_the_data_shows_no_picture_of_the_old_ones(
    viewpoint: Viewpoint, finished: LiveRun, until
) -> None:
    """A new run keeps its first weights, and its data are there, before its mailbox is emptied for the first time."""
    viewpoint.set_watch(WATCH)
    viewpoint.look_at(finished)
    viewpoint.pin_index(3)
    young = darker(finished)
    data, young.data, young.over = young.data, None, None
    viewpoint.look_at(young)
    assert viewpoint.front.index == 3, "not known yet whether it is one of them"
    viewpoint.go_to(0)
    young.data = data
    viewpoint.go_to(1)
    until(lambda: viewpoint.snapshot is not None)
    np.testing.assert_array_equal(viewpoint.snapshot.front.picture, young.problem.example("test", 0).picture)
    viewpoint.follow(young, News.DATA)
    assert all(young.problem.holds(pin) for pin in viewpoint.pins.all)


def test_the_same_data_read_again_keep_their_pins(viewpoint: Viewpoint, runs: Runs, finished: LiveRun, until) -> None:
    viewpoint.look_at(finished)
    viewpoint.pin_index(3)
    runs.restart(SHORT)
    viewpoint.look_at(runs.shown)
    until(lambda: runs.shown.state is RunState.FINISHED and viewpoint.snapshot is not None)
    assert viewpoint.front.index == 3 and viewpoint.snapshot.front.index == 3


def test_without_a_run_nothing_happens(viewpoint: Viewpoint) -> None:
    moves = (partial(viewpoint.go_to, 3), partial(viewpoint.pin_beside, 1))
    for order in (viewpoint.go_live, viewpoint.pin_also, viewpoint.unpin, *moves):
        order()
    viewpoint.ask_weights(pytest.fail)
    assert viewpoint.snapshot is None and viewpoint.pins.all == () and not viewpoint.is_past


def _with_sigmoid() -> NetworkDesign:
    return TINY.with_layers(tuple(layer("r1", "sigmoid") if spec.id == "r1" else spec for spec in TINY.layers))


def test_a_second_pinned_example_is_captured_live_and_past(viewpoint: Viewpoint, runs: Runs, until) -> None:
    """Each is what the network makes of that example alone, in front or behind."""
    front, second = Want("answer"), Want("answer", subject=1)
    viewpoint.set_watch(frozenset({front, second}))
    runs.restart(ENDLESS)
    viewpoint.look_at(runs.shown)
    until(lambda: has_trained(runs.shown, 20) and viewpoint.front is not None)
    viewpoint.pin_index(3)
    viewpoint.pin_also()
    viewpoint.pin_index(5)

    def pinned() -> list[int]:
        return [] if viewpoint.snapshot is None else [example.index for example in viewpoint.snapshot.pinned]

    until(lambda: pinned() == [5, 3] and {front, second} <= viewpoint.snapshot.captured.keys())
    live = viewpoint.snapshot
    for want, example in zip((front, second), live.pinned, strict=True):
        assert live.get(want, Bars).truth == example.label
    assert not np.array_equal(live.get(front, Bars).values, live.get(second, Bars).values)

    viewpoint.go_to(10)
    until(lambda: seen_step(viewpoint) == 10 and pinned() == [5, 3])
    behind = viewpoint.snapshot.get(second, Bars).values
    viewpoint.unpin()
    until(lambda: seen_step(viewpoint) == 10 and pinned() == [3])
    np.testing.assert_allclose(viewpoint.snapshot.get(front, Bars).values, behind, rtol=1e-4, atol=1e-6)
