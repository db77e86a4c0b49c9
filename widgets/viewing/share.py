"""What can be shared of any view: a picture of its card, a drawing where it is drawn, and its numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

from PySide6.QtCore import QPoint, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from widgets.common.recorded import CARD, Recorded
from widgets.common.sharing import Share, drawn_image, png, svg
from widgets.common.tile_canvas import TileCanvas

if TYPE_CHECKING:
    from widgets.viewing.base import View

MARGIN, HEADER = 12, 28  # around a shared picture and for its title, in grid pixels


@runtime_checkable
class Plot(Protocol):
    """A widget that draws itself, as letters and shapes, otherwise than Qt paints it: every Plane."""

    def paint_on(self, painter: QPainter, size: QSizeF) -> None:
        """Draw it on ``size``, in pixels of the screen, without what belongs to the mouse."""


def share_of(view: View) -> Share:
    """What ``view`` shows now. A drawing is offered where all of it is letters and shapes."""
    part = view.shared_part()
    paint, size = partial(_paint, view, part), _size(view, part)
    files: dict[str, Callable[[], bytes]] = {"png": lambda: png(drawn_image(paint, size))}
    if is_drawn(part):
        files["svg"] = lambda: svg(partial(_paint, view, part, drawing=True), size, view.title)
    for numbers in view.numbers():
        files.setdefault(numbers.ending, numbers.encoded)
    title = f"{view.title} step {view.snapshot.step}" if view.snapshot is not None else view.title
    return Share(title, lambda: drawn_image(paint, size), files)


def is_drawn(part: QWidget) -> bool:
    """Whether there is something to be seen in ``part`` and all of it is letters and shapes."""
    drawn = [widget for widget in _seen(part, QWidget) if isinstance(widget, Plot | Recorded)]
    return bool(drawn) and not _seen(part, TileCanvas)


_W = TypeVar("_W", bound=QWidget)


def _seen(part: QWidget, kind: type[_W]) -> list[_W]:
    inside = part.findChildren(kind)
    return [widget for widget in ([part, *inside] if isinstance(part, kind) else inside) if widget.isVisibleTo(part.window())]


def _size(view: View, part: QWidget) -> QSize:
    px = view.look.px
    return part.size() + QSize(2 * px(MARGIN), px(HEADER + MARGIN) + _scrolled_away(_wall(part)))


def _wall(part: QWidget) -> TileCanvas | None:
    """The pictures of ``part`` that are scrolled, if any are."""
    return next((canvas for canvas in _seen(part, TileCanvas) if _scrolled_away(canvas)), None)


def _scrolled_away(wall: TileCanvas | None) -> int:
    """The height of what is not on the screen, in pixels of the widget."""
    return 0 if wall is None else max(0, wall.sheet.height() - wall.viewport().height())


def _render(part: QWidget, painter: QPainter, corner: QPoint) -> None:
    """As it is on the screen, but with all of its pictures, also those that are scrolled away."""
    wall = _wall(part)
    if wall is None:
        part.render(painter, corner, QRegion(), QWidget.RenderFlag.DrawChildren)
        return
    place = wall.mapTo(part, QPoint()) if wall is not part else QPoint()
    below = place.y() + wall.height()
    for top, bottom, moved in ((0, place.y(), 0), (below, part.height(), _scrolled_away(wall))):
        if bottom > top:
            band = QRegion(0, top, part.width(), bottom - top)
            part.render(painter, corner + QPoint(0, top + moved), band, QWidget.RenderFlag.DrawChildren)
    wall.sheet.render(painter, corner + place, QRegion(), QWidget.RenderFlag.DrawChildren)


def _paint(view: View, part: QWidget, painter: QPainter, *, drawing: bool = False) -> None:
    """Title, key and subtitle above what the view shows. In a ``drawing`` plots take the place of what Qt kept of them."""
    corner = _paint_header(view, part, painter)
    plots = [widget for widget in _seen(part, QWidget) if isinstance(widget, Plot)]
    if not (drawing and plots):
        _render(part, painter, corner)
    for plot in plots:
        painter.save()
        painter.translate(corner + plot.mapTo(part, QPoint()) if plot is not part else corner)
        plot.paint_on(painter, QSizeF(plot.size()))
        painter.restore()


def _paint_header(view: View, part: QWidget, painter: QPainter) -> QPoint:
    """The card's colour, then the title and what stands beside it; returns where the view itself begins."""
    look, px, size = view.look, view.look.px, _size(view, part)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), look.colour(CARD))
    x, line = float(px(MARGIN)), QRectF(0, px(4), size.width(), px(HEADER - 4))
    words = [(view.title, "text", True), *((name, colour, False) for name, colour in view.key), (view.subtitle, "muted", False)]
    for text, colour, bold in words:
        font = look.font(13 if bold else 11, bold=bold)
        painter.setFont(font)
        painter.setPen(look.colour(colour))
        painter.drawText(line.adjusted(x, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
        x += QFontMetrics(font).horizontalAdvance(text) + px(10)
    return QPoint(px(MARGIN), px(HEADER))
