"""ParameterForm: the form that the descriptions of parameters generate, with what is chosen nested below each choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from engine.design.parameters import FormField, Kind
from widgets.form.field_row import FieldRow
from widgets.form.form_rows import FormRows, KindBlock
from widgets.form.sheet import field_sheet
from widgets.theme import Look


class ParameterForm(QWidget):
    """Rows of described parameters. It holds no truth: what it emits comes back through ``set_fields``."""

    changed = Signal(str, object, bool)
    """path, value, continuing: True while a field is dragged or turned; such a gesture ends with the same value and False.

    A path is a name, or leads into what is chosen: "optimizer.momentum", "augment.shift.pixels". The value of a choice is a
    kind's name or None; of several a tuple of those that stay, as they are, and the name of a new one.
    """

    help_requested = Signal(type)
    """F1 on a choice or on a row of what is chosen: that kind."""

    left = Signal()
    """Enter was taken, or Esc pressed where nothing was typed: no field has the keyboard any more."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._alive = False
        self._rows = FormRows(look)
        self._rows.changed.connect(self.changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._rows)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setStyleSheet(field_sheet(look))
        look.changed.connect(self.restyle)

    @property
    def rows(self) -> dict[str, FieldRow]:
        """Every row that there is now by its path."""
        return self._rows.rows()

    def set_fields(
        self, fields: tuple[FormField, ...], values: Mapping[str, Any], errors: Mapping[str, str] | None = None
    ) -> None:
        """Show these parameters. The same fields again only change their values: focus, cursor and typing stay, and of another
        choice only its own rows are made anew.

        ``values`` of choices are kinds that were made. ``errors`` maps paths to sentences that stand below the row, or below
        the nearest one that leads to it; "" only outlines it.
        """
        self._rows.show_fields(fields, values)
        rows = self.rows
        self._rows.show_values(values, {_nearest(path, rows): sentence for path, sentence in (errors or {}).items()})
        for row in rows.values():
            row.set_alive(self._alive)
            row.set_room(self.width())

    def set_alive(self, alive: bool) -> None:
        """While a run is alive, rows whose parameter is not ``live`` say that it counts from the next start."""
        self._alive = alive
        for row in self.rows.values():
            row.set_alive(alive)

    def set_notes(self, notes: Mapping[str, str]) -> None:
        """What is to be known of some values beside what their fields say, by path; "" is nothing."""
        for path, row in self.rows.items():
            row.set_note(notes.get(path, ""))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for row in self.rows.values():
            row.set_room(self.width())

    def kind_in_focus(self) -> type[Kind] | None:
        """The chosen kind that the row with the focus chooses or belongs to."""
        widget: QWidget | None = self.focusWidget()
        while widget is not None and widget is not self:
            if isinstance(widget, KindBlock):
                return widget.kind
            if isinstance(widget, FieldRow) and widget.kinds and widget.field.form == "one_of":
                return type(widget.kinds[0])
            widget = widget.parentWidget()
        return None

    def focus_first(self) -> None:
        """Give the keyboard to the first field that can have it, its text selected."""
        editor = next((row.editor for row in self.rows.values() if row.editor.isEnabled()), None)
        if editor is not None:
            editor.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What a field leaves to its form: Enter that was taken, and Esc, which also closes what the form stands in."""
        entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not entered and event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
            return
        event.setAccepted(entered)
        if not (entered and self._is_refused()):
            self._leave()

    def _is_refused(self) -> bool:
        """Whether a sentence stands below the field with the focus: then there is something left to be done in it."""
        return any(row.error and row.editor.hasFocus() for row in self.rows.values())

    def _leave(self) -> None:
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()
        self.left.emit()

    def event(self, event: QEvent) -> bool:
        kind = self.kind_in_focus() if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F1 else None
        if kind is None:
            return super().event(event)
        if event.type() == QEvent.Type.KeyPress:
            self.help_requested.emit(kind)
        event.accept()  # before the window's own F1 too
        return True

    def restyle(self) -> None:
        """The theme or the scale changed."""
        self.setStyleSheet(field_sheet(self._look))
        self._rows.restyle()


def _nearest(path: str, rows: Iterable[str]) -> str:
    """The row at ``path``, or the nearest one above it."""
    while path and path not in rows:
        path = path.rpartition(".")[0]
    return path
