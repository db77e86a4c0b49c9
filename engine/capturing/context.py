"""CaptureContext: a network at one step, ready to be looked at; everything that two captures share is computed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.build import Inputs, Network, Outputs
from engine.design.network import NETWORK_INPUT, NetworkDesign
from engine.errors import DataError
from engine.problem import Problem
from engine.snapshot import Example

_A = TypeVar("_A", bound=np.generic)

WALL_SIZE = 64
PINS_KEPT = 32
"""So many pinned examples stay on the device."""
HEALTH_NUMBERS = 1 << 22
"""Health is measured over as many gallery examples as keep their activations below this many numbers (16 MiB), at least one."""


class Gallery:
    """The examples that every capture of a run looks at, brought to ``device`` once: a fixed choice spread over the test split
    (or, where there is none, validation or train). ``values`` are the stored values by slot, in numpy; ``inputs`` and
    ``targets`` what the network reads and should answer, on the device. ``indices`` say which examples of ``split`` they are."""

    def __init__(self, problem: Problem, device: torch.device | str, size: int = WALL_SIZE) -> None:
        self.problem = problem
        data = problem.data
        self.split = next(name for name in ("test", "validation", "train") if len(data.splits.get(name, ())))
        chosen = data.split(self.split)
        count = min(size, len(chosen))
        self.indices: NDArray[np.int64] = np.linspace(0, len(chosen) - 1, count).round().astype(np.int64)
        picked = chosen.take(torch.from_numpy(self.indices).to(chosen.device), problem.names)
        self.values: dict[str, NDArray[Any]] = {name: _frozen(values.cpu().numpy()) for name, values in picked.items()}
        batch = {name: values.to(device) for name, values in picked.items()}
        self.inputs, self.targets = problem.prepare(batch)
        self._inputs_of: dict[Example, Inputs] = {}

    def __len__(self) -> int:
        return len(self.indices)

    def first(self) -> Example:
        """The example that is pinned when nobody has pinned one."""
        return self.problem.example(self.split, 0)

    def inputs_of(self, example: Example) -> Inputs:
        """What the network reads of a pinned example; brought to the device once. DataError where it has another shape."""
        if example not in self._inputs_of:
            if len(self._inputs_of) >= PINS_KEPT:
                self._inputs_of.clear()
            self._inputs_of[example] = self.problem.inputs_of([example], self.targets.device)
        return self._inputs_of[example]

    def some_inputs(self, where: slice) -> Inputs:
        """What the network reads of a stretch of the examples."""
        if isinstance(self.inputs, Tensor):
            return self.inputs[where]
        return {name: values[where] for name, values in self.inputs.items()}


class CaptureContext:
    """``network`` (in eval mode, under no_grad: use ``looking``) with the examples that go through it, each at most once.

    ``pinned`` are the examples that are followed, the one in front first. Belongs to the thread that owns the network, and to
    one step.
    """

    def __init__(self, network: Network, gallery: Gallery, pinned: Sequence[Example]) -> None:
        self.network = network
        self.gallery = gallery
        self.pinned = tuple(pinned)
        self._activations: dict[int, dict[str, Tensor]] = {}

    @property
    def problem(self) -> Problem:
        """The task and the data."""
        return self.gallery.problem

    @property
    def design(self) -> NetworkDesign:
        """What the network was built from."""
        return self.network.design

    def activations(self, subject: int = 0) -> dict[str, Tensor]:
        """(1, *output_shape) of every layer for a pinned example, by place; "@in" is the input itself."""
        if subject not in self._activations:
            inputs = self.gallery.inputs_of(self._example(subject))
            main = inputs if isinstance(inputs, Tensor) else inputs[""]
            self._activations[subject] = {NETWORK_INPUT: main, **self.network.activations(inputs, self.design.outputs)}
        return self._activations[subject]

    def pinned_outputs(self, subject: int = 0) -> Outputs:
        """What the network answers to a pinned example."""
        return Outputs(self.activations(subject)[self.network.main_id])

    def pinned_targets(self, subject: int = 0) -> Tensor | None:
        """What it should answer, where the example says so."""
        return self.problem.targets_of([self._example(subject)], self._device)

    def _example(self, subject: int) -> Example:
        if not 0 <= subject < len(self.pinned):
            raise DataError(f"There is no pinned example {subject + 1}", "Pin another one.")
        return self.pinned[subject]

    @property
    def _device(self) -> torch.device:
        return self.gallery.targets.device

    @cached_property
    def gallery_outputs(self) -> Outputs:
        """What the network answers to the gallery's examples."""
        known = self.__dict__.get("health_activations", {}).get(self.network.main_id)
        if isinstance(known, Tensor) and len(known) == len(self.gallery):
            return Outputs(known)
        size = self._health_size
        parts = [self.network(self.gallery.some_inputs(slice(at, at + size))).main for at in range(0, len(self.gallery), size)]
        return Outputs(torch.cat(parts))

    @cached_property
    def health_activations(self) -> dict[str, Tensor]:
        """(n, *output_shape) of every layer for the first n gallery examples, by id."""
        return self.network.activations(self.gallery.some_inputs(slice(self._health_size)))

    @property
    def _health_size(self) -> int:
        per_example = max(1, self.network.report.costs.activations)
        return max(1, min(len(self.gallery), HEALTH_NUMBERS // per_example))


@contextmanager
def looking(network: Network) -> Iterator[None]:
    """Eval mode and no gradients inside; afterwards the mode it was in. Nothing of the training changes: no statistics of
    batch normalisation move and no random number is drawn."""
    was_training = network.training
    network.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        network.train(was_training)


def _frozen(array: NDArray[_A]) -> NDArray[_A]:
    array.flags.writeable = False
    return array
