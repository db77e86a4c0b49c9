"""The real image that a unit likes best, sought through all splits of the data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.data.dataset import Split
from engine.probing.base import Subject
from engine.probing.image_prior import spread_over_splits
from engine.probing.subject import batch_size, encoded, images_of, layout
from engine.probing.units import Unit, outputs_of

MOST_IMAGES = 10_000
BATCH = 256


@dataclass(frozen=True, eq=False)
class BestReal:
    """The best of the ``compared`` images so far, ``done`` of all: ``value`` by the unit's own rule, ``picture`` (C, H, W)
    float32 in 0..1 and ``source`` "test image #5" go with it. ``anywhere`` is the largest value at any position of a
    feature map, in whichever image. ``is_constant``: no two images differ by this unit."""

    value: float
    lowest: float
    anywhere: float
    picture: NDArray[np.float32]
    source: str
    compared: int
    done: float

    @property
    def is_constant(self) -> bool:
        """Whether the unit gave the same number for every image."""
        return self.lowest == self.value


def compare_with_data(subject: Subject, unit: Unit) -> Iterator[BestReal]:
    """Up to MOST_IMAGES images, spread evenly over all splits; yields after each batch, the last with ``done`` 1."""
    parts = [
        (name, split, chunk)
        for name, split, indices in spread_over_splits(subject.data, MOST_IMAGES)
        for chunk in torch.split(indices, batch_size(subject, BATCH))
        if len(chunk)
    ]
    best: BestReal | None = None
    total, compared = sum(len(chunk) for _, _, chunk in parts), 0
    for name, split, chunk in parts:
        compared += len(chunk)
        best = _better(best, _best_of(subject, unit, name, split, chunk), compared, compared / total)
        yield best


@torch.inference_mode()
def _best_of(subject: Subject, unit: Unit, name: str, split: Split, chunk: Tensor) -> BestReal:
    images = images_of(subject, split)[chunk.to(split.device)]
    inputs = encoded(subject, images).to(memory_format=layout(images.device))
    outputs = outputs_of(subject, unit.layer, inputs)
    values = unit.read(outputs).double()
    best = int(values.argmax())
    return BestReal(
        value=float(values[best]),
        lowest=float(values.min()),
        anywhere=float(unit.read_anywhere(outputs).max()),
        picture=(images[best].float() / 255).cpu().numpy(),
        source=f"{name} image #{int(chunk[best])}",
        compared=len(chunk),
        done=0.0,
    )


def _better(old: BestReal | None, new: BestReal, compared: int, done: float) -> BestReal:
    first = old or new
    winner = new if new.value > first.value else first
    return BestReal(
        winner.value,
        min(first.lowest, new.lowest),
        max(first.anywhere, new.anywhere),
        winner.picture,
        winner.source,
        compared,
        done,
    )
