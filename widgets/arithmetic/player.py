"""Player: moves the window from output cell to output cell: one back, play, one on, a slider, and how fast."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QToolButton, QWidget

from widgets.common.given import given
from widgets.common.icons import icon
from widgets.common.segments import Segments
from widgets.theme import Look

BEAT_MS = 600
"""Between two windows at speed 1×."""
SPEEDS: tuple[tuple[str, float, str], ...] = (
    ("½×", 0.5, "Slowly"),
    ("1×", 1.0, "About two windows a second"),
    ("4×", 4.0, "Four times as fast"),
    ("all", 0.0, "Fill the whole output at once"),
)
"""(what it says, how many times as fast, the tip); 0 is at once."""
LEAST, SLIDER = 140, 36
"""In grid pixels: the least width of the player, and of its slider."""


class Player(QWidget):
    """``moved`` carries which window is shown, counted from 0, row by row. GUI thread only; it stops while it is not seen."""

    moved = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.back = self._button("Previous window", lambda: self.go_to(self.at - 1))
        self.play = self._button("Play", self.toggle)
        self.on = self._button("Next window", lambda: self.go_to(self.at + 1))
        self.words = given(QLabel(), objectName="muted")
        self.words.setToolTip("Which window is shown, counted row by row, and how many there are")
        self.words.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.slider = _Scrubber(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Which window is shown")
        self.slider.setMinimumWidth(1)
        self.slider.valueChanged.connect(self._scrubbed)
        self.speed = Segments("Speed", [words for words, _, _ in SPEEDS], [tip for _, _, tip in SPEEDS])
        self.speed.choose(1)
        self.speed.chosen.connect(self._speed_chosen)
        self._row = QHBoxLayout(self)
        for part in (self.back, self.play, self.on, self.words):
            self._row.addWidget(part)
        self._row.addWidget(self.slider, 1)
        self._row.addWidget(self.speed)
        self._beat = QTimer(self)
        self._beat.timeout.connect(self._step)
        self._count, self._more, self._says_all = 1, "", True
        look.changed.connect(self._restyle)
        self._restyle()
        self._say()

    def _button(self, name: str, clicked: object) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(clicked)
        return button

    # -- what is played --

    @property
    def at(self) -> int:
        """Which window is shown, from 0."""
        return self.slider.value()

    @property
    def count(self) -> int:
        """How many windows there are to go through."""
        return self._count

    @property
    def is_playing(self) -> bool:
        """Whether the window moves by itself."""
        return self._beat.isActive()

    def set_count(self, count: int, total: int) -> None:
        """So many windows are there, of ``total`` that the layer has. The place stays where it can; nothing is emitted."""
        self._count, self._more = count, f" (of {total:,})" if total > count else ""
        self.slider.blockSignals(True)
        self.slider.setRange(0, count - 1)
        self.slider.setPageStep(max(1, count // 10))
        self.slider.blockSignals(False)
        self._fit()

    def go_to(self, window: int) -> None:
        """Show a window; beyond the ends the first or the last."""
        self.slider.setValue(window)

    def rewind(self) -> None:
        """Back to the first window; nothing is emitted."""
        self.stop()
        self.slider.blockSignals(True)
        self.slider.setValue(0)
        self.slider.blockSignals(False)
        self._say()

    def toggle(self) -> None:
        """Play on, from the start where the end is reached; or stop."""
        if self.is_playing:
            self.stop()
            return
        if self._is_at_once():
            self.go_to(self._count - 1)
            return
        if self.at == self._count - 1:
            self.go_to(0)
        self._beat.start(self._interval())
        self._restyle()

    def stop(self) -> None:
        """Stay where it is."""
        self._beat.stop()
        self._restyle()

    def _step(self) -> None:
        if self.at < self._count - 1:
            self.go_to(self.at + 1)
        if self.at == self._count - 1:
            self.stop()

    def _speed_chosen(self) -> None:
        if self._is_at_once():
            self.stop()
            self.go_to(self._count - 1)
        elif self.is_playing:
            self._beat.start(self._interval())

    def _is_at_once(self) -> bool:
        return not SPEEDS[self.speed.current][1]

    def _interval(self) -> int:
        return round(BEAT_MS / SPEEDS[self.speed.current][1])

    def _scrubbed(self, window: int) -> None:
        self._say()
        self.moved.emit(window)

    # -- what it looks like --

    def _say(self) -> None:
        said, short = (words.format(self.at + 1, self._count) + more for words, more in ((_WORDS, self._more), (_SHORT, "")))
        self.words.setText(said if self._says_all else short)
        self.slider.setAccessibleDescription(said)
        self.back.setEnabled(self.at > 0)
        self.on.setEnabled(self.at < self._count - 1)

    def _fit(self) -> None:
        """What there is no room for beside the slider goes: first words, then the speed, then all words."""
        gap, advance = self._row.spacing(), self.words.fontMetrics().horizontalAdvance
        long, short = (advance(words.format(self._count, self._count)) + gap for words in (_WORDS + self._more, _SHORT))
        speed = self.speed.sizeHint().width() + gap
        room = self.width() - 3 * (self.back.width() + gap) - self._look.px(SLIDER)
        self._says_all = room >= long + speed
        self.speed.setVisible(room >= short + speed)
        self.words.setVisible(room >= short)
        self._say()

    def _restyle(self) -> None:
        look, px = self._look, self._look.px
        self._row.setContentsMargins(0, px(4), 0, 0)
        self._row.setSpacing(px(6))
        name = "Pause" if self.is_playing else "Play"
        self.play.setToolTip(name)
        self.play.setAccessibleName(name)
        play = "pause" if self.is_playing else "run"
        for button, picture in ((self.back, "chevron_left"), (self.play, play), (self.on, "chevron_right")):
            button.setIcon(icon(look, picture, "text", 12))
            button.setIconSize(QSize(px(12), px(12)))
            button.setFixedSize(px(24), px(24))
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The buttons and a slider; the rest goes where there is no room for it."""
        return QSize(self._look.px(LEAST), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow player says less, so that the slider keeps a length."""
        super().resizeEvent(event)
        self._fit()

    def hideEvent(self, event: QHideEvent) -> None:
        self.stop()


_WORDS, _SHORT = "window {:,} of {:,}", "{:,} of {:,}"


class _Scrubber(QSlider):
    """A slider that keeps the arrow keys to itself while it has the keyboard: elsewhere they choose images and layers."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _KEYS:
            event.accept()
            return True
        return super().event(event)


_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)
