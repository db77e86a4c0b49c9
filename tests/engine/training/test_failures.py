"""Runs that go wrong: every end is one plain sentence with a way on, and the thread is gone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor, nn

from engine.capturing.base import CAPTURES, CaptureKind
from engine.design.network import NetworkDesign, layer
from engine.errors import DesignError, FileError
from engine.layers.activations import Relu
from engine.snapshot import Want
from engine.training.filmstrip import Filmstrip, Frame
from engine.training.messages import Ended, RunState
from engine.training.recorder import MetricRow
from engine.training.state import TrainingState
from engine.training.trainer import Trainer
from tests.helpers.tiny_data import tiny_config, tiny_set, trained


def linear_net() -> NetworkDesign:
    return NetworkDesign("x", (1, 8, 8), (layer("f", "flatten"), layer("h", "linear", units=8), layer("out", "linear", units=2)))


def test_divergence_names_a_layer_and_a_smaller_learning_rate() -> None:
    filmstrip = Filmstrip()
    watcher = trained(linear_net(), tiny_config(learning_rate=1000.0, loss="mse", epochs=20), filmstrip=filmstrip)
    ended = watcher.ended
    assert ended.state is RunState.FAILED
    assert ended.layer in ("h", "out")
    assert f"layer '{ended.layer}'" in ended.reason
    assert ended.changes == {"learning_rate": 0.05}, "a tenth would diverge again: the usual one"
    assert "0.05" in ended.suggestion
    losses = watcher.history["train/loss"].values
    assert torch.isfinite(torch.from_numpy(losses[:1].copy())).all()
    assert not torch.isfinite(torch.from_numpy(losses.copy())).all()  # the curve shows where it broke
    for step in filmstrip.steps():
        weights = filmstrip.nearest(step).weights
        assert all(bool(torch.isfinite(tensor).all()) for tensor in weights.values())


class Exploding(nn.Module):
    """Fails in its third forward pass in training mode."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
        self.calls = 0

    def forward(self, inputs: Tensor) -> Tensor:
        self.calls += self.training
        if self.calls == 3 and self.training:
            raise self.error
        return torch.relu(inputs)


