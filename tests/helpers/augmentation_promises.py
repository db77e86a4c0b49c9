"""What every augmentation promises; raises AssertionError at the first broken promise."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.data.augmentation import Augmentation
from engine.data.meaning import Slot, slots
from engine.data.meanings.boxes import Boxes
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image, Signal
from engine.data.meanings.mask import Mask
from engine.data.meanings.tokens import Tokens
from engine.data.meanings.vector import Vector

HIGH, WIDE = 12, 10
SLOTS = slots(
    image=(Image(), (3, HIGH, WIDE)),
    mask=(Mask(), (HIGH, WIDE)),
    box=(Boxes(names=("it",), height=HIGH, width=WIDE), (2, 5), True),
    label=(Classes(names=("a", "b")), ()),
    point=(Vector(), (2,)),
    signal=(Signal(), (1, 9)),
    sentence=(Tokens(vocabulary=("", "a", "b")), (5,), True),
)
ON_NO_PLANE = ("box.count", "label", "point", "signal", "sentence", "sentence.count")


def batch(count: int = 64) -> dict[str, Tensor]:
    """A rectangle in every picture, 3 pixels or more from the border, told by image, mask and box alike, and other slots."""
    generator = torch.Generator().manual_seed(7)
    top, left = torch.randint(3, 6, (2, count), generator=generator)
    rows, columns = torch.arange(HIGH), torch.arange(WIDE)
    mask = ((rows >= top[:, None]) & (rows < top[:, None] + 4))[:, :, None] & (
        (columns >= left[:, None]) & (columns < left[:, None] + 2)
    )[:, None]
    box = torch.stack([left, top, left + 2, top + 4, torch.zeros_like(top)], 1).float()
    return {
        "image": mask[:, None].expand(-1, 3, -1, -1).to(torch.uint8) * 255,
        "mask": mask,
        "box": torch.stack([box, torch.zeros_like(box)], 1),
        "box.count": torch.ones(count, dtype=torch.int64),
        "label": torch.arange(count) % 2,
        "point": torch.rand(count, 2, generator=generator),
        "signal": torch.rand(count, 1, 9, generator=generator),
        "sentence": torch.randint(1, 3, (count, 5), generator=generator),
        "sentence.count": torch.full((count,), 5),
    }


def check_augmentation(augmentation: Augmentation, known: dict[str, Slot] = SLOTS) -> None:
    """Every promise, for many examples, for one, and for data that hold no pictures."""
    assert augmentation.title and augmentation.help.endswith(".")
    for count in (64, 1):
        given = batch(count)
        before = {name: values.clone() for name, values in given.items()}
        changed = augmentation.apply(given, known, torch.Generator().manual_seed(3))
        assert all(torch.equal(given[name], before[name]) for name in before), "nothing of the batch is written to"
        assert list(changed) == list(given)
        same = {name for name in given if torch.equal(changed[name], given[name])}
        assert same >= {name for name, slot in known.items() if not augmentation.concerns(slot.meaning)}
        for name, values in changed.items():
            assert (values.shape, values.dtype, values.device) == (before[name].shape, before[name].dtype, before[name].device)
        assert all(torch.equal(changed[name], before[name]) for name in ON_NO_PLANE), "what lies on no plane stays as it is"
        _check_together(before, changed)
    _check_chance(augmentation, known)
    alone = {"point": batch()["point"]}
    assert torch.equal(augmentation.apply(alone, known, torch.Generator())["point"], alone["point"])
    assert torch.equal(augmentation.apply(batch(), {}, torch.Generator())["image"], batch()["image"]), "only what slots name"


def _check_together(before: dict[str, Tensor], changed: dict[str, Tensor]) -> None:
    """Where the mask moved the image moved with it, and the box is still around both."""
    moved = (changed["mask"] != before["mask"]).flatten(1).any(1)
    image, mask, box = changed["image"][moved, 0] > 127, changed["mask"][moved], changed["box"][moved, 0]
    assert torch.equal(image, mask), "image and mask move together"
    for there, (left, top, right, bottom, _) in zip(mask, box.tolist(), strict=True):
        rows, columns = there.nonzero().T
        found = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        assert [int(edge) for edge in found] == [left, top, right, bottom], "boxes move with their image"


def _check_chance(augmentation: Augmentation, known: dict[str, Slot]) -> None:
    first, again, other = (augmentation.apply(batch(), known, torch.Generator().manual_seed(seed))["image"] for seed in (3, 3, 4))
    assert torch.equal(first, again), "the generator alone decides"
    assert not torch.equal(first, other)
    with_others = torch.Generator().manual_seed(3)
    torch.manual_seed(99)
    assert torch.equal(augmentation.apply(batch(), known, with_others)["image"], first)
