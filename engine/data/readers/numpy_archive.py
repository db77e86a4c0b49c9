"""A .npz file of named arrays, as numpy.savez writes it; pickled objects in it are never read."""

from __future__ import annotations

import struct
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from math import prod
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.lib.npyio import NpzFile

from engine.data.arrays import raw_set
from engine.data.meaning import Array
from engine.data.memory import require_room
from engine.data.pieces import Between, never
from engine.data.reader import READERS, Reader
from engine.data.source import RawSet
from engine.errors import DataError

MOST_BYTES = 1 << 32
_ODD = (TypeError, SyntaxError, ArithmeticError, RuntimeError, tokenize.TokenError, struct.error, zlib.error)
DAMAGE = (zipfile.BadZipFile, ValueError, EOFError, LookupError, *_ODD)
"""What numpy and zipfile let through when a file is damaged."""
_SAVE_AGAIN = "Save it again with numpy.savez."


@READERS.declare
class NumpyArchive(Reader):
    """Arrays named like slots, each with one entry per example; see ``engine.data.arrays`` for the names."""

    kind: ClassVar[str] = "numpy_archive"
    title: ClassVar[str] = "numpy archive"
    help: ClassVar[str] = (
        "Reads a .npz file: one array for each slot, such as x and y or image and label. With train_ and test_ before the names "
        "they are used as they are; otherwise a fifth of the examples is held back for testing."
    )
    wants: ClassVar[str] = "a .npz file with arrays such as x and y"

    def accepts(self, path: Path) -> bool:
        return path.is_file() and path.suffix.lower() == ".npz"

    def read(self, path: Path, seed: int, input_shape: Sequence[int] | None, between: Between = never) -> RawSet:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # numpy warns of files that it takes for old ones
                _check_headers(path)
                with np.load(path, allow_pickle=False) as archive:
                    arrays = dict(_arrays(archive, between))
        except DAMAGE as error:
            reason = " ".join(str(error).split())[:120]
            raise DataError(f"'{path}' is damaged or is no numpy archive ({reason})", _SAVE_AGAIN) from None
        except MemoryError:
            raise _too_large(path) from None
        return raw_set(arrays, seed, path)


def _arrays(archive: NpzFile, between: Between) -> Iterator[tuple[str, Array]]:
    for place, name in enumerate(archive.files):
        between(place / len(archive.files))
        yield name, archive[name]


def _check_headers(path: Path) -> None:
    """DataError unless every array says a plain type and a size that its part of the file has; nothing large is read."""
    room = MOST_BYTES
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            with archive.open(info) as file:
                version = np.lib.format.read_magic(file)
                read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
                shape, _, dtype = read(file)
            name = info.filename.removesuffix(".npy")
            if dtype.hasobject or dtype.kind not in "biufU":
                raise DataError(f"'{path}': '{name}' holds {_what(dtype)}, not numbers or texts", "Save plain arrays.")
            if prod(shape) * dtype.itemsize > info.file_size:
                raise DataError(f"'{path}' is damaged: '{name}' is shorter than it says", _SAVE_AGAIN)
            room -= info.file_size
        if room < 0:
            raise _too_large(path)
        require_room(2 * (MOST_BYTES - room), f"The arrays in '{path}'", "Use fewer or smaller examples.")


def _what(dtype: np.dtype[np.generic]) -> str:
    return "Python objects (a pickle), which are never read" if dtype.hasobject else f"values of type {dtype}"


def _too_large(path: Path) -> DataError:
    return DataError(f"'{path}' is too large", f"Use at most {MOST_BYTES >> 30} GiB of numbers.")
