"""Pointing game: how often an occlusion map is strongest on the object, against chance and the same net untrained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from benchmarks.base import Row, torch_threads
from engine.build import Network
from engine.data.load import load
from engine.design.network import NetworkDesign
from engine.errors import LayerscopeError
from engine.files.design_file import load_design
from engine.probing.base import Probe, Subject
from engine.probing.parse import make_probe
from engine.probing.subject import encoded, make_subject
from engine.problem import Problem, make_problem
from engine.task import TASKS
from engine.training.config import TrainingConfig, training_config
from engine.training.trainer import Trainer, weights_on_cpu

SEEDS = (0, 1, 2)
DESIGN = Path(__file__).parents[1] / "resources" / "designs" / "shapes_cnn.design.json"
QUESTIONS: Mapping[str, Mapping[str, str]] = {
    "shipped defaults": {},
    "fill=mean output=logit": {"fill": "mean", "output": "logit"},
}


def run(quick: bool) -> list[Row]:
    """Train on ``shapes`` with the default settings, then ask the occlusion probe about correctly classified test images.

    The game is Zhang et al. 2018 (Top-down neural attention), with the exact mask in place of a box and no tolerance.
    """
    epochs, count = (2, 20) if quick else (6, 100)
    with torch_threads(1):
        return [row for seed in (SEEDS[:1] if quick else SEEDS) for row in _play(seed, epochs, count)]


def _play(seed: int, epochs: int, count: int) -> list[Row]:
    """One network of its own, with its own images: what is measured varies by some percent from one training to the next."""
    design = load_design(DESIGN)
    config = training_config(epochs=epochs, seed=seed, device="cpu")
    data = load("shapes", design.input_shape, config.seed, config.validation_share)
    problem = make_problem(TASKS.get("classify")(), data, design)
    trained = make_subject(design, _trained(design, config, problem), problem)
    right = _correct(trained)
    images = right[:count]
    if len(images) < count:
        raise LayerscopeError(f"Only {len(images)} test images are classified correctly, {count} are needed")
    accuracy = 100 * len(right) / len(data.split("test"))
    rows = [Row(f"seed {seed}: {design.name}, {epochs} epochs", "test accuracy", accuracy, "%")]
    rows += [_row(trained, images, f"seed {seed}: {name}", settings) for name, settings in QUESTIONS.items()]
    # The same images and classes: what the object's contrast alone does, before anything is learned.
    name = f"seed {seed}: untrained, shipped defaults"
    return [*rows, _row(_untrained(design, config, problem), images, name, {"target": "label"})]


def _trained(design: NetworkDesign, config: TrainingConfig, problem: Problem) -> dict[str, Tensor]:
    trainer = Trainer(design, config, problem.data, torch.device("cpu"))
    for _ in trainer.events():
        pass
    return weights_on_cpu(trainer.network)


def _untrained(design: NetworkDesign, config: TrainingConfig, problem: Problem) -> Subject:
    """The weights with which the training began."""
    torch.manual_seed(config.seed)
    return make_subject(design, Network(design).layers.state_dict(), problem)


@torch.no_grad()
def _correct(subject: Subject) -> list[int]:
    """Indices of the test images that the network classifies correctly, in stored order."""
    test = subject.data.split("test")
    guesses = [subject.network(encoded(subject, part)).main.argmax(1) for part in torch.split(test["image"], 100)]
    return torch.nonzero(torch.cat(guesses) == test["label"]).flatten().tolist()


def _row(subject: Subject, images: Sequence[int], name: str, settings: Mapping[str, str]) -> Row:
    """The share of ``images`` whose strongest pixel is the object's; chance is the mean share of pixels that are."""
    probe = make_probe("occlusion", settings)
    masks = subject.data.split("test")["mask"] > 0.5
    hits = sum(_hits(subject, probe, index, masks[index]) for index in images)
    share, chance = hits / len(images), float(masks[list(images)].float().mean())
    return Row(
        name,
        f"strongest pixel on the object, {len(images)} images",
        100 * share,
        "%",
        f"chance (mean area of the object): {100 * chance:.1f} %",
        share / chance,
    )


def _hits(subject: Subject, probe: Probe, index: int, mask: Tensor) -> bool:
    *_, last = probe.run(subject, subject.problem.example("test", index))
    row, column = last.facts["strongest_pixel"]
    return bool(mask[row, column])
