"""The folder in which a window's dialogs begin: where something was opened or saved last, else where the user's documents are."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtWidgets import QWidget

PATIENCE_S = 0.2
"""A disk that has not said by then whether a folder is there is taken for one that is away: the dialog does not wait for it."""


class LastFolder(QObject):
    """A child of the window whose dialogs share it. ``text`` is the folder as the settings keep it, "" as long as nothing was
    opened or saved."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.text = ""
        self._owed: set[Path] = set()  # folders of which a disk has not said yet whether they are there

    def use(self, path: Path) -> None:
        """The file or folder ``path`` was opened or saved."""
        self.text = str(path.absolute().parent)

    @property
    def start(self) -> Path:
        """Where a dialog begins; never in the folder that the program was started from, which nobody has chosen."""
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        places = (Path(place) for place in (self.text, documents) if place)
        return next((place for place in places if self._is_folder(place)), Path.home())

    def _is_folder(self, path: Path) -> bool:
        """Whether there is the folder ``path``, on a disk that says so soon; what is owed is not asked again."""
        owed, answer = self._owed, queue.SimpleQueue[bool]()
        if path in owed:
            return False

        def ask() -> None:
            found = _is_folder(path)
            owed.discard(path)
            answer.put(found)

        owed.add(path)
        threading.Thread(target=ask, name="last-folder", daemon=True).start()  # the process need not wait for it either
        try:
            return answer.get(timeout=PATIENCE_S)
        except queue.Empty:
            return False


def last_folder_of(widget: QWidget) -> LastFolder:
    """That of the window in which ``widget`` is, also where its dock floats or its menu is a window of its own."""
    while (above := widget.parentWidget()) is not None:
        widget = above
    found = widget.findChild(LastFolder, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found if found is not None else LastFolder(widget)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # on a disk that does not answer
        return False
