"""waves: noisy periodic signals of four forms, as an oscilloscope would show them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.data.drawing.chance import normal, uniform
from engine.data.drawing.pen import Reals
from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Signal
from engine.data.source import RawSet, RawSplit, Source, balanced_labels, dataset

LENGTH = 128
FORMS = ("sine", "square", "sawtooth", "triangle")


@dataset
class Waves(Source):
    """(1, 128) float32; phase, frequency, loudness and noise say nothing of the class, so that only form helps."""

    name = "waves"
    title = "Waves"
    help = "Noisy periodic signals of 128 samples: sine, square, sawtooth or triangle, at any phase, frequency and loudness."
    slots = slots(signal=(Signal(), (1, LENGTH)), label=(Classes(names=FORMS), ()))

    def load(self, seed: int, root: Path | None = None) -> RawSet:
        return RawSet(_split(seed, 0, 4000), _split(seed, 1, 1000), self.slots)


def _split(seed: int, stream: int, count: int) -> RawSplit:
    rng = np.random.default_rng([seed, stream, LENGTH])
    labels = balanced_labels(count, len(FORMS), rng)
    time = np.linspace(0, 1, LENGTH, endpoint=False, dtype=np.float32)
    turns: Reals = uniform(rng, 0, 1, (count, 1)) + uniform(rng, 2, 6, (count, 1)) * time
    loud: Reals = uniform(rng, 0.5, 1.5, (count, 1)) * _forms(turns)[labels, np.arange(count)]
    heard = loud + uniform(rng, 0.05, 0.3, (count, 1)) * normal(rng, 1, (count, LENGTH))
    return RawSplit({"signal": heard[:, None].astype(np.float32), "label": labels})


def _forms(turns: Reals) -> Reals:
    """(4, N, length) every form of unit power after ``turns`` (N, length) periods."""
    sine = np.sin(2 * np.pi * turns)
    sawtooth = 2 * (turns % 1) - 1
    triangle = 2 * np.abs(sawtooth) - 1
    forms: Reals = np.stack([np.sqrt(2) * sine, np.sign(sine), np.sqrt(3) * sawtooth, np.sqrt(3) * triangle])
    return forms
