"""The Runner as the window drives it: states, commands, and how soon they take effect."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from engine.data.dataset import DataSet
from engine.data.pieces import Interest
from engine.data.source import class_names
from engine.errors import DataError, DesignError, TrainingError
from engine.snapshot import Tiles, Want
from engine.training.filmstrip import Filmstrip
from engine.training.mailbox import Mailbox
from engine.training.messages import RunState
from engine.training.runner import Runner
from engine.training.state import TrainingState
from engine.training.trainer import Trainer
from tests.helpers.tiny_data import Watcher, tiny_cnn, tiny_config, tiny_problem, tiny_set, trained, watched

ENDLESS = {"schedule": "constant", "epochs": 100_000}


@pytest.fixture
def endless() -> Watcher:
    """A run under way that only a command ends; the test must end it."""
    watcher = watched(config=tiny_config(**ENDLESS))
    watcher.runner.start()
    watcher.until(lambda: len(watcher.history["train/loss"]) > 5)
    yield watcher
    watcher.runner.stop()
    assert watcher.runner.join(5)


def promptly(watcher: Watcher, command: Callable[[], None], state: RunState) -> None:
    """Nothing else than the command would bring this state: the run is endless, or waits for data that do not come."""
    command()
    watcher.until(lambda: watcher.runner.state is state)


def test_a_run_from_ready_to_finished() -> None:
    filmstrip = Filmstrip()
    watcher = watched(config=tiny_config(epochs=2), filmstrip=filmstrip)
    assert watcher.runner.state is RunState.READY
    assert watcher.runner.data is None and watcher.runner.final_state is None
    watcher.runner.start()
    ended = watcher.finish()

    assert (ended.state, watcher.runner.state) == (RunState.FINISHED, RunState.FINISHED)
    assert ended.reason == "Finished 2 epochs."
    assert watcher.history["train/loss"].steps.tolist() == list(range(1, 27))  # 200 images: 13 steps of 16 an epoch
    assert watcher.history["validation/accuracy"].steps.tolist() == [13, 26]
    assert watcher.history["validation/accuracy"].values[-1] > 0.9
    assert watcher.history["train/loss"].values[-1] < watcher.history["train/loss"].values[0]
    progress = watcher.progress[-1]
    assert (progress.state, progress.step, progress.total_steps, progress.epoch) == (RunState.FINISHED, 26, 26, 2.0)
    assert progress.seconds_left == 0
    assert watcher.runner.final_state.step == 26
    assert class_names(watcher.runner.data.slots) == ("lying", "standing")
    assert [mail.data for mail in watcher.mail if mail.data] == [watcher.runner.data]
    assert filmstrip.steps() == tuple(range(27))
    assert watcher.snapshots[-1].step == 26
    assert not watcher.notices


def test_the_untrained_network_is_shown_before_the_first_step() -> None:
    watcher = watched(watch=frozenset({Want("filters", "c")}))
    watcher.runner.pause()
    watcher.runner.start()
    watcher.until(lambda: watcher.runner.state is RunState.PAUSED and watcher.snapshots)
    assert watcher.snapshots[-1].step == 0
    assert watcher.snapshots[-1].get(Want("filters", "c"), Tiles) is not None
    assert "train/loss" not in watcher.history
    watcher.runner.stop()
    assert watcher.finish().state is RunState.STOPPED


def test_pause_step_resume_stop(endless: Watcher) -> None:
    runner = endless.runner
    promptly(endless, runner.pause, RunState.PAUSED)
    endless.until(lambda: endless.poll().progress is None)
    step = endless.progress[-1].step
    assert endless.snapshots[-1].step == step
    states: list[TrainingState] = []
    runner.request_state(states.append)
    endless.until(lambda: states)
    assert states[0].step == step and endless.poll().points == {}

    for expected in (step + 1, step + 2):
        runner.step()
        endless.until_step(expected)
        endless.until(lambda: runner.state is RunState.PAUSED)
        assert endless.history["train/loss"].steps[-1] == expected

    runner.resume()
    endless.until(lambda: len(endless.history["train/loss"]) > step + 10)
    assert runner.state is RunState.RUNNING
    promptly(endless, runner.stop, RunState.STOPPED)
    ended = endless.finish()
    assert (ended.state, ended.reason) == (RunState.STOPPED, "Stopped.")
    assert runner.final_state.step == endless.history["train/loss"].steps[-1]


def test_one_step_of_a_running_run_pauses_it(endless: Watcher) -> None:
    endless.runner.step()
    endless.until(lambda: endless.runner.state is RunState.PAUSED)


def test_stepping_crosses_epochs() -> None:
    watcher = watched(config=tiny_config(epochs=2, batch_size=100))
    watcher.runner.pause()
    watcher.runner.start()
    watcher.until(lambda: watcher.runner.state is RunState.PAUSED)
    for step in (1, 2, 3):
        watcher.runner.step()
        watcher.until_step(step)
    assert watcher.history["validation/loss"].steps.tolist() == [2]
    watcher.runner.resume()
    assert watcher.finish().state is RunState.FINISHED


class SlowData:
    """A load that takes until it is released."""

    def __init__(self) -> None:
        self.release = threading.Event()

    def __call__(self) -> DataSet:
        assert self.release.wait(10)
        return tiny_set()


def test_orders_while_the_data_are_loading() -> None:
    load = SlowData()
    watcher = watched(load=load)
    watcher.runner.start()
    watcher.runner.set_watch(frozenset({Want("answer")}))
    promptly(watcher, watcher.runner.pause, RunState.PAUSED)
    promptly(watcher, watcher.runner.resume, RunState.READING)
    watcher.runner.pause()
    load.release.set()
    wanted = Want("answer")  # what was asked for meanwhile is not lost
    watcher.until(lambda: watcher.snapshots and wanted in watcher.snapshots[-1].captured)
    watcher.runner.stop()
    watcher.finish()


def test_stop_while_the_data_are_loading() -> None:
    load = SlowData()
    watcher = watched(load=load)
    watcher.runner.start()
    promptly(watcher, watcher.runner.stop, RunState.STOPPED)
    assert watcher.finish().state is RunState.STOPPED
    load.release.set()


def test_how_much_of_the_data_is_there_is_told_while_they_are_read() -> None:
    """Nothing was told, for as long as it took."""
    interest, go_on = Interest(), threading.Event()

    def load() -> DataSet:
        interest.require(0.4)
        assert go_on.wait(10)
        return tiny_set()

    watcher = watched(load=load, interest=interest)
    watcher.runner.start()
    watcher.until(lambda: watcher.progress and watcher.progress[-1].read == 0.4)
    assert watcher.progress[-1].state is watcher.runner.state is RunState.READING
    watcher.runner.pause()
    watcher.until(lambda: watcher.runner.state is RunState.PAUSED)
    watcher.runner.resume()
    watcher.until(lambda: watcher.runner.state is RunState.READING)
    go_on.set()
    assert watcher.finish().state is RunState.FINISHED
    assert watcher.progress[-1].read is None


def test_a_load_that_nobody_waits_for_ends_between_two_pieces() -> None:
    """It went on for as long as it took, with all the memory that it took."""
    interest, begun, ended = Interest(), threading.Event(), threading.Event()

    def endless() -> DataSet:
        begun.set()
        try:
            while True:
                interest.require()
                time.sleep(0.001)
        finally:
            ended.set()

    runner = Runner(tiny_cnn(), tiny_config(), endless, Mailbox(), interest=interest)
    runner.start()
    assert begun.wait(10)
    runner.stop()
    assert runner.join(10) and ended.wait(10)


@pytest.mark.parametrize("command", ["pause", "stop"])
def test_commands_take_effect_in_the_middle_of_a_long_validation(command: str) -> None:
    watcher = watched(config=tiny_config(epochs=1, batch_size=50), load=lambda: tiny_set(50, validation=400_000))
    watcher.runner.start()
    watcher.until(lambda: len(watcher.history["train/loss"]) == 1)
    promptly(watcher, getattr(watcher.runner, command), {"pause": RunState.PAUSED, "stop": RunState.STOPPED}[command])
    assert "validation/loss" not in watcher.history
    watcher.runner.stop()
    watcher.finish()


def test_a_new_watch_list_or_pin_is_shown_promptly_even_while_paused(endless: Watcher) -> None:
    runner, want = endless.runner, Want("feature_maps", "c")
    endless.until(lambda: runner.data)
    promptly(endless, runner.pause, RunState.PAUSED)
    endless.until(lambda: endless.poll().snapshot is None)

    runner.set_watch(frozenset({want}))
    endless.until(lambda: want in endless.snapshots[-1].captured)
    pins = tuple(tiny_problem(runner.data).example("test", index) for index in (7, 3))
    runner.set_pins(pins)
    endless.until(lambda: endless.snapshots[-1].pinned == pins)
    assert endless.snapshots[-1].front is pins[0]

    runner.resume()
    runner.set_watch(frozenset())
    endless.until(lambda: not endless.snapshots[-1].captured)


def test_live_changes(endless: Watcher) -> None:
    endless.runner.change({"learning_rate": 0.001, "optimizer.momentum": 0.5})
    endless.until(lambda: endless.history["learning_rate"].values[-1] == 0.001)
    assert endless.runner.config.optimizer.learning_rate == 0.001
    states: list[TrainingState] = []
    endless.runner.request_state(states.append)
    endless.until(lambda: states)
    assert states[0].live == {
        "optimizer.learning_rate": 0.001,
        "optimizer.momentum": 0.5,
        "optimizer.weight_decay": 0.0,
    }
    with pytest.raises(TrainingError, match="batch_size"):
        endless.runner.change({"batch_size": 3})
    with pytest.raises(DesignError, match="learning_rate"):
        endless.runner.change({"learning_rate": -1.0})


def test_a_learning_rate_of_zero_stops_the_weights(endless: Watcher) -> None:
    endless.runner.change({"learning_rate": 0.0})
    endless.until(lambda: endless.history["learning_rate"].values[-1] == 0.0)
    states: list[TrainingState] = []
    endless.runner.request_state(states.append)
    endless.until(lambda: len(states) == 1)
    endless.until(lambda: endless.history["train/loss"].steps[-1] > states[0].step + 10)
    endless.runner.request_state(states.append)
    endless.until(lambda: len(states) == 2)
    assert torch.equal(states[0].network["c.weight"], states[1].network["c.weight"])
    assert states[1].step > states[0].step


def test_states_are_handed_out_running_paused_and_after_the_end(endless: Watcher) -> None:
    runner, states = endless.runner, []
    runner.request_state(states.append)
    endless.until(lambda: len(states) == 1)
    runner.pause()
    endless.until(lambda: runner.state is RunState.PAUSED)
    runner.request_state(states.append)
    endless.until(lambda: len(states) == 2)
    runner.stop()
    endless.finish()
    runner.request_state(states.append)
    assert states[2] is runner.final_state
    assert all(tensor.device.type == "cpu" for tensor in states[0].tensors().values())


def test_weights_are_handed_out_without_the_rest(endless: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trainer, "state", lambda *_: pytest.fail("everything was copied for the weights alone"))
    runner, given = endless.runner, []
    runner.request_weights(lambda *weights: given.append(weights))
    endless.until(lambda: len(given) == 1)
    runner.pause()
    endless.until(lambda: runner.state is RunState.PAUSED)
    runner.request_weights(lambda *weights: given.append(weights))
    endless.until(lambda: len(given) == 2)
    monkeypatch.undo()
    states: list[TrainingState] = []
    runner.request_state(states.append)
    endless.until(lambda: states)
    weights, step, epoch = given[1]
    assert step == states[0].step and epoch >= states[0].epoch
    assert weights.keys() == states[0].network.keys()
    assert all(torch.equal(weights[name], states[0].network[name]) for name in weights)
    runner.stop()
    endless.finish()
    runner.request_weights(lambda *weights: given.append(weights))
    assert given[2][0] is runner.final_state.network and given[2][1] == runner.final_state.step


def test_a_weights_callback_that_fails_is_a_notice(endless: Watcher) -> None:
    def fail(*_: object) -> None:
        raise DataError("no room")

    endless.runner.request_weights(fail)
    endless.until(lambda: endless.notices)
    assert endless.notices == ["no room"] and endless.runner.state is RunState.RUNNING


def test_a_state_callback_that_fails_is_a_notice(endless: Watcher) -> None:
    def fail(state: TrainingState) -> None:
        raise DataError("no way")

    endless.runner.request_state(fail)
    endless.until(lambda: endless.notices)
    assert endless.notices == ["no way"]
    assert endless.runner.state is RunState.RUNNING


def test_pauses_do_not_count_as_training_time(endless: Watcher) -> None:
    promptly(endless, endless.runner.pause, RunState.PAUSED)
    states: list[TrainingState] = []
    for count in (1, 2):
        endless.runner.request_state(states.append)
        endless.until(lambda count=count: len(states) == count)
    assert states[0].seconds == states[1].seconds > 0


def test_data_that_vanish_end_the_run_with_a_sentence(tmp_path: Path) -> None:
    def load() -> DataSet:
        raise DataError("The folder is gone", "Put it back.")

    ended = trained(load=load).ended
    assert (ended.state, ended.reason, ended.suggestion) == (RunState.FAILED, "The folder is gone.", "Put it back.")

    ended = trained(load=lambda: (tmp_path / "nothing").read_bytes()).ended
    assert ended.state is RunState.FAILED
    assert "nothing" in ended.reason


def test_a_design_that_does_not_fit_the_data_says_what_to_do() -> None:
    ended = trained(tiny_cnn(size=9)).ended
    assert ended.state is RunState.FAILED
    assert ended.reason == "The network reads 1 × 9 × 9, but the data's image is 1 × 8 × 8."

    ended = trained(tiny_cnn().with_parameters("out", units=3)).ended
    assert ended.layer == "out"
    assert "2 classes" in ended.reason and ended.suggestion == "Set units of layer 'out' to 2."


def test_no_cuda_is_a_sentence() -> None:
    if torch.cuda.is_available():
        pytest.skip("there is one")
    ended = trained(config=tiny_config(device="cuda")).ended
    assert ended.state is RunState.FAILED
    assert "cuda" in ended.reason


def test_the_same_seed_gives_the_same_weights_and_another_seed_others() -> None:
    runs = [trained(config=tiny_config(seed=seed)).runner.final_state.network for seed in (1, 1, 2)]
    assert all(torch.equal(runs[0][name], runs[1][name]) for name in runs[0])
    assert not torch.equal(runs[0]["c.weight"], runs[2]["c.weight"])


def test_the_thread_is_not_a_daemon_and_gone_at_the_end() -> None:
    watcher = trained()
    assert watcher.runner.join(0)
    assert not [thread for thread in threading.enumerate() if thread.name == "layerscope-training"]


def test_what_a_run_took_is_given_back_once_nothing_of_it_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    trainers: list[weakref.ref[Trainer]] = []
    left: list[bool] = []

    class Watched(Trainer):
        def __init__(self, *args: object) -> None:
            super().__init__(*args)  # type: ignore[arg-type]
            trainers.append(weakref.ref(self))

    monkeypatch.setattr("engine.training.runner.Trainer", Watched)
    monkeypatch.setattr("engine.training.runner.give_back", lambda: left.append(trainers[0]() is None))
    gc.disable()  # as in the window, where garbage is collected on the GUI thread only
    try:
        assert trained().runner.join(5)
    finally:
        gc.enable()
    assert left == [True]


def test_memory_is_given_back_before_the_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes tens of milliseconds, and the window joins the thread as soon as it hears of the end."""
    watcher, told = watched(config=tiny_config()), []
    monkeypatch.setattr("engine.training.runner.give_back", lambda: told.append(watcher.mailbox._ended))
    watcher.runner.start()
    watcher.runner.join()
    assert told == [None]
    assert watcher.poll().ended is not None
