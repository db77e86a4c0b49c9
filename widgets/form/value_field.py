"""The editor of a number, of sizes, of a list or of a text: typed, stepped and dragged."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from engine.design.parameters import FormField
from engine.design.texts import parse_text
from engine.design.values import check_range
from engine.errors import DesignError
from widgets.form.values import reason, stepped, written
from widgets.theme import Look

SETTLE_MS = 400  # a wheel or key step is one gesture with the next if that comes sooner
_NUMERIC = ("whole", "real", "sizes", "padding")


class ValueField(QLineEdit):
    """A number, sizes or a text. Typing is committed with Enter or on leaving; Esc restores. When there is nothing left for it to
    do, Enter and Esc are its form's to deal with: it then lets the keyboard go.

    Up, Down, the wheel, the arrows on the left and dragging step a number: each step is committed with continuing True,
    and the end of such a gesture with the same value and False.
    """

    committed = Signal(object, bool)  # value, continuing
    failed = Signal(str)  # why the text is no value; "" when that is over

    def __init__(self, look: Look, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._field = look, field
        self._value: object = field.default
        self._press: QPoint | None = None
        self._start: object = None
        self._scrubbing = False
        self._blank = True  # nothing was shown yet
        self._wheel = 0
        self.numeric = field.form in _NUMERIC and not isinstance(field.default, tuple)  # a whole shape is not stepped
        if self.numeric:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a press may become a drag; a click focuses when it ends
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setPlaceholderText(field.none_text)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._end_gesture)

    def value(self) -> object:
        """The last value that was set or committed."""
        return self._value

    def set_value(self, value: object, keep_text: bool = False) -> None:
        """Show ``value``. What is being typed stays where the value is the same, or with ``keep_text``."""
        same = value == self._value and type(value) is type(self._value)
        self._value = value
        first, self._blank = self._blank, False
        if keep_text and not first:
            self.setModified(self.text() != written(self._field, value))
            return
        if same and self.isModified():
            return
        text, cursor = written(self._field, value), self.cursorPosition()
        if text != self.text():
            whole = self.hasSelectedText() and len(self.selectedText()) == len(self.text())
            self.setText(text)
            self.selectAll() if whole else self.setCursorPosition(cursor)
        self.setModified(False)

    def commit(self) -> bool:
        """Take what was typed; where it is no value, False: say why and keep the old one."""
        try:
            value = parse_text(self._field, self.text())
            check_range(self._field, value)
        except DesignError as error:
            self.failed.emit(reason(error))
            return False
        self.failed.emit("")
        changed = value != self._value or type(value) is not type(self._value)
        self._show(value)
        if changed:
            self.committed.emit(value, False)
        return True

    def restore(self) -> None:
        """Back to the last value."""
        self.failed.emit("")
        self._show(self._value)
        self.selectAll()

    def step(self, steps: int) -> None:
        """One step of a gesture that may go on."""
        self._step_to(stepped(self._field, self._value, steps))
        self._settle.start()

    def _step_to(self, value: object) -> None:
        if value != self._value:
            self.failed.emit("")
            self._show(value)
            self.committed.emit(value, True)

    def _show(self, value: object) -> None:
        self._value = value
        self.setText(written(self._field, value))
        self.setModified(False)

    def _end_gesture(self) -> None:
        self._settle.stop()
        self.committed.emit(self._value, False)

    # -- keyboard and wheel --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}.get(Qt.Key(key))
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            taken = self.commit()
            self.selectAll()
            event.setAccepted(not taken)
        elif key == Qt.Key.Key_Escape and (self.isModified() or self.property("wrong")):
            self.restore()
        elif steps is not None and self.numeric:
            self.step(steps * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1))
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._settle.isActive():
            self._end_gesture()
        if self.isModified():
            self.commit()
        if self.numeric:
            self.setCursor(Qt.CursorShape.SizeHorCursor)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not (self.numeric and self.hasFocus()):
            event.ignore()  # so that the panel scrolls
            return
        self._wheel += event.angleDelta().y()
        notches, self._wheel = int(self._wheel / 120), self._wheel - 120 * int(self._wheel / 120)
        if notches:
            self.step(notches)

    # -- dragging: without the focus, a press and a move change the value; a click takes the focus --

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self.numeric and event.button() == Qt.MouseButton.LeftButton and point.x() < self._look.px(20):
            self.step(1 if point.y() < self.height() / 2 else -1)
        elif self.numeric and not self.hasFocus() and event.button() == Qt.MouseButton.LeftButton:
            self._press, self._start = point, self._value
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            near = self.numeric and event.position().x() < self._look.px(20)
            text = Qt.CursorShape.IBeamCursor if self.hasFocus() or not self.numeric else Qt.CursorShape.SizeHorCursor
            self.setCursor(Qt.CursorShape.ArrowCursor if near else text)
            super().mouseMoveEvent(event)
            return
        away = event.position().toPoint() - self._press
        travel = away.x() - away.y()
        if abs(travel) >= self._look.px(4):
            self._scrubbing = True
        if self._scrubbing:
            coarse = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._step_to(stepped(self._field, self._start, int(travel / self._look.px(6)) * coarse))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            super().mouseReleaseEvent(event)
            return
        scrubbed, self._press, self._scrubbing = self._scrubbing, None, False
        if scrubbed:
            self._end_gesture()
        else:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.selectAll()

    # -- looks --

    def restyle(self) -> None:
        """The scale changed: leave room for the arrows on the left."""
        self.setTextMargins(self._look.px(12) if self.numeric else 0, 0, 0, 0)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.setMouseTracking(True)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.numeric or not self.isEnabled() or not (self.underMouse() or self.hasFocus()):
            return
        px, middle = self._look.px, self.height() / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.colour("muted"), self._look.scale * 1.3))
        for up in (1, -1):
            tip, base = middle - up * px(6), middle - up * px(3)
            painter.drawPolyline(QPolygonF([QPointF(px(7), base), QPointF(px(10), tip), QPointF(px(13), base)]))
        painter.end()
