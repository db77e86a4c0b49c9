"""The timeline's picture: the groove, what is trained of it, ticks at the kept steps, the handle and the words."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from widgets.common.recorded import Recorded
from widgets.theme import Look
from widgets.transport.steps import Steps


class TimelineFace(Recorded):
    """It fills ``parent``; the mouse goes through it."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent)
        self._steps = Steps()
        self._words, self._done = "", 0.0
        self._hover: float | None = None
        self._is_focused = False
        self._ticked: tuple[object, ...] = ()  # what the ticks were laid out for
        self._ticks: list[QLineF] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_steps(self, steps: Steps) -> None:
        """Where the run is and what is shown of it."""
        if steps != self._steps:
            self._steps = steps
            self.refresh()

    def show_reading(self, words: str, done: float) -> None:
        """As long as there are ``words`` they stand where steps would, and the groove shows the share that is ``done``."""
        if (words, done) != (self._words, self._done):
            self._words, self._done = words, done
            self.refresh()

    def show_hover(self, step: float | None) -> None:
        """The tick of ``step`` stands out, which a click would choose."""
        if step != self._hover:
            self._hover = step
            self.refresh()

    def show_focus(self, is_focused: bool) -> None:
        """Whether keys move the handle."""
        self._is_focused = is_focused
        self.refresh()

    def groove(self) -> QRectF:
        """Where the line is that steps lie on, in pixels."""
        px = self.look.px
        side = px(12)
        return QRectF(side, self.height() / 2 - px(6), max(1, self.width() - 2 * side), px(4))

    def x_of(self, step: float) -> float:
        """Where ``step`` lies, in pixels from the left."""
        groove = self.groove()
        return groove.left() + self._steps.share_of(step) * groove.width()

    # -- painting --

    def record(self, painter: QPainter) -> None:
        """Draw groove, played part, ticks, handle and words."""
        look, groove = self.look, self.groove()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("line"))
        painter.drawRoundedRect(groove, look.px(2), look.px(2))
        if self._words:
            self._draw_reading(painter, groove)
            return
        self._draw_played(painter, groove)
        self._draw_ticks(painter, groove)
        self._draw_handle(painter, groove)
        self._draw_words(painter, groove)

    def _draw_reading(self, painter: QPainter, groove: QRectF) -> None:
        look, done = self.look, QRectF(groove)
        done.setWidth(self._done * groove.width())
        painter.setBrush(look.colour("muted"))
        painter.drawRoundedRect(done, look.px(2), look.px(2))
        painter.setFont(look.font(11))
        painter.setPen(look.colour("text"))
        place = QRectF(groove.left(), groove.center().y() + look.px(12), groove.width(), look.px(16))
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, self._words)

    def _draw_played(self, painter: QPainter, groove: QRectF) -> None:
        """Everything trained so far is filled; the part after a past step only faintly."""
        accent = self.look.colour("accent")
        for step, opacity in ((self._steps.live, 0.4 if self._steps.past is not None else 1.0), (self._steps.shown, 1.0)):
            played = QRectF(groove)
            played.setRight(self.x_of(step))
            painter.setOpacity(opacity)
            painter.setBrush(accent)
            painter.drawRoundedRect(played, self.look.px(2), self.look.px(2))
        painter.setOpacity(1)

    def _draw_ticks(self, painter: QPainter, groove: QRectF) -> None:
        half = self.look.px(7)
        middle = groove.center().y()
        painter.setPen(QPen(self.look.colour("muted"), self.look.px(1)))
        painter.drawLines(self._tick_lines(groove, middle - half, middle + half))
        if self._hover is not None:
            x = self.x_of(self._hover)
            painter.setPen(QPen(self.look.colour("text"), self.look.px(2)))
            painter.drawLine(QLineF(x, middle - half, x, middle + half))

    def _tick_lines(self, groove: QRectF, top: float, bottom: float) -> list[QLineF]:
        """One line for every column in which something was kept; the same ones while neither frames, steps nor size change."""
        state = (self._steps.kept, self._steps.end, groove.getRect())
        if state != self._ticked:
            self._ticked = state
            columns = sorted({round(self.x_of(frame)) for frame in self._steps.kept})
            self._ticks = [QLineF(x + 0.5, top, x + 0.5, bottom) for x in columns]
        return self._ticks

    def _draw_handle(self, painter: QPainter, groove: QRectF) -> None:
        look = self.look
        centre = QPointF(self.x_of(self._steps.shown), groove.center().y())
        accent = look.colour("accent")
        ring = look.colour("outline" if self._is_focused else "accent")
        ring.setAlphaF(0.9 if self._is_focused else 0.35)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ring)
        painter.drawEllipse(centre, look.px(10.5), look.px(10.5))
        painter.setBrush(look.colour("accent_text"))
        painter.setPen(QPen(accent, 1))
        painter.drawEllipse(centre, look.px(7.5), look.px(7.5))

    def _draw_words(self, painter: QPainter, groove: QRectF) -> None:
        look = self.look
        painter.setFont(look.font(11))
        painter.setPen(look.colour("muted"))
        top, high = groove.center().y() + look.px(12), look.px(16)
        advance = painter.fontMetrics().horizontalAdvance
        start, end, shown = "step 0", self._steps.end_in_words(), self._steps.shown
        place = QRectF(groove.left(), top, groove.width(), high)
        taken = [(groove.left(), groove.left() + advance(start)), (groove.right() - advance(end), groove.right())]
        words = f"step {shown:,}" + (" · live" if self._steps.past is None else "")
        wide = advance(words) + look.px(8)
        x = min(max(self.x_of(shown) - wide / 2, groove.left()), groove.right() - wide)
        if x > groove.left() + advance(start) + look.px(8):
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, start)
        if x + wide < groove.right() - advance(end) - look.px(8):
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, end)
        self._draw_marks(painter, groove, [*taken, (x, x + wide)])
        painter.setPen(look.colour("text"))
        painter.drawText(QRectF(x, top, wide, high), Qt.AlignmentFlag.AlignHCenter, words)

    def _draw_marks(self, painter: QPainter, groove: QRectF, taken: list[tuple[float, float]]) -> None:
        """Round steps where they lie on the scale, as far as the other words leave room."""
        top, apart = groove.center().y() + self.look.px(12), self.look.px(8)
        for step in self._steps.marks:
            words, x = f"{step:,}", self.x_of(step)
            half = painter.fontMetrics().horizontalAdvance(words) / 2
            if all(x + half + apart < left or right + apart < x - half for left, right in taken):
                painter.drawText(QRectF(x - half, top, 2 * half + 1, self.look.px(16)), Qt.AlignmentFlag.AlignHCenter, words)
                taken.append((x - half, x + half))
