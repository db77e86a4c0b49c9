"""Timeline: the filmstrip as a slider, with a tick at every step that was kept and a handle at the step that is shown."""

from __future__ import annotations

import bisect
import math

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractSlider, QMenu, QSizePolicy, QToolTip, QWidget

from widgets.common.recorded import Recorded
from widgets.theme import Look


class Timeline(QAbstractSlider):
    """Position grows with the square root of the step: the early steps, in which a network changes most, lie apart.

    Its value is the step that is shown. The mouse and Left, Right, Home and End choose among the kept frames; End, and
    anything after the last kept frame, is live. ``scrubbed`` carries the chosen frame, ``live_chosen`` is the way back;
    ``fork_chosen`` the frame from which a new run is to go on.
    """

    scrubbed = Signal(int)
    live_chosen = Signal()
    fork_chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._frames: tuple[int, ...] = ()
        self._total = 0
        self._epochs = 0
        self._live = 0
        self._cursor: int | None = None
        self._reading, self._done = "", 0.0
        self._hover: float | None = None
        self._ticked: tuple[object, ...] = ()  # what the ticks were laid out for
        self._ticks: list[QLineF] = []
        self._told = False  # the value is being set by us, not by a screen reader
        self._face = _Face(look, self)
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
        if frames != self._frames:
            self._frames = frames
            self._face.refresh()

    def set_progress(self, step: int, total: int, epochs: int) -> None:
        """The newest step of the run, and how many steps and epochs it will have."""
        if (step, total, epochs) == (self._live, self._total, self._epochs):
            return
        self._live, self._total, self._epochs = step, total, epochs
        self._tell(step if self._cursor is None else self._cursor)

    def set_reading(self, words: str, done: float) -> None:
        """As long as there are ``words`` they stand where steps would, and the groove shows the share that is ``done``."""
        if (words, done) != (self._reading, self._done):
            self._reading, self._done = words, done
            self.setAccessibleDescription(words)
            self._face.refresh()

    def set_cursor(self, step: int | None) -> None:
        """The past step that is shown; None when it is live."""
        if step == self._cursor:
            return
        self._cursor = step
        self._tell(self._live if step is None else step)

    def _tell(self, value: int) -> None:
        self._told = True
        self.setMaximum(max(self._live, value))
        self.setValue(value)
        self._told = False
        self._face.refresh()

    def _value_changed(self, value: int) -> None:
        if not self._told:
            self._choose(self.frame_near(value))

    @property
    def cursor_step(self) -> int | None:
        """The past step that is shown; None when it is live."""
        return self._cursor

    def frame_near(self, step: float) -> int | None:
        """The kept frame nearest to ``step`` on the screen, or None (live) where the newest step is nearer."""
        if not self._frames:
            return None
        nearest = min(self._frames, key=lambda frame: abs(self._place(frame) - self._place(step)))
        to_live = abs(self._place(self._live) - self._place(step))
        return None if to_live < abs(self._place(nearest) - self._place(step)) else nearest

    # -- geometry: a share of the way, 0..1, and pixels --

    def _end(self) -> int:
        return max(self._total, self._live, 1)

    def _place(self, step: float) -> float:
        return math.sqrt(max(step, 0) / self._end())

    def x_of(self, step: float) -> float:
        """Where ``step`` lies, in pixels from the left."""
        groove = self._groove()
        return groove.left() + self._place(step) * groove.width()

    def step_at(self, x: float) -> float:
        """The step at ``x`` pixels from the left."""
        groove = self._groove()
        share = min(max((x - groove.left()) / max(groove.width(), 1), 0.0), 1.0)
        return share**2 * self._end()

    def _groove(self) -> QRectF:
        px = self._look.px
        side = px(12)
        return QRectF(side, self.height() / 2 - px(6), max(1, self.width() - 2 * side), px(4))

    # -- painting --

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._face.resize(self.size())

    def draw(self, painter: QPainter) -> None:
        """Draw groove, played part, ticks, handle and words."""
        look, groove = self._look, self._groove()
        shown = self._live if self._cursor is None else self._cursor
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("line"))
        painter.drawRoundedRect(groove, look.px(2), look.px(2))
        if self._reading:
            self._draw_reading(painter, groove)
            return
        self._draw_played(painter, groove, shown)
        self._draw_ticks(painter, groove)
        self._draw_handle(painter, groove, shown)
        self._draw_words(painter, groove, shown)

    def _draw_reading(self, painter: QPainter, groove: QRectF) -> None:
        look, done = self._look, QRectF(groove)
        done.setWidth(self._done * groove.width())
        painter.setBrush(look.colour("muted"))
        painter.drawRoundedRect(done, look.px(2), look.px(2))
        painter.setFont(look.font(11))
        painter.setPen(look.colour("text"))
        place = QRectF(groove.left(), groove.center().y() + look.px(12), groove.width(), look.px(16))
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, self._reading)

    def _draw_played(self, painter: QPainter, groove: QRectF, shown: int) -> None:
        """Everything trained so far is filled; the part after a past step only faintly."""
        accent = self._look.colour("accent")
        for step, opacity in ((self._live, 0.4 if self._cursor is not None else 1.0), (shown, 1.0)):
            played = QRectF(groove)
            played.setRight(self.x_of(step))
            painter.setOpacity(opacity)
            painter.setBrush(accent)
            painter.drawRoundedRect(played, self._look.px(2), self._look.px(2))
        painter.setOpacity(1)

    def _draw_ticks(self, painter: QPainter, groove: QRectF) -> None:
        half = self._look.px(7)
        middle = groove.center().y()
        painter.setPen(QPen(self._look.colour("muted"), self._look.px(1)))
        painter.drawLines(self._tick_lines(groove, middle - half, middle + half))
        if self._hover is not None:
            x = self.x_of(self._hover)
            painter.setPen(QPen(self._look.colour("text"), self._look.px(2)))
            painter.drawLine(QLineF(x, middle - half, x, middle + half))

    def _tick_lines(self, groove: QRectF, top: float, bottom: float) -> list[QLineF]:
        """One line for every column in which something was kept; the same ones while neither frames, steps nor size change."""
        state = (self._frames, self._end(), groove.getRect())
        if state != self._ticked:
            self._ticked = state
            columns = sorted({round(self.x_of(frame)) for frame in self._frames})
            self._ticks = [QLineF(x + 0.5, top, x + 0.5, bottom) for x in columns]
        return self._ticks

    def _draw_handle(self, painter: QPainter, groove: QRectF, shown: int) -> None:
        look = self._look
        centre = QPointF(self.x_of(shown), groove.center().y())
        accent = look.colour("accent")
        ring = look.colour("outline" if self.hasFocus() else "accent")
        ring.setAlphaF(0.9 if self.hasFocus() else 0.35)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ring)
        painter.drawEllipse(centre, look.px(10.5), look.px(10.5))
        painter.setBrush(look.colour("accent_text"))
        painter.setPen(QPen(accent, 1))
        painter.drawEllipse(centre, look.px(7.5), look.px(7.5))

    def _draw_words(self, painter: QPainter, groove: QRectF, shown: int) -> None:
        look = self._look
        painter.setFont(look.font(11))
        painter.setPen(look.colour("muted"))
        top, high = groove.center().y() + look.px(12), look.px(16)
        advance = painter.fontMetrics().horizontalAdvance
        start, end = "step 0", self._end_words()
        place = QRectF(groove.left(), top, groove.width(), high)
        words = f"step {shown:,}" + (" · live" if self._cursor is None else "")
        wide = advance(words) + look.px(8)
        x = min(max(self.x_of(shown) - wide / 2, groove.left()), groove.right() - wide)
        if x > groove.left() + advance(start) + look.px(8):
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, start)
        if x + wide < groove.right() - advance(end) - look.px(8):
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, end)
        painter.setPen(look.colour("text"))
        painter.drawText(QRectF(x, top, wide, high), Qt.AlignmentFlag.AlignHCenter, words)

    def _end_words(self) -> str:
        if not self._total:
            return ""
        epochs = f" · {self._epochs} epoch{'s' if self._epochs != 1 else ''}" if self._epochs else ""
        return f"step {self._total:,}{epochs}"

    # -- mouse and keys --

    def _choose(self, frame: int | None) -> None:
        if frame is None:
            self.live_chosen.emit()
        elif frame != self._cursor:
            self.scrubbed.emit(frame)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._choose(self.frame_near(self.step_at(event.position().x())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        step = self.step_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(self.frame_near(step))
        frame = self.frame_near(step)
        hover = float(self._live if frame is None else frame)
        if hover != self._hover:
            self._hover = hover
            self._face.refresh()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        frame = self.frame_near(self.step_at(event.pos().x())) if by_mouse else self._cursor
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
        self._hover = None
        self._face.refresh()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos().x()), self)
            return True
        return super().event(event)

    def tip_at(self, x: float) -> str:
        """What a click at ``x`` would show, in words."""
        frame = self.frame_near(self.step_at(x))
        if frame is None:
            return f"step {self._live:,}, live"
        return f"step {frame:,} (kept)"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_End:
            self._choose(None)
        elif key == Qt.Key.Key_Home and self._frames:
            self._choose(self._frames[0])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.step_frames(-1 if key == Qt.Key.Key_Left else 1)
        else:
            event.ignore()

    def step_frames(self, by: int) -> None:
        """Show the kept frame ``by`` before (< 0) or after the one shown; after the last comes live."""
        if by < 0:
            at = bisect.bisect_left(self._frames, self._live if self._cursor is None else self._cursor)
            if at > 0:
                self._choose(self._frames[at - 1])
        elif self._cursor is not None:
            at = bisect.bisect_right(self._frames, self._cursor)
            self._choose(self._frames[at] if at < len(self._frames) else None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._face.refresh()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._face.refresh()


class _Face(Recorded):
    """The timeline's picture; the mouse goes through it to the slider."""

    def __init__(self, look: Look, timeline: Timeline) -> None:
        super().__init__(look, timeline)
        self._timeline = timeline
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def record(self, painter: QPainter) -> None:
        self._timeline.draw(painter)
