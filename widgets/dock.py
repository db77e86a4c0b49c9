"""ViewDock: a view as a card that can be moved, closed, enlarged and put back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QEnterEvent, QFontMetrics, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from widgets.common.given import given
from widgets.common.hidden import lay_out
from widgets.common.icons import icon
from widgets.common.recorded import CARD, Recorded
from widgets.explanations import EXPLANATIONS, explain
from widgets.theme import Look
from widgets.viewing.base import View

_GAP = 3  # half the distance between two cards
_RADIUS = 8
_LEAST_TITLE = 48
_ROOMY = 360  # headers that are narrower give the room of the hidden buttons to the words
_SHORT = {"training": "train", "validation": "valid."}  # of a key's words, where there is little room


class ViewDock(QDockWidget):
    """The frame of one view: a rounded card with title, subtitle and the view's own controls.

    ``enlarge_requested`` is emitted by a double click on the title and by the enlarge button, ``closed`` when it
    has been closed. Its window title, which its tab shows, follows the view's.
    """

    enlarge_requested = Signal()
    closed = Signal()

    def __init__(self, look: Look, view: View, parent: QWidget | None = None) -> None:
        super().__init__(view.title, parent)
        self.view = view
        self.setObjectName(f"dock-{view.name}")
        self.header = CardHeader(look, view)
        self.header.enlarge_clicked.connect(self.enlarge_requested)
        self.header.close_clicked.connect(self.close)
        view.title_changed.connect(self.setWindowTitle)
        self.setTitleBarWidget(self.header)
        self.setWidget(_CardBody(look, view))

    def comfortable_width(self) -> int:
        """In pixels: where the title is whole beside the controls, and what the view holds reads well."""
        return max(self.header.comfortable_width(), self.view.look.px(self.view.readable))

    def closeEvent(self, event: QCloseEvent) -> None:
        """However it was closed."""
        super().closeEvent(event)
        self.closed.emit()


class CardHeader(QWidget):
    """The upper part of a card: bold title, key of colours, muted subtitle, controls; two buttons under the mouse."""

    enlarge_clicked = Signal()
    close_clicked = Signal()

    def __init__(self, look: Look, view: View) -> None:
        super().__init__()
        self._look = look
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._view = view
        self.words = _HeaderWords(look, view)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.words, 1)
        self._controls = QWidget()
        self._control_row = QHBoxLayout(self._controls)
        self._control_row.setContentsMargins(0, 0, 0, 0)
        for control in view.controls():
            self._control_row.addWidget(control)
        self._row.addWidget(self._controls)
        self.enlarge_button, self.close_button = self._button("enlarge"), self._button("close")
        self.menu_button = self._button("menu", always=True)
        self.menu_button.clicked.connect(self._open_menu)
        self.enlarge_button.clicked.connect(self.enlarge_clicked)
        self.close_button.clicked.connect(self.close_clicked)
        self._name_buttons(view.title)
        view.title_changed.connect(self._name_buttons)
        view.subtitle_changed.connect(self._explain)
        self._explain()
        look.changed.connect(self._restyle)
        self._restyle()

    def set_bare(self, bare: bool) -> None:
        """Without controls: the words get the room."""
        self._controls.setVisible(not bare)
        self.menu_button.setVisible(not bare)

    def comfortable_width(self) -> int:
        """In pixels, without the buttons under the mouse, whose room is kept in wide headers only."""
        parts = [part.sizeHint().width() for part in (self.words, self._controls)] + [self.menu_button.width()]
        around = self._row.contentsMargins()
        return sum(parts) + (len(parts) - 1) * self._row.spacing() + around.left() + around.right()

    def _name_buttons(self, title: str) -> None:
        for button, words in (
            (self.menu_button, f"Copy or save {title}"),
            (self.enlarge_button, f"Enlarge {title} (double click)"),
            (self.close_button, f"Close {title}"),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)

    def _explain(self, _: str = "") -> None:
        """The tooltip: what the view shows, what its colours mean, and the subtitle, whole."""
        keys = [f"{words}: {explain(words)}" for words, _ in self._view.key if words in EXPLANATIONS]
        parts = (self._view.subtitle, self._view.help or self._view.title, *keys)
        self.setToolTip("\n\n".join(part for part in parts if part))

    def _open_menu(self) -> None:
        self._view.open_menu(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))

    def _button(self, name: str, *, always: bool = False) -> QToolButton:
        """A small button, seen ``always`` or while the mouse is here; what is always seen can be reached by keys."""
        button = given(QToolButton(self), objectName="card-button", visible=always)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus if always else Qt.FocusPolicy.NoFocus)
        button.setProperty("icon_name", name)
        self._row.addWidget(button)
        return button

    def _restyle(self) -> None:
        px = self._look.px
        self._row.setContentsMargins(px(_GAP + 10), px(_GAP + 4), px(_GAP + 6), px(2))
        self._row.setSpacing(px(3))
        self._control_row.setSpacing(px(3))
        for button in (self.menu_button, self.enlarge_button, self.close_button):
            button.setIcon(icon(self._look, button.property("icon_name"), "muted", 12))
            button.setIconSize(QSize(px(12), px(12)))
            button.setFixedSize(px(18), px(18))
        self.setFixedHeight(px(_GAP + 32))
        self.update()
        lay_out(self)  # its width counts, also behind another tab

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._look.px(_GAP + 32))  # the dock asks for this, not the fixed height

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is room, words do not move when the buttons come."""
        super().resizeEvent(event)
        roomy = self.width() >= self._look.px(_ROOMY)
        if self.close_button.sizePolicy().retainSizeWhenHidden() == roomy:
            return
        for button in (self.enlarge_button, self.close_button):
            keep = button.sizePolicy()
            keep.setRetainSizeWhenHidden(roomy)
            button.setSizePolicy(keep)
        self._row.invalidate()
        self._row.activate()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._show_buttons(True)

    def leaveEvent(self, event: QEvent) -> None:
        self._show_buttons(False)

    def _show_buttons(self, shown: bool) -> None:
        self.enlarge_button.setVisible(shown)
        self.close_button.setVisible(shown)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.enlarge_clicked.emit()  # instead of letting the dock float

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint_card(self, self._look, top=True)


