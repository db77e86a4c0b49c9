"""FieldRow: one parameter on one line, with a sentence below it where the entry is no value."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from engine.design.parameters import FormField, Kind
from widgets.common.given import given
from widgets.form.choosers import AddButton, ChoiceField, SwitchField
from widgets.form.value_field import ValueField
from widgets.form.values import chosen_kinds, explained
from widgets.theme import Look

Editor = ValueField | SwitchField | ChoiceField | AddButton

WIDTH, WIDE = 112, 232  # of an editor; kinds' titles and lists need more than numbers
SHARE = 0.64  # of a narrow form's width that the wide ones may take, all alike
_WIDE = ("one_of", "words", "reals", "rows")
NEXT_START = "from the next start"


class FieldRow(QWidget):
    """A label with its unit, the editor on the right, and a red sentence below where an entry is no value.

    ``changed`` of a choice carries a kind's name; of several the kinds that were chosen and the name of the new one.
    """

    changed = Signal(object, bool)  # value, continuing

    def __init__(self, look: Look, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self.field = look, field
        self.kinds: tuple[Kind, ...] = ()  # what is chosen, where this is a choice
        self._alive = False
        self._note = ""
        self._room = 0  # the width of the whole form, once it is known
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._grid = QGridLayout(self)
        self.label = QLabel(textFormat=Qt.TextFormat.RichText)
        self.label.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Preferred)
        self.error_label = given(
            QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText), visible=False, objectName="fieldError"
        )
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

    def _make_editor(self) -> Editor:
        if self.field.form == "switch":
            switch = SwitchField(self._look)
            switch.clicked.connect(lambda on: self.changed.emit(bool(on), False))
            return switch
        if self.field.form in ("choice", "one_of"):
            choice = ChoiceField(self._look, self.field)
            choice.activated.connect(lambda _: self.changed.emit(choice.currentData(), False))
            return choice
        if self.field.form == "many_of":
            button = AddButton(self._look, self.field)
            button.added.connect(lambda name: self.changed.emit((*self.kinds, name), False))
            return button
        text = ValueField(self._look, self.field)
        text.committed.connect(self.changed)
        text.failed.connect(self.show_error)
        return text

    def set_field(self, field: FormField) -> None:
        """The same parameter, with the kinds that are enrolled by now."""
        self.field = field
        if isinstance(self.editor, ChoiceField | AddButton):
            self.editor.set_field(field)

    def show_value(self, value: object, error: str | None) -> None:
        """Show ``value``; with an ``error`` what was typed stays, "" only marks the field."""
        if isinstance(self.editor, SwitchField):
            self.editor.setChecked(bool(value))
        elif isinstance(self.editor, ValueField):
            typed = self.editor.isModified() and bool(self.error_label.text())
            self.editor.set_value(value, keep_text=bool(error))
            if typed and self.editor.isModified():
                return  # the sentence belongs to the text that still stands there
        else:
            self.kinds = chosen_kinds(value)
            self.editor.set_value(value)
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
        return str(self.error_label.text())

    def set_alive(self, alive: bool) -> None:
        """While a run is alive, say so where an entry does not reach it."""
        if alive != self._alive:
            self._alive = alive
            self._write_label()

    def set_note(self, note: str) -> None:
        """What is to be known of the value beside what the field says, in a few words below the label; "" is nothing."""
        if note != self._note:
            self._note = note
            self._write_label()

    def _write_label(self) -> None:
        look, field = self._look, self.field
        muted = look.colour("muted").name()
        unit = f"&nbsp; <span style='color:{muted}'>{field.unit}</span>" if field.unit else ""
        notes = [NEXT_START if self._alive and not field.live else "", self._note]
        below = "".join(f"<br><span style='color:{muted}; font-size:{look.px(10)}px'>{note}</span>" for note in notes if note)
        self.label.setText(f"<span style='color:{look.colour('text').name()}'>{field.label}</span>{unit}{below}")

    def restyle(self) -> None:
        """The theme or the scale changed."""
        px, look = self._look.px, self._look
        self._grid.setContentsMargins(0, 0, 0, px(4))
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(2))
        self._write_label()
        self.label.setFont(look.font(12))
        self.error_label.setFont(look.font(11))
        self.error_label.setStyleSheet(f"color: {look.colour('bad').name()};")
        self.editor.setFont(look.font(12))
        self.editor.setFixedHeight(px(28))
        if isinstance(self.editor, ValueField):
            self.editor.restyle()
        self.editor.setMinimumWidth(px(56))  # in a narrow panel the label has precedence
        self._fit_editor()
        self.editor.update()

    def set_room(self, width: int) -> None:
        """How wide the whole form is."""
        if width != self._room:
            self._room = width
            self._fit_editor()

    def _fit_editor(self) -> None:
        px, none_text = self._look.px, self.field.none_text
        narrow = self.field.form not in _WIDE and self.editor.fontMetrics().horizontalAdvance(none_text) <= px(WIDTH - 32)
        wide = min(px(WIDE), max(px(WIDTH), round(self._room * SHARE))) if self._room else px(WIDE)
        self.editor.setMaximumWidth(px(WIDTH) if narrow else wide)
