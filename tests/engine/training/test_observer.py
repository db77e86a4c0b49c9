"""The observer on a clock of its own: how often each capture is taken, and what one step changes, whatever the optimiser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
import torch

from engine.capturing.base import CAPTURES, CaptureKind
from engine.errors import LayerscopeError
from engine.snapshot import Bars, Want
from engine.training.kinds import OPTIMISERS
from engine.training.mailbox import Mailbox
from engine.training.observer import HEALTH_SECONDS, Observer
from engine.training.optimisers.sgd import Sgd
from engine.training.pacing import Stopwatch
from engine.training.trainer import Trainer
from tests.helpers.tiny_data import tiny_cnn, tiny_config, tiny_set

SELDOM, OFTEN = Want("seldom_test"), Want("often_test")


class Clock(Stopwatch):
    """Training time and the time of day in one, moved on by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 100.0

    def __call__(self) -> float:
        return self.time

    @property
    def seconds(self) -> float:
        return self.time

    @property
    def is_running(self) -> bool:
        return True


class Scene:
    """A live network, an observer that watches two captures, and how often each was taken."""

    def __init__(self, **config: Any) -> None:
        torch.set_num_threads(1)
        self.taken: dict[str, list[int]] = {SELDOM.capture: [], OFTEN.capture: []}
        self.trainer = Trainer(tiny_cnn(), tiny_config(epochs=1000, **config), tiny_set(), torch.device("cpu"))
        self.clock, self.mailbox = Clock(), Mailbox()
        self.observer = Observer(self.trainer, self.mailbox, frozenset({SELDOM, OFTEN}), now=self.clock)
        self.events = self.trainer.events()
        self.points: dict[str, dict[int, float]] = {}
        self.cost = 0.0  # of one capture, in seconds

    def capture(self, context: Any, want: Want) -> Bars:
        self.taken[want.capture].append(self.trainer.place.step)
        self.clock.time += self.cost
        return Bars(("step",), torch.tensor([float(self.trainer.place.step)]).numpy())

    def steps(self, count: int, seconds: float) -> list[dict[str, float]]:
        """Train ``count`` steps of ``seconds`` each; the step that each snapshot's pictures are of."""
        shown = []
        for _ in range(count):
            while not hasattr(next(self.events), "examples"):
                pass
            self.clock.time += seconds
            if self.observer.is_due(self.clock):
                self.observer.after_step(self.clock)
            mail = self.mailbox.take()
            for name, (at, values) in mail.points.items():
                self.points.setdefault(name, {}).update(zip(at.tolist(), values.tolist(), strict=True))
            if mail.snapshot is not None:
                shown.append({want.capture: bars.values[0] for want, bars in mail.snapshot.captured.items()})
        return shown


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene(capture_budget=1.0)
    CAPTURES.add(SELDOM.capture, CaptureKind(made.capture, every=2.0))
    CAPTURES.add(OFTEN.capture, CaptureKind(made.capture))
    yield made
    for want in (SELDOM, OFTEN):
        CAPTURES.remove(want.capture)


def test_a_capture_that_is_wanted_every_two_seconds_is_taken_every_two_seconds_together_with_health(scene: Scene) -> None:
    scene.steps(200, 0.01)  # past the early steps, where everything is taken
    for taken in scene.taken.values():
        taken.clear()
    shown = scene.steps(290, 0.02)  # 5.8 seconds, with no early step among them
    assert 2 <= len(scene.taken[SELDOM.capture]) <= 3
    assert set(scene.taken[SELDOM.capture]) <= scene.points["layer/c/mean"].keys()
    assert len(scene.taken[OFTEN.capture]) > 3 * len(scene.taken[SELDOM.capture])
    assert all(each.keys() == {SELDOM.capture, OFTEN.capture} for each in shown), "what is not taken anew is shown once more"
    assert len({each[OFTEN.capture] for each in shown}) == len(shown)
    assert len({each[SELDOM.capture] for each in shown}) <= 7


