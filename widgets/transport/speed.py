"""The speed of training: a slider from one step a second, slow enough to be talked over, to as fast as it goes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QSlider, QVBoxLayout, QWidget

from widgets.common.given import given
from widgets.explanations import explain
from widgets.theme import Look

PACES: tuple[float | None, ...] = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 125.0, 250.0, None)
"""Steps a second, each about twice the one before; None is full speed."""
WIDTH = 104  # in grid pixels


class SpeedControl(QWidget):
    """The slider, and below it the speed in words. ``pace_chosen`` carries steps a second, or None for full speed."""

    pace_chosen = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.slider = _Notches(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(PACES) - 1)
        self.slider.setPageStep(1)
        self.slider.setAccessibleName("Training speed")
        self.slider.valueChanged.connect(self._chosen)
        self._words = given(QLabel(), objectName="muted")
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addWidget(self.slider)
        self._column.addWidget(self._words)
        self._column.addStretch(1)
        self.set_pace(None)
        look.changed.connect(self.restyle)
        self.restyle()

    @property
    def words(self) -> str:
        """The speed as it stands below the slider."""
        return self._words.text()

    def set_pace(self, pace: float | None) -> None:
        """Show this speed; nothing is emitted."""
        self.slider.blockSignals(True)
        self.slider.setValue(notch_of(pace))
        self.slider.blockSignals(False)
        self._words.setText(in_words(pace))
        self.slider.setAccessibleDescription(in_words(pace))
        self.setToolTip(f"{explain('pace')} Slower: <, faster: >, one step at each press: .")

    def _chosen(self, notch: int) -> None:
        self.set_pace(PACES[notch])
        self.pace_chosen.emit(PACES[notch])

    def restyle(self) -> None:
        """The theme or the scale changed."""
        self._column.setContentsMargins(0, self._look.px(12), 0, 0)
        self._column.setSpacing(self._look.px(4))
        self._words.setFont(self._look.font(11))
        self.setFixedWidth(self._look.px(WIDTH))


class _Notches(QSlider):
    """A slider that keeps the arrow keys to itself while it has the keyboard: elsewhere they choose images."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _ARROWS:
            event.accept()
            return True
        return super().event(event)


_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


def notch_of(pace: float | None) -> int:
    """The place on the slider that comes next to ``pace``."""
    if pace is None:
        return len(PACES) - 1
    return min(range(len(PACES) - 1), key=lambda notch: abs((PACES[notch] or 0) / pace - 1))


def beside(pace: float | None, by: int) -> float | None:
    """The speed ``by`` places faster, or slower where it is negative; at the ends the last one."""
    return PACES[max(0, min(len(PACES) - 1, notch_of(pace) + by))]


def in_words(pace: float | None) -> str:
    """ "full speed", "1 step/s", "4 steps/s"."""
    if pace is None:
        return "full speed"
    return f"{pace:g} step{'s' if pace != 1 else ''}/s"
