"""Every augmentation that is enrolled keeps its promises, and the promises find out the wrong ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from engine.data.augmentation import AUGMENTATIONS, Augmentation
from engine.data.augmentations.geometry import Flip
from tests.helpers.augmentation_promises import check_augmentation


def flipped(batch: dict, slots: dict, generator: torch.Generator, **changes: Callable) -> dict:
    """What Flip does, but for some slots."""
    right = Flip().apply(batch, slots, generator)
    return {name: changes[name](values, batch[name]) if name in changes else values for name, values in right.items()}


def writing(self: Augmentation, batch: dict, slots: dict, generator: torch.Generator) -> dict:
    if "image" in slots:
        batch["image"].sub_(torch.randint(0, 9, batch["image"].shape, generator=generator, dtype=torch.uint8))
    return batch


def constant(self: Augmentation, batch: dict, slots: dict, generator: torch.Generator) -> dict:
    return flipped(batch, slots, torch.Generator().manual_seed(0))


WRONG: dict[str, Callable] = {
    "writes into the batch": writing,
    "leaves the mask": lambda self, *of: flipped(*of, image=lambda new, old: old),
    "leaves the boxes": lambda self, *of: flipped(*of, box=lambda new, old: old),
    "makes floats": lambda self, *of: flipped(*of, image=lambda new, old: new.float()),
    "drops a slot": lambda self, *of: {name: values for name, values in flipped(*of).items() if name != "label"},
    "changes labels": lambda self, *of: flipped(*of, label=lambda new, old: 1 - old),
    "mirrors signals": lambda self, *of: flipped(*of, signal=lambda new, old: old.flip(-1)),
    "the same every time": constant,
    "draws elsewhere": lambda self, batch, slots, generator: flipped(batch, slots, torch.default_generator),
    "changes what no slot names": lambda self, batch, slots, generator: (
        Flip().apply(batch, slots, generator) if slots else {**batch, "image": 255 - batch["image"]}
    ),
}


@pytest.mark.parametrize("name", list(AUGMENTATIONS))
def test_promises(name: str) -> None:
    check_augmentation(AUGMENTATIONS.get(name)())


@pytest.mark.parametrize("words", list(WRONG))
def test_a_wrong_one_is_found_out(words: str) -> None:
    with pytest.raises(AssertionError):
        check_augmentation(type("Wrong", (Flip,), {"__module__": __name__, "apply": WRONG[words]})())
