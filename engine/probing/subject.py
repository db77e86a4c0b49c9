"""What probes ask of: makes a Subject from weights, and reads image and class of a question."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from engine.build import restore
from engine.data.dataset import Split
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image
from engine.design.check import check
from engine.design.kinds import times
from engine.design.network import NetworkDesign
from engine.errors import ProbeError
from engine.probing.base import Subject
from engine.problem import Problem
from engine.registry import nearest
from engine.snapshot import Example

BATCH_BYTES = 512 << 20  # room for the activations of one batch


def make_subject(
    design: NetworkDesign, weights: Mapping[str, Tensor], problem: Problem, device: torch.device | str = "cpu", name: str = ""
) -> Subject:
    """A private copy of a network in eval mode, ``requires_grad`` off, on ``device`` with its data.

    ``weights`` are named as in ``Network.layers.state_dict()``. No random number is drawn: a training run in another
    thread goes on as if nothing had been. ProbeError where the data, TrainingError where the weights do not fit.
    """
    shape = problem.input.network_shape
    if shape != tuple(design.input_shape):
        raise ProbeError(
            f"The data are {times(shape)}, but the network reads {times(design.input_shape)}",
            "Resize the data to the network's input first.",
        )
    return Subject(design.flat, restore(design, weights, device), problem.to(device), name)


def needs_image(problem: Problem) -> str:
    """ "" where networks for ``problem`` read one image and nothing else, else one sentence that says what they read."""
    slot = problem.input
    if not isinstance(slot.meaning, Image):
        return f"This probe changes an image, but the network reads {slot.meaning.facts(slot.shape)}"
    if problem.extra:
        return f"This probe changes an image, but the network reads {' and '.join(problem.extra)} beside it"
    return ""


def require_finite(values: Tensor, what: str) -> None:
    """ProbeError where ``values`` are not all finite numbers; ``what`` they are begins the sentence."""
    if not bool(torch.isfinite(values).all()):
        raise ProbeError(f"{what} is not a finite number: the weights have grown without bounds", "Ask at an earlier step.")


def as_input(subject: Subject, image: Example | None) -> Tensor:
    """(1, C, H, W) the image as the network reads it: normalised, in the precision and on the device of the weights."""
    if image is None:
        raise ProbeError("This probe asks about an image, and none is given", "Pin an image, or name one with --image.")
    if image.picture.shape != tuple(subject.design.input_shape):
        raise ProbeError(
            f"The image ({image.source}) is {times(image.picture.shape)}, "
            f"but the network reads {times(subject.design.input_shape)}",
            "Resize it to the network's input first.",
        )
    picture = torch.from_numpy(image.picture.copy()).to(subject.data.device)
    return encoded(subject, picture.unsqueeze(0))


def encoded(subject: Subject, images: Tensor) -> Tensor:
    """Images, as bytes or as floats in 0..1 (then differentiably), as the network reads them, in its precision."""
    return subject.problem.input.meaning.encode(images).to(precision(subject))


def images_of(subject: Subject, split: Split) -> Tensor:
    """(N, C, H, W) uint8 the images of a split."""
    return split[subject.problem.input.name]


def batch_size(subject: Subject, most: int) -> int:
    """How many images go through the network at once: ``most``, or as many as there is room for."""
    return max(1, min(most, BATCH_BYTES // (4 * max(1, check(subject.design).costs.activations))))


def layout(device: torch.device) -> torch.memory_format:
    """The memory layout of a batch in which convolutions are quickest: channels last on a CPU (1.4 to 1.7 times, measured)."""
    return torch.channels_last if device.type == "cpu" else torch.contiguous_format


def precision(subject: Subject) -> torch.dtype:
    """The floating-point type of the network's weights; float32 where it has none."""
    return next((weight.dtype for weight in subject.network.parameters() if weight.is_floating_point()), torch.float32)


def find_question(subject: Subject, target: str, strongest: int, label: int) -> int:
    """Which of the task's numbers ``target`` means: "predicted" (the strongest), "label", an index or a name."""
    task, problem = subject.problem.task, subject.problem
    names, noun = task.questions(problem.roles), task.output_noun
    word = target.strip()
    if word == "label" and not isinstance(problem.target.meaning, Classes):
        raise ProbeError("The network answers with no classes, so a label means nothing", f"Use one of {', '.join(names)}.")
    if word == "label" and not 0 <= label < len(names):
        raise ProbeError("The image has no label", "Use target 'predicted', or name a class.")
    if word in ("predicted", "label"):
        return strongest if word == "predicted" else label
    if word in names:
        return names.index(word)
    if word.isdecimal() and int(word) < len(names):
        return int(word)
    if word.lstrip("-").isdecimal():
        raise ProbeError(f"There is no {noun} {word}", f"Use 0 to {len(names) - 1}.")
    raise ProbeError(f"There is no {noun} '{word}'", nearest(word, ["predicted", "label", *names]))


def output_name(subject: Subject, index: int) -> str:
    """What number ``index`` of the network's answer is called; its index where it has no name."""
    names = subject.problem.task.labels(subject.problem.roles)
    return names[index] if index < len(names) else str(index)