def exploding(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def build(self: Relu, inputs: Sequence[tuple[int, ...]]) -> nn.Module:
        return Exploding(error)

    monkeypatch.setattr(Relu, "build", build)


def test_out_of_memory_names_the_layer_and_halves_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    exploding(monkeypatch, torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"))
    watcher = trained(config=tiny_config(batch_size=32))
    ended = watcher.ended
    assert ended.state is RunState.FAILED
    assert ended.layer == "r"
    assert ended.reason == "Memory ran out at step 3, at layer 'r', with 32 examples per step."
    assert ended.changes == {"batch_size": 16}
    assert watcher.runner.final_state.step == 2  # what had been learnt is not lost


def test_out_of_memory_on_the_way_back_names_the_largest_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    def backward(self: Tensor) -> None:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(Tensor, "backward", backward)
    ended = trained(config=tiny_config(batch_size=1)).ended
    assert ended.layer == "c"
    assert "on the way back" in ended.reason
    assert not ended.changes  # a batch cannot be smaller than one example


def test_a_surprise_is_told_with_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    exploding(monkeypatch, ValueError("nobody thought of this"))
    watcher = trained()
    assert watcher.ended.state is RunState.FAILED
    assert "ValueError: nobody thought of this" in watcher.ended.reason
    assert "'r'" in watcher.ended.reason
    assert any("Traceback" in notice for notice in watcher.notices)

    notes = Notebook()
    watcher = trained(recorder=notes)
    assert any("Traceback" in line for line in notes.lines)
    assert not watcher.notices


class Notebook:
    """A recorder in memory; ``broken`` makes it fail as a full disk does."""

    def __init__(self) -> None:
        self.rows: list[MetricRow] = []
        self.states: list[TrainingState] = []
        self.interims: list[TrainingState] = []
        self.frames: list[Frame] = []
        self.lines: list[str] = []
        self.broken = False
        self.heals_at_checkpoint = False

    def _check(self) -> None:
        if self.broken:
            raise FileError("The disk is full", "Make room.")

    def points(self, rows: Sequence[MetricRow]) -> None:
        if rows[0].step <= 1 and self.heals_at_checkpoint:
            self.heals_at_checkpoint = False
            raise FileError("The disk is full", "Make room.")
        self._check()
        self.rows += rows

    def checkpoint(self, state: TrainingState) -> None:
        self._check()
        self.states.append(state)

    def wants_interim(self) -> bool:
        return True

    def interim(self, state: TrainingState) -> None:
        self._check()
        self.interims.append(state)

    def frame(self, frame: Frame) -> None:
        self._check()
        self.frames.append(frame)

    def log(self, line: str) -> None:
        self._check()
        self.lines.append(line)

    def ended(self, ended: Ended) -> None:
        self._check()
        self.last_word = ended


def test_everything_is_recorded() -> None:
    notes = Notebook()
    watcher = trained(recorder=notes)
    training = [row for row in notes.rows if row.split == "train"]
    assert [row.step for row in training] == list(range(1, 27))
    assert training[0].values.keys() == {"loss", "accuracy", "learning_rate"}
    assert [row.values["loss"] for row in training] == watcher.history["train/loss"].values.tolist()
    validation = [row for row in notes.rows if row.split == "validation"]
    assert [(row.step, row.epoch) for row in validation] == [(13, 1.0), (26, 2.0)]
    assert [state.step for state in notes.states] == [13, 26]
    assert [frame.step for frame in notes.frames] == list(range(27))
    assert notes.lines[-1] == "finished: Finished 2 epochs."
    seconds = [row.seconds for row in notes.rows]
    assert seconds == sorted(seconds) and seconds[0] > 0


def test_a_full_disk_costs_one_notice_and_not_the_run() -> None:
    notes = Notebook()
    notes.broken = True
    watcher = trained(recorder=notes)
    assert watcher.ended.state is RunState.FINISHED
    assert len(watcher.notices) == 1
    assert "The disk is full" in watcher.notices[0]
    assert notes.states == []


def test_after_a_full_disk_the_next_epoch_writes_what_was_missing() -> None:
    notes = Notebook()
    notes.heals_at_checkpoint = True
    watcher = trained(recorder=notes)
    assert len(watcher.notices) == 1
    assert [row.step for row in notes.rows if row.split == "train"] == list(range(1, 27))
    assert [state.step for state in notes.states] == [13, 26]


def test_a_capture_that_fails_is_left_out_and_told_once() -> None:
    def broken(context: object, want: Want) -> None:
        raise RuntimeError("no picture")

    take_out = CAPTURES.add("broken", CaptureKind(broken))
    try:
        watcher = trained(watch=frozenset({Want("broken"), Want("answer"), Want("filters", "gone")}))
    finally:
        take_out()
    assert watcher.ended.state is RunState.FINISHED
    assert watcher.snapshots[-1].captured.keys() == {Want("answer")}
    assert len(watcher.notices) == 1, "of a layer that is not there, the view says why there is nothing"
    assert "no picture" in watcher.notices[0]


def test_a_network_without_weights_has_nothing_to_learn_but_is_no_crash() -> None:
    design = NetworkDesign("x", (1, 8, 8), (layer("p", "avg_pool2d", kernel=[8, 4]), layer("f", "flatten")))
    ended = trained(design).ended
    assert ended.state is RunState.FAILED
    assert "no weights" in ended.reason


def test_health_that_cannot_be_measured_is_one_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> dict[str, float]:
        raise torch.OutOfMemoryError("out of memory")

    monkeypatch.setattr("engine.training.observer.measure_health", fail)
    watcher = trained()
    assert watcher.ended.state is RunState.FINISHED
    assert watcher.notices == ["The health of the layers cannot be measured: out of memory"]
    assert watcher.snapshots


@pytest.mark.parametrize(("batch_size", "examples"), [(1, 200), (64, 1)])
def test_a_batch_of_one_for_batch_normalisation_is_no_error_in_the_program(batch_size: int, examples: int) -> None:
    design = linear_net().with_layers((*linear_net().layers[:2], layer("b", "batch_norm"), linear_net().layers[2]))
    with pytest.raises(DesignError, match="compares the examples of a batch") as caught:
        Trainer(design, tiny_config(batch_size=batch_size), tiny_set(examples), torch.device("cpu"))
    assert caught.value.layer == "b"
