"""Banner: a sentence over the stage that says what happened, with the ways on; never a dialog that blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QMouseEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QBoxLayout,
    QComboBox,
    QFrame,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from widgets.common.given import given
from widgets.common.lines import in_lines
from widgets.theme import Look

Way = tuple[str, Callable[[], object]]
"""A way on: what the button says, and what it does."""

NOTICE_MS = 8000
BRIEF_MS = 3000  # for what is seen anyway
LINES = 2
MOST_OF_STAGE = 0.5  # of the stage's height; where it would take more, the words have one line
NARROW = 200  # grid pixels that words need beside the buttons
ABOVE_BOTTOM = 12  # grid pixels
BELOW_TITLES = 46  # grid pixels from the top of the stage, whose uppermost views keep their titles and controls
_COLOURS = (("notice", "accent"), ("brief", "accent"), ("good", "good"), ("error", "bad"))
RASTER = 8  # grid pixels between two places that are tried
_USED = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)
_READ = (QLabel, QGraphicsView)  # words, pictures and legends; curves


@dataclass(frozen=True, eq=False)
class Message:
    """What is told; see ``Banner.tell``."""

    sentence: str = ""
    kind: str = "notice"
    ways: tuple[Way, ...] = ()
    cause: str = ""
    comes_back: bool = False

    @property
    def leaves(self) -> bool:
        """Whether it leaves by itself: it is no error, asks nothing, and need not be read."""
        return self.kind != "error" and not self.ways and not self.comes_back

    @property
    def can_wait(self) -> bool:
        """Whether it may be told later: it is an offer or a remark, and nothing is wrong."""
        return self.comes_back and self.kind != "error"


class Banner(QFrame):
    """Hidden until told something. It lies over the stage, where it covers least of what can be used and read, and takes no room
    from it. One rule for all: a message stays until it is closed, with a click or Esc, or its cause is cured, if it is an error,
    has buttons, or is one that ``comes_back``; any other leaves after some seconds. A newer message takes the place of an older
    one, which comes back behind it only where it was told so."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._message = Message()
        self._put_off: list[Message] = []  # what comes back, the last one first
        self._holds_back = False
        self.setObjectName("banner")
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._below: QWidget | None = None
        self._text = QLabel(textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.installEventFilter(self)
        self._row.addWidget(self._text, 1)
        self._ways: list[QPushButton] = []
        self._close = given(QToolButton(), text="✕")
        self._close.setAccessibleName("Close the message")
        self._close.clicked.connect(self.dismiss)
        self._row.addWidget(self._close)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.dismiss)
        self.restyle()
        look.changed.connect(self.restyle)
        self.hide()

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """The ways on, as buttons."""
        return tuple(self._ways)

    @property
    def text(self) -> str:
        """What it says; "" while hidden."""
        return "" if self.isHidden() else self._message.sentence

    @property
    def cause(self) -> str:
        """Of what was told last."""
        return self._message.cause

    def lie_over(self, stage: QWidget) -> None:
        """Lie over ``stage``, as wide as the sentence needs."""
        self.setParent(stage.parentWidget())
        self._below = stage
        stage.installEventFilter(self)
        self.hide()

    def cured(self, *causes: str) -> None:
        """What was told for one of these causes is over."""
        self._put_off = [message for message in self._put_off if message.cause not in causes]
        if self.cause in causes and not self.isHidden():
            self.dismiss()

    def dismiss(self) -> None:
        """The message was read, or is over; one that it has displaced comes back."""
        self.hide()
        self._show_next()

    def hold_back(self, hold: bool) -> None:
        """While people look on, what ``comes_back`` waits; afterwards it comes. What is wrong is shown all the same."""
        self._holds_back = hold
        if hold and self._message.can_wait and not self.isHidden():
            self._put_off.append(self._message)
            self.hide()
        if self.isHidden():
            self._show_next()

    def _show_next(self) -> None:
        """The last of those that were put off and may be shown now."""
        if due := [message for message in self._put_off if not (self._holds_back and message.can_wait)]:
            self._put_off.remove(due[-1])
            self._show(due[-1])

    def tell(
        self, sentence: str, kind: str = "notice", ways: Sequence[Way] = (), cause: str = "", *, comes_back: bool = False
    ) -> None:
        """Show ``sentence``. ``kind`` is "notice", "brief" (leaves sooner), "good" or "error"; ``ways`` become buttons. ``cause``
        is what ``cured`` is told when it does not hold any more. What ``comes_back`` stays until somebody closes
        it, also behind a message that has taken its place. GUI thread only."""
        message = Message(sentence, kind, tuple(ways), cause, comes_back)
        waits = self._holds_back and message.can_wait
        if self._message.comes_back and not self.isHidden() and not waits:
            self._put_off.append(self._message)
        self._put_off = [each for each in self._put_off if each.sentence != sentence]
        if waits:
            self._put_off.append(message)
        else:
            self._show(message)

    def _show(self, message: Message) -> None:
        self._message = message
        self._set_ways(message.ways)
        self.setAccessibleName(message.sentence)
        self.setProperty("kind", message.kind)
        self.style().polish(self)
        self.show()
        self.raise_()
        self._place()
        self._timer.stop()
        if message.leaves:
            self._timer.start(BRIEF_MS if message.kind == "brief" else NOTICE_MS)

    def tell_briefly(self, sentence: str) -> None:
        """Say what can be seen as well."""
        self.tell(sentence, "brief")

    def _set_ways(self, ways: Sequence[Way]) -> None:
        for button in self._ways:
            button.hide()
            button.deleteLater()
        self._ways = [self._way_button(*way) for way in ways]
        for place, button in enumerate(self._ways, 1):
            self._row.insertWidget(place, button)
            button.show()  # where a message is shown already; a hidden one would be measured as nothing

    def _way_button(self, title: str, work: Callable[[], object]) -> QPushButton:
        button = given(QPushButton(title), toolTip=title)

        def go() -> None:
            self.dismiss()
            work()

        button.clicked.connect(go)
        return button

    # -- its place --

    def _place(self) -> None:
        """As wide as the sentence needs and the host allows, and at most two lines high."""
        if self._below is None or self.isHidden():
            return
        px, margins, stage = self._look.px, self._row.contentsMargins(), self._below.geometry()
        most = stage.width() - 2 * px(12)
        around = margins.left() + margins.right() + px(8)
        beside = sum(widget.sizeHint().width() + self._row.spacing() for widget in (*self._ways, self._close))
        is_narrow = bool(self._ways) and (most - around - beside < px(NARROW) or self._is_cut(most - around - beside))
        self._stand(is_narrow, most - around)
        around += 0 if is_narrow else beside
        needed = self._say_in(most - around, LINES)
        if self._row.totalSizeHint().height() > MOST_OF_STAGE * stage.height():
            self._say_in(most - around, 1)
        self._lie(most if is_narrow else min(needed, most - around) + around, self._row.totalSizeHint().height())

    def _say_in(self, room: int, most: int) -> int:
        """Break the words into at most so many lines of ``room`` pixels; returns the width that they need in one line."""
        lines = in_lines(self._message.sentence, self._text.font(), room, most)
        self._text.setText("\n".join(lines))
        self._text.setToolTip(self._message.sentence if self._is_cut(room, most) else "")
        return QFontMetrics(self._text.font()).horizontalAdvance(self._message.sentence) + self._look.px(4)

    def _lie(self, width: int, height: int) -> None:
        """At the bottom of the stage, or where that covers more, below its titles, at its upper edge, or anywhere between."""
        assert self._below is not None
        stage, px = self._below.geometry(), self._look.px
        left, room = stage.left() + (stage.width() - width) // 2, max(0, stage.height() - height)
        usual = (room - px(ABOVE_BOTTOM), min(px(BELOW_TITLES), room), 0)
        places = [QRect(left, stage.top() + top, width, height) for top in (*usual, *range(0, room, px(RASTER)))]
        used, read = self._under()
        self.setGeometry(min(places, key=lambda place: (_hit(place, used), _covered(place, read))))

    def _under(self) -> tuple[list[QRect], list[QRect]]:
        """Where on the stage there is what can be used, and what is read or can be scrolled away, in the host's coordinates."""
        assert self._below is not None
        host = self.parentWidget()  # the stage's too
        assert host is not None
        used, read = list[QRect](), list[QRect]()
        for each in self._below.findChildren(QWidget):
            if isinstance(each, (*_USED, *_READ)) and each.isVisible():
                part, is_scrolled = _seen(each, self._below)
                kept = used if isinstance(each, _USED) and not is_scrolled else read
                kept.append(part.translated(self._below.mapTo(host, QPoint())))
        return used, read

    def _is_cut(self, room: int, most: int = LINES) -> bool:
        """Whether the sentence is longer than ``most`` lines of ``room`` pixels."""
        sentence = self._message.sentence
        shown = "".join(in_lines(sentence, self._text.font(), room, most))
        return shown.replace(" ", "") != sentence.replace(" ", "")

    def _stand(self, is_narrow: bool, room: int) -> None:
        """Where there is little room the ways on stand below the words, in as many lines as make them whole; a click closes it
        there too."""
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)
        self._close.setVisible(not is_narrow)
        for button in self._ways:
            whole, font = button.toolTip(), button.font()
            button.setText(whole)
            pad = button.sizeHint().width() - button.fontMetrics().horizontalAdvance(whole)
            if is_narrow:
                button.setText("\n".join(line.rstrip() for line in in_lines(whole, font, room - pad, len(whole))))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The stage's place, and clicks on the words; those that have been selected may be copied."""
        if watched is self._text:
            if event.type() == QEvent.Type.MouseButtonRelease and not self._text.hasSelectedText():
                self.dismiss()
        elif event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place()
        return False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.dismiss()

    def restyle(self) -> None:
        """Sizes, fonts and colours of the current theme."""
        look = self._look
        self._row.setContentsMargins(look.px(12), look.px(8), look.px(8), look.px(8))
        self._text.setFont(look.font(12))
        colours = {kind: look.colour(name).name() for kind, name in _COLOURS}
        card, line, text = (look.colour(name).name() for name in ("card", "line", "text"))
        rules = "".join(f'#banner[kind="{kind}"] {{ border-left: {look.px(4)}px solid {c}; }}' for kind, c in colours.items())
        base = f"#banner {{ background: {card}; border: 1px solid {line}; border-radius: {look.px(8)}px; }}"
        self.setStyleSheet(f"{base} {rules} #banner QLabel {{ color: {text}; background: transparent; }}")
        self._place()


def _seen(widget: QWidget, stage: QWidget) -> tuple[QRect, bool]:
    """The part of ``widget`` that none of those it stands in cuts off, in the coordinates of ``stage``; whether one of them can
    be scrolled."""
    part, each, is_scrolled = widget.rect(), widget, False
    while each is not stage and (parent := each.parentWidget()) is not None:
        part = part.translated(each.pos()).intersected(parent.rect())
        each, is_scrolled = parent, is_scrolled or isinstance(parent, QAbstractScrollArea)
    return part, is_scrolled


def _hit(place: QRect, rects: Sequence[QRect]) -> int:
    """How many of ``rects`` are touched."""
    return sum(place.intersects(rect) for rect in rects if not rect.isEmpty())


def _covered(place: QRect, rects: Sequence[QRect]) -> int:
    """How many pixels of ``rects`` are covered."""
    parts = (place.intersected(rect) for rect in rects)
    return sum(part.width() * part.height() for part in parts if not part.isEmpty())
