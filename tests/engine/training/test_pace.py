"""A run that is slowed down: it keeps its beat, shows every step, obeys while it waits, and waiting is no training time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from engine.snapshot import Snapshot, Want
from engine.training.mailbox import Mailbox
from engine.training.messages import RunState
from engine.training.orders import CommandSlot
from engine.training.pacing import EVERY_STEP, Metronome
from engine.training.state import TrainingState
from tests.helpers.tiny_data import Watcher, tiny_config, watched

HOURLY = 1 / 3600


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_beats_do_not_drift() -> None:
    """Each wait took a little too long, and every later step came so much later."""
    clock = Clock()
    metronome, begun = Metronome(clock), []
    for _ in range(100):
        begun.append(clock.now)
        clock.now += 0.02  # the step
        clock.now += metronome.left(4) + 0.003  # the wait ends late
        metronome.beat(4)
    assert begun[-1] - begun[0] == pytest.approx(99 / 4, abs=0.004)


def test_missed_beats_are_not_caught_up_with() -> None:
    clock = Clock()
    metronome = Metronome(clock)
    clock.now += 3.1  # validation, say
    assert metronome.left(2) == 0
    metronome.beat(2)
    assert metronome.left(2) == pytest.approx(0.5)


def test_another_pace_holds_from_the_last_beat() -> None:
    clock = Clock()
    metronome = Metronome(clock)
    clock.now += 5
    metronome.start()
    clock.now += 0.1
    assert metronome.left(1) == pytest.approx(0.9)
    assert metronome.left(5) == pytest.approx(0.1)


@pytest.fixture
def waiting() -> Iterator[Watcher]:
    """A run that waits for its second step, for an hour."""
    watcher = watched(config=tiny_config(schedule="constant", epochs=100_000), pace=HOURLY)
    watcher.runner.step()
    watcher.runner.start()
    watcher.until(lambda: len(watcher.history["train/loss"]) == 1 and watcher.runner.state is RunState.PAUSED)
    watcher.runner.resume()  # which does the next one at once
    watcher.until(lambda: len(watcher.history["train/loss"]) == 2)
    yield watcher
    watcher.runner.stop()
    assert watcher.runner.join(5)


@pytest.fixture
def endless() -> Iterator[Watcher]:
    """A run at full speed that only a command ends."""
    watcher = watched(config=tiny_config(schedule="constant", epochs=100_000))
    watcher.runner.start()
    watcher.until(lambda: len(watcher.history["train/loss"]) > 20)
    yield watcher
    watcher.runner.stop()
    assert watcher.runner.join(5)


def steps(watcher: Watcher) -> int:
    return len(watcher.history["train/loss"])


@pytest.mark.parametrize(
    ("command", "reached"),
    [
        (lambda runner: runner.stop(), lambda watcher: watcher.ended is not None),
        (lambda runner: runner.pause(), lambda watcher: watcher.runner.state is RunState.PAUSED),
        (lambda runner: runner.step(), lambda watcher: steps(watcher) == 3 and watcher.runner.state is RunState.PAUSED),
        (lambda runner: runner.set_pace(None), lambda watcher: steps(watcher) > 50),
        (lambda runner: runner.set_pace(200.0), lambda watcher: steps(watcher) > 5),
    ],
    ids=["stop", "pause", "one step", "full speed", "another pace"],
)
def test_orders_are_obeyed_while_the_next_step_is_waited_for(
    waiting: Watcher, command: Callable[..., None], reached: Callable[[Watcher], bool]
) -> None:
    command(waiting.runner)
    waiting.until(lambda: reached(waiting))


def test_a_run_at_full_speed_can_be_slowed_down_and_paused_and_goes_on_at_its_pace(endless: Watcher) -> None:
    watcher = endless
    watcher.runner.set_pace(HOURLY)
    states: list[TrainingState] = []
    watcher.runner.request_state(states.append)
    watcher.until(lambda: states)
    watcher.runner.pause()
    watcher.until(lambda: watcher.runner.state is RunState.PAUSED)
    paused_at = watcher.progress[-1].step
    watcher.runner.resume()
    watcher.until(lambda: watcher.runner.state is RunState.RUNNING)
    watcher.runner.request_state(states.append)
    watcher.until(lambda: len(states) == 2)
    assert states[1].step <= paused_at + 2  # one at once, and then it waits again


def test_waiting_is_no_training_time(waiting: Watcher) -> None:
    states: list[TrainingState] = []
    for count in (1, 2):
        waiting.runner.request_state(states.append)
        waiting.until(lambda count=count: len(states) == count)
    assert states[0].seconds == states[1].seconds > 0


def test_a_slow_run_shows_what_it_begins_with_for_a_beat() -> None:
    watcher = watched(pace=HOURLY)
    watcher.runner.start()
    watcher.until(lambda: watcher.runner.state is RunState.RUNNING and watcher.snapshots)
    assert watcher.snapshots[-1].step == 0
    watcher.runner.set_pace(None)
    assert watcher.finish().state is RunState.FINISHED


def test_waiting_of_a_run_that_is_slowed_down_is_no_training_time(endless: Watcher) -> None:
    endless.runner.set_pace(HOURLY)
    states: list[TrainingState] = []
    for count in (1, 2, 3):
        endless.runner.request_state(states.append)
        endless.until(lambda count=count: len(states) == count)
    assert states[1].seconds == states[2].seconds


def test_what_is_watched_and_pinned_is_shown_while_it_waits(waiting: Watcher) -> None:
    waiting.runner.set_watch(frozenset({Want("answer")}))
    waiting.until(lambda: Want("answer") in waiting.snapshots[-1].captured)
    assert waiting.snapshots[-1].step == 2


def test_time_left_is_that_of_the_pace(waiting: Watcher) -> None:
    waiting.until(lambda: waiting.progress[-1].step == 2)
    progress = waiting.progress[-1]
    assert progress.seconds_left == (progress.total_steps - 2) * 3600


def test_images_a_second_are_those_of_the_pace() -> None:
    watcher = watched(config=tiny_config(schedule="constant", epochs=100_000), pace=50.0)
    watcher.runner.start()
    watcher.until(lambda: steps(watcher) >= 40)
    watcher.runner.stop()
    watcher.finish()
    speeds = [progress.images_per_second for progress in watcher.progress if progress.images_per_second]
    assert speeds and max(speeds) <= 50 * 16  # the first step comes at once, and was told as thousands of images a second


def test_every_step_of_a_slow_run_is_shown_and_costs_it_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time passes at once here, so that nobody waits."""
    monkeypatch.setattr(CommandSlot, "wait", lambda self, seconds=None: self._fresh)
    shown: list[Snapshot] = []
    post = Mailbox.post_snapshot
    monkeypatch.setattr(Mailbox, "post_snapshot", lambda self, snapshot: (shown.append(snapshot), post(self, snapshot))[1])
    watcher = watched(config=tiny_config(epochs=2), watch=frozenset({Want("answer")}), pace=EVERY_STEP)
    watcher.runner.start()
    watcher.finish()
    assert [*dict.fromkeys(snapshot.step for snapshot in shown)] == [*range(27)]
    assert all(Want("answer") in snapshot.captured for snapshot in shown)
    assert watcher.progress[-1].capture_share == 0
    assert watcher.history["layer/c/update_ratio"].steps[-1] >= 20  # health knows what single steps change here too
