"""What is done to layers, by key, menu, drag or clipboard, made into edits that are asked for: nothing is changed here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from engine.design.kinds import LAYER_KINDS
from engine.design.network import Edit, NetworkDesign
from engine.errors import LayerscopeError
from widgets.network import edits
from widgets.network.clipboard import ids_from_mime, kind_from_mime, layers_from_mime, layers_text


class Gestures(QObject):
    """GUI thread only. ``design`` is the one that is shown; positions are places among its layers, ``ids`` some of them."""

    edit_requested = Signal(str, object, str)  # title, Edit, merge key
    refused = Signal(str)  # why a gesture cannot be, as a sentence

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.design: NetworkDesign | None = None

    def add(self, kind: str, position: int) -> None:
        """Ask for a new layer of ``kind`` at ``position``."""
        if kind in LAYER_KINDS:
            self.ask(f"Add {LAYER_KINDS.get(kind).title.lower()}", edits.insert_kind(kind, position))
        else:
            self.refused.emit(f"There is no layer kind '{kind}'.")

    def remove(self, ids: Sequence[str], verb: str = "Remove") -> None:
        """Ask for layers to be taken out."""
        if ids:
            self.ask(f"{verb} {_names(ids)}", lambda design: design.without(ids))

    def duplicate(self, ids: Sequence[str]) -> None:
        """Ask for copies of layers, below them."""
        if ids:
            self.ask(f"Duplicate {_names(ids)}", lambda design: design.duplicated(ids))

    def shift(self, ids: Sequence[str], *, down: bool) -> None:
        """Ask for layers to move one place."""
        if ids:
            self.ask(f"Move {_names(ids)}", edits.shift(ids, down))

    def rename(self, old: str, new: str) -> None:
        """Ask for layer ``old`` to be called ``new``, everywhere."""
        self.ask(f"Rename {old} to {new}", lambda design: design.with_id(old, new))

    def wire(self, one: str, other: str) -> None:
        """Ask for the lower of two layers to read the upper one."""
        self.ask(f"Wire {one} to {other}", edits.wire(one, other))

    def unwire(self, source: str, reader: str) -> None:
        """Ask for layer ``reader`` to stop reading ``source``."""
        self.ask(f"Unwire {source} from {reader}", edits.unwire(source, reader))

    # -- clipboard, drag and drop --

    def copy(self, ids: Sequence[str]) -> None:
        """Put layers on the clipboard, as the text of a design.

        As text, and not as data of a kind of our own: off screen Qt destroys the clipboard after Python has ended, and data that
        Python made would then crash the process.
        """
        if ids and self.design is not None:
            QGuiApplication.clipboard().setText(layers_text(self.design, ids))

    def cut(self, ids: Sequence[str]) -> None:
        """Copy layers, then ask for them to be taken out."""
        self.copy(ids)
        self.remove(ids, "Cut")

    def paste(self, position: int) -> None:
        """Ask for the clipboard's layers at ``position``; a foreign clipboard, or one that holds nothing, is refused with a
        sentence."""
        held: QMimeData | None = QGuiApplication.clipboard().mimeData()
        self._insert_copies(held or QMimeData(), position, "Paste")

    def drop(self, mime: QMimeData, position: int, as_copy: bool) -> None:
        """Ask for what was dropped at ``position``: a new layer of a kind, layers of this network moved, or copies."""
        ids, kind = ids_from_mime(mime), kind_from_mime(mime)
        if kind:
            self.add(kind, position)
        elif ids and not as_copy and self.design is not None and all(id in self.design for id in ids):
            self.ask(f"Move {_names(ids)}", lambda design: design.moved(ids, position))
        else:
            self._insert_copies(mime, position, "Copy")

    def _insert_copies(self, mime: QMimeData, position: int, verb: str) -> None:
        try:
            specs = layers_from_mime(mime)
        except LayerscopeError as error:
            self.refused.emit(error.plainly())
            return
        self.ask(f"{verb} {_names([spec.id for spec in specs])}", lambda design: design.pasted(position, *specs))

    def ask(self, title: str, edit: Edit) -> None:
        """Ask for ``edit`` if it can be and changes something; else say why it cannot."""
        if self.design is None:
            return
        try:
            after = edit(self.design)
        except LayerscopeError as error:
            self.refused.emit(error.plainly())
            return
        if after != self.design:
            self.edit_requested.emit(title, edit, "")


def _names(ids: Sequence[str]) -> str:
    """How titles name layers: the id of one, the number of several."""
    return ids[0] if len(ids) == 1 else f"{len(ids)} layers"
