"""Occlusion sensitivity: cover one patch of the image after another and see where the answer suffers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.design.kinds import compact, per_dimension
from engine.design.parameters import Sizes, one_of, parameter
from engine.design.values import plain_values
from engine.errors import DesignError, ProbeError
from engine.fill import FILLS, Fill
from engine.probing.base import PROBES, Probe, Subject
from engine.probing.patches import Patches, Steps
from engine.probing.result import HeatMap, ProbeResult
from engine.probing.subject import as_input, batch_size, find_question, layout, needs_image, require_finite
from engine.snapshot import Example
from engine.words import number

if TYPE_CHECKING:
    from engine.problem import Problem

MAX_POSITIONS = 64  # along one dimension, with the default stride
FIRST_BATCH = 16  # few positions first, so that something is seen at once
USUAL = "probability"  # of a classifier; what other tasks answer is measured in one way only
SHARES = ("probability", "share")  # units that are read in percent
CPU_BATCH, GPU_BATCH = 64, 1024  # on a CPU more would leave its cache and be slower


@PROBES.declare
class Occlusion(Probe):
    """Zeiler & Fergus 2014, figure 7: the drop of a class's probability as a patch slides over the image."""

    kind: ClassVar[str] = "occlusion"
    title: ClassVar[str] = "Occlusion sensitivity"
    help: ClassVar[str] = (
        "Covers a patch of the image, asks the network again, and moves on. Red: covering this place lowers the answer, so "
        "the network needs it. Blue: without this place it is surer. Each pixel shows the mean over all positions of the "
        "patch that cover it (Zeiler & Fergus 2014)."
    )
    answer: ClassVar[type[ProbeResult]] = HeatMap

    target: str = parameter(
        "predicted", "The class, or the number of the answer, asked about: 'predicted', 'label', a name or an index."
    )
    patch: Sizes | None = parameter(
        None, "Height and width of what is covered.", low=1, high=4096, unit="px", none_text="a fifth of the image"
    )
    stride: Sizes | None = parameter(
        None, "How far the patch moves at a time.", low=1, high=4096, unit="px", none_text="1, more if over 64 px"
    )
    fill: Fill = one_of(FILLS, "zero", "What covers; a number is one in units after normalisation.")
    output: Literal["probability", "logit"] = parameter(
        "probability",
        "Of a classifier. probability: what softmax says, which the other classes move too. logit: the class's own score.",
    )
    method: Literal["auto", "dense"] = parameter(
        "auto", "How it is computed. There is one way so far, dense: the whole network at every position, in batches."
    )
    resolution: Literal["pixels", "map"] = parameter(
        "pixels", "pixels: one value for each pixel. map: one for each position of the patch."
    )

    def fits(self, problem: Problem) -> str:
        return needs_image(problem)

    def run(self, subject: Subject, image: Example | None) -> Iterator[ProbeResult]:
        self.require_fit(subject)
        inputs = as_input(subject, image)
        assert image is not None
        patches = self._patches(inputs.shape[-2], inputs.shape[-1])
        cover = self.fill.cover(inputs, subject.problem.input.meaning, patches.patch)
        question = Question(subject, image, self.output)
        before = question.ask(inputs)
        target = find_question(subject, self.target, int(before[0, :, 0].argmax()), image.label)
        answer = _Answer(self, patches, question, target, before[0, target])
        most = CPU_BATCH if inputs.device.type == "cpu" else GPU_BATCH
        for batch in _batches(patches.coarse_to_fine(), batch_size(subject, most)):
            answer.put(batch, question.ask(occluded(inputs, cover, patches, batch))[:, target])
            yield answer.heat_map(image)

    def _patches(self, height: int, width: int) -> Patches:
        """The positions of the patch; ProbeError where patch or stride does not fit the image."""
        usual = max(1, round(min(height, width) / 5))
        patch = _pair(self.patch, (usual, usual), "patch")
        if patch[0] > height or patch[1] > width:
            raise ProbeError(
                f"A patch of {compact(patch)} is larger than the image, which is {height}×{width}",
                f"Use a patch of {usual}, for example.",
            )
        steps = -(-max(height, width) // MAX_POSITIONS)
        stride = _pair(self.stride, (min(patch[0], steps), min(patch[1], steps)), "stride")
        if stride[0] > patch[0] or stride[1] > patch[1]:
            raise ProbeError(
                f"With stride {compact(stride)} a patch of {compact(patch)} never covers the pixels in between",
                f"Use a stride of {compact(patch)} or less.",
            )
        return Patches(Steps(height, patch[0], stride[0]), Steps(width, patch[1], stride[1]))


def _pair(value: Sizes | None, usual: tuple[int, int], name: str) -> tuple[int, int]:
    if value is None:
        return usual
    try:
        height, width = per_dimension(value, 2, name)
    except DesignError as error:
        raise ProbeError(f"The {name} does not fit: {error.problem}", "Give one number, or height,width.") from None
    return height, width


def occluded(inputs: Tensor, cover: Tensor, patches: Patches, batch: NDArray[np.int64]) -> Tensor:
    """(N, C, H, W) copies of ``inputs`` (1, C, H, W), in copy n the patch at position ``batch[n]`` taken from ``cover``.

    The patches are written through index arrays in one go. Where a patch is cut off at the border its indices stop at
    the last pixel, which is then written several times with the same value.
    """
    row, column = np.divmod(batch, patches.shape[1])
    down = _clipped(patches.rows, row, inputs)[:, None, :, None]
    across = _clipped(patches.columns, column, inputs)[:, None, None, :]
    copies = inputs.expand(len(batch), -1, -1, -1).clone(memory_format=layout(inputs.device))
    copy = torch.arange(len(batch), device=inputs.device)[:, None, None, None]
    channel = torch.arange(inputs.shape[1], device=inputs.device)[None, :, None, None]
    copies[copy, channel, down, across] = cover[0][channel, down, across]
    return copies


def _clipped(steps: Steps, index: NDArray[np.int64], like: Tensor) -> Tensor:
    """(N, patch) the pixels covered at positions ``index``, none of them beyond the border."""
    pixels = np.minimum(steps.starts[index][:, None] + np.arange(steps.patch), steps.size - 1)
    return torch.from_numpy(pixels).to(like.device)


class Question:
    """The numbers of one subject's task, asked of changed copies of one image. ``units`` are those they are given in."""

    def __init__(self, subject: Subject, image: Example, output: str) -> None:
        problem = subject.problem
        self.subject, self.roles = subject, problem.roles
        self.task = problem.task
        self.units = self.task.score_units
        if output != USUAL and output not in self.units:
            raise ProbeError(f"A network that is to {self.task.title.lower()} has no {output}", f"Use output {USUAL}.")
        self.unit = output if output in self.units else self.units[0]
        self.names = self.task.questions(problem.roles)
        self.targets = problem.targets_of([image], problem.data.device)

    def ask(self, images: Tensor) -> NDArray[np.float64]:
        """(N, questions, units) of images as the network reads them."""
        with torch.inference_mode():
            outputs = self.subject.network(images)
            outputs = outputs._replace(main=outputs.main.double())
            targets = None if self.targets is None else self.targets.expand(len(images), *self.targets.shape[1:])
            scores = torch.stack([self.task.scores(outputs, targets, self.roles, unit) for unit in self.units], dim=2)
        require_finite(scores, "What the network answers")
        answers: NDArray[np.float64] = scores.cpu().numpy()
        return answers

    def name_of(self, number: int, unit: str) -> str:
        """Number ``number`` in words, to begin a sentence with."""
        return self.task.score_name(self.names[number], unit, self.targets is not None)


def _batches(order: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    first = min(size, FIRST_BATCH)
    yield order[:first]
    for start in range(first, len(order), size):
        yield order[start : start + size]


class _Answer:
    """What is known so far of one question: the number in every unit of its task at every position tried."""

    def __init__(self, asked: Occlusion, patches: Patches, question: Question, target: int, before: NDArray[np.float64]) -> None:
        self.asked, self.patches, self.question = asked, patches, question
        self.target, self.before = target, before
        self.after = np.full((len(patches), len(question.units)), np.nan)
        self.which = question.units.index(question.unit)
        self.floor = question.task.noticeable(float(before[self.which]), question.unit)

    def put(self, batch: NDArray[np.int64], answers: NDArray[np.float64]) -> None:
        """``answers`` (N, units) with the patch at the positions ``batch``."""
        self.after[batch] = answers

    def heat_map(self, image: Example | None) -> HeatMap:
        """The answer as far as it is known."""
        unit = self.question.unit
        drops = (self.before[self.which] - self.after[:, self.which]).reshape(self.patches.shape)
        pixels = self.patches.spread(drops)
        return HeatMap(
            headline=self._headline(drops),
            facts=self._facts(pixels),
            done=float(np.mean(~np.isnan(self.after[:, 0]))),
            values=(pixels if self.asked.resolution == "pixels" else drops).astype(np.float32),
            picture=None if image is None else image.picture,
            units=self._units(),
            meaning=f"{self.question.name_of(self.target, unit)}, without a patch minus with it; the mean over all patches "
            "that cover a pixel",
            ends=("higher without it", "needed"),
            unit=unit,
            floor=self.floor,
        )

    def _lowest(self) -> tuple[float, int, int]:
        """The lowest number and the row and column of the patch's first pixel there."""
        position = int(np.nanargmin(self.after[:, self.which]))
        row, column = divmod(position, self.patches.shape[1])
        return (
            float(self.after[position, self.which]),
            int(self.patches.rows.starts[row]),
            int(self.patches.columns.starts[column]),
        )

    def _headline(self, drops: NDArray[np.float64]) -> str:
        lowest, row, column = self._lowest()
        question, unit = self.question, self.question.unit
        name, start = question.name_of(self.target, unit), float(self.before[self.which])
        before, after = (question.task.score_text(score, question.roles, unit) for score in (start, lowest))
        most = float(np.nanmax(np.abs(drops)))
        if most < self.floor:
            return f"{name} is {before}, and no patch matters: covering changes it by {number(most, 2)} at most."
        return f"{name} is {before}; with the patch at row {row}, column {column} it is lowest: {after}."

    def _facts(self, pixels: NDArray[np.float64]) -> dict[str, Any]:
        lowest, row, column = self._lowest()
        strongest = np.unravel_index(int(np.nanargmax(pixels)), pixels.shape)
        units = self.question.units
        return {
            "target": self.question.names[self.target],
            "target_index": self.target,
            **{unit: float(self.before[place]) for place, unit in enumerate(units)},
            f"lowest_{self.question.unit}": lowest,
            "lowest_at": [row, column],
            "strongest_pixel": [int(index) for index in strongest],
            "patch": list(self.patches.patch),
            "stride": list(self.patches.stride),
            "positions": len(self.patches),
            "fill": _plain_fill(self.asked),
            "output": self.question.unit,
        }

    def _units(self) -> dict[str, str]:
        """Of the facts that have one."""
        shares = [unit for unit in self.question.units if unit in SHARES]
        places = dict.fromkeys(("lowest_at", "strongest_pixel"), "row, column")
        sizes = dict.fromkeys(("patch", "stride"), "px")
        return {name: "share" for unit in shares for name in (unit, f"lowest_{unit}")} | places | sizes


def _plain_fill(asked: Occlusion) -> Any:
    """The fill as it would be given: a name, a number, or an object where it has settings of its own."""
    short = asked.fill.shorthand()
    return plain_values(asked)["fill"] if short is None else short
