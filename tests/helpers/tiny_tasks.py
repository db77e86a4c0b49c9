"""Tiny data for every task, with a design that fits and trains in a moment."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from engine.data.dataset import DataSet, Split
from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image
from engine.data.meanings.mask import Mask
from engine.data.meanings.vector import Vector
from engine.design.network import LayerSpec, NetworkDesign, layer
from engine.problem import Problem
from engine.task import TASKS

SIZE = 6


@dataclass(frozen=True)
class Case:
    """A task with a design that fits, and one that does not."""

    fitting: NetworkDesign
    misfit: NetworkDesign


def all_slots(count: int = 40, seed: int = 0) -> Split:
    """Images with a bright square, its mask, its place and which half it is in."""
    generator = torch.Generator().manual_seed(seed)
    places = torch.randint(0, SIZE - 2, (count, 2), generator=generator)
    masks = torch.zeros(count, SIZE, SIZE, dtype=torch.bool)
    for index, (row, column) in enumerate(places.tolist()):
        masks[index, row : row + 3, column : column + 3] = True
    noise = torch.rand(count, 1, SIZE, SIZE, generator=generator) * 60
    images = (masks[:, None] * 180 + noise).to(torch.uint8)
    return Split({"image": images, "label": (places[:, 1] > 1).long(), "mask": masks, "place": places.float()})


def everything() -> DataSet:
    """Data that every built-in task can learn from."""
    splits = {"train": all_slots(40, 1), "validation": all_slots(13, 2), "test": all_slots(17, 3)}
    train = splits["train"]
    named = slots(
        image=(Image().measured(train["image"]), (1, SIZE, SIZE)),
        label=(Classes(names=("left", "right")), ()),
        mask=(Mask(), (SIZE, SIZE)),
        place=(Vector(names=("row", "column"), unit="px").measured(train["place"]), (2,)),
    )
    return DataSet("squares", named, splits)


def dense(name: str, *last: LayerSpec) -> NetworkDesign:
    front = (layer("c", "conv2d", filters=3, kernel=3, padding=1), layer("bn", "batch_norm"), layer("r", "relu"))
    return NetworkDesign(name, (1, SIZE, SIZE), (*front, layer("d", "dropout", rate=0.2), *last))


def numbers(units: int) -> NetworkDesign:
    return dense("numbers", layer("f", "flatten"), layer("out", "linear", units=units))


def picture(filters: int) -> NetworkDesign:
    return dense("picture", layer("out", "conv2d", filters=filters, kernel=3, padding=1))


CASES: dict[str, Case] = {
    "classify": Case(numbers(2), numbers(3)),
    "reconstruct": Case(picture(1), picture(2)),
    "to_image": Case(picture(1), picture(2)),
    "regress": Case(numbers(2), numbers(3)),
}


def problem_of(task: str, **values: object) -> Problem:
    return Problem(TASKS.get(task)(**values), everything())
