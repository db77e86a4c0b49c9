"""Timeline: the filmstrip as a slider, with a tick at every step that was kept and a handle at the step that is shown."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractSlider, QMenu, QSizePolicy, QToolTip, QWidget

from widgets.theme import Look
from widgets.transport.steps import SCALE, Steps
from widgets.transport.timeline_face import TimelineFace


class Timeline(QAbstractSlider):
    """Its value is the step that is shown. The mouse and Left, Right, Home and End choose among the kept frames; End, and
    anything after the last kept frame, is live. ``scrubbed`` carries the chosen frame, ``live_chosen`` is the way back;
    ``fork_chosen`` the frame from which a new run is to go on.
    """

    scrubbed = Signal(int)
    live_chosen = Signal()
    fork_chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._steps = Steps()
        self._told = False  # the value is being set by us, not by a screen reader
        self._face = TimelineFace(look, self)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, 0)
        self.setTracking(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Timeline of training steps")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.valueChanged.connect(self._value_changed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(400), self._look.px(48))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(120), self._look.px(48))

    # -- what it shows --

    def set_frames(self, frames: tuple[int, ...]) -> None:
        """The steps that were kept, ascending."""
        self._show(replace(self._steps, kept=frames))

    def set_progress(self, step: int, total: int, epochs: int) -> None:
        """The newest step of the run, and how many steps and epochs it will have."""
        self._show(replace(self._steps, live=step, total=total, epochs=epochs))

    def set_reading(self, words: str, done: float) -> None:
        """As long as there are ``words`` they stand where steps would, and the groove shows the share that is ``done``."""
        self.setAccessibleDescription(words)
        self._face.show_reading(words, done)

    def set_cursor(self, step: int | None) -> None:
        """The past step that is shown; None when it is live."""
        self._show(replace(self._steps, past=step))

    def _show(self, steps: Steps) -> None:
        if steps == self._steps:
            return
        self._steps = steps
        self._face.show_steps(steps)
        self._told = True
        self.setMaximum(max(steps.live, steps.shown))
        self.setValue(steps.shown)
        self._told = False

    def _value_changed(self, value: int) -> None:
        if not self._told:
            self._choose(self._steps.nearest(value))

    @property
    def steps(self) -> Steps:
        """What it shows."""
        return self._steps

    def x_of(self, step: float) -> float:
        """Where ``step`` lies, in pixels from the left."""
        return self._face.x_of(step)

    def _frame_at(self, x: float) -> int | None:
        """The kept step nearest to ``x``, in pixels from the left; None where it is the newest."""
        groove = self._face.groove()
        return self._steps.nearest(self._steps.at((x - groove.left()) / groove.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._face.resize(self.size())

    # -- mouse and keys --

    def _choose(self, frame: int | None) -> None:
        if frame is None:
            self.live_chosen.emit()
        elif frame != self._steps.past:
            self.scrubbed.emit(frame)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._choose(self._frame_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        frame = self._frame_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(frame)
        self._face.show_hover(self._steps.live if frame is None else frame)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        frame = self._frame_at(event.pos().x()) if by_mouse else self._steps.past
        if frame is not None:
            self.menu_at(frame).popup(event.globalPos())

    def menu_at(self, frame: int) -> QMenu:
        """What can be done with a kept step."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(f"Show step {frame:,}", lambda: self._choose(frame))
        menu.addAction(f"A new run from step {frame:,}", lambda: self.fork_chosen.emit(frame))
        return menu

    def leaveEvent(self, event: QEvent) -> None:
        self._face.show_hover(None)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos().x()), self)
            return True
        return super().event(event)

    def tip_at(self, x: float) -> str:
        """What a click at ``x`` would show, in words, and what the scale is."""
        frame = self._frame_at(x)
        step = f"step {self._steps.live:,}, live" if frame is None else f"step {frame:,} (kept)"
        return f"{step}\n{SCALE}"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_End:
            self._choose(None)
        elif key == Qt.Key.Key_Home and self._steps.kept:
            self._choose(self._steps.kept[0])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step_frames(-1 if key == Qt.Key.Key_Left else 1)
        else:
            event.ignore()

    def _step_frames(self, by: int) -> None:
        """Show the kept frame ``by`` before (< 0) or after the one shown; after the last comes live."""
        if by > 0 and self._steps.past is not None:
            self._choose(self._steps.behind())
        elif by < 0 and (frame := self._steps.before()) is not None:
            self._choose(frame)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._face.show_focus(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._face.show_focus(False)
