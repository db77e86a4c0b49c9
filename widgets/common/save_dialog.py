"""The dialog that asks where to save: the system's own. Tests replace it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_save(parent: QWidget, title: str, proposal: str, filters: str, suffix: str = "") -> Path | None:
    """A file to write, or None. ``suffix`` ("design.json") is added where none is typed, before asking to replace a file."""
    dialog = QFileDialog(parent, title, str(Path(proposal).parent), filters)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(Path(proposal).name)
    return Path(dialog.selectedFiles()[0]) if dialog.exec() else None
