"""Throw-away probes, not registered, that answer with bars and with rows; and versions that break one promise each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import torch

from engine.design.parameters import parameter
from engine.probing.base import Probe, Subject
from engine.probing.result import BarChart, ProbeResult, Table
from engine.snapshot import Example


class Brightness(Probe):
    """Bars: how bright each channel of the image is, and a little noise from a seed."""

    kind: ClassVar[str] = "brightness"
    title: ClassVar[str] = "Brightness"
    help: ClassVar[str] = "How bright the image is in each channel, with a little noise on every number."
    answer: ClassVar[type[ProbeResult]] = BarChart
    shares: ClassVar[tuple[float, ...]] = (0.5, 1.0)

    seed: int = parameter(0, "Fixes the noise.", low=0, high=1000)

    def run(self, subject: Subject, image: Example | None) -> Iterator[ProbeResult]:
        assert image is not None
        means = image.picture.reshape(len(image.picture), -1).mean(1) + self.noise(len(image.picture))
        for done in self.shares:
            yield self.result(subject, means.astype(np.float32), done)

    def result(self, subject: Subject, means: Any, done: float) -> ProbeResult:
        labels = tuple(f"channel {number}" for number in range(len(means)))
        return BarChart("The image is so bright.", self.facts(), done, labels=labels, values=means)

    def facts(self) -> dict[str, Any]:
        return {"target": "the image"}

    def noise(self, count: int) -> Any:
        return np.random.default_rng(self.seed).random(count)


class NeverDone(Brightness):
    shares: ClassVar[tuple[float, ...]] = (0.5, 0.9)


class NoTarget(Brightness):
    def facts(self) -> dict[str, Any]:
        return {"channels": 1}


class NotFinite(Brightness):
    def noise(self, count: int) -> Any:
        return np.full(count, np.inf)


class GlobalDraws(Brightness):
    def noise(self, count: int) -> Any:
        return torch.rand(count).numpy()


class IgnoredSeed(Brightness):
    def noise(self, count: int) -> Any:
        return np.zeros(count)


class OneLabelTooFew(Brightness):
    def result(self, subject: Subject, means: Any, done: float) -> ProbeResult:
        return BarChart("The image is so bright.", self.facts(), done, labels=(), values=means)


class WritesWeights(Brightness):
    def result(self, subject: Subject, means: Any, done: float) -> ProbeResult:
        next(iter(subject.network.parameters())).data.add_(1)
        return super().result(subject, means, done)


class LeavesAHook(Brightness):
    def result(self, subject: Subject, means: Any, done: float) -> ProbeResult:
        subject.network.register_forward_hook(lambda *_: None)
        return super().result(subject, means, done)


class OtherType(Brightness):
    answer: ClassVar[type[ProbeResult]] = Table


class Weights(Probe):
    """Rows: how large the weights of each layer are."""

    kind: ClassVar[str] = "weights"
    title: ClassVar[str] = "Weights"
    help: ClassVar[str] = "How many weights each layer has and how large they are on the average."
    answer: ClassVar[type[ProbeResult]] = Table
    asks_image: ClassVar[bool] = False
    columns: ClassVar[tuple[str, ...]] = ("weights", "mean size")
    factor: ClassVar[float] = 1.0

    def run(self, subject: Subject, image: Example | None) -> Iterator[ProbeResult]:
        named = list(subject.network.layers.named_parameters())
        rows = tuple((name, self.factor * float(values.abs().mean())) for name, values in named)
        for count in range(1, len(rows) + 1):
            facts = {"target": "all layers", "layers": len(rows)}
            yield Table("So large are the weights.", facts, count / len(rows), columns=self.columns, rows=rows[:count])


class CrookedRows(Weights):
    columns: ClassVar[tuple[str, ...]] = ("weights",)


class EndlessRows(Weights):
    factor: ClassVar[float] = float("nan")


class OnceOnly(Weights):
    """Nothing is seen on the way."""

    def run(self, subject: Subject, image: Example | None) -> Iterator[ProbeResult]:
        *_, last = super().run(subject, image)
        yield last
