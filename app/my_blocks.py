"""The user's own blocks: design files with one block each, in a folder of the program's, listed in the palette of layers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import platformdirs
from PySide6.QtCore import QObject, Signal

from app.run.answers import Answers, Asker
from engine.design.document import from_json
from engine.errors import DesignError, FileError, plainly

MOST, MOST_BYTES = 500, 1 << 20
"""So many files are read, none larger than this."""


def blocks_folder() -> Path:
    """Where they are: the platform's folder for a user's data."""
    return Path(platformdirs.user_data_dir("layerscope", appauthor=False)) / "blocks"


class MyBlocks(QObject):
    """GUI thread only; the folder is read on another. ``texts`` are the design files by the names of their blocks."""

    changed = Signal()
    told = Signal(str)  # why one could not be saved or removed

    def __init__(self, folder: Path, answers: Answers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._reader: Asker[dict[str, tuple[Path, str]]] = Asker("layerscope-blocks", answers)
        self._files: dict[str, tuple[Path, str]] = {}

    @property
    def texts(self) -> dict[str, str]:
        """The design files' texts, by name in alphabetical order."""
        return {name: self._files[name][1] for name in sorted(self._files, key=str.casefold)}

    def read(self) -> None:
        """Look at what is in the folder; ``changed`` is told when that is known."""
        self._reader.ask(self._find, self._found, lambda _: None)

    def save(self, name: str, text: str) -> bool:
        """Keep a block, in place of one of the same name; False, with ``told``, where that cannot be."""
        from engine.files.atomic import atomic_write_text

        path = self._files[name][0] if name in self._files else self._free_path(name)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            atomic_write_text(path, text)
        except (FileError, OSError) as error:
            self.told.emit(f"The block “{name}” could not be saved in “{self._folder}”: {plainly(error)}")
            return False
        self._files[name] = path, text
        self.changed.emit()
        return True

    def remove(self, name: str) -> str:
        """Take a block out of the folder; its text, with which it can be saved again, or "" where that cannot be."""
        if name not in self._files:
            return ""
        path, text = self._files[name]
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            self.told.emit(f"The block “{name}” could not be removed: {plainly(error)}")
            return ""
        del self._files[name]
        self.changed.emit()
        return text

    def _free_path(self, name: str) -> Path:
        """A file named after the block that is not another's."""
        word = re.sub(r"[^\w-]+", "_", name).strip("_")[:60] or "block"
        taken = {path.name.casefold() for path, _ in self._files.values()}
        names = (f"{word}{number or ''}.design.json" for number in range(len(taken) + 1))
        return self._folder / next(each for each in names if each.casefold() not in taken)

    def _find(self) -> Iterator[dict[str, tuple[Path, str]]]:
        """The worker's: what can be read as a design of one block."""
        found: dict[str, tuple[Path, str]] = {}
        try:
            paths = sorted(self._folder.glob("*.design.json"))[:MOST]
        except OSError:
            paths = []
        for path in paths:
            named = _read(path)
            if named is not None and named[0] not in found:
                found[named[0]] = path, named[1]
        yield found

    def _found(self, files: dict[str, tuple[Path, str]]) -> None:
        self._files = files | self._files  # what was saved meanwhile is newer
        self.changed.emit()


def _read(path: Path) -> tuple[str, str] | None:
    """The name and the text of a file; None where it is none of ours: a damaged one is passed over."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        text = path.read_text(encoding="utf-8")
        design = from_json(text)
    except (OSError, ValueError, DesignError):
        return None
    return (design.name, text) if design.layers else None
