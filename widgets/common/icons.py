"""Icons: the SVG files of resources/icons, drawn in a colour of the theme."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from widgets.theme import Look

ICONS = Path(__file__).parent.parent.parent / "resources" / "icons"


def icon(look: Look, name: str, colour: str = "text", size: int = 16, *, ratio: float = 2.0) -> QIcon:
    """The icon ``name`` in the theme's ``colour``, ``size`` grid pixels wide; greyed where the button is disabled."""
    made = QIcon()
    normal, off = look.colour(colour), QColor(look.colour("muted"))
    off.setAlpha(110)
    made.addPixmap(pixmap(look, name, normal, size, ratio=ratio), QIcon.Mode.Normal)
    made.addPixmap(pixmap(look, name, off, size, ratio=ratio), QIcon.Mode.Disabled)
    return made


def pixmap(look: Look, name: str, colour: QColor, size: int, *, ratio: float = 2.0) -> QPixmap:
    """The icon ``name`` as a picture of ``size`` grid pixels for a screen of pixel ratio ``ratio``."""
    side = round(look.px(size) * ratio)
    picture = QPixmap(QSize(side, side))
    picture.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray((ICONS / f"{name}.svg").read_bytes()))
    with QPainter(picture) as painter:
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(picture.rect(), colour)
    picture.setDevicePixelRatio(ratio)
    return picture
