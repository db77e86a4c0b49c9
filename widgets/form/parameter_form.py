"""ParameterForm: the form that the descriptions of parameters generate, one row each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.design.parameters import FormField
from widgets.form.editors import ChoiceField, SwitchField, ValueField
from widgets.form.sheet import field_sheet
from widgets.form.values import explained
from widgets.theme import Look


class FieldRow(QWidget):
    """A label with its unit, the editor on the right, and a red sentence below where an entry is no value."""

    changed = Signal(object, bool)  # value, continuing

    def __init__(self, look: Look, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self.field = look, field
        self._grid = QGridLayout(self)
        self.label = QLabel(textFormat=Qt.TextFormat.RichText)
        self.label.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Preferred)
        self.error_label = QLabel(wordWrap=True, visible=False, textFormat=Qt.TextFormat.PlainText)
        self.error_label.setObjectName("fieldError")
        self.editor = self._make_editor()
        self.editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.editor.setAccessibleName(field.label)
        self.editor.setAccessibleDescription(field.help)
        self.label.setBuddy(self.editor)
        self._grid.addWidget(self.label, 0, 0)
        self._grid.addWidget(self.editor, 0, 1)
        self._grid.addWidget(self.error_label, 1, 0, 1, 2)
        self._grid.setColumnStretch(1, 1)
        self.setToolTip(explained(field))
        self.restyle()

    def _make_editor(self) -> QWidget:
        if self.field.form == "switch":
            switch = SwitchField(self._look)
            switch.clicked.connect(lambda on: self.changed.emit(bool(on), False))
            return switch
        if self.field.form == "choice":
            choice = ChoiceField(self._look, self.field)
            choice.activated.connect(lambda _: self.changed.emit(choice.currentData(), False))
            return choice
        text = ValueField(self._look, self.field)
        text.committed.connect(self.changed)
        text.failed.connect(self.show_error)
        return text

    def show_value(self, value: object, error: str | None) -> None:
        """Show ``value``; with an ``error`` what was typed stays, "" only marks the field."""
        if isinstance(self.editor, SwitchField):
            self.editor.setChecked(bool(value))
        elif isinstance(self.editor, ChoiceField):
            self.editor.set_value(value)
        elif isinstance(self.editor, ValueField):
            typed = self.editor.isModified() and bool(self.error_label.text())
            self.editor.set_value(value, keep_text=bool(error))
            if typed and self.editor.isModified():
                return  # the sentence belongs to the text that still stands there
        self.show_error(error or "", marked=error is not None)

    def show_error(self, sentence: str, marked: bool = False) -> None:
        """Say what is wrong with the entry, or nothing for ""."""
        self.error_label.setText(sentence[:1].upper() + sentence[1:])
        self.error_label.setVisible(bool(sentence))
        wrong = bool(sentence) or marked
        if self.editor.property("wrong") != wrong:
            self.editor.setProperty("wrong", wrong)
            self.editor.style().unpolish(self.editor)
            self.editor.style().polish(self.editor)

    @property
    def error(self) -> str:
        """The sentence below the field, or ""."""
        return self.error_label.text()

    def restyle(self) -> None:
        """The theme or the scale changed."""
        px, look = self._look.px, self._look
        self._grid.setContentsMargins(0, 0, 0, px(4))
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(2))
        muted = look.colour("muted").name()
        unit = f"&nbsp; <span style='color:{muted}'>{self.field.unit}</span>" if self.field.unit else ""
        self.label.setText(f"<span style='color:{look.colour('text').name()}'>{self.field.label}</span>{unit}")
        self.label.setFont(look.font(12))
        self.error_label.setFont(look.font(11))
        self.error_label.setStyleSheet(f"color: {look.colour('bad').name()};")
        self.editor.setFont(look.font(12))
        self.editor.setFixedHeight(px(28))
        if isinstance(self.editor, ValueField):
            self.editor.restyle()
        self.editor.setMinimumWidth(px(56))  # in a narrow panel the label has precedence
        self.editor.setMaximumWidth(px(112))
        self.editor.update()


class ParameterForm(QWidget):
    """Rows of described parameters. It holds no truth: what it emits comes back through ``set_fields``."""

    changed = Signal(str, object, bool)
    """name, value, continuing: True while a field is dragged or turned; such a gesture ends with the same value and False."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._fields: tuple[FormField, ...] = ()
        self.rows: dict[str, FieldRow] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setStyleSheet(field_sheet(look))
        look.changed.connect(self.restyle)

    def set_fields(
        self, fields: tuple[FormField, ...], values: Mapping[str, Any], errors: Mapping[str, str] | None = None
    ) -> None:
        """Show these parameters. The same fields again only change their values: focus, cursor and typing stay.

        ``errors`` maps names to sentences that stand below the field; "" only outlines it.
        """
        if fields != self._fields:
            self._rebuild(fields)
        for name, row in self.rows.items():
            row.show_value(values.get(name, row.field.default), (errors or {}).get(name))

    def _rebuild(self, fields: tuple[FormField, ...]) -> None:
        for row in self.rows.values():
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._fields = fields
        self.rows = {field.name: FieldRow(self._look, field, self) for field in fields}
        for name, row in self.rows.items():
            row.changed.connect(lambda value, continuing, name=name: self.changed.emit(name, value, continuing))
            self._layout.addWidget(row)
            row.setVisible(True)

    def restyle(self) -> None:
        """The theme or the scale changed."""
        self.setStyleSheet(field_sheet(self._look))
        for row in self.rows.values():
            row.restyle()
