"""Folders of image files, one folder per class, with and without train/ and test/."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.load import load
from engine.data.source import class_names
from engine.errors import DataError


def fill(folder: Path, count: int, level: int, size: tuple[int, int] = (6, 5), mode: str = "L", suffix: str = "png") -> None:
    """``count`` pictures of (width, height) ``size``, whose grey levels are ``level``, ``level`` + 1, ..."""
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(count):
        Image.new("L", size, level + index).convert(mode).save(folder / f"{index:03}.{suffix}")


def test_classes_are_the_folders(tmp_path: Path) -> None:
    for name, level in (("katze", 0), ("hund ü", 100), ("zebra", 200)):
        fill(tmp_path / "set" / name, 10, level)
    (tmp_path / "set" / "katze" / "notes.txt").write_text("no image")
    (tmp_path / "set" / ".hidden").mkdir()
    data = load(str(tmp_path / "set"), None, 0, 0.25)
    assert class_names(data.slots) == ("hund ü", "katze", "zebra")
    assert data.slots["image"].shape == (1, 5, 6)
    assert data.splits["test"]["label"].bincount().tolist() == [2, 2, 2]
    for split in data.splits.values():
        level = split["image"][:, 0, 0, 0].tolist()
        assert [value // 100 for value in level] == [[1, 0, 2][label] for label in split["label"]]
    assert load(str(tmp_path / "set"), None, 0, 0.25).fingerprint == data.fingerprint
    assert load(str(tmp_path / "set"), None, 1, 0.25).fingerprint != data.fingerprint


def test_train_and_test_folders(tmp_path: Path) -> None:
    for split, count in (("train", 5), ("test", 3)):
        fill(tmp_path / split / "a", count, 10, mode="RGB")
        fill(tmp_path / split / "b", count, 50)
    data = load(str(tmp_path), (3, 5, 6), 0, 0.0)
    assert data.slots["image"].shape == (3, 5, 6)
    assert len(data.splits["train"]) == 10
    assert data.splits["test"]["image"][:, 0, 0, 0].tolist() == [10, 11, 12, 50, 51, 52]


def test_mixed_sizes_are_brought_to_the_networks(tmp_path: Path) -> None:
    fill(tmp_path / "a", 4, 10, (8, 8))
    fill(tmp_path / "b", 4, 50, (30, 20))
    data = load(str(tmp_path), (1, 10, 10), 0, 0.0)
    assert data.slots["image"].shape == (1, 10, 10)
    assert data.notes == (f"{tmp_path.name}: the pictures differ in size; all were brought to 10×10.",)
    assert set(np.unique(data.splits["train"]["image"])) <= {*range(10, 14), *range(50, 54)}
    assert load(str(tmp_path), None, 0, 0.0).slots["image"].shape == (1, 8, 8)


def test_what_is_refused(tmp_path: Path) -> None:
    fill(tmp_path / "one" / "a", 3, 0)
    with pytest.raises(DataError, match="only the folder 'a'"):
        load(str(tmp_path / "one"), None, 0, 0.1)
    fill(tmp_path / "hole" / "a", 3, 0)
    (tmp_path / "hole" / "b").mkdir()
    with pytest.raises(DataError, match="no image in"):
        load(str(tmp_path / "hole"), None, 0, 0.1)
    fill(tmp_path / "few" / "a", 1, 0)
    fill(tmp_path / "few" / "b", 1, 0)
    with pytest.raises(DataError, match="too few examples"):
        load(str(tmp_path / "few"), None, 0, 0.1)
    fill(tmp_path / "more" / "train" / "a", 2, 0)
    fill(tmp_path / "more" / "train" / "b", 2, 0)
    with pytest.raises(DataError, match="is missing"):
        load(str(tmp_path / "more"), None, 0, 0.1)
    fill(tmp_path / "more" / "test" / "c", 2, 0)
    with pytest.raises(DataError, match="class 'c', which train/ has not"):
        load(str(tmp_path / "more"), None, 0, 0.1)


def spoil(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:40])


def test_damaged_images_are_left_out_and_said(tmp_path: Path) -> None:
    fill(tmp_path / "a", 8, 0)
    fill(tmp_path / "b", 8, 100)
    spoil(tmp_path / "b" / "003.png")
    data = load(str(tmp_path), None, 0, 0.0)
    assert data.notes == (f"{tmp_path.name}: 1 image cannot be read and was left out: 'b/003.png' (damaged or no image).",)
    levels = sorted(level for split in data.splits.values() for level in split["image"][:, 0, 0, 0].tolist())
    assert levels == [*range(8), *(level for level in range(100, 108) if level != 103)]
    for split in data.splits.values():
        assert (split["image"][:, 0, 0, 0] // 100).tolist() == split["label"].tolist()
    (tmp_path / "a" / "000.png").write_text("no picture")
    assert load(str(tmp_path), None, 0, 0.0).notes == (
        f"{tmp_path.name}: 2 images cannot be read and were left out: "
        "'a/000.png' (damaged or no image), 'b/003.png' (damaged or no image).",
    )


def test_of_many_damaged_images_the_first_are_named(tmp_path: Path) -> None:
    fill(tmp_path / "a", 8, 0)
    fill(tmp_path / "b", 8, 100)
    for number in range(5):
        spoil(tmp_path / "a" / f"{number:03d}.png")
    (note,) = load(str(tmp_path), None, 0, 0.0).notes
    assert "5 images cannot be read" in note and "'a/002.png' (damaged or no image) and 2 more." in note and "003.png" not in note


def test_a_class_of_damaged_images_is_refused(tmp_path: Path) -> None:
    fill(tmp_path / "a", 5, 0)
    fill(tmp_path / "b", 5, 0)
    for path in (tmp_path / "b").iterdir():
        spoil(path)
    with pytest.raises(DataError, match=r"No image in '.*b' can be read, such as '.*000\.png' is"):
        load(str(tmp_path), None, 0, 0.1)


def test_the_second_of_two_damaged_splits_is_told_too(tmp_path: Path) -> None:
    for split in ("train", "test"):
        fill(tmp_path / split / "a", 5, 0)
        fill(tmp_path / split / "b", 5, 100)
        spoil(tmp_path / split / "a" / "001.png")
    assert load(str(tmp_path), None, 0, 0.1).notes == tuple(
        f"{split}: 1 image cannot be read and was left out: 'a/001.png' (damaged or no image)." for split in ("train", "test")
    )
