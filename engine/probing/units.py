"""One unit of a network: which number of which layer a question is about, and how to read it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.design.check import check
from engine.design.kinds import Shape, times
from engine.design.network import NETWORK_INPUT
from engine.errors import DesignError, ProbeError
from engine.probing.base import Subject
from engine.probing.subject import output_name

_POSITION = re.compile(r"\s*(\d+)\s*[,x×]\s*(\d+)\s*")


@dataclass(frozen=True)
class Unit:
    """Unit ``index`` of ``layer``, whose output has ``shape`` (without the batch).

    In a layer of feature maps the unit is a channel, read at ``position`` (row, column), or as the mean over all
    positions where that is None. ``field`` is how many pixels down and across it sees, at most the image.
    """

    layer: str
    index: int
    shape: Shape
    position: tuple[int, int] | None
    field: tuple[int, int]

    @property
    def is_map(self) -> bool:
        """Whether the layer has feature maps, not a plain list of units."""
        return len(self.shape) == 3

    def read(self, outputs: Tensor) -> Tensor:
        """(N,) the unit's value in ``outputs`` (N, *shape) of its layer."""
        values = outputs[:, self.index]
        if not self.is_map:
            return values
        if self.position is None:
            return values.mean(dim=(1, 2))
        return values[:, self.position[0], self.position[1]]

    def read_anywhere(self, outputs: Tensor) -> Tensor:
        """(N,) the unit's largest value over all positions."""
        return outputs[:, self.index].reshape(len(outputs), -1).amax(dim=1)


def find_unit(subject: Subject, layer: str, index: int, at: str) -> Unit:
    """The unit that the parameters name; "" is the output layer. ProbeError where there is none."""
    id = layer or subject.design.layers[-1].id
    try:
        id = subject.design[id].id
    except DesignError as error:
        raise ProbeError(error.problem[0].upper() + error.problem[1:], error.suggestion) from None
    report = check(subject.design)[id]
    shape = report.output_shape
    if shape is None or len(shape) not in (1, 3):
        raise ProbeError(f"Layer '{id}' has neither units nor feature maps", "Ask about another layer.")
    if index >= shape[0]:
        noun = "channels" if len(shape) == 3 else "units"
        raise ProbeError(f"Layer '{id}' has {shape[0]} {noun}, so there is no unit {index}", f"Use 0 to {shape[0] - 1}.")
    size = subject.design.input_shape[1:]
    seen = report.receptive_field if len(report.receptive_field) == 2 and len(shape) == 3 else size
    field = (min(seen[0], size[0]), min(seen[1], size[1]))
    return Unit(id, index, shape, _position(at, shape), field)


def _position(at: str, shape: Shape) -> tuple[int, int] | None:
    word = at.strip()
    found = _POSITION.fullmatch(word)
    if word not in ("centre", "mean") and not found:
        raise ProbeError(f"'{at}' is no position", "Use centre, mean, or row,column such as 3,5.")
    if len(shape) == 1 or word == "mean":
        return None
    if not found:
        return shape[1] // 2, shape[2] // 2
    row, column = int(found[1]), int(found[2])
    if row >= shape[1] or column >= shape[2]:
        raise ProbeError(f"Position {row},{column} lies outside the {times(shape[1:])} map", "Use centre, for example.")
    return row, column


def outputs_of(subject: Subject, layer: str, inputs: Tensor) -> Tensor:
    """(N, *shape) the output of ``layer``; of the last layer the logits, before any softmax."""
    if layer == subject.design.layers[-1].id:
        return subject.network(inputs).main  # type: ignore[no-any-return]
    return subject.network.until(inputs, layer)


def unit_name(subject: Subject, unit: Unit) -> str:
    """The unit in words: "class '3'", "unit 4 of f5", "channel 2 of c1 at 7,7"."""
    if unit.layer == subject.design.layers[-1].id and not unit.is_map:
        return f"{subject.problem.task.output_noun} '{output_name(subject, unit.index)}'"
    if not unit.is_map:
        return f"unit {unit.index} of {unit.layer}"
    where = "mean over all positions" if unit.position is None else f"at {unit.position[0]},{unit.position[1]}"
    return f"channel {unit.index} of {unit.layer}, {where}"


def before_activation(subject: Subject, unit: Unit) -> Unit:
    """The same unit in the layer before, if ``unit`` belongs to a rising activation such as ReLU or tanh.

    What makes a number large makes its rising function large, and before the function no gradient is lost where it is
    flat. Not for a mean over positions: the mean of a function is not the function of a mean.
    """
    spec = subject.design[unit.layer]
    (source, *others) = subject.design.wiring()[subject.design.index(unit.layer)]
    mean_of_map = unit.is_map and unit.position is None
    if spec.parameters.category != "activation" or others or source == NETWORK_INPUT or mean_of_map:
        return unit
    if unit.layer == subject.design.layers[-1].id or not rises(subject.network.layers[unit.layer], unit.shape):
        return unit
    return Unit(source, unit.index, unit.shape, unit.position, unit.field)


@torch.no_grad()
def rises(module: nn.Module, shape: Shape) -> bool:
    """Whether ``module`` acts on each number alone and never falls: tried on constant inputs from -4 to 4."""
    weight = next(module.parameters(), torch.zeros(()))
    levels = torch.linspace(-4, 4, 65, device=weight.device, dtype=weight.dtype)
    outputs = module(levels.view(-1, *[1] * len(shape)).expand(-1, *shape))
    if outputs.shape[1:] != shape:
        return False
    return bool((outputs.diff(dim=0) >= 0).all()) and bool((outputs[-1] > outputs[0]).all())
