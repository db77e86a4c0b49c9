"""The folder in which a window's dialogs begin: where something was opened or saved last, else where the user's documents are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtWidgets import QWidget


class LastFolder(QObject):
    """A child of the window whose dialogs share it. ``text`` is the folder as the settings keep it, "" as long as nothing was
    opened or saved."""

    text = ""

    def use(self, path: Path) -> None:
        """The file or folder ``path`` was opened or saved."""
        self.text = str(path.absolute().parent)

    @property
    def start(self) -> Path:
        """Where a dialog begins; never in the folder that the program was started from, which nobody has chosen."""
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        places = (Path(place) for place in (self.text, documents) if place)
        return next((place for place in places if _is_folder(place)), Path.home())


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
