"""Rows of parameters at any depth: FormRows, and below each choice the rows of the kinds that are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from engine.design.parameters import FormField, Kind, form_fields
from engine.design.values import own_values
from widgets.common.given import given
from widgets.form.field_row import FieldRow
from widgets.form.values import chosen_kinds
from widgets.theme import Look

INDENT, LINE = 12, 4  # of a chosen kind's rows, and of the line beside them


class FormRows(QWidget):
    """One row per field, each choice followed by what is chosen. Paths begin with ``prefix``."""

    changed = Signal(str, object, bool)  # path, value, continuing

    def __init__(self, look: Look, prefix: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._prefix = look, prefix
        self._fields: tuple[FormField, ...] = ()
        self._own: dict[str, FieldRow] = {}
        self._chosen: dict[str, ChosenKinds] = {}
        self._layout = _column(self)

    def rows(self) -> dict[str, FieldRow]:
        """Every row that there is now by its path, in the order in which they stand."""
        found: dict[str, FieldRow] = {}
        for name, row in self._own.items():
            found[self._prefix + name] = row
            if name in self._chosen:
                found |= self._chosen[name].rows()
        return found

    def show_fields(self, fields: tuple[FormField, ...], values: Mapping[str, Any]) -> None:
        """Have rows for these fields and for what is chosen in them; the same fields again keep theirs."""
        if tuple(map(_lasting, fields)) != tuple(map(_lasting, self._fields)):
            self._rebuild(fields)
        self._fields = fields
        for field in fields:
            self._own[field.name].set_field(field)
            if field.name in self._chosen:
                self._chosen[field.name].show_kinds(field, values.get(field.name))

    def show_values(self, values: Mapping[str, Any], errors: Mapping[str, str]) -> None:
        """Show the values, by name, and the errors, by path."""
        for name, row in self._own.items():
            value = values.get(name, row.field.default)
            row.show_value(value, errors.get(self._prefix + name))
            if name in self._chosen:
                self._chosen[name].show_values(value, errors)

    def _rebuild(self, fields: tuple[FormField, ...]) -> None:
        for old in (*self._own.values(), *self._chosen.values()):
            discard(self._layout, old)
        self._own, self._chosen = {}, {}
        for field in fields:
            path = self._prefix + field.name
            self._own[field.name] = row = FieldRow(self._look, field, self)
            row.changed.connect(lambda value, continuing, path=path: self.changed.emit(path, value, continuing))
            self._layout.addWidget(row)
            row.setVisible(True)
            if field.registry is not None:
                self._chosen[field.name] = chosen = ChosenKinds(self._look, path, field.form == "many_of", self)
                chosen.changed.connect(self.changed)
                self._layout.addWidget(chosen)

    def restyle(self) -> None:
        """The theme or the scale changed."""
        for row in self._own.values():
            row.restyle()
        for chosen in self._chosen.values():
            chosen.restyle()


class ChosenKinds(QWidget):
    """The rows of the kinds that are chosen for one field; of ``several``, each has a title and can be taken away."""

    changed = Signal(str, object, bool)  # path, value, continuing

    def __init__(self, look: Look, path: str, several: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._path, self._several = look, path, several
        self._kinds: tuple[Kind, ...] = ()
        self.blocks: dict[type[Kind], KindBlock] = {}
        self._layout = _column(self)
        self.setVisible(False)

    def rows(self) -> dict[str, FieldRow]:
        """Every row by its path."""
        return {path: row for block in self.blocks.values() for path, row in block.rows.rows().items()}

    def show_kinds(self, field: FormField, value: object) -> None:
        """Have a block for each chosen kind; kinds that stay keep theirs."""
        self._kinds = chosen_kinds(value)
        wanted = [type(kind) for kind in self._kinds]
        for kind in [kind for kind in self.blocks if kind not in wanted]:
            discard(self._layout, self.blocks.pop(kind))
        blocks = {}
        for place, made in enumerate(self._kinds):
            block = blocks[type(made)] = self.blocks.get(type(made)) or self._make_block(made)
            self._layout.insertWidget(place, block)
            block.rows.show_fields(form_fields(made), own_values(made))
            block.setVisible(self._several or bool(form_fields(made)))
        self.blocks = blocks
        self.setVisible(any(not block.isHidden() for block in blocks.values()))

    def show_values(self, value: object, errors: Mapping[str, str]) -> None:
        """Show the values of the chosen kinds."""
        for made in chosen_kinds(value):
            self.blocks[type(made)].rows.show_values(own_values(made), errors)

    def _make_block(self, made: Kind) -> KindBlock:
        block = KindBlock(
            self._look, made, f"{self._path}.{made.kind}." if self._several else f"{self._path}.", self._several, self
        )
        block.rows.changed.connect(self.changed)
        block.removed.connect(lambda: self._remove(type(made)))
        return block

    def _remove(self, kind: type[Kind]) -> None:
        self.changed.emit(self._path, tuple(made for made in self._kinds if type(made) is not kind), False)

    def restyle(self) -> None:
        """The theme or the scale changed."""
        for block in self.blocks.values():
            block.restyle()


class KindBlock(QWidget):
    """A chosen kind's rows behind a thin line; with ``titled``, its title and a button that takes it away above them."""

    removed = Signal()

    def __init__(self, look: Look, made: Kind, prefix: str, titled: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self.kind = look, type(made)
        self._layout = _column(self)
        self.rows = FormRows(look, prefix, self)
        self.header = QWidget(self) if titled else None
        if self.header is not None:
            self._make_header(self.header, made)
            self._layout.addWidget(self.header)
        self._layout.addWidget(self.rows)
        self.restyle()

    def _make_header(self, header: QWidget, made: Kind) -> None:
        self.title = QLabel(made.title, textFormat=Qt.TextFormat.PlainText)
        self.remove_button = given(QToolButton(), text="✕", toolTip=f"Take {made.title} away", objectName="takeAway")
        self.remove_button.setAccessibleName(f"Take {made.title} away")
        self.remove_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.remove_button.clicked.connect(self.removed)
        header.setToolTip(made.help)
        line = QHBoxLayout(header)
        line.setSpacing(0)
        line.addWidget(self.title, 1)
        line.addWidget(self.remove_button)

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self._look.px
        painter = QPainter(self)
        painter.fillRect(QRect(px(LINE), 0, max(1, px(1)), self.height() - px(4)), self._look.colour("line"))
        painter.end()

    def restyle(self) -> None:
        """The theme or the scale changed."""
        px, look = self._look.px, self._look
        self._layout.setContentsMargins(px(INDENT), 0, 0, 0)
        if self.header is not None:
            header = self.header.layout()
            assert header is not None
            header.setContentsMargins(0, 0, 0, px(4))
            self.title.setFont(look.font(12, bold=True))
            self.remove_button.setFont(look.font(11))
            self.remove_button.setFixedSize(px(28), px(24))
        self.rows.restyle()
        self.update()


def discard(layout: QVBoxLayout, widget: QWidget) -> None:
    """Take ``widget`` out of sight at once, and delete it when its own events are done."""
    layout.removeWidget(widget)
    widget.hide()
    widget.deleteLater()


def _lasting(field: FormField) -> FormField:
    """The field without what may change while its row stays: the kinds that are enrolled."""
    return field if field.registry is None else replace(field, choices=())


def _column(widget: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout
