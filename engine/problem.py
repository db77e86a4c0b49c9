"""Problem: a task on a data set. It knows which slot goes in and which is to come out, and shows examples of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.build import Inputs
from engine.data.dataset import Batch, DataSet
from engine.data.meaning import Slot
from engine.data.meanings.grids import Image
from engine.data.source import class_slot
from engine.design.check import DesignReport, require_valid
from engine.design.fixes import parameter_fix
from engine.design.kinds import Shape, times
from engine.design.network import NetworkDesign
from engine.errors import DataError, DesignError
from engine.fit import require_weights, usual_task
from engine.snapshot import Example, TaskFacts
from engine.task import Roles, Task


@dataclass(frozen=True, eq=False)
class Problem:
    """``task`` on ``data``. ``extra`` are the slots that a design reads besides the main one, by the names of its inputs."""

    task: Task
    data: DataSet
    extra: tuple[str, ...] = ()

    @cached_property
    def roles(self) -> Roles:
        """Which slots are read and answered; DataError where the data have none for the task."""
        return self.task.roles(self.data.slots)

    @property
    def input(self) -> Slot:
        """The slot that the network reads."""
        return self.roles.input

    @property
    def target(self) -> Slot:
        """The slot that the network is to answer."""
        return self.roles.target

    @property
    def names(self) -> tuple[str, ...]:
        """The slots that a batch needs: a target that the task makes from its input is none."""
        names = [name for name in (self.input.name, self.target.name, *self.extra) if name in self.data.slots]
        counts = [self.data.slots[name].count_name for name in names if self.data.slots[name].padded]
        return tuple(dict.fromkeys([*names, *counts]))

    def to(self, device: torch.device | str) -> Problem:
        """The same problem with its data on ``device``."""
        return replace(self, data=self.data.to(device))

    @property
    def facts(self) -> TaskFacts:
        """What views need to know."""
        return TaskFacts(self.task.kind, self.task.title, self.task.labels(self.roles), self.task.metrics)

    # -- batches --

    def prepare(self, batch: Batch, generator: torch.Generator | None = None) -> tuple[Inputs, Tensor]:
        """(what the network reads, what it should answer); ``generator`` draws the noise of training."""
        inputs, targets = self.task.prepare(batch, self.roles, generator)
        return self.with_extra(inputs, batch), targets

    def with_extra(self, inputs: Tensor, batch: Batch) -> Inputs:
        """``inputs``, with the other slots that the design reads beside it."""
        if not self.extra:
            return inputs
        return {"": inputs, **{name: self.data.slots[name].meaning.encode(batch[name]) for name in self.extra}}

    # -- examples --

    def example(self, split: str, index: int) -> Example:
        """One example of a split, ready to be pinned; DataError where there is none."""
        values = self.data.values_of(split, index)
        slot = class_slot(self.data.slots)
        label = int(values[slot.name]) if slot is not None else -1
        noun = "image" if self.input.meaning.dimensions == 2 else "example"
        return self._shown(values, label, f"{split} {noun} #{index}", index)

    def _shown(self, values: Mapping[str, Any], label: int, source: str, index: int) -> Example:
        value, meaning = values[self.input.name], self.input.meaning
        return Example(meaning.picture(value), label, source, index, values, meaning.words(value))

    def holds(self, example: Example) -> bool:
        """Whether ``example`` is what it says: the test example of its index, value by value, whatever other data are called. Of
        an image from elsewhere: whether the network can read it."""
        if example.index < 0:
            values = example.values or {self.input.name: example.picture}
            return self.input.name in values and tuple(values[self.input.name].shape) == tuple(self.input.shape)
        if example.index >= len(self.data.split("test")):
            return False
        values = self.data.values_of("test", example.index)
        return values.keys() == example.values.keys() and all(
            np.array_equal(value, example.values[name], equal_nan=value.dtype.kind == "f") for name, value in values.items()
        )

    def example_of_image(self, picture: np.ndarray[Any, Any], source: str) -> Example:
        """A (C, H, W) uint8 picture of any size as an example, fitted to the network's input just as data sets are."""
        from engine.data.images import fitted_picture

        if not isinstance(self.input.meaning, Image):
            raise DataError(
                f"{source} is an image, but the network reads {self.input.meaning.title.lower()}",
                "Choose an example of the data.",
            )
        fitted, words = fitted_picture(picture, self.input.shape, source)
        return self._shown({self.input.name: fitted}, -1, words, -1)

    def batch_of(self, examples: Sequence[Example], device: torch.device | str) -> dict[str, Tensor]:
        """Examples as a batch on ``device``, of the slots that all of them have."""
        values = [each.values or {self.input.name: each.picture} for each in examples]
        known = [name for name in self.names if all(name in each for each in values)]
        return {name: torch.from_numpy(np.stack([each[name] for each in values])).to(device) for name in known}

    def inputs_of(self, examples: Sequence[Example], device: torch.device | str) -> Inputs:
        """What the network reads of ``examples``; DataError where they have another shape than its input."""
        batch = self.batch_of(examples, device)
        for name in (self.input.name, *self.extra):
            if name not in batch:
                raise DataError(f"{examples[0].source} has no {name}", "Choose an example of the data.")
            if tuple(batch[name].shape[1:]) != tuple(self.data.slots[name].shape):
                shape, wanted = times(batch[name].shape[1:]), times(self.data.slots[name].shape)
                raise DataError(
                    f"The {name} of {examples[0].source} is {shape}, but the network reads {wanted}", "Resize it first."
                )
        return self.with_extra(self.input.meaning.encode(batch[self.input.name]), batch)

    def targets_of(self, examples: Sequence[Example], device: torch.device | str) -> Tensor | None:
        """What the network should answer, or None where an example does not say."""
        batch = self.batch_of(examples, device)
        return self.target.meaning.target(batch[self.target.name]) if self.target.name in batch else None

    # -- fit --

    def check(self, design: NetworkDesign) -> None:
        """DataError or DesignError unless ``design`` reads the input, has something to learn and answers what is asked."""
        report = require_valid(design)
        require_weights(report)
        self.task.check(report, self.roles)
        self._check_heads(report, design)
        self._check_vocabulary(design)
        for name, shape in design.inputs.items():
            slot = self.data.slot(name)
            if tuple(shape) != slot.network_shape:
                raise DataError(
                    f"The network's input '{name}' reads {times(shape)}, but the data's {name} is {times(slot.network_shape)}",
                    "Change that input of the design.",
                )
        if len(self.data.splits.get("train", ())) == 0:
            raise DataError(f"{self.data.name} has no training examples", "Choose other data, or hold back fewer for validation.")

    def _check_heads(self, report: DesignReport, design: NetworkDesign) -> None:
        """Auxiliary heads are held against the same targets, so they answer in the same shape."""
        for id, _ in design.heads:
            shape = report[id].output_shape
            if shape != report.output_shape:
                raise DesignError(
                    f"as a head its output is {times(shape or ())}, but the network answers {times(report.output_shape or ())}",
                    "End the head as the network ends.",
                    layer=id,
                )

    def _check_vocabulary(self, design: NetworkDesign) -> None:
        """A layer that reads tokens has to know all words of the data."""
        words = self.input.meaning.token_count
        for spec in design.flat.layers:
            field = spec.parameters.vocabulary_field
            known = getattr(spec.parameters, field) if field else words
            if known < words:
                raise DesignError(
                    f"it knows {known:,} words, but {self.data.name} has {words}",
                    f"Set {field} to {words}.",
                    layer=spec.id,
                    field=field,
                    fix=parameter_fix(spec.id, field, words),
                )


def example_of_image(picture: np.ndarray[Any, Any], shape: Shape, source: str) -> Example:
    """A (C, H, W) uint8 picture as an example for a network of input ``shape`` whose data are not there yet."""
    from engine.data.images import fitted_picture

    fitted, words = fitted_picture(picture, shape, source)
    return Example(fitted, -1, words)


def make_problem(task: Task | None, data: DataSet, design: NetworkDesign) -> Problem:
    """``task`` on ``data`` for ``design``; None chooses the task that both look as if they were meant for."""
    return Problem(task or usual_task(data.slots, design), data, tuple(design.inputs))
