"""Slow steps: given up between two layers when somebody waits, and done again as if nothing had been."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from engine.design.network import NetworkDesign, layer
from engine.training.attendant import Attendant
from engine.training.escape import SLOW_S, Escape, GivenUp
from engine.training.loop import Halted, Step, Validating
from engine.training.mailbox import Mailbox
from engine.training.messages import RunState
from engine.training.observer import Observer
from engine.training.orders import CommandSlot
from engine.training.recording import Recording
from engine.training.state import TrainingState
from engine.training.trainer import Trainer
from tests.engine.training.test_resume import same
from tests.helpers.tiny_data import tiny_cnn, tiny_config, tiny_set, watched


def branched() -> NetworkDesign:
    """Two branches, batch normalisation, dropout, and a layer that adds to the loss."""
    return NetworkDesign(
        "branched",
        (1, 8, 8),
        (
            layer("f", "flatten"),
            layer("a", "linear", units=8),
            layer("n", "batch_norm"),
            layer("d", "dropout", rate=0.5),
            layer("b", "linear", inputs=["f"], units=8),
            layer("sum", "add", inputs=["d", "b"]),
            layer("out", "linear", units=2),
        ),
    )


def trainer_of(design: NetworkDesign) -> Trainer:
    config = tiny_config(epochs=2, augment=["shift"], optimizer="adam", learning_rate=0.01)
    return Trainer(design, config, tiny_set(), torch.device("cpu"))


class Wanted:
    """Asked again and again, it wants a way out at the ``at``-th time, once."""

    def __init__(self) -> None:
        self.at = self.asked = 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.asked == self.at


def run_to_the_end(trainer: Trainer, before_step: Callable[[], None] = lambda: None) -> tuple[TrainingState, int]:
    """The final state, and how often something was given up."""
    halts, before = 0, None
    events = trainer.events()
    before_step()
    for event in events:
        if isinstance(event, Halted):
            halts += 1
            now = trainer.state()
            assert before is None or (same(now.network, before.network) and same(now.rng, before.rng))
        if isinstance(event, Step):
            before = trainer.state()
            before_step()
    return trainer.state(), halts


@pytest.mark.parametrize("design", [tiny_cnn, branched], ids=["chain", "branches"])
def test_a_run_whose_steps_were_given_up_anywhere_is_the_same_bit_for_bit(design: Callable[[], NetworkDesign]) -> None:
    straight, none = run_to_the_end(trainer_of(design()))
    assert none == 0
    trainer, wanted = trainer_of(design()), Wanted()
    trainer.give_up_when(wanted)
    places = iter(range(1, 100))

    def further() -> None:
        """Give each step up one place further on than the one before, on the way there and on the way back."""
        wanted.asked, wanted.at = 0, next(places) % 16

    other, halts = run_to_the_end(trainer, further)
    assert halts > 10
    for part in ("network", "optimizer", "rng"):
        assert same(getattr(other, part), getattr(straight, part)), part


def test_the_way_back_can_be_left_too() -> None:
    trainer, wanted = trainer_of(tiny_cnn()), Wanted()
    trainer.give_up_when(wanted)
    next(step for step in trainer.events() if isinstance(step, Step))
    there, gradients = wanted.asked, []
    assert there > 7  # once for each of the seven layers that ran, and again where their gradients came back
    for place in range(1, there + 1):
        trainer = trainer_of(tiny_cnn())
        wanted.asked, wanted.at = 0, place
        trainer.give_up_when(wanted)
        assert isinstance(next(trainer.events()), Halted)
        gradients.append(sum(weight.grad is not None for weight in trainer.network.parameters()))
    assert gradients[0] == 0 < gradients[-1]


def test_what_is_wanted_outside_a_step_changes_nothing() -> None:
    trainer = trainer_of(tiny_cnn())
    inputs = torch.zeros(2, 1, 8, 8)
    escape = Escape(trainer.network, trainer.generator, lambda: True)
    with pytest.raises(GivenUp), escape.open():
        trainer.network(inputs)
    assert trainer.network.between is None
    assert trainer.network(inputs).main.shape == (2, 2)
    with escape.open():
        assert len(trainer.network.activations(inputs)) == 8  # what only looks is never given up


def test_another_error_in_a_step_is_no_way_out() -> None:
    trainer = trainer_of(tiny_cnn())
    with pytest.raises(ZeroDivisionError), Escape(trainer.network, trainer.generator, lambda: False).open():
        raise ZeroDivisionError
    assert trainer.network.between is None


def test_a_batch_of_validation_is_measured_again() -> None:
    def scores(wanted: Callable[[], bool] | None) -> tuple[list[float], list[int]]:
        trainer = Trainer(tiny_cnn(), tiny_config(epochs=1), tiny_set(validation=1100), torch.device("cpu"))
        told, values = [], []
        for event in trainer.events():
            if isinstance(event, Step):
                trainer.give_up_when(wanted if trainer.place.batch == trainer.batches else None)
            elif isinstance(event, Validating):
                told.append(event.done)
            else:
                values = [event.validation.loss, *event.validation.metrics.values()]
        return values, told

    wanted = Wanted()
    wanted.at = 10  # in the second batch
    straight, halted = scores(None), scores(wanted)
    assert straight[0] == halted[0]
    assert straight[1] == [512, 1024, 1100] and halted[1] == [512, 512, 1024, 1100]


# -- who waits --


@pytest.mark.parametrize("command", ["pause", "stop"])
def test_a_command_in_the_middle_of_a_step_is_obeyed_before_its_end(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step went on to its end, however long it took."""
    watcher = watched(config=tiny_config(epochs=3))
    calls: list[str] = []
    network_type = torch.nn.Conv2d
    forward = network_type.forward

    def slow(self: torch.nn.Conv2d, inputs: Tensor) -> Tensor:
        if self.training and not calls:
            calls.append("c")
            getattr(watcher.runner, command)()
        return forward(self, inputs)

    monkeypatch.setattr(network_type, "forward", slow)
    watcher.runner.start()
    if command == "pause":
        watcher.until(lambda: watcher.runner.state is RunState.PAUSED)
        assert watcher.progress[-1].step == 0
        watcher.runner.resume()
        watcher.finish()
        assert watcher.runner.final_state is not None and watcher.runner.final_state.step == 39
        straight, _ = run_to_the_end(Trainer(tiny_cnn(), tiny_config(epochs=3), tiny_set(), torch.device("cpu")))
        assert same(watcher.runner.final_state.network, straight.network)
    else:
        assert watcher.finish().state is RunState.STOPPED
        assert watcher.runner.final_state is not None and watcher.runner.final_state.step == 0


