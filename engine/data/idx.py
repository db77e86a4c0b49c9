"""IDX files, MNIST's own format, plain or gzipped: read strictly, so that a damaged file is never taken for data."""

from __future__ import annotations

import gzip
import zlib
from io import BufferedReader
from math import prod
from pathlib import Path

import numpy as np

from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image
from engine.data.memory import require_room
from engine.data.pieces import Between, never, within
from engine.data.source import Bytes, Labels, RawSet, RawSplit
from engine.errors import DataError

FILES = ("train-images", "train-labels", "t10k-images", "t10k-labels")
"""The beginnings of the four names, e.g. "train-images-idx3-ubyte.gz"."""

MOST_BYTES = 1 << 31
PIECE_BYTES = 1 << 20
MOSTLY = 0.85  # of the work, about, is the training images
MUCH, MOST_PACKED = 64 << 20, 100
"""Of more than so many bytes a packed file is not believed to hold more than so many times its own size."""
_FRESH_COPY = "Copy or download the file again."
_UNSIGNED_BYTE = 0x08


def find_files(folder: Path) -> dict[str, Path]:
    """Which of the four files lie in ``folder``; an unpacked one is preferred to a .gz."""
    found = {}
    for file in FILES:
        dimensions = 3 if file.endswith("images") else 1
        names = [f"{file}{mark}idx{dimensions}-ubyte{end}" for end in ("", ".gz") for mark in ("-", ".")]
        path = next((folder / name for name in names if (folder / name).is_file()), None)
        if path is not None:
            found[file] = path
    return found


def read_idx_set(folder: Path, classes: tuple[str, ...] = (), between: Between = never) -> RawSet:
    """The four files of ``folder`` as a set; without ``classes`` they are called "0", "1", ... DataError on any doubt."""
    paths = find_files(folder)
    missing = [file for file in FILES if file not in paths]
    if missing:
        names = ", ".join(f"{file}-idx{3 if 'images' in file else 1}-ubyte" for file in missing)
        raise DataError(f"In '{folder}' there is no {names} (plain or .gz)", "Put all four IDX files into that folder.")
    train = _split(paths["train-images"], paths["train-labels"], within(between, 0, MOSTLY))
    test = _split(paths["t10k-images"], paths["t10k-labels"], within(between, MOSTLY, 1))
    if train["image"].shape[1:] != test["image"].shape[1:]:
        raise DataError(f"Training and test images in '{folder}' differ in size", "They do not belong together.")
    highest = int(max(train["label"].max(), test["label"].max()))
    names_given = classes or tuple(str(label) for label in range(highest + 1))
    if highest >= len(names_given):
        raise DataError(
            f"The labels in '{folder}' go up to {highest}, but there are only {len(names_given)} classes",
            "These files belong to another data set; name the folder itself after --data.",
        )
    return RawSet(train, test, slots(image=(Image(), train["image"].shape[1:]), label=(Classes(names=names_given), ())))


def _split(images_path: Path, labels_path: Path, between: Between) -> RawSplit:
    images, labels = read_idx(images_path, 3, between), read_idx(labels_path, 1)
    if len(images) != len(labels):
        raise DataError(
            f"'{images_path.name}' holds {len(images):,} images, but '{labels_path.name}' {len(labels):,} labels",
            "These files do not belong together.",
        )
    return RawSplit({"image": images[:, None], "label": _as_labels(labels)})


def _as_labels(values: Bytes) -> Labels:
    return values.astype(np.int64)


def read_idx(path: Path, dimensions: int, between: Between = never) -> Bytes:
    """The unsigned bytes of one file, which must have ``dimensions`` dimensions and exactly the length that it says."""
    try:
        with _open(path) as file:
            shape = _read_header(file, path, dimensions)
            _check_size(path, shape, isinstance(file, gzip.GzipFile))
            values = np.empty(prod(shape), dtype=np.uint8)
            length = _fill(values, file, between)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"'{path}' is damaged: it cannot be unpacked ({error})", _FRESH_COPY) from None
    except OSError as error:
        raise DataError(f"'{path}' cannot be read ({error.strerror or error})", "Check the disk and your rights to it.") from None
    if length != len(values):
        problem = "ends too early" if length < len(values) else "goes on after its end"
        raise DataError(f"'{path}' {problem}: its header promises {len(values):,} bytes of data", _FRESH_COPY)
    return values.reshape(shape)


def _fill(values: Bytes, file: gzip.GzipFile | BufferedReader, between: Between) -> int:
    """Read into ``values`` piece by piece; how many bytes there were, or one more than they hold where the file goes on."""
    length = 0
    while length < len(values):
        between(length / len(values))
        read = file.readinto(values.data[length : length + PIECE_BYTES])
        if not read:
            return length
        length += read
    return length + len(file.read(1))


def _check_size(path: Path, shape: tuple[int, ...], packed: bool) -> None:
    """DataError, before anything is unpacked, for a file that would be too much, or cannot be what it says."""
    size, claimed = prod(shape), f"'{path}' claims to hold {' × '.join(f'{each:,}' for each in shape)} bytes"
    if not all(shape) or size > MOST_BYTES:
        raise DataError(claimed, _FRESH_COPY)
    if packed and size > MUCH and size > MOST_PACKED * path.stat().st_size:
        raise DataError(
            f"{claimed}, over {MOST_PACKED} times its size, which no pictures are packed to",
            "If they are right, unpack it first.",
        )
    require_room(2 * size, f"The {size:,} bytes that '{path}' holds", "Use fewer or smaller images.")


def _open(path: Path) -> gzip.GzipFile | BufferedReader:
    """The file's content; whether it is packed is told by its first bytes, not by its name."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")


def _read_header(file: gzip.GzipFile | BufferedReader, path: Path, dimensions: int) -> tuple[int, ...]:
    """The sizes. A header is two zeros, the type, the number of dimensions, and each size as a big-endian 32-bit number."""
    magic = file.read(4)
    if magic != bytes((0, 0, _UNSIGNED_BYTE, dimensions)):
        kind = "images" if dimensions == 3 else "labels"
        raise DataError(
            f"'{path}' is not an IDX file of {kind}: it begins with {magic.hex(' ') or 'nothing'}, not 00 00 08 0{dimensions}",
            "Check that the files' names are not mixed up.",
        )
    sizes = file.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise DataError(f"'{path}' ends within its header", _FRESH_COPY)
    return tuple(int(size) for size in np.frombuffer(sizes, dtype=">u4"))
