"""A .npz file of named arrays, as numpy.savez writes it; pickled objects in it are never read."""

from __future__ import annotations

import struct
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO, Any, ClassVar

import numpy as np

from engine.data.arrays import raw_set
from engine.data.meaning import Array
from engine.data.memory import require_room
from engine.data.pieces import Between, never, pieces, within
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
                arrays = _read_all(path, _members(path), between)
        except DAMAGE as error:
            reason = " ".join(str(error).split())[:120]
            raise DataError(f"'{path}' is damaged or is no numpy archive ({reason})", _SAVE_AGAIN) from None
        except MemoryError:
            raise _too_large(path) from None
        return raw_set(arrays, seed, path)


@dataclass(frozen=True)
class _Member:
    """An array in the archive, as its header has it. ``by_columns``: the first index runs fastest."""

    info: zipfile.ZipInfo
    shape: tuple[int, ...]
    by_columns: bool
    dtype: np.dtype[Any]

    @property
    def name(self) -> str:
        return self.info.filename.removesuffix(".npy")

    @property
    def size(self) -> int:
        """In bytes."""
        return prod(self.shape) * self.dtype.itemsize


def _members(path: Path) -> list[_Member]:
    """The arrays in the archive; DataError unless each says a plain type and a size that its part of the file has. Nothing large
    is read."""
    with zipfile.ZipFile(path) as archive:
        members = [_member(archive, info) for info in archive.infolist()]
    for each in members:
        if each.dtype.hasobject or each.dtype.kind not in "biufU":
            raise DataError(f"'{path}': '{each.name}' holds {_what(each.dtype)}, not numbers or texts", "Save plain arrays.")
        if each.size > each.info.file_size:
            raise DataError(f"'{path}' is damaged: '{each.name}' is shorter than it says", _SAVE_AGAIN)
    total = sum(each.info.file_size for each in members)
    if total > MOST_BYTES:
        raise _too_large(path)
    require_room(2 * total, f"The arrays in '{path}'", "Use fewer or smaller examples.")
    return members


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Member:
    with archive.open(info) as file:
        return _Member(info, *_header(file))


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """(shape, whether by columns, type); the values follow in ``file``."""
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0), (3, 0)):
        raise ValueError(f"arrays of version {version[0]} are not known")
    return (np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0)(file)


def _read_all(path: Path, members: Sequence[_Member], between: Between) -> dict[str, Array]:
    total, done = max(1, sum(each.size for each in members)), 0
    arrays = {}
    with zipfile.ZipFile(path) as archive:
        for each in members:
            arrays[each.name] = _read(archive, each, within(between, done / total, (done + each.size) / total))
            done += each.size
    return arrays


def _read(archive: zipfile.ZipFile, member: _Member, between: Between) -> Array:
    """The array ``member``, piece by piece into its place."""
    values = np.zeros(member.shape[::-1] if member.by_columns else member.shape, member.dtype)
    whole = values.reshape(-1).view(np.uint8) if member.size else np.zeros(0, np.uint8)
    with archive.open(member.info) as file:
        _header(file)
        for piece in pieces(len(whole), (1,), between=between):
            whole[piece] = np.frombuffer(_bytes(file, len(whole[piece])), np.uint8)
    return values.T if member.by_columns else values


def _bytes(file: IO[bytes], count: int) -> bytes:
    found = file.read(count)
    if len(found) < count:
        raise EOFError("it ends too early")
    return found


def _what(dtype: np.dtype[np.generic]) -> str:
    return "Python objects (a pickle), which are never read" if dtype.hasobject else f"values of type {dtype}"


def _too_large(path: Path) -> DataError:
    return DataError(f"'{path}' is too large", f"Use at most {MOST_BYTES >> 30} GiB of numbers.")
