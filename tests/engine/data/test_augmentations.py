"""Flip, shift and erase, by arrays worked out by hand."""

from __future__ import annotations

import pytest
import torch

from engine.data.augmentations.erase import Erase
from engine.data.augmentations.geometry import Flip, Shift
from engine.data.meaning import slots
from engine.data.meanings.boxes import Boxes
from engine.data.meanings.grids import Image
from engine.data.meanings.mask import Mask
from engine.data.moves import moved_pixels

SLOTS = slots(image=(Image(), (1, 2, 3)), mask=(Mask(), (2, 3)))
ROWS = [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32, torch.int64])
def test_moved_pixels_by_hand(dtype: torch.dtype) -> None:
    values = torch.tensor([ROWS, ROWS, ROWS], dtype=dtype)
    moved = moved_pixels(values, torch.tensor([0, 1, -1]), torch.tensor([1, 0, -2]))
    assert moved.dtype == dtype
    assert moved.tolist() == [[[1, 1, 2], [4, 4, 5]], [[1, 2, 3], [1, 2, 3]], [[6, 6, 6], [6, 6, 6]]]
    channels = moved_pixels(values[:, None], torch.tensor([0, 1, -1]), torch.tensor([1, 0, -2]))
    assert torch.equal(channels[:, 0], moved)


def test_a_mask_moves_as_booleans() -> None:
    mask = torch.tensor([[[True, False, False], [False, False, True]]])
    assert moved_pixels(mask, torch.tensor([0]), torch.tensor([1])).tolist() == [[[True, True, False], [False, False, False]]]


def test_flip_by_hand() -> None:
    batch = {"image": torch.tensor([[ROWS]] * 2, dtype=torch.uint8), "mask": torch.tensor([[[1, 0, 0], [0, 0, 0]]] * 2).bool()}
    always = Flip(probability=1.0).apply(batch, SLOTS, torch.Generator())
    assert always["image"][1, 0].tolist() == [[3, 2, 1], [6, 5, 4]]
    assert always["mask"][0].tolist() == [[False, False, True], [False, False, False]]
    never = Flip(probability=0.0).apply(batch, SLOTS, torch.Generator())
    assert torch.equal(never["image"], batch["image"])


def test_flip_is_as_frequent_as_it_says() -> None:
    batch = {"image": torch.arange(3, dtype=torch.uint8).expand(4000, 1, 2, 3)}
    flipped = Flip(probability=0.3).apply(batch, SLOTS, torch.Generator().manual_seed(0))["image"][:, 0, 0, 0] == 2
    assert float(flipped.float().mean()) == pytest.approx(0.3, abs=0.03)


def test_shift_goes_everywhere_it_may_and_no_further() -> None:
    image = torch.zeros(2000, 1, 9, 9, dtype=torch.uint8)
    image[:, :, 4, 4] = 1
    shifted = Shift(pixels=2).apply({"image": image}, SLOTS, torch.Generator().manual_seed(0))["image"]
    _, _, rows, columns = shifted.nonzero().T
    assert len(rows) == 2000
    assert {(int(row), int(column)) for row, column in zip(rows, columns, strict=True)} == {
        (row, column) for row in range(2, 7) for column in range(2, 7)
    }


def test_boxes_by_hand() -> None:
    boxes = Boxes(names=("a", "b"), height=10, width=20)
    box = torch.tensor([[[2.0, 1, 8, 4, 1]]])
    assert boxes.mirrored(box).tolist() == [[[12, 1, 18, 4, 1]]]
    assert boxes.moved(box, torch.tensor([-2]), torch.tensor([3])).tolist() == [[[5, 0, 11, 2, 1]]]
    assert boxes.encode(box).tolist()[0][0] == pytest.approx([0.1, 0.1, 0.4, 0.4, 1])
    # To 5×5 the middle 10×10 is kept, from 5 to 15 across, and halved.
    assert boxes.fit(box, (3, 5, 5)).tolist() == [[[0, 0.5, 1.5, 2, 1]]]
    assert boxes.fitted((3, 5, 5)) == Boxes(names=("a", "b"), height=5, width=5)
    picture = boxes.picture(box[0].numpy())
    assert picture.shape == (1, 10, 20)
    assert int((picture > 0).sum()) == 2 * 6 + 2 * 1
    assert picture[0, 1, 2:8].min() == 255 and picture[0, 2, 3:7].max() == 0


def test_erasing_covers_a_rectangle_of_no_more_than_its_share() -> None:
    image = torch.full((300, 3, 20, 30), 7, dtype=torch.uint8)
    erased = Erase(probability=1.0, share=0.25).apply({"image": image}, slots(image=(Image(), (3, 20, 30))), torch.Generator())
    changed = (erased["image"] != 7).any(1)
    assert 0.05 < float(changed.float().mean()) < 0.25
    for part in changed:
        if part.any():
            rows, columns = part.nonzero().T
            area = int((rows.max() - rows.min() + 1) * (columns.max() - columns.min() + 1))
            assert area <= 0.25 * 600 + 30
            assert int(part.sum()) >= 0.95 * area - 2, "all of the rectangle is covered"
    untouched = Erase(probability=0.0).apply({"image": image}, slots(image=(Image(), (3, 20, 30))), torch.Generator())
    assert torch.equal(untouched["image"], image)
