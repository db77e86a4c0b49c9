"""Recorded: a widget that is drawn from a recording, so that painting it does not hold up a training thread.

QPainter's methods keep Python's interpreter lock while they fill pixels. A recording (QPicture) only notes what to draw,
in a tenth of a millisecond; Qt plays it in its own paint event, without the lock.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPicture, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from widgets.common.soon import Soon
from widgets.theme import Look

CARD = "bar"
"""The theme's colour of the cards that views lie on."""


class Recorded(QWidget):
    """Subclasses write ``record``; ``refresh`` asks for it, once however often it is called, and never while hidden.

    ``background`` names the colour that fills the widget; "" leaves what lies below in sight. Do not override
    ``paintEvent`` or ``event``: both would bring painting back under the lock.
    """

    def __init__(self, look: Look, parent: QWidget | None = None, *, background: str = CARD) -> None:
        super().__init__(parent)
        self.look = look
        self._background = background
        self._face = QLabel(self, alignment=Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._face.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._face.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, bool(background))
        self._soon = Soon(self)
        self._soon.due.connect(self.record_now)
        look.changed.connect(self._restyle)

    def record(self, painter: QPainter) -> None:
        """Draw the widget, in its own coordinates, over the background."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Record anew before the next painting."""
        if self.isVisible():
            self._soon.ask()

    def record_now(self) -> None:
        """Record at once."""
        self._soon.stop()
        if self.width() < 1 or self.height() < 1:
            return
        picture = QPicture()
        with QPainter(picture) as painter:
            # Covers everything: QLabel places a picture by the box around what was drawn.
            shade = self.look.colour(self._background) if self._background else Qt.GlobalColor.transparent
            painter.fillRect(self.rect(), shade)
            self.record(painter)
        picture.setBoundingRect(self.rect())
        self._face.setPicture(picture)

    def restyled(self) -> None:
        """The theme or scale changed; called before the widget is recorded anew."""

    def _restyle(self) -> None:
        self.restyled()
        self.updateGeometry()
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._face.setFixedSize(self.size())  # a fixed size: new pictures then cost no new layout
        if self.isVisible():
            self.record_now()

    def showEvent(self, event: QShowEvent) -> None:
        self.record_now()
