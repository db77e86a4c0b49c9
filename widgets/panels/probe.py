"""The probe panel: choose a question, set its parameters, ask, and watch the answer grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.design.parameters import Kind, form_fields
from engine.design.values import own_values, with_values
from engine.errors import LayerscopeError
from engine.probing.result import ProbeResult
from widgets.common.given import given
from widgets.form import ParameterForm
from widgets.form.values import reason
from widgets.probe_panel import ResultCanvas
from widgets.theme import Look

WIDTH = 292  # of the column of questions, in grid pixels
ANSWER = 200  # the least width for an answer beside it; where there is less, it stands below
LOWEST = 130  # the least height of both together: the question scrolls, and an answer's pictures become smaller
_ANY = (1 << 24) - 1  # Qt's largest width


@dataclass(frozen=True)
class ProbeChoice:
    """One probe with the values that its form begins with; the names are those of its kind."""

    begins: Kind

    @property
    def name(self) -> str:
        """In files and on the command line."""
        return self.begins.kind

    @property
    def title(self) -> str:
        """On screen."""
        return self.begins.title

    @property
    def help(self) -> str:
        """What it does, in sentences."""
        return self.begins.help


class ProbePanel(QWidget):
    """Emits ``asked(name, values)`` and ``cancelled``; results and errors are given to it."""

    asked = Signal(str, dict)
    cancelled = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._choices: dict[str, ProbeChoice] = {}
        self._made: dict[str, Kind] = {}  # each probe with what its form says
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
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(left)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.addWidget(self._scroll, 1)
        self._halves.addWidget(self.canvas, 1)
        self._look.changed.connect(self._arrange)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The answer beside the question, or below it where there is no room."""
        below = self.width() < self._look.px(WIDTH + ANSWER)
        self._halves.setDirection(QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight)
        self._scroll.setMaximumWidth(_ANY if below else self._look.px(WIDTH))
        self._scroll.setMinimumWidth(0 if below else self._look.px(WIDTH))

    def minimumSizeHint(self) -> QSize:
        """As when the answer stands below: the card may become narrow and low."""
        return QSize(self._look.px(ANSWER), self._look.px(LOWEST))

    def set_choices(self, choices: Sequence[ProbeChoice]) -> None:
        """The probes there are."""
        self._choices = {choice.name: choice for choice in choices}
        for choice in choices:
            self._made.setdefault(choice.name, choice.begins)
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
        for parameter, value in (values or {}).items():
            self._set(name, parameter, value)
        self.chooser.setCurrentIndex(self.chooser.findData(name))
        self._show_choice()

    def set_value(self, parameter: str, value: Any) -> None:
        """Set a parameter of every probe that has it, such as the layer or the unit that is selected."""
        for name in self._choices:
            self._set(name, parameter, value)
        self._show_choice()

    def _set(self, name: str, parameter: str, value: Any) -> None:
        """Where the probe has the parameter and takes the value."""
        made = self._made[name]
        if parameter in type(made).model_fields:
            with suppress(LayerscopeError):
                self._made[name] = with_values(made, {parameter: value}, made.title)

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

    def _show_choice(self, errors: Mapping[str, str] | None = None) -> None:
        choice = self._choices.get(self.current)
        if choice is not None:
            made = self._made[choice.name]
            self._help.setText(choice.help)
            self.form.set_fields(form_fields(made), own_values(made), errors)

    def _note_value(self, path: str, value: object, _continuing: bool) -> None:
        made, errors = self._made[self.current], {}
        try:
            self._made[self.current] = with_values(made, {path: value}, made.title)
        except LayerscopeError as error:
            errors[path] = reason(error)
        self._show_choice(errors)

    def _clicked(self) -> None:
        if self._busy:
            self.cancelled.emit()
        else:
            self._message.hide()
            self.asked.emit(self.current, own_values(self._made[self.current]))
