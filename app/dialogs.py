"""The only modal dialogs of the program: choosing files, and what to do with unsaved changes. Tests replace these functions."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from widgets.common.last_folder import last_folder_of
from widgets.common.save_dialog import ask_save as ask_save
from widgets.common.save_dialog import used

DESIGNS = "Designs (*.design.json *.json)"
DESIGNS_AND_RUNS = "Designs and runs (*.design.json *.json *.csv *.safetensors)"
IMAGES = "Images (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff)"
EXAMPLES = "Examples (*.npz *.csv)"


def ask_open(parent: QWidget, title: str, filters: str) -> Path | None:
    """A file to open, or None."""
    name, _ = QFileDialog.getOpenFileName(parent, title, str(last_folder_of(parent).start), filters)
    return used(parent, name)


def ask_folder(parent: QWidget, title: str) -> Path | None:
    """An existing folder, or None."""
    return used(parent, QFileDialog.getExistingDirectory(parent, title, str(last_folder_of(parent).start)))


def ask_unsaved(parent: QWidget, sentence: str) -> str:
    """What to do with what is not saved, as ``sentence`` says: "save", "discard" or "cancel"."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setText(sentence)
    box.setInformativeText("Save it first?")
    buttons = QMessageBox.StandardButton
    box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
    box.setDefaultButton(buttons.Save)
    return {buttons.Save: "save", buttons.Discard: "discard"}.get(buttons(box.exec()), "cancel")
