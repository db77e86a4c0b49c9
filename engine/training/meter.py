"""The meter: collects losses and tallies on the training device and reads them off in one go, so that no step waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.task import Task
from engine.training.loop import Step

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Readings:
    """Steps in order, each with the loss and every metric of its batch; (n,) float64 arrays."""

    steps: Numbers
    losses: Numbers
    metrics: Mapping[str, Numbers] = field(default_factory=dict)

    @property
    def first_bad(self) -> int | None:
        """The first step whose loss is not a finite number."""
        bad = np.flatnonzero(~np.isfinite(self.losses))
        return int(self.steps[bad[0]]) if len(bad) else None

    def columns(self) -> dict[str, Numbers]:
        """Loss and metrics by name."""
        return {"loss": self.losses, **self.metrics}


class Meter:
    """Reading a number off a GPU waits for everything queued before it, so it is done a few times a second and not every step."""

    def __init__(self, task: Task) -> None:
        self._task = task
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
        names = tuple(events[0].tallies)
        columns = [_column([event.loss for event in events])]
        for name in names:
            columns += [_column([event.tallies[name][place] for event in events]) for place in (0, 1)]
        device = columns[0].device
        numbers = torch.stack([column.to(device) for column in columns]).cpu().double().numpy()
        metrics = {name: self._finished(name, *numbers[1 + 2 * at : 3 + 2 * at]) for at, name in enumerate(names)}
        return Readings(np.asarray(steps, dtype=np.float64), numbers[0], metrics)

    def _finished(self, name: str, sums: Numbers, counts: Numbers) -> Numbers:
        means = np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)
        return np.array([self._task.finished(name, float(mean)) for mean in means])


def _column(values: list[Tensor] | list[Tensor | float]) -> Tensor:
    """(n,) float32 of scalars that are either tensors on the device or plain numbers."""
    if isinstance(values[0], Tensor):
        return torch.stack(values).float()  # type: ignore[arg-type]
    return torch.tensor(values, dtype=torch.float32)