class _HeaderWords(Recorded):
    """Title, key and subtitle; where there is no room the subtitle says less, then the key's words do, then only that of the
    last colour is left, which the figure is of, then the figure alone: colours without words tell nothing. What is drawn is
    whole, but for the title."""

    def __init__(self, look: Look, view: View) -> None:
        super().__init__(look)
        self._view = view
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.subtitle_changed.connect(lambda _: self.refresh())
        view.title_changed.connect(self._set_title)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.look.px(_LEAST_TITLE), 0)

    def sizeHint(self) -> QSize:
        title = QFontMetrics(self.look.font(13, bold=True)).horizontalAdvance(self._view.title)
        return QSize(title + self.look.px(4), 0)

    def _set_title(self, _: str) -> None:
        self.updateGeometry()
        self.refresh()

    def record(self, painter: QPainter) -> None:
        look = self.look
        bold = QFontMetrics(look.font(13, bold=True))
        title = bold.elidedText(self._view.title, Qt.TextElideMode.ElideRight, self.width())
        x = self._words(painter, 0, title, "text", bold=True)
        key, subtitle = self.shown(self.width() - x)
        for words, colour in key:
            painter.fillRect(QRectF(x, self.height() / 2 - look.px(1), look.px(10), look.px(3)), look.colour(colour))
            x = self._words(painter, x + look.px(14), words, "muted")
        self._words(painter, x, subtitle, "muted")

    def shown(self, room: float) -> tuple[tuple[tuple[str, str], ...], str]:
        """(key, subtitle) as they stand behind the title where ``room`` pixels are left."""
        small, px = QFontMetrics(self.look.font(11)), self.look.px
        whole = self._view.key
        short = tuple((_SHORT.get(words, words), colour) for words, colour in whole)
        choices = [(key, text) for key in (whole, short, short[-1:], ()) for text in self._view.subtitles]
        for key, text in (*choices, (whole, ""), (short, "")):
            marks = sum(px(24) + small.horizontalAdvance(words) for words, _ in key)
            if marks + small.horizontalAdvance(text) <= room:
                return key, text
        return (), ""

    def _words(self, painter: QPainter, x: float, words: str, colour: str, *, bold: bool = False) -> float:
        """Draw ``words`` at ``x``; returns where the next words begin."""
        painter.setFont(self.look.font(13 if bold else 11, bold=bold))
        painter.setPen(self.look.colour(colour))
        painter.drawText(QRectF(x, 0, max(0.0, self.width() - x), self.height()), Qt.AlignmentFlag.AlignVCenter, words)
        return x + painter.fontMetrics().horizontalAdvance(words) + self.look.px(10)


class _CardBody(QWidget):
    """The lower part of a card, with the view in it."""

    def __init__(self, look: Look, view: View) -> None:
        super().__init__()
        self._look = look
        self._column = QVBoxLayout(self)
        self._column.addWidget(view)
        look.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        px = self._look.px
        self._column.setContentsMargins(px(_GAP + 10), px(2), px(_GAP + 10), px(_GAP + 8))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint_card(self, self._look, top=False)


def _paint_card(part: QWidget, look: Look, *, top: bool) -> None:
    """Half of a rounded card on the window's colour: the half with the ``top`` edge, or the one with the bottom edge."""
    gap, radius = look.px(_GAP), look.px(_RADIUS)
    rect = QRectF(part.rect()).adjusted(gap + 0.5, gap + 0.5 if top else -2 * radius, -gap - 0.5, 0)
    rect = rect.adjusted(0, 0, 0, 2 * radius if top else -gap - 0.5)
    with QPainter(part) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(part.rect(), look.colour("window"))
        shape = QPainterPath(QPointF())
        shape.addRoundedRect(rect, radius, radius)
        painter.setPen(look.colour("line"))
        painter.setBrush(look.colour(CARD))
        painter.drawPath(shape)
