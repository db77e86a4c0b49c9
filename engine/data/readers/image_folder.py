"""A folder of image files as a data set: one folder per class, with or without train/ and test/ above them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from engine.data.images import SUFFIXES, read_image
from engine.data.meaning import Slots, slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image
from engine.data.reader import READERS, Reader, with_test
from engine.data.source import Bytes, RawSet, RawSplit
from engine.errors import DataError

MOST_BYTES = 1 << 32
LARGEST_SIDE = 224  # of pictures of mixed sizes, where the network does not say what it wants
_LAYOUT = "Put one folder per class into it, each with its images, or train/CLASS/ and test/CLASS/."


@READERS.declare
class ImageFolder(Reader):
    """train/CLASS/* and test/CLASS/*, or CLASS/*; classes and files in the order of their names."""

    kind: ClassVar[str] = "image_folder"
    title: ClassVar[str] = "Folder of images"
    help: ClassVar[str] = (
        "Reads image files from one folder per class. Where there is no train and test above them, a fifth of each class is held "
        "back for testing."
    )
    wants: ClassVar[str] = "a folder with one folder of images per class, or train/CLASS/ and test/CLASS/"

    def accepts(self, path: Path) -> bool:
        return is_image_folder(path)

    def read(self, path: Path, seed: int, input_shape: Sequence[int] | None) -> RawSet:
        size = (input_shape[1], input_shape[2]) if input_shape is not None and len(input_shape) == 3 else None
        return read_image_folder(path, seed, size)


def is_image_folder(folder: Path) -> bool:
    """Whether ``folder`` has folders with image files where classes are looked for."""
    classes = _class_folders(folder / "train") if (folder / "train").is_dir() else _class_folders(folder)
    return any(_images(each) for each in classes)


def read_image_folder(folder: Path, seed: int, size: tuple[int, int] | None = None) -> RawSet:
    """The images of ``folder``: train/CLASS/* and test/CLASS/*, or CLASS/* with a fifth of each class drawn by ``seed`` for
    testing. Classes and files are in the order of their names. Pictures of mixed sizes are all fitted to ``size``
    (height, width), by default that of the first. DataError for empty classes, damaged files and too many pixels."""
    if not (folder / "train").is_dir():
        names = _names(folder)
        everything, notes = _read(folder, names, size)
        known = _slots(everything, names)
        return RawSet(*with_test(everything, known, seed, folder), known, notes)
    names = _names(folder / "train")
    extra = [each.name for each in _class_folders(folder / "test") if each.name not in names]
    if not (folder / "test").is_dir() or extra:
        problem = f"has the class '{extra[0]}', which train/ has not" if extra else "is missing"
        raise DataError(f"'{folder / 'test'}' {problem}", "train/ and test/ need folders of the same names.")
    train, notes = _read(folder / "train", names, size)
    test, more = _read(folder / "test", names, train["image"].shape[2:], force=True)
    train, test = _same_channels(train, test)
    return RawSet(train, test, _slots(train, names), tuple(dict.fromkeys(notes + more)))


def _class_folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith((".", "_")))


def _images(folder: Path) -> list[Path]:
    return sorted(
        each for each in folder.iterdir() if each.suffix.lower() in SUFFIXES and not each.name.startswith(".") and each.is_file()
    )


def _names(folder: Path) -> tuple[str, ...]:
    names = tuple(each.name for each in _class_folders(folder))
    if len(names) < 2:
        found = f"only the folder '{names[0]}'" if names else "no folders"
        raise DataError(f"'{folder}' holds {found}, so there are no classes to tell apart", _LAYOUT)
    return names


def _read(
    folder: Path, names: tuple[str, ...], size: tuple[int, int] | None, force: bool = False
) -> tuple[RawSplit, tuple[str, ...]]:
    """All images of one split, and notes; with ``force`` they get ``size`` even where all are alike."""
    files = [(path, label) for label, name in enumerate(names) for path in _of_class(folder / name)]
    first = read_image(files[0][0])
    wanted = size if force and size else (first.shape[1], first.shape[2])
    fitted = 0
    pictures: list[Bytes] = []
    for path, _ in files:
        picture = read_image(path)
        if picture.shape[1:] != wanted:
            if not fitted and not force:
                wanted = size or _bounded(wanted)
                pictures = [_fit(each, wanted) for each in pictures]
            fitted += 1
            picture = _fit(picture, wanted)
        pictures.append(picture)
        _check_room(folder, len(files), picture)
    notes = (f"{folder.name}: the pictures differ in size; all were brought to {wanted[0]}×{wanted[1]}.",) if fitted else ()
    channels = max(picture.shape[0] for picture in pictures)
    stacked = np.stack([np.repeat(each, channels // each.shape[0], axis=0) for each in pictures])
    labels = np.array([label for _, label in files], dtype=np.int64)
    return RawSplit({"image": stacked, "label": labels}), notes


def _of_class(folder: Path) -> list[Path]:
    try:
        images = _images(folder)
    except OSError:
        images = []
    if not images:
        raise DataError(
            f"There is no image in '{folder}'", f"Put some there ({', '.join(SUFFIXES[:3])}, ...) or remove the folder."
        )
    return images


def _bounded(size: tuple[int, int]) -> tuple[int, int]:
    factor = min(1.0, LARGEST_SIDE / max(size))
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def _fit(picture: Bytes, size: tuple[int, int]) -> Bytes:
    import torch

    from engine.data.fit import fit_images

    fitted: Bytes = fit_images(torch.from_numpy(picture)[None], (picture.shape[0], *size))[0].numpy()
    return fitted


def _check_room(folder: Path, count: int, picture: Bytes) -> None:
    if count * picture.size > MOST_BYTES:
        raise DataError(
            f"The {count:,} images in '{folder}' need {count * picture.size / 2**30:.0f} GiB of memory",
            "Reduce their size or their number.",
        )


def _same_channels(train: RawSplit, test: RawSplit) -> tuple[RawSplit, RawSplit]:
    channels = max(train["image"].shape[1], test["image"].shape[1])
    first, second = (
        RawSplit({**part.values, "image": np.repeat(part["image"], channels // part["image"].shape[1], axis=1)})
        for part in (train, test)
    )
    return first, second


def _slots(part: RawSplit, classes: tuple[str, ...]) -> Slots:
    return slots(image=(Image(), part["image"].shape[1:]), label=(Classes(names=classes), ()))
