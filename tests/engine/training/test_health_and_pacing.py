"""Health numbers against direct computation, and the pace at which captures are taken."""

from __future__ import annotations

import itertools

import pytest
import torch

from engine.capturing.context import CaptureContext, Gallery, looking
from engine.task import TASKS
from engine.training.health import Weights, copied_weights, dead_share, measure_health
from engine.training.loop import Step
from engine.training.meter import Meter
from engine.training.pacing import LARGEST_SHARE, LONGEST, SAVED, SHORTEST, CapturePacer, Speed, Stopwatch
from engine.training.trainer import Trainer
from tests.helpers.tiny_data import tiny_cnn, tiny_config, tiny_set, trained


@pytest.fixture
def trainer() -> Trainer:
    return Trainer(tiny_cnn(), tiny_config(), tiny_set(), torch.device("cpu"))


def health(trainer: Trainer, before: Weights | None = None) -> dict[str, float]:
    gallery = Gallery(trainer.problem, "cpu")
    with looking(trainer.network):
        return measure_health(CaptureContext(trainer.network, gallery, (gallery.first(),)), before)


def test_before_the_first_step_there_are_no_gradients(trainer: Trainer) -> None:
    assert not [name for name in health(trainer) if name.endswith(("gradient_norm", "update_ratio"))]


def test_health_equals_direct_computation(trainer: Trainer) -> None:
    events = trainer.events()
    next(events)
    before = copied_weights(trainer.network)
    next(events)
    values = health(trainer, before)

    after = list(trainer.network.layers["c"].parameters())
    old = [before["c.weight"], before["c.bias"]]
    moved = torch.cat([(a.detach() - b).flatten() for a, b in zip(after, old, strict=True)]).norm()
    weights = torch.cat([tensor.flatten() for tensor in old]).norm()
    gradient = torch.cat([tensor.grad.flatten() for tensor in after]).norm()
    assert values["layer/c/gradient_norm"] == pytest.approx(gradient.item(), rel=1e-5)
    assert values["layer/c/update_ratio"] == pytest.approx((moved / weights).item(), rel=1e-5)

    with looking(trainer.network):
        outputs = trainer.network.activations(Gallery(trainer.problem, "cpu").inputs)
    assert values["layer/r/mean"] == pytest.approx(outputs["r"].mean().item(), rel=1e-4)
    assert values["layer/r/deviation"] == pytest.approx(outputs["r"].std(correction=0).item(), rel=1e-4)
    assert values.keys() >= {f"layer/{id}/mean" for id in outputs}
    assert [name for name in values if name.endswith("/dead")] == ["layer/r/dead"]


def test_dead_units_of_vectors_and_maps() -> None:
    assert dead_share(torch.tensor([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0]])).item() == 0.5
    maps = torch.zeros(2, 4, 3, 3)
    maps[1, 2, 0, 0] = 1  # one place in one image is enough for the whole map to live
    assert dead_share(maps).item() == 0.75


def test_a_relu_whose_bias_is_far_below_is_dead() -> None:
    trainer = Trainer(tiny_cnn().without(["bn"]), tiny_config(), tiny_set(), torch.device("cpu"))
    with torch.no_grad():
        trainer.network.layers["c"].bias[:3] = -100
        trainer.network.layers["c"].bias[3] = 100
    assert health(trainer)["layer/r/dead"] == 0.75


def test_the_meter_reads_what_the_steps_were() -> None:
    meter = Meter(TASKS.get("classify")())
    assert meter.read() is None
    meter.add(1, Step(torch.tensor(0.5), 2, {"accuracy": (torch.tensor(1), 2.0)}))
    meter.add(2, Step(torch.tensor(0.25), 2, {"accuracy": (torch.tensor(2), 2.0)}))
    meter.add(3, Step(torch.tensor(float("nan")), 1, {"accuracy": (torch.tensor(1), 1.0)}))  # a last, smaller batch
    readings = meter.read()
    assert readings.steps.tolist() == [1, 2, 3]
    assert readings.metrics["accuracy"].tolist() == [0.5, 1.0, 1.0]
    assert readings.losses[:2].tolist() == [0.5, 0.25]
    assert readings.first_bad == 3
    assert meter.read() is None


