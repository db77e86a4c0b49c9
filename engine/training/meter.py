"""The meter: collects losses and answers on the training device and reads them off in one go, so that no step waits for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.training.loop import Step


@dataclass(frozen=True, eq=False)
class Readings:
    """Steps in order, each with the mean loss and the accuracy (0..1) of its batch; (n,) float64 arrays."""

    steps: NDArray[np.float64]
    losses: NDArray[np.float64]
    accuracies: NDArray[np.float64]

    @property
    def first_bad(self) -> int | None:
        """The first step whose loss is not a finite number."""
        bad = np.flatnonzero(~np.isfinite(self.losses))
        return int(self.steps[bad[0]]) if len(bad) else None


class Meter:
    """Reading a number off a GPU waits for everything queued before it, so it is done every 50 ms and not every step."""

    def __init__(self) -> None:
        self._steps: list[int] = []
        self._events: list[Step] = []

    def add(self, step: int, event: Step) -> None:
        """Remember one step; nothing is computed."""
        self._steps.append(step)
        self._events.append(event)

    def read(self) -> Readings | None:
        """Everything since the last reading, or None. On a GPU this waits until the steps are done."""
        if not self._steps:
            return None
        steps, events = self._steps, self._events
        self._steps, self._events = [], []
        losses = torch.stack([event.loss for event in events])
        sizes = torch.tensor([len(event.labels) for event in events], dtype=torch.float64)
        both = torch.stack([losses.float(), _hits(events)]).cpu().double()
        return Readings(np.asarray(steps, dtype=np.float64), both[0].numpy(), (both[1] / sizes).numpy())


def _hits(events: list[Step]) -> Tensor:
    """(n,) correct answers of each step. Batches of one size, which are nearly all, are counted together."""
    if len({len(event.labels) for event in events}) == 1:
        predicted = torch.stack([event.outputs for event in events]).argmax(2)
        return (predicted == torch.stack([event.labels for event in events])).sum(1).float()
    return torch.stack([(event.outputs.argmax(1) == event.labels).sum() for event in events]).float()
