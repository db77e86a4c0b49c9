"""The whole drawing as a file: vectors for papers and slides (SVG, PDF), or a picture (PNG), each with its scale."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter

from widgets.common.sharing import png, svg
from widgets.drawn.picture import Fonts, ScenePainter
from widgets.drawn.scene import TEXT, Scene, Shape, Stroke, Words
from widgets.theme import Theme

LINE = 16.0
SHARP = 2.0
MOST_PIXELS = 24_000
"""A side of a picture; larger drawings are made smaller."""
RESOLUTION = 144
"""Dots an inch of a PDF, of which 72 are a point."""


class Export:
    """``scene`` in the colours of ``theme``, on ``ground`` (a colour's name), with its scale below."""

    def __init__(self, scene: Scene, theme: Theme, title: str, fonts: Fonts, ground: str = "bar") -> None:
        self._scene, self._theme, self._title, self._fonts = scene, theme, title, fonts
        self._ground = QColor("white") if theme.name == "light" else theme[ground]
        self._legend = legend_shapes(scene)

    @property
    def size(self) -> QSizeF:
        """In grid pixels."""
        box = self._scene.box
        width = max(box.right - box.left, 260.0 if self._legend else 0.0)
        return QSizeF(width, box.bottom - box.top + (LINE * len(self._scene.legend) + 24 if self._legend else 0))

    def files(self) -> dict[str, Callable[[], bytes]]:
        """How the file of each ending is made."""
        return {"png": self.png, "svg": self.svg, "pdf": self.pdf}

    def png(self) -> bytes:
        """Twice as fine as on the screen."""
        size = self.size
        factor = min(SHARP, MOST_PIXELS / max(size.width(), size.height()))
        image = QImage((size * factor).toSize(), QImage.Format.Format_RGB32)
        image.fill(self._ground)
        with QPainter(image) as painter:
            painter.scale(factor, factor)
            self.paint(painter)
        return png(image)

    def svg(self) -> bytes:
        """Letters and shapes, nothing outside the file."""
        size = self.size
        return svg(partial(self.paint, filled=True), QSize(round(size.width()), round(size.height())), self._title)

    def pdf(self) -> bytes:
        """One page as large as the drawing."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setTitle(self._title)
        writer.setResolution(RESOLUTION)
        writer.setPageSize(QPageSize(self.size * 0.75, QPageSize.Unit.Point))
        writer.setPageMargins(QMarginsF(0, 0, 0, 0))
        with QPainter(writer) as painter:
            painter.scale(RESOLUTION / 96, RESOLUTION / 96)
            self.paint(painter, filled=True)
        return bytes(buffer.data().data())

    def paint(self, painter: QPainter, *, filled: bool = False) -> None:
        """All of it, from (0, 0); ``filled`` with its ground."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if filled:
            painter.fillRect(QRectF(QPointF(), self.size), self._ground)
        painter.translate(-self._scene.box.left, -self._scene.box.top)
        painted = ScenePainter(painter, self._theme, self._fonts)
        painted.scene(self._scene)
        painter.translate(self._scene.box.left + 24, self._scene.box.bottom)
        painted.shapes(self._legend)


def legend_shapes(scene: Scene) -> tuple[Shape, ...]:
    """The three directions and the scale in words, from (0, 0) downwards; () where a drawing has none."""
    if not scene.has_axes:
        return ()
    lines = [Words((66, 8 + LINE * at), line, TEXT, "muted", -1) for at, line in enumerate(scene.legend)]
    axes: tuple[Shape, ...] = (
        Stroke(((14, 34), (14, 8)), "muted"),
        Stroke(((14, 34), (34, 18)), "muted"),
        Stroke(((14, 34), (40, 34)), "muted"),
        Words((6, 10), "H", TEXT, "muted"),
        Words((41, 14), "W", TEXT, "muted"),
        Words((47, 34), "C", TEXT, "muted"),
    )
    return (*axes, *lines)
