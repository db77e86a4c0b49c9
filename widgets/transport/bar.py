"""Transport: the bar at the bottom of the window that runs, pauses, steps and stops, and goes back in time."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.words import percent
from widgets.common.given import given
from widgets.common.icons import pixmap
from widgets.theme import Look
from widgets.transport.figures import Figures
from widgets.transport.speed import SpeedControl
from widgets.transport.timeline import Timeline

STATES = ("ready", "reading", "running", "paused", "stopped", "finished", "failed")
_FACES = {
    "reading": ("pause", "Pause before the first step"),
    "running": ("pause", "Pause"),
    "paused": ("run", "Resume"),
    "finished": ("run", "Run again"),
}
_MAY_STEP = ("ready", "paused", "stopped", "finished")
_MAY_STOP = ("reading", "running", "paused")


class Transport(QWidget):
    """Buttons, the timeline and the figures of the run. It knows no run: it shows what it is told and says what is clicked."""

    run_clicked = Signal()
    pause_clicked = Signal()
    step_clicked = Signal()
    stop_clicked = Signal()
    back_clicked = Signal()
    scrubbed = Signal(int)
    live_clicked = Signal()
    fork_clicked = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._state = "ready"
        self._slim = False
        self.setObjectName("transport")
        self.back_button = RoundButton(look, "back", "Back to the first step", "Home on the timeline")
        self.run_button = RoundButton(look, "run", "Run", "Space", accent=True)
        self.step_button = RoundButton(look, "step", "One step", ".")
        self.stop_button = RoundButton(look, "stop", "Stop", "")
        self.speed = SpeedControl(look)
        self.timeline = Timeline(look)
        self.badge = given(QPushButton(), objectName="live-badge", visible=False)
        self.badge.setToolTip("Return to live")
        self.figures = Figures(look)
        self._connect()
        self._lay_out()
        look.changed.connect(self._restyle)
        self._restyle()
        self.set_state("ready")

    def _connect(self) -> None:
        self.back_button.clicked.connect(self.back_clicked)
        self.run_button.clicked.connect(self._run_or_pause)
        self.step_button.clicked.connect(self.step_clicked)
        self.stop_button.clicked.connect(self.stop_clicked)
        self.timeline.scrubbed.connect(self.scrubbed)
        self.timeline.live_chosen.connect(self.live_clicked)
        self.timeline.fork_chosen.connect(self.fork_clicked)
        self.badge.clicked.connect(self.live_clicked)

    def _lay_out(self) -> None:
        self._row = QHBoxLayout(self)
        for button in (self.back_button, self.run_button, self.step_button, self.stop_button):
            self._row.addWidget(button)
        self._row.addWidget(self.speed)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.timeline)
        self._row.addLayout(middle, 1)
        self._row.addWidget(self.figures)
        self.badge.setParent(self)

    # -- told from outside --

    def set_state(self, state: str) -> None:
        """ready, reading, running, paused, stopped, finished or failed: which buttons make sense now."""
        if state not in STATES:
            raise ValueError(f"a run has no state '{state}'")
        self._state = state
        self.run_button.set_face(*_FACES.get(state, ("run", "Run")), "Space")
        self.step_button.setEnabled(state in _MAY_STEP)
        self.stop_button.setEnabled(state in _MAY_STOP)

    def set_intent(self, words: str) -> None:
        """What the run button will do, in a few words."""
        self.run_button.setToolTip(f"{words} (Space)")

    def set_progress(
        self,
        step: int,
        total_steps: int,
        epoch: float,
        epochs: int,
        images_per_second: float,
        capture_share: float,
        seconds_left: float | None,
    ) -> None:
        """How far the run is, how fast, what live pictures cost (a share of the time), and how long it will still take."""
        self.timeline.set_progress(step, total_steps, epochs)
        if not total_steps:
            self.figures.show_figures(("",) * 4, ("",) * 4)
            return
        speed, share, left = f"{images_per_second:,.0f}", percent(capture_share), f"left {duration(seconds_left)}"
        self.figures.show_figures(
            (f"{speed} images/s", f"capture {share} of time", f"epoch {epoch:.2f} / {epochs}", left),
            (f"{speed}/s", f"capture {share}", f"ep. {epoch:.2f}/{epochs}", left),
        )

    def set_reading(self, words: str, done: float) -> None:
        """The data are not there yet: what is being done about it, "Reading mnist… 40 %", and the share that is done; "" where
        they are."""
        self.timeline.set_reading(words, done)

    def set_frames(self, frames: tuple[int, ...]) -> None:
        """The steps that can be gone back to."""
        self.timeline.set_frames(tuple(frames))
        self.back_button.setEnabled(bool(frames))

    def set_cursor(self, step: int | None) -> None:
        """The past step that is shown, or None when the views show the newest."""
        if step == self.timeline.steps.past:
            return
        self.timeline.set_cursor(step)
        self.badge.setVisible(step is not None)
        if step is not None:
            self.badge.setText(f"step {step:,}, not live  ·  return to live")
            self.badge.setAccessibleName(f"Step {step} is shown, not live. Return to live.")
            self._place_badge()

    def set_slim(self, slim: bool) -> None:
        """A lower bar, which leaves its room to the stage."""
        if slim != self._slim:
            self._slim = slim
            for button in (self.back_button, self.run_button, self.step_button, self.stop_button):
                button.set_slim(slim)
            self._restyle()

    # -- own affairs --

    def _run_or_pause(self) -> None:
        (self.pause_clicked if self._state in ("reading", "running") else self.run_clicked).emit()

    def _place_badge(self) -> None:
        """Over the timeline; in a slim bar, which has no room there, over the figures."""
        self.badge.adjustSize()
        line = self.timeline.geometry()
        if self._slim:
            x = self.width() - self.badge.width() - self._look.px(8)
            self.badge.move(x, (self.height() - self.badge.height()) // 2)
        else:
            self.badge.move(line.center().x() - self.badge.width() // 2, self._look.px(4))
        self.badge.raise_()

    def resizeEvent(self, event: object) -> None:
        self._fit()
        self._place_badge()

    def minimumSizeHint(self) -> QSize:
        """Buttons and timeline: the rest gives way."""
        return QSize(self._least_width(), super().minimumSizeHint().height())

    def _least_width(self) -> int:
        buttons = (self.back_button, self.run_button, self.step_button, self.stop_button)
        widths = [*(button.sizeHint().width() for button in buttons), self.timeline.minimumSizeHint().width()]
        margins = self._row.contentsMargins()
        return sum(widths) + (len(widths) - 1) * self._row.spacing() + margins.left() + margins.right()

    def _fit(self) -> None:
        """Where there is no room, the speed goes, which keys and menu have too, and then the figures."""
        room, gap = self.width() - self._least_width(), self._row.spacing()
        for part, width in ((self.figures, self.figures.minimumSizeHint().width()), (self.speed, self.speed.width())):
            part.setVisible(room >= width + gap)
            room -= width + gap if room >= width + gap else 0

    def _restyle(self) -> None:
        look, px = self._look, self._look.px
        side, gap, height = (8, 8, 50) if self._slim else (16, 14, 92)
        self._row.setContentsMargins(px(side), 1, px(side), 0)
        self._row.setSpacing(px(gap))
        self.setFixedHeight(px(height))
        self.badge.setFont(look.font(11, bold=True))
        self.badge.setFixedHeight(px(22))
        warning, ink = look.colour("warning").name(), look.theme.colours["window" if look.theme.name == "dark" else "card"]
        self.badge.setStyleSheet(
            f"QPushButton {{ background: {warning}; color: {ink}; border: none;"
            f" border-radius: {px(11)}px; padding: 0 {px(10)}px; }}"
            f"QPushButton:focus {{ border: {px(2)}px solid {look.colour('text').name()}; }}"
        )
        self._fit()
        self._place_badge()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._look.colour("bar"))
            painter.fillRect(0, 0, self.width(), 1, self._look.colour("line"))


class RoundButton(QAbstractButton):
    """A round button with an icon; its name and its key are in the tooltip and read to screen readers."""

    def __init__(self, look: Look, icon: str, name: str, key: str, *, accent: bool = False) -> None:
        super().__init__()
        self._look, self._accent, self._slim = look, accent, False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_face(icon, name, key)
        look.changed.connect(self._restyle)

    def set_face(self, icon: str, name: str, key: str) -> None:
        """What it shows and what it is called."""
        if (icon, name) != (getattr(self, "_icon", None), self.accessibleName()):
            self._icon = icon
            self.setAccessibleName(name)
            self.setToolTip(f"{name} ({key})" if key else name)
            self._restyle()

    def set_slim(self, slim: bool) -> None:
        """Smaller, for a slim bar."""
        self._slim = slim
        self._restyle()

    def _side(self) -> int:
        large, small = (40, 34) if self._slim else (48, 40)
        return self._look.px(large if self._accent else small)

    def sizeHint(self) -> QSize:
        return QSize(self._side(), self._side())

    def _restyle(self) -> None:
        colour = self._look.colour("accent_text" if self._accent else "text")
        self._picture = pixmap(self._look, self._icon, colour, 18 if self._accent else 14)
        self.setFixedSize(self.sizeHint())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        fill = look.colour("accent" if self._accent else "hover")
        if self.isDown():
            fill = fill.darker(120)
        elif self.underMouse() and self.isEnabled():
            fill = look.colour("outline" if self._accent else "selected")
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(
                QPen(look.colour("outline" if not self._accent else "text"), 2) if self.hasFocus() else Qt.PenStyle.NoPen
            )
            painter.setOpacity(1 if self.isEnabled() else 0.4)
            painter.setBrush(fill)
            painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
            side = self._picture.deviceIndependentSize()
            painter.drawPixmap(QPointF((self.width() - side.width()) / 2, (self.height() - side.height()) / 2), self._picture)


def duration(seconds: float | None) -> str:
    """Seconds as "0:18", "12:05" or "1:02:05"; "–" where it is not known."""
    if seconds is None or not 0 <= seconds < 1e7:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
