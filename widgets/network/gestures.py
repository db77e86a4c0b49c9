"""What is done to layers, by key, menu, drag or clipboard, made into edits that are asked for: nothing is changed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from engine.design.kinds import LAYER_KINDS
from engine.design.network import Edit, LayerSpec, NetworkDesign
from engine.design.places import own_id
from engine.errors import LayerscopeError
from widgets.network import edits
from widgets.network.clipboard import (
    ids_from_mime,
    kind_from_mime,
    layers_from_mime,
    layers_from_text,
    layers_text,
    own_block_from_mime,
)
from widgets.network.folding import outermost
from widgets.network.rows import Position

USUAL_HEAD_WEIGHT = 0.3
"""Of the loss of an auxiliary output (Szegedy et al. 2015)."""


class Gestures(QObject):
    """GUI thread only. ``design`` is the one that is shown; ``places`` are some of its layers. Where a block is among them, the
    layers inside go with it. What is done inside a block is done in all its copies."""

    edit_requested = Signal(str, object, str)  # title, Edit, merge key
    refused = Signal(str)  # why a gesture cannot be, as a sentence

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.design: NetworkDesign | None = None

    def add(self, kind: str, position: Position) -> None:
        """Ask for a new layer of ``kind`` at ``position``."""
        if kind in LAYER_KINDS:
            self.ask(f"Add {LAYER_KINDS.get(kind).title.lower()}", edits.insert_kind(kind, position))
        else:
            self.refused.emit(f"There is no layer kind '{kind}'.")

    def remove(self, places: Sequence[str], verb: str = "Remove") -> None:
        """Ask for layers to be taken out."""
        chosen = outermost(places)
        if chosen:
            self.ask(f"{verb} {_names(chosen)}", lambda design: design.without(chosen))

    def duplicate(self, places: Sequence[str]) -> None:
        """Ask for copies of layers, below them."""
        chosen = outermost(places)
        if chosen:
            self.ask(f"Duplicate {_names(chosen)}", lambda design: design.duplicated(chosen))

    def shift(self, places: Sequence[str], *, down: bool) -> None:
        """Ask for layers to move one place."""
        chosen = outermost(places)
        if chosen:
            self.ask(f"Move {_names(chosen)}", edits.shift(chosen, down))

    def rename(self, place: str, new: str) -> None:
        """Ask for a layer to be called ``new``, everywhere."""
        self.ask(f"Rename {own_id(place)} to {new}", lambda design: design.with_id(place, new))

    def wire(self, one: str, other: str) -> None:
        """Ask for the lower of two layers to read the upper one."""
        self.ask(f"Wire {own_id(one)} to {own_id(other)}", edits.wire(one, other))

    def unwire(self, source: str, reader: str) -> None:
        """Ask for layer ``reader`` to stop reading what it calls ``source``."""
        self.ask(f"Unwire {source} from {own_id(reader)}", edits.unwire(source, reader))

    def switch_head(self, place: str) -> None:
        """Ask for a layer to be an auxiliary output, or no longer to be one."""
        weight = None if self.design is not None and place in dict(self.design.heads) else USUAL_HEAD_WEIGHT
        title = f"{'No longer make' if weight is None else 'Make'} {own_id(place)} an auxiliary output"
        self.ask(title, lambda design: design.with_head(place, weight))

    # -- blocks --

    def group(self, places: Sequence[str]) -> None:
        """Ask for layers to be put into a new block."""
        chosen = outermost(places)
        if chosen:
            self.ask(f"Group {_names(chosen)}", lambda design: design.grouped(chosen))

    def ungroup(self, block: str) -> None:
        """Ask for a block to be taken apart."""
        self.ask(f"Ungroup {own_id(block)}", lambda design: design.ungrouped(block))

    def copy_apart(self, block: str, copy: int) -> str:
        """Ask for a copy (from 0) of a block to become a block of its own; its place, "" where that cannot be."""
        if self.design is None:
            return ""
        try:
            apart = edits.copy_apart(self.design, block, copy)[1]
        except LayerscopeError as error:
            self.refused.emit(error.plainly())
            return ""
        title = f"Edit copy {copy + 1} of {own_id(block)} alone"
        return apart if self.ask(title, lambda design: edits.copy_apart(design, block, copy)[0]) else ""

    # -- clipboard, drag and drop --

    def copy(self, places: Sequence[str]) -> None:
        """Put layers on the clipboard, as the text of a design.

        As text, and not as data of a kind of our own: off screen Qt destroys the clipboard after Python has ended, and data that
        Python made would then crash the process.
        """
        if places and self.design is not None:
            QGuiApplication.clipboard().setText(layers_text(self.design, places))

    def cut(self, places: Sequence[str]) -> None:
        """Copy layers, then ask for them to be taken out."""
        self.copy(places)
        self.remove(places, "Cut")

    def insert(self, text: str, position: Position) -> None:
        """Ask for the layers that ``text`` holds, as a design file does, at ``position``; they read the layer before that."""
        self._insert_copies(lambda: tuple(_reading_nothing(spec) for spec in layers_from_text(text)), position, "Add")

    def paste(self, position: Position) -> None:
        """Ask for the clipboard's layers at ``position``; a foreign clipboard, or one that holds nothing, is refused with a
        sentence."""
        held: QMimeData | None = QGuiApplication.clipboard().mimeData()
        self._insert_copies(lambda: layers_from_mime(held or QMimeData()), position, "Paste")

    def drop(self, mime: QMimeData, position: Position, as_copy: bool) -> None:
        """Ask for what was dropped at ``position``: a new layer of a kind, layers of this network moved, or copies."""
        places, kind, own = outermost(ids_from_mime(mime)), kind_from_mime(mime), own_block_from_mime(mime)
        if kind:
            self.add(kind, position)
        elif own:
            self.insert(own, position)
        elif places and not as_copy and self.design is not None and all(place in self.design for place in places):
            self.ask(f"Move {_names(places)}", lambda design: design.moved(places, position.index, position.block))
        else:
            self._insert_copies(lambda: layers_from_mime(mime), position, "Copy")

    def _insert_copies(self, read: Callable[[], tuple[LayerSpec, ...]], position: Position, verb: str) -> None:
        try:
            specs = read()
        except LayerscopeError as error:
            self.refused.emit(error.plainly())
            return
        title = f"{verb} {_names([spec.id for spec in specs])}"
        self.ask(title, lambda design: design.pasted(position.index, *specs, block=position.block))

    def ask(self, title: str, edit: Edit) -> bool:
        """Ask for ``edit`` if it can be and changes something; else say why it cannot. Whether it was asked for."""
        if self.design is None:
            return False
        try:
            after = edit(self.design)
        except LayerscopeError as error:
            self.refused.emit(error.plainly())
            return False
        if after == self.design:
            return False
        self.edit_requested.emit(title, edit, "")
        return True


def _reading_nothing(spec: LayerSpec) -> LayerSpec:
    """The same, reading as many layers under a name that none has: where it is put in, the one before takes their place."""
    return replace(spec, inputs=("",) * len(spec.inputs))


def _names(places: Sequence[str]) -> str:
    """How titles name layers: the id of one, the number of several."""
    return own_id(places[0]) if len(places) == 1 else f"{len(places)} layers"
