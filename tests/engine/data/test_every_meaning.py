"""Every meaning that is enrolled keeps its promises, and the promises find out the wrong ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.data.meaning import MEANINGS
from engine.data.meanings.grids import Image
from engine.data.meanings.vector import Vector
from tests.helpers.meaning_promises import check_meaning, check_round_trip, example_of

# Each of these breaks one promise.
WRONG: dict[str, tuple[type, dict[str, Callable]]] = {
    "decode is not the inverse": (Vector, {"decode": lambda self, encoded: encoded + 0.01}),
    "answered is not the inverse": (Image, {"answered": lambda self, outputs: (outputs * 254).to(torch.uint8)}),
    "answers as floats of another size": (Image, {"answered": lambda self, outputs: outputs[:, :, 1:]}),
    "encode gives another shape": (Vector, {"encode": lambda self, values: Vector.encode(self, values)[:, :1]}),
    "encode gives doubles": (Vector, {"encode": lambda self, values: Vector.encode(self, values).double()}),
    "encode cuts gradients": (Vector, {"encode": lambda self, values: Vector.encode(self, values).detach()}),
    "encode writes": (Vector, {"encode": lambda self, values: values.sub_(1)}),
    "promises another shape": (Image, {"network_shape": lambda self, shape: shape[1:]}),
    "picture of floats": (Vector, {"picture": lambda self, value: np.zeros((1, 4, 4))}),
    "picture without channels": (Vector, {"picture": lambda self, value: np.zeros((4, 4), np.uint8)}),
    "picture of two channels": (Vector, {"picture": lambda self, value: np.zeros((2, 4, 4), np.uint8)}),
    "no facts": (Vector, {"facts": lambda self, shape: ""}),
    "endless words": (Vector, {"words": lambda self, value: "very " * 50}),
    "sees no fault": (Vector, {"fault": lambda self, values: ""}),
    "sees faults everywhere": (Vector, {"fault": lambda self, values: "is bad"}),
    "mirrors but once": (Image, {"mirrored": lambda self, values: values.transpose(-1, -2).flip(-1)}),
    "moves what stands still": (Image, {"moved": lambda self, values, down, across: values.roll(1, -1)}),
    "measures as another": (Vector, {"measured": lambda self, values: Image()}),
    "only for many": (Vector, {"encode": lambda self, values: (values - values.mean(0)) / values.std(0)}),
}


@pytest.mark.parametrize("name", list(MEANINGS))
def test_promises(name: str, tmp_path: Path) -> None:
    check_meaning(MEANINGS.get(name))
    check_round_trip(MEANINGS.get(name), tmp_path)


def test_examples_are_of_the_kind_that_was_asked_for() -> None:
    for kind in MEANINGS.entries():
        slot, values = example_of(kind)
        assert type(slot.meaning) is kind
        assert len(values) > 1


@pytest.mark.parametrize("words", list(WRONG))
def test_a_wrong_one_is_found_out(words: str) -> None:
    base, broken = WRONG[words]
    check_meaning(type("Right", (base,), {"__module__": __name__}))
    with pytest.raises((AssertionError, RuntimeError, IndexError)):
        check_meaning(type("Wrong", (base,), {"__module__": __name__, **broken}))


def test_what_run_cards_would_lose_is_found_out(tmp_path: Path) -> None:
    class Other(Vector):
        """Of the same name as an enrolled kind, so that this one is read in its place."""

    with pytest.raises(AssertionError, match="saved with a run"):
        check_round_trip(Other, tmp_path)
