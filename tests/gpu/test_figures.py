"""Figures of this device, printed and not judged: loop and live beside the bare loop, and a trial of CUDA graphs."""

from __future__ import annotations

import time

import pytest
import torch
from torch import nn
from torch.nn import functional

from engine.build import Network
from engine.data.dataset import DataSet
from engine.training.config import training_config
from engine.training.loop import Step
from engine.training.trainer import Trainer
from engine.zoo import network

STEPS = 300


def test_steps_per_second(device: torch.device, strokes: DataSet) -> None:
    """Ours beside the loop one writes by hand, A B A B, both waiting for the device at the end only."""
    trainer = Trainer(network("lenet5"), training_config(device=device.type, epochs=1000, schedule="constant"), strokes, device)
    events = trainer.events()
    bare = BareLoop(device, strokes)

    def ours() -> None:
        done = 0
        while done < STEPS:
            done += isinstance(next(events), Step)

    ratios = []
    for _ in range(5):
        mine, theirs = seconds(ours, device), seconds(lambda: bare.train(STEPS), device)
        ratios.append(theirs / mine)
    print(f"\nLeNet-5, batch 64: {STEPS / mine:,.0f} steps/s, {sorted(ratios)[2]:.2f} × the bare loop's")
    assert all(ratio > 0 for ratio in ratios)


def test_a_whole_step_as_a_cuda_graph(device: torch.device, strokes: DataSet) -> None:
    """What recording a step once and replaying it would save: forward, backward and update in one launch."""
    if device.type != "cuda":
        pytest.skip("CUDA graphs need CUDA")
    bare = BareLoop(device, strokes)
    eager = seconds(lambda: bare.train(STEPS), device)
    replay = bare.recorded()
    graphed = seconds(lambda: [replay() for _ in range(STEPS)], device)
    print(f"\nA step as a CUDA graph: {eager / graphed:.2f} × as fast as eager")
    assert torch.isfinite(bare.loss).item()


def seconds(work: object, device: torch.device) -> float:
    """How long ``work`` takes, the device's queue included."""
    assert callable(work)
    if device.type == "cuda":
        torch.cuda.synchronize()
    start = time.perf_counter()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


class BareLoop:
    """The same network, data and batch size with nothing around them."""

    def __init__(self, device: torch.device, data: DataSet) -> None:
        torch.manual_seed(0)
        self.network = nn.Sequential(*Network(network("lenet5")).layers.values()).to(device)
        capturable = {"foreach": True} if device.type == "cuda" else {}
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=0.05, momentum=0.9, **capturable)
        split, slot = data.split("train").to(device), data.slots["image"]
        self.images, self.labels = slot.meaning.encode(split["image"]), split["label"]
        self.loss = torch.zeros((), device=device)
        self._at = 0

    def train(self, steps: int) -> None:
        for _ in range(steps):
            self._at = (self._at + 64) % (len(self.labels) - 64)
            self._step(self.images[self._at : self._at + 64], self.labels[self._at : self._at + 64])

    def _step(self, images: torch.Tensor, labels: torch.Tensor) -> None:
        loss = functional.cross_entropy(self.network(images), labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.loss = loss.detach()

    def recorded(self) -> object:
        """One step recorded with static inputs; returns what replays it."""
        images, labels = self.images[:64].clone(), self.labels[:64].clone()
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                self._step(images, labels)
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):
            self._step(images, labels)
        return graph.replay
