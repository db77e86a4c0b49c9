"""The probe panel: choose a question, set its parameters, ask, and watch the answer grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.design.parameters import Kind, form_fields
from engine.design.values import own_values, with_values
from engine.errors import LayerscopeError
from engine.numbers import Numbers
from engine.probing.result import ProbeResult
from widgets.common.given import given
from widgets.form import ParameterForm
from widgets.form.values import reason
from widgets.probe_panel import ResultCanvas
from widgets.theme import Look

WIDTH = 264  # of the column of the question, in grid pixels
COMFORT = 760  # an answer that has so much room beside the question leaves it open
ANSWER = 200  # the least width for an answer beside the question; where there is less, it stands below
LOWEST = 130  # the least height of both together: the question scrolls, and an answer's pictures become smaller
LOW = 340  # a panel that is lower, and narrow, has no room for an answer below an open question
ARROW = 48  # what a chooser's frame and arrow take of its width
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
    """Emits ``asked(name, values)``, ``asked_again`` and ``cancelled``; results and errors are given to it.

    The answer fills the panel: the question stands in a narrow column that folds away, of itself where the answer needs its
    room, until somebody has opened or closed it. ``image_stepped`` asks for the test image before (-1) or behind (1).
    """

    asked = Signal(str, dict)
    asked_again = Signal()  # what the answer that is shown was asked
    cancelled = Signal()
    image_stepped = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._choices: dict[str, ProbeChoice] = {}
        self._made: dict[str, Kind] = {}  # each probe with what its form says
        self._followed: dict[str, Any] = {}  # what the window has set last, also before there were probes
        self._wish: bool | None = None  # whether the question is to be open; None: as the room allows
        self.fold = given(QPushButton("Question"), objectName="fold", checkable=True, checked=True)
        self.fold.setToolTip("Show or hide the settings of the question")
        self.fold.clicked.connect(self.set_open)
        self.chooser = given(QComboBox(), accessibleName="Probe")
        self.chooser.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.chooser.setMinimumContentsLength(8)
        self.chooser.currentIndexChanged.connect(lambda _: self._show_choice())
        self._help = given(QLabel(wordWrap=True), objectName="muted")
        self.form = ParameterForm(look)
        self.form.changed.connect(self._note_value)
        self.button = given(QPushButton("Ask"), objectName="primary")
        self.button.clicked.connect(self._clicked)
        self.canvas = ResultCanvas(look)
        self._message = given(QLabel(wordWrap=True), objectName="problem", visible=False)
        self._busy = False
        self._make_image_row()
        self._make_age_row()
        self._lay_out()

    def _make_age_row(self) -> None:
        """How old the answer is, where it is, and a button that renews it."""
        self.age = given(QLabel(wordWrap=True), objectName="warning")
        self.again = given(QPushButton("Ask the same again"))
        self.again.setToolTip("Ask what this answer was asked, whatever the question says by now, of the network as it is now")
        self.again.clicked.connect(self.asked_again)
        self._age_row = given(QWidget(), visible=False)
        row = QHBoxLayout(self._age_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.age, 1)
        row.addWidget(self.again)

    def _make_image_row(self) -> None:
        """Which picture is asked about, and the ones beside it."""
        self.image_name = QLabel("no picture yet", alignment=Qt.AlignmentFlag.AlignCenter)
        self.image_row = QWidget()
        row = QHBoxLayout(self.image_row)
        row.setContentsMargins(0, 0, 0, 0)
        for step, words, tip in ((-1, "‹", "The test image before (Left)"), (1, "›", "The next test image (Right)")):
            button = given(QToolButton(), text=words, toolTip=tip, accessibleName=tip)
            button.clicked.connect(lambda _=False, step=step: self.image_stepped.emit(step))
            row.addWidget(button)
        row.insertWidget(1, self.image_name, 1)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        self._column = column
        for widget in (self.image_row, self.form, self._help):
            column.addWidget(widget)
        column.addStretch(1)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(left)
        self._head = QGridLayout()
        self._head.setColumnStretch(1, 1)
        self._head.addWidget(self.fold, 0, 0)
        self._head.addWidget(self.button, 0, 2)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.addWidget(self._scroll, 1)
        self._halves.addWidget(self.canvas, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(self._head)
        whole.addWidget(self._message)
        whole.addWidget(self._age_row)
        whole.addLayout(self._halves, 1)
        self._look.changed.connect(self._arrange)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @property
    def is_open(self) -> bool:
        """Whether the question's settings are to be seen."""
        if self._wish is not None:
            return self._wish
        return self.canvas.is_empty or self.width() >= self._look.px(WIDTH + COMFORT)

    def set_open(self, open: bool) -> None:
        """Show or hide the question's settings, whatever the room."""
        self._wish = open
        self._arrange()

    def _arrange(self) -> None:
        """The answer beside the question, or below it where there is no room; alone where the question is folded away. Where even
        below there is no room, the open question hides the answer."""
        px, open_ = self._look.px, self.is_open
        below = self.width() < px(WIDTH + ANSWER)
        alone = below and open_ and self.height() < px(LOW)
        self._halves.setDirection(QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight)
        self._scroll.setMaximumWidth(_ANY if below else px(WIDTH))
        self._scroll.setMinimumWidth(0 if below else px(WIDTH))
        self._scroll.setVisible(open_)
        self.canvas.setVisible(not alone)
        self.fold.setChecked(open_)
        self._column.setContentsMargins(0, 0, px(4), 0)
        self._arrange_head()

    def _arrange_head(self) -> None:
        """The chooser between the two buttons; below them where its words would be cut."""
        longest = max((self.chooser.fontMetrics().horizontalAdvance(each.title) for each in self._choices.values()), default=0)
        beside = self.fold.sizeHint().width() + self.button.sizeHint().width() + 2 * self._head.spacing()
        fits = longest + self._look.px(ARROW) + beside <= self.width()
        self._head.removeWidget(self.chooser)
        self._head.addWidget(self.chooser, *((0, 1) if fits else (1, 0, 1, 3)))

    def minimumSizeHint(self) -> QSize:
        """As when the answer stands below: the card may become narrow and low."""
        return QSize(self._look.px(ANSWER), self._look.px(LOWEST))

    # -- what can be shared --

    def shared_part(self) -> QWidget:
        """The answer, without the question's form; all of it, also where it is scrolled."""
        return self.canvas.body

    def numbers(self) -> list[Numbers]:
        """Those of the answer."""
        return self.canvas.numbers()

    # -- the question --

    def set_image(self, name: str) -> None:
        """The picture that is asked about, in words."""
        self.image_name.setText(name or "no picture yet")

    def set_choices(self, choices: Sequence[ProbeChoice]) -> None:
        """The probes there are."""
        self._choices = {choice.name: choice for choice in choices}
        for choice in choices:
            self._made.setdefault(choice.name, choice.begins)
            for parameter, value in self._followed.items():
                self._set(choice.name, parameter, value)
        self.chooser.clear()
        for choice in choices:
            self.chooser.addItem(choice.title, choice.name)
        self._arrange_head()

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
        """Set a parameter of every probe that has it, and of those to come, such as the layer or the unit that is selected."""
        if self._followed.get(parameter) != value:
            self.forget_error()
        self._followed[parameter] = value
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
        self.canvas.show_result(result, asked_of)
        self._arrange()

    def set_age(self, sentence: str) -> None:
        """How old the answer is that is shown: "Asked at step 565, now 842."; "" where it is of what is seen elsewhere."""
        if sentence != self.age.text():
            self.age.setText(sentence)
            self._age_row.setVisible(bool(sentence))

    def forget_answer(self) -> None:
        """It is of another network: it says nothing of this one."""
        self.canvas.clear()
        self.set_age("")
        self._arrange()

    def show_error(self, sentence: str) -> None:
        """Say why there is no answer."""
        self._message.setText(sentence)
        self._message.show()

    def forget_error(self) -> None:
        """Another network or another layer is asked: why there was no answer may not hold any more."""
        self._message.hide()

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
            if self.canvas.isHidden():
                self._wish = None  # the answer is to be seen
            self.asked.emit(self.current, own_values(self._made[self.current]))