def test_captures_stay_within_their_budget() -> None:
    pacer, now = CapturePacer(0.02), 0.0
    for number in range(400):  # every fourth costs five times what the others do
        while not pacer.is_due(now):
            now += 0.001
        pacer.took(0.01 if number % 4 == 0 else 0.002, now)
    assert pacer.spent <= 0.02 * (now + SAVED) + 0.01
    assert pacer.spent >= 0.95 * 0.02 * now, "and they use it"


def test_a_costly_one_among_cheap_ones_holds_up_no_picture() -> None:
    pacer, now, due = CapturePacer(0.02), 10.0, []
    for number in range(40):
        while not pacer.is_due(now):
            now += 0.001
        due.append(now)
        pacer.took(0.004 if number % 4 == 0 else 0.001, now)
    assert max(after - before for before, after in itertools.pairwise(due)) < SHORTEST + 0.01


def test_pictures_come_neither_too_often_nor_too_rarely() -> None:
    pacer = CapturePacer(0.02)
    pacer.took(0.0001, 2.0)
    assert not pacer.is_due(2.0 + SHORTEST - 0.01)
    assert pacer.is_due(2.0 + SHORTEST + 0.01)
    pacer.took(1.0, 10.0)
    assert not pacer.is_due(10 + LONGEST - 0.1)
    assert pacer.is_due(10 + LONGEST + 0.1)
    pacer.took(10.0, 100.0)
    assert not pacer.is_due(100 + 10 / LARGEST_SHARE - 1)
    assert pacer.spent == pytest.approx(11.0001)


def test_a_debt_that_no_training_could_earn_is_forgotten() -> None:
    pacer, now = CapturePacer(0.02), 0.0
    for _ in range(10):
        pacer.took(1.0, now)
        now += LONGEST + 0.01
        assert pacer.is_due(now)
    pacer.took(0.001, now)  # another layer is looked at, and it costs little
    assert pacer.is_due(now + LONGEST + 0.01)
    pacer.took(0.001, now + 2 * LONGEST)
    assert pacer.is_due(now + 2 * LONGEST + SHORTEST + 0.01)


def test_what_else_it_costs_puts_the_next_capture_off() -> None:
    pacer = CapturePacer(0.02)
    pacer.took(0.004, 1.0)
    pacer.charge(0.012, 1.1)  # in all 16 ms, which 800 ms of training earn, half a second of them already done
    assert not pacer.is_due(1.29)
    assert pacer.is_due(1.31)


def test_what_comes_on_the_way_to_a_capture_does_not_put_it_off() -> None:
    pacer = CapturePacer(0.02)
    pacer.took(0.004, 1.0)
    pacer.spend(0.1, 1.1)
    assert pacer.is_due(1.13)
    pacer.took(0.001, 1.13)
    assert not pacer.is_due(5.0), "but the one behind it"


def test_a_budget_of_nothing_is_no_pictures() -> None:
    assert not CapturePacer(0.0).is_due(1e9)
    steps = {snapshot.step for snapshot in trained(config=tiny_config(capture_budget=0.0)).snapshots}
    assert steps <= {0, 26}


def test_speed_is_that_of_the_last_seconds() -> None:
    speed = Speed(window=2.0)
    assert speed.images_per_second == 0.0
    for second in range(1, 11):
        speed.mark(second, 100 * second)
    speed.mark(11, 3000)
    speed.mark(12, 5000)
    assert speed.images_per_second == pytest.approx(2000.0)


def test_a_stopwatch_counts_while_it_runs() -> None:
    times = iter([10.0, 12.0, 13.0, 50.0, 51.5])
    watch = Stopwatch(5.0, now=lambda: next(times))
    assert watch.seconds == 5.0 and not watch.is_running
    watch.start()
    assert watch.seconds == 7.0 and watch.is_running
    watch.pause()
    assert watch.seconds == 8.0  # and no time passes
    watch.start()
    assert watch.seconds == 9.5


def test_what_is_due_whatever_it_costs_does_not_hold_up_the_pictures_behind_it() -> None:
    pacer = CapturePacer(0.02)
    for step in range(8):
        pacer.owed(0.005, 0.1 * step)
    assert not pacer.is_due(0.7 + SHORTEST - 0.01)
    assert pacer.is_due(0.7 + SHORTEST + 0.01) and pacer.spent == pytest.approx(0.04)