def test_what_has_failed_is_not_shown_again(scene: Scene) -> None:
    scene.steps(200, 0.01)
    scene.steps(150, 0.02)
    assert any(SELDOM.capture in each for each in scene.steps(20, 0.02))

    def fail(context: Any, want: Want) -> Bars:
        raise LayerscopeError("not now", "Wait.")

    CAPTURES.remove(SELDOM.capture)
    CAPTURES.add(SELDOM.capture, CaptureKind(fail, every=2.0))
    shown = scene.steps(129, 0.02)
    first = next(index for index, each in enumerate(shown) if SELDOM.capture not in each)
    assert first < len(shown) - 3 and not any(SELDOM.capture in each for each in shown[first:])


def test_what_captures_cost_stays_within_the_budget(scene: Scene) -> None:
    """Each is followed by enough training; the early steps, which are always captured, come before."""
    scene.trainer.config = scene.trainer.config.model_copy(update={"capture_budget": 0.05})
    scene.observer = Observer(scene.trainer, scene.mailbox, frozenset({OFTEN}), now=scene.clock)
    scene.steps(200, 0.01)
    scene.cost = 0.03
    begun, count = scene.clock.time, len(scene.taken[OFTEN.capture])
    scene.steps(290, 0.05)
    spent = scene.cost * (len(scene.taken[OFTEN.capture]) - count)
    assert 0.04 < spent / (scene.clock.time - begun) <= 0.06  # of a budget of 0.05


def test_at_the_early_steps_everything_is_taken(scene: Scene) -> None:
    scene.steps(50, 0.001)
    assert scene.taken[SELDOM.capture] == scene.taken[OFTEN.capture]
    assert {1, 2, 5, 10, 20, 50} <= set(scene.taken[SELDOM.capture])


def test_health_is_measured_once_a_second_and_every_time_with_what_a_step_changed(scene: Scene) -> None:
    scene.steps(200, 0.01)
    begun = scene.clock.time
    scene.steps(299, 0.02)
    late = [step for step in scene.points["layer/c/mean"] if step > 200]
    seconds = scene.clock.time - begun
    assert 0.7 * seconds / HEALTH_SECONDS <= len(late) <= seconds / HEALTH_SECONDS
    assert [step for step in scene.points["layer/c/update_ratio"] if step > 200] == late


class Doubling(Sgd):
    """Moves twice as far as SGD: whose formula nobody knows."""

    kind: ClassVar[str] = "doubling_test"

    def make(self, parameters: Any, device: torch.device) -> torch.optim.Optimizer:
        class Twice(torch.optim.SGD):
            def step(self, closure: Any = None) -> None:
                super().step()
                super().step()

        return Twice(parameters, **self.options())


@pytest.fixture
def doubling() -> Iterator[None]:
    OPTIMISERS.declare(Doubling)
    yield
    OPTIMISERS.remove(Doubling.kind)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw", "doubling_test"])
def test_the_update_ratio_is_what_one_step_moved_by_hand(optimizer: str, doubling: None) -> None:
    rate = {"learning_rate": 0.01} if "adam" in optimizer else {"learning_rate": 0.05, "momentum": 0.5}
    trainer = Trainer(tiny_cnn(), tiny_config(optimizer=optimizer, weight_decay=0.01, **rate), tiny_set(), torch.device("cpu"))
    clock, mailbox = Clock(), Mailbox()
    observer = Observer(trainer, mailbox, now=clock)
    observer.look(clock)
    found, by_hand, events = {}, {}, trainer.events()
    for step in range(1, 11):
        before = torch.cat([weight.detach().flatten().clone() for weight in trainer.network.layers["c"].parameters()])
        next(events)
        after = torch.cat([weight.detach().flatten() for weight in trainer.network.layers["c"].parameters()])
        by_hand[step] = ((after - before).norm() / before.norm()).item()
        clock.time += 0.001
        if observer.is_due(clock):
            observer.after_step(clock)
        points = mailbox.take().points.get("layer/c/update_ratio")
        if points:
            found |= dict(zip(points[0].astype(int).tolist(), points[1].tolist(), strict=True))
    assert {1, 2, 5, 10} <= set(found)
    for step, ratio in found.items():
        assert ratio == pytest.approx(by_hand[step], rel=1e-4), step
    assert all(ratio > 0 for ratio in found.values())
