"""The training loop one writes by hand: the baseline of what a window, tasks and meters cost."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from itertools import cycle
from typing import Any

BATCH = 64


class Bare:
    """What one writes by hand: the same network, data, batch size and seed, and nothing else."""

    def __init__(self, data: Any, design: Any, fused: bool) -> None:
        import torch

        from engine.build import Network

        torch.manual_seed(0)
        layers = Network(design).layers
        self._network = torch.nn.Sequential(*layers.values())
        self._optimizer = torch.optim.SGD(self._network.parameters(), lr=0.05, momentum=0.9, fused=fused)
        train = data.split("train")
        images, self._labels = train["image"], train["label"]
        # At its best: batches of one channel with these strides train a tenth faster than with the usual ones.
        self._images = (
            images.as_strided(images.shape, (images[0].numel(), 1, images.shape[-1], 1)) if images.shape[1] == 1 else images
        )
        meaning = data.slots["image"].meaning
        self._mean, self._deviation = meaning.mean[0], meaning.deviation[0]
        self._batches = self._shuffled()

    def steps_per_second(self, seconds: float, threads: int = 1) -> float:
        """Train for ``seconds`` on this thread, after a second that is not measured."""
        import torch

        torch.set_num_threads(threads)
        self._train(1.0)
        start = time.perf_counter()
        steps = self._train(seconds)
        elapsed = time.perf_counter() - start
        torch.set_num_threads(1)
        return steps / elapsed

    def train(self, steps: int) -> None:
        """So many steps."""
        self._train(math.inf, steps)

    def _train(self, seconds: float, most: float = math.inf) -> int:
        from torch.nn.functional import cross_entropy

        end, steps, total, correct = time.perf_counter() + seconds, 0, 0.0, 0
        while time.perf_counter() < end and steps < most:
            chosen = next(self._batches)
            images = (self._images[chosen].float() / 255 - self._mean) / self._deviation
            labels = self._labels[chosen]
            outputs = self._network(images)
            loss = cross_entropy(outputs, labels)
            self._optimizer.zero_grad()
            loss.backward()
            self._optimizer.step()
            total += loss.item()
            correct += int((outputs.argmax(1) == labels).sum())
            steps += 1
        return steps

    def _shuffled(self) -> Iterator[Any]:
        import torch

        generator = torch.Generator().manual_seed(0)
        for _ in cycle((None,)):
            yield from torch.randperm(len(self._labels), generator=generator).split(BATCH)
