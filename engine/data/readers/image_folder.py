"""A folder of image files as a data set: one folder per class, with or without train/ and test/ above them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from engine.data.images import SUFFIXES, Unreadable, read_image
from engine.data.meaning import Slots, slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image
from engine.data.memory import in_words, require_room
from engine.data.pieces import Between, never, within
from engine.data.reader import READERS, Reader, with_test
from engine.data.source import Bytes, RawSet, RawSplit
from engine.errors import DataError

MOST_BYTES = 1 << 32
MOSTLY = 0.85  # of the work, about, is the training images
NAMED = 3  # of the pictures that cannot be read
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

    def read(self, path: Path, seed: int, input_shape: Sequence[int] | None, between: Between = never) -> RawSet:
        size = (input_shape[1], input_shape[2]) if input_shape is not None and len(input_shape) == 3 else None
        return read_image_folder(path, seed, size, between)


def is_image_folder(folder: Path) -> bool:
    """Whether ``folder`` has folders with image files where classes are looked for."""
    classes = _class_folders(folder / "train") if (folder / "train").is_dir() else _class_folders(folder)
    return any(_images(each) for each in classes)


def read_image_folder(folder: Path, seed: int, size: tuple[int, int] | None = None, between: Between = never) -> RawSet:
    """The images of ``folder``: train/CLASS/* and test/CLASS/*, or CLASS/* with a fifth of each class drawn by ``seed`` for
    testing. Classes and files are in the order of their names. Pictures of mixed sizes are all fitted to ``size``
    (height, width), by default that of the first; damaged ones are left out, and a note says so. DataError for classes without
    pictures, and for too many pixels."""
    if not (folder / "train").is_dir():
        names = _names(folder)
        everything, notes = _read(folder, names, size, between=between)
        known = _slots(everything, names)
        return RawSet(*with_test(everything, known, seed, folder), known, notes)
    names = _names(folder / "train")
    extra = [each.name for each in _class_folders(folder / "test") if each.name not in names]
    if not (folder / "test").is_dir() or extra:
        problem = f"has the class '{extra[0]}', which train/ has not" if extra else "is missing"
        raise DataError(f"'{folder / 'test'}' {problem}", "train/ and test/ need folders of the same names.")
    train, notes = _read(folder / "train", names, size, between=within(between, 0, MOSTLY))
    test, more = _read(folder / "test", names, train["image"].shape[2:], force=True, between=within(between, MOSTLY, 1))
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
    folder: Path, names: tuple[str, ...], size: tuple[int, int] | None, force: bool = False, between: Between = never
) -> tuple[RawSplit, tuple[str, ...]]:
    """All images of one split that can be read, and notes; with ``force`` they get ``size`` even where all are alike."""
    files = [(path, label) for label, name in enumerate(names) for path in _of_class(folder / name)]
    pictures, labels, broken = _Pictures(folder, len(files), size, force), [], []
    for place, (path, label) in enumerate(files):
        between(place / len(files))
        try:
            pictures.add(read_image(path))
            labels.append(label)
        except Unreadable as error:
            broken.append(error)
    _require_all_classes(folder, names, labels, broken)
    stacked = pictures.stacked()
    return RawSplit({"image": stacked, "label": np.array(labels, dtype=np.int64)}), (
        *pictures.notes(),
        *_left_out(folder, broken),
    )


class _Pictures:
    """Pictures of mixed sizes, (C, H, W) bytes each, brought to one as they come: that of the first, or where they differ or
    ``force`` says so ``size``."""

    def __init__(self, folder: Path, count: int, size: tuple[int, int] | None, force: bool) -> None:
        self._folder, self._count, self._asked, self._force = folder, count, size, force
        self._wanted = size if force else None
        self._fitted = 0
        self._pictures: list[Bytes] = []
        self._channels = 0

    def add(self, picture: Bytes) -> None:
        """One more; DataError where all of them would need too much memory."""
        if self._wanted is None:
            self._wanted = (picture.shape[1], picture.shape[2])
        if picture.shape[1:] != self._wanted:
            if not self._fitted and not self._force:
                self._wanted = self._asked or _bounded(self._wanted)
                self._pictures = [_fit(each, self._wanted) for each in self._pictures]
            self._fitted += 1
            picture = _fit(picture, self._wanted)
        if picture.shape[0] > self._channels:
            self._channels = picture.shape[0]
            _check_room(self._folder, self._count, picture)
        self._pictures.append(picture)

    def stacked(self) -> Bytes:
        """(N, C, H, W), grey ones repeated where others are in colour; each is let go as soon as it is in its place."""
        height, width = self._wanted or (0, 0)
        whole = np.empty((len(self._pictures), self._channels, height, width), np.uint8)
        for place in reversed(range(len(whole))):
            whole[place] = self._pictures.pop()
        return whole

    def notes(self) -> tuple[str, ...]:
        """What was done to them, for the user."""
        if not self._fitted or self._wanted is None:
            return ()
        height, width = self._wanted
        return (f"{self._folder.name}: the pictures differ in size; all were brought to {height}×{width}.",)


def _require_all_classes(folder: Path, names: tuple[str, ...], labels: list[int], broken: list[Unreadable]) -> None:
    for label in sorted(set(range(len(names))) - set(labels)):
        first = next(error for error in broken if error.path.parent == folder / names[label])
        raise DataError(f"No image in '{folder / names[label]}' can be read, such as {first.problem}", first.suggestion)


def _left_out(folder: Path, broken: list[Unreadable]) -> tuple[str, ...]:
    """A note on pictures that could not be read: how many, the first of them, and why."""
    if not broken:
        return ()
    names = ", ".join(f"'{error.path.relative_to(folder)}' ({error.why})" for error in broken[:NAMED])
    more = f" and {len(broken) - NAMED:,} more" if len(broken) > NAMED else ""
    what = "1 image cannot be read and was" if len(broken) == 1 else f"{len(broken):,} images cannot be read and were"
    return (f"{folder.name}: {what} left out: {names}{more}.",)


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
    wanted, what, way_out = count * picture.size, f"The {count:,} images in '{folder}'", "Reduce their size or their number."
    if wanted > MOST_BYTES:
        raise DataError(f"{what} need {in_words(wanted)} of memory", way_out)
    require_room(2 * wanted, what, way_out)


def _same_channels(train: RawSplit, test: RawSplit) -> tuple[RawSplit, RawSplit]:
    channels = max(train["image"].shape[1], test["image"].shape[1])
    return _with_channels(train, channels), _with_channels(test, channels)


def _with_channels(part: RawSplit, channels: int) -> RawSplit:
    if part["image"].shape[1] == channels:
        return part
    return RawSplit({**part.values, "image": np.repeat(part["image"], channels, axis=1)})


def _slots(part: RawSplit, classes: tuple[str, ...]) -> Slots:
    return slots(image=(Image(), part["image"].shape[1:]), label=(Classes(names=classes), ()))
