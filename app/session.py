"""Session: the open document, its undo stack and what is selected. The one place through which a document changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.changes import EVERYTHING, Part, difference
from app.document import Document
from app.selection import after_edit
from app.undo import ReplaceDocument, UndoStack
from engine.design.check import DesignReport, check
from engine.design.network import Edit
from engine.errors import LayerscopeError

Change = Callable[[Document], Document]


class Session(QObject):
    """GUI thread only. Signals fire after the change, in the order document, selection."""

    document_changed = Signal(object)  # Part: what of it is another now
    selection_changed = Signal()
    refused = Signal(str)  # an edit that cannot be, as a sentence
    title_changed = Signal()
    opened = Signal()  # another document, in place of the one before
    edited = Signal(object, object)  # the documents before and after a step, done, undone or redone; not of opening another

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.report: DesignReport = check(document.design)
        self.selection: tuple[str, ...] = self.first_to_look_at()
        self.path: Path | None = None
        self._saved: Document | None = document  # as a file holds it, or as it was opened; None where that is not known
        self.undo_stack = UndoStack(self._step, self.title_changed.emit)

    @property
    def modified(self) -> bool:
        """Whether there are edits that no file holds."""
        return bool(self.unsaved)

    @property
    def unsaved(self) -> Part:
        """The parts of the document that no file holds as they are now."""
        if self._saved is None:
            return EVERYTHING
        return Part(0) if self.undo_stack.is_clean() else difference(self._saved, self.document)

    @property
    def selected(self) -> str:
        """The place of the one layer that the inspector and the views follow; "" for the input or nothing."""
        return self.selection[-1] if self.selection else ""

    def apply(self, title: str, edit: Edit, merge_key: str = "") -> bool:
        """Change the design; False, with ``refused`` told, where the edit cannot be."""
        return self.change(title, lambda document: document.with_design(edit(document.design)), merge_key)

    def change(self, title: str, change: Change, merge_key: str = "") -> bool:
        """Change any part of the document, as one step to undo."""
        try:
            after = change(self.document)
        except LayerscopeError as error:
            self.refused.emit(error.plainly())
            return False
        if after != self.document:
            self.undo_stack.push(ReplaceDocument(self.document, after, title, merge_key))
        return True

    def amend(self, change: Change) -> None:
        """Change what belongs to no step: it is not undone, and nothing counts as unsaved for it."""
        after, self._saved = change(self.document), change(self._saved) if self._saved is not None else None
        self.undo_stack.amend(change)
        self._show(after)
        self.title_changed.emit()

    def open(self, document: Document, path: Path | None = None) -> None:
        """Another document in place of this one; what was undoable is forgotten."""
        self.undo_stack.clear()
        self.path, self._saved = path, document
        self.selection = ()
        self._show(document)
        self.select(self.first_to_look_at())
        self.title_changed.emit()
        self.opened.emit()

    def first_to_look_at(self) -> tuple[str, ...]:
        """The first layer that learns something: its maps and filters are worth seeing before anything is selected."""
        return next(((layer.id,) for layer in self.report.leaves if layer.costs.params), ())

    def forget_file(self) -> None:
        """No file holds the document as it is, or as it was before: all of it is unsaved."""
        self.path = self._saved = None
        self.undo_stack.set_unclean()

    def saved_as(self, path: Path, document: Document | None = None) -> None:
        """The file ``path`` now holds ``document``, or the present one: where there were edits meanwhile, they are unsaved."""
        self.path, self._saved = path, document or self.document
        if self._saved == self.document:
            self.undo_stack.set_clean()
        else:
            self.undo_stack.set_unclean()

    def select(self, places: Iterable[str]) -> None:
        """Select layers of the design, also inside blocks; unknown places are passed over."""
        chosen = tuple(place for place in places if place in self.document.design)
        if chosen != self.selection:
            self.selection = chosen
            self.selection_changed.emit()

    def _step(self, document: Document) -> None:
        before = self.document
        self._show(document)
        self._follow_selection(before)
        self.edited.emit(before, document)

    def _show(self, document: Document) -> None:
        before = self.document
        self.document = document
        parts = difference(before, document)
        if parts & Part.DESIGN:
            self.report = check(document.design)
        if parts:
            self.document_changed.emit(parts)

    def _follow_selection(self, before: Document) -> None:
        """New layers are selected; removed ones give the selection to what now stands in their place."""
        self.select(after_edit(before.design, self.document.design, self.selection))
