"""The dialog that asks where to save: the system's own. Tests replace it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from widgets.common.last_folder import last_folder_of


def ask_save(parent: QWidget, title: str, proposal: str, filters: str, suffix: str = "") -> Path | None:
    """A file to write, or None; ``proposal`` is its name. ``suffix`` ("design.json") is added where none is typed, before asking
    to replace a file."""
    dialog = QFileDialog(parent, title, str(last_folder_of(parent).start), filters)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(proposal)
    return used(parent, dialog.selectedFiles()[0] if dialog.exec() else "")


def used(parent: QWidget, name: str) -> Path | None:
    """The file or folder that was chosen, beside which the window's next dialog begins; None for ""."""
    if not name:
        return None
    last_folder_of(parent).use(Path(name))
    return Path(name)
