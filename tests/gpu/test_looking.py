"""Captures, health and probes on CUDA give what they give on the CPU, to within rounding."""

from __future__ import annotations

import numpy as np
import torch

from engine.capturing.base import take
from engine.capturing.context import CaptureContext, Gallery, looking
from engine.data.dataset import DataSet
from engine.probing.parse import make_probe
from engine.probing.subject import make_subject
from engine.problem import make_problem
from engine.snapshot import Bars, Tiles, Wall, Want
from engine.training.config import training_config
from engine.training.health import copied_weights, measure_health
from engine.training.trainer import Trainer
from engine.zoo import network

WANTS = frozenset({Want("feature_maps", "c1"), Want("filters", "c1"), Want("answer"), Want("predictions")})


def trained(device: torch.device, data: DataSet) -> Trainer:
    trainer = Trainer(network("lenet5"), training_config(device=device.type, epochs=1), data, device)
    for _ in trainer.events():
        pass
    return trainer


def test_captures_are_those_of_the_cpu(device: torch.device, strokes: DataSet) -> None:
    trainer = trained(device, strokes)
    shown = {}
    for place in (device, torch.device("cpu")):
        subject = make_subject(trainer.design, trainer.state().network, make_problem(None, strokes, trainer.design), place)
        gallery = Gallery(subject.problem, place)
        with looking(subject.network):
            shown[place.type], failures = take(WANTS, CaptureContext(subject.network, gallery, (gallery.first(),)))
        assert not failures
    here, there = shown[device.type], shown["cpu"]
    for want in WANTS:
        one, other = here[want], there[want]
        assert type(one) is type(other)
        if isinstance(one, Tiles):
            np.testing.assert_allclose(one.high, other.high, rtol=1e-2, atol=1e-3)
        if isinstance(one, Bars):
            np.testing.assert_allclose(one.values, other.values, atol=1e-2)
        if isinstance(one, Wall):
            assert (one.predicted == other.predicted).mean() > 0.95


def test_health_is_measured_on_the_device(device: torch.device, strokes: DataSet) -> None:
    trainer = trained(device, strokes)
    before = copied_weights(trainer.network)
    gallery = Gallery(trainer.problem, device)
    with looking(trainer.network):
        health = measure_health(CaptureContext(trainer.network, gallery, (gallery.first(),)), before)
    assert health["layer/c1/update_ratio"] == 0.0 and health["layer/c1/deviation"] > 0


def test_occlusion_is_that_of_the_cpu(device: torch.device, strokes: DataSet) -> None:
    trainer = trained(device, strokes)
    maps = []
    for place in (device, torch.device("cpu")):
        subject = make_subject(trainer.design, trainer.state().network, make_problem(None, strokes, trainer.design), place)
        *_, result = make_probe("occlusion").run(subject, subject.problem.example("test", 3))
        maps.append(result.array())
    np.testing.assert_allclose(maps[0], maps[1], atol=2e-2)


def test_activation_maximisation_runs_on_the_device(device: torch.device, strokes: DataSet) -> None:
    trainer = trained(device, strokes)
    subject = make_subject(trainer.design, trainer.state().network, make_problem(None, strokes, trainer.design), device)
    *_, result = make_probe("activation_max", {"steps": "64", "unit": "3"}).run(subject, None)
    assert result.facts["ratio"] is None or result.facts["ratio"] > 0.5
