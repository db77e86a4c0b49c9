"""Small IDX files, written by the tests' own hand."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def idx_bytes(values: NDArray[np.uint8]) -> bytes:
    """``values`` as an IDX file of unsigned bytes."""
    return bytes((0, 0, 8, values.ndim)) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()


def write_set(folder: Path, train: int = 40, test: int = 20, size: int = 5, packed: bool = False, classes: int = 10) -> None:
    """The four files: image i is filled with the grey level i, and its label is i modulo ``classes``."""
    folder.mkdir(parents=True, exist_ok=True)
    for prefix, count in (("train", train), ("t10k", test)):
        numbers = np.arange(count, dtype=np.uint8)
        images = np.broadcast_to(numbers[:, None, None], (count, size, size)).copy()
        write(folder / f"{prefix}-images-idx3-ubyte", idx_bytes(images), packed)
        write(folder / f"{prefix}-labels-idx1-ubyte", idx_bytes(numbers % classes), packed)


def write(path: Path, content: bytes, packed: bool) -> None:
    """``content`` as it is, or packed with the ending .gz."""
    if packed:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(content))
    else:
        path.write_bytes(content)
