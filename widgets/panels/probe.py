"""The probe panel: choose a question, set its parameters, ask, and watch the answer grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.design.parameters import FormField
from engine.probing.result import ProbeResult
from widgets.common.given import given
from widgets.form import ParameterForm
from widgets.probe_panel import ResultCanvas
from widgets.theme import Look


@dataclass(frozen=True)
class ProbeChoice:
    """What the panel needs to know of one probe."""

    name: str
    title: str
    help: str
    fields: tuple[FormField, ...]


class ProbePanel(QWidget):
    """Emits ``asked(name, values)`` and ``cancelled``; results and errors are given to it."""

    asked = Signal(str, dict)
    cancelled = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._choices: dict[str, ProbeChoice] = {}
        self._values: dict[str, dict[str, Any]] = {}
        self.chooser = QComboBox()
        self.chooser.setAccessibleName("Probe")
        self.chooser.currentIndexChanged.connect(lambda _: self._show_choice())
        self._help = given(QLabel(wordWrap=True), objectName="muted")
        self.form = ParameterForm(look)
        self.form.changed.connect(self._note_value)
        self.button = given(QPushButton("Ask"), objectName="primary")
        self.button.clicked.connect(self._clicked)
        self.canvas = ResultCanvas(look)
        self._message = given(QLabel(wordWrap=True), objectName="problem", visible=False)
        self._asked_of = given(QLabel(wordWrap=True), objectName="muted")
        self._busy = False
        self._lay_out()

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        for widget in (self.chooser, self._help, self.form, self.button, self._asked_of, self._message):
            column.addWidget(widget)
        column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(left)
        scroll.setFixedWidth(self._look.px(270))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(scroll)
        row.addWidget(self.canvas, 1)

    def set_choices(self, choices: Sequence[ProbeChoice]) -> None:
        """The probes there are."""
        self._choices = {choice.name: choice for choice in choices}
        for choice in choices:
            self._values.setdefault(choice.name, {field.name: field.default for field in choice.fields})
        self.chooser.clear()
        for choice in choices:
            self.chooser.addItem(choice.title, choice.name)

    @property
    def current(self) -> str:
        """The name of the chosen probe."""
        return str(self.chooser.currentData() or "")

    def choose(self, name: str, values: Mapping[str, Any] | None = None) -> None:
        """Choose a probe, with some of its parameters set."""
        if name not in self._choices:
            return
        known = {field.name for field in self._choices[name].fields}
        self._values[name].update({key: value for key, value in (values or {}).items() if key in known})
        self.chooser.setCurrentIndex(self.chooser.findData(name))
        self._show_choice()

    def set_value(self, parameter: str, value: Any) -> None:
        """Set a parameter of every probe that has it, such as the layer or the unit that is selected."""
        for name, choice in self._choices.items():
            if any(field.name == parameter for field in choice.fields):
                self._values[name][parameter] = value
        self._show_choice()

    def show_result(self, result: ProbeResult, asked_of: str) -> None:
        """Draw an answer, whole or in progress, and say what it was asked of."""
        self._message.hide()
        self._asked_of.setText(f"Shown: the answer for {asked_of}.")
        self.canvas.show_result(result)

    def show_error(self, sentence: str) -> None:
        """Say why there is no answer."""
        self._message.setText(sentence)
        self._message.show()

    def set_busy(self, busy: bool) -> None:
        """While an answer is computed the button cancels it."""
        self._busy = busy
        self.button.setText("Cancel" if busy else "Ask")

    def _show_choice(self) -> None:
        choice = self._choices.get(self.current)
        if choice is not None:
            self._help.setText(choice.help)
            self.form.set_fields(choice.fields, self._values[choice.name])

    def _note_value(self, name: str, value: object, _continuing: bool) -> None:
        self._values[self.current][name] = value
        self._show_choice()

    def _clicked(self) -> None:
        if self._busy:
            self.cancelled.emit()
        else:
            self._message.hide()
            self.asked.emit(self.current, dict(self._values[self.current]))
