"""The folder in which dialogs begin: where something was opened or saved last, else where the user's documents are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths


class LastFolder:
    """``text`` is the folder as the settings keep it, "" as long as nothing was opened or saved."""

    def __init__(self) -> None:
        self.text = ""

    def use(self, path: Path) -> None:
        """The file or folder ``path`` was opened or saved."""
        self.text = str(path.absolute().parent)

    @property
    def start(self) -> Path:
        """Where a dialog begins; never in the folder that the program was started from, which nobody has chosen."""
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        places = (Path(place) for place in (self.text, documents) if place)
        return next((place for place in places if _is_folder(place)), Path.home())


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # on a disk that does not answer
        return False


LAST_FOLDER = LastFolder()
"""The one of this process, as all its dialogs share it."""