def test_only_who_pauses_or_stops_is_waited_for() -> None:
    commands = CommandSlot()
    assert not commands.is_waited_for()
    commands.watch(frozenset())
    commands.request_state(lambda state: None)
    assert commands.pending and not commands.is_waited_for()
    commands.pause()
    assert commands.is_waited_for()
    commands.step()
    assert not commands.is_waited_for()
    commands.resume()
    assert not commands.is_waited_for()
    commands.stop()
    assert commands.is_waited_for()


@pytest.mark.parametrize(("seconds", "can_be_left"), [(0.9 * SLOW_S, False), (1.1 * SLOW_S, True)])
def test_slow_steps_only_can_be_given_up(monkeypatch: pytest.MonkeyPatch, seconds: float, can_be_left: bool) -> None:
    """Looking whether somebody waits costs too much where a step takes no time."""
    now = [0.0]
    monkeypatch.setattr("engine.training.attendant.perf_counter", lambda: now[0])
    trainer, mailbox = Trainer(tiny_cnn(), tiny_config(epochs=50), tiny_set(), torch.device("cpu")), Mailbox()
    observer = Observer(trainer, mailbox)
    attendant = Attendant(trainer, mailbox, CommandSlot(), Recording(None, mailbox), observer, lambda state: None)
    attendant.begin()
    assert trainer.lesson.escape is not None  # nobody knows yet how long one takes
    for event in trainer.events():
        now[0] += seconds if isinstance(event, Step) else 0.0
        attendant.after(event)
        if trainer.place.step >= 30:
            break
        assert (trainer.lesson.escape is not None) == can_be_left
