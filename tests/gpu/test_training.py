"""Training on CUDA: it learns, it resumes bit for bit, two runs do not disturb one another, every task works."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import torch

from engine.data.dataset import DataSet
from engine.data.load import load
from engine.design.network import NetworkDesign
from engine.training.config import TrainingConfig, training_config
from engine.training.loop import EpochEnd, Step
from engine.training.state import TrainingState
from engine.training.trainer import Trainer
from engine.zoo import family, network
from tests.helpers.tiny_data import tiny_cnn, tiny_set


def config_for(device: torch.device, **values: Any) -> TrainingConfig:
    return training_config(**{"device": device.type, "epochs": 2, **values})


def steps(trainer: Trainer, count: int) -> None:
    """So many steps of a run, epochs' ends included."""
    events = trainer.events()
    done = 0
    while done < count:
        done += isinstance(next(events), Step)


def weights(trainer: Trainer) -> dict[str, torch.Tensor]:
    return trainer.state().network


def assert_same(ours: dict[str, torch.Tensor], theirs: dict[str, torch.Tensor]) -> None:
    assert ours.keys() == theirs.keys()
    for name, tensor in ours.items():
        assert torch.equal(tensor, theirs[name]), name


def test_lenet_learns(device: torch.device, strokes: DataSet) -> None:
    trainer = Trainer(network("lenet5"), config_for(device, epochs=3), strokes, device)
    scores = [event.validation for event in trainer.events() if isinstance(event, EpochEnd)]
    assert scores[-1] is not None and scores[-1].metrics["accuracy"] > 0.9
    assert all(weight.device.type == device.type for weight in trainer.network.parameters())


def test_a_run_that_resumes_is_the_run_that_never_stopped(device: torch.device) -> None:
    """With dropout, batch normalisation and momentum; cuDNN is told to be repeatable."""
    design, data, config = tiny_cnn(), tiny_set(), config_for(device, batch_size=16, epochs=4)
    with torch.backends.cudnn.flags(deterministic=True, benchmark=False):
        whole = Trainer(design, config, data, device)
        steps(whole, 30)
        first = Trainer(design, config, data, device)
        steps(first, 17)
        parts = first.state()
        state = TrainingState.from_parts(parts.tensors(), parts.info())
        second = Trainer(design, config, data, device, state)
        steps(second, 13)
    assert_same(weights(second), weights(whole))


def test_two_runs_at_once_are_each_alone(device: torch.device) -> None:
    design, data = tiny_cnn(), tiny_set()
    configs = [config_for(device, batch_size=16, epochs=6, seed=seed) for seed in (0, 1)]

    def trained(config: TrainingConfig, out: list[dict[str, torch.Tensor]]) -> None:
        with torch.backends.cudnn.flags(deterministic=True, benchmark=False):
            trainer = Trainer(design, config, data, device)
            steps(trainer, 40)
            out.append(weights(trainer))

    alone: list[list[dict[str, torch.Tensor]]] = [[], []]
    together: list[list[dict[str, torch.Tensor]]] = [[], []]
    for config, out in zip(configs, alone, strict=True):
        trained(config, out)
    threads = [threading.Thread(target=trained, args=pair) for pair in zip(configs, together, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one, other in zip(alone, together, strict=True):
        assert_same(one[0], other[0])


@pytest.mark.parametrize("name", ["autoencoder", "mask_small", "regression_mlp"])
def test_every_task_gets_better(device: torch.device, name: str) -> None:
    kind = family(name)
    design: NetworkDesign = network(name)
    config = config_for(device, **kind.training)
    trainer = Trainer(design, config, load(kind.data, design.input_shape, 0, 0.1), device)
    losses = [event.validation.loss for event in trainer.events() if isinstance(event, EpochEnd) and event.validation]
    assert losses[-1] < losses[0]
