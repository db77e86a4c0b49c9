"""A folder with the four IDX files of MNIST."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from engine.data.idx import find_files, read_idx_set
from engine.data.pieces import Between, never
from engine.data.reader import READERS, Reader
from engine.data.source import RawSet


@READERS.declare
class IdxFolder(Reader):
    """Training and test images and labels, plain or .gz; the classes are called "0", "1", ..."""

    kind: ClassVar[str] = "idx_folder"
    title: ClassVar[str] = "IDX files"
    help: ClassVar[str] = "Reads a folder with the four files of MNIST's format: images and labels, for training and for testing."
    wants: ClassVar[str] = "a folder with the four IDX files of MNIST"

    def accepts(self, path: Path) -> bool:
        return path.is_dir() and bool(find_files(path))

    def read(self, path: Path, seed: int, input_shape: Sequence[int] | None, between: Between = never) -> RawSet:
        return read_idx_set(path, between=between)
