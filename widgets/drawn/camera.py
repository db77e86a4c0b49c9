"""Which part of a drawing is seen, and how large. Pure arithmetic, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from widgets.drawn.scene import Box, Point

SMALLEST, LARGEST = 0.02, 6.0
LEGIBLE = 0.6
"""A drawing that would be smaller as a whole begins at its beginning instead."""


@dataclass(frozen=True)
class Camera:
    """``zoom`` is pixels of the screen for one of the drawing's, ``x`` and ``y`` the drawing's point in the upper left corner."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def to_scene(self, x: float, y: float) -> Point:
        """The drawing's point at a pixel."""
        return (self.x + x / self.zoom, self.y + y / self.zoom)

    def to_screen(self, point: Point) -> Point:
        """The pixel of a point."""
        return ((point[0] - self.x) * self.zoom, (point[1] - self.y) * self.zoom)

    def seen(self, width: float, height: float) -> Box:
        """What a widget of ``width`` × ``height`` pixels shows."""
        return Box(self.x, self.y, self.x + width / self.zoom, self.y + height / self.zoom)

    def panned(self, dx: float, dy: float) -> Camera:
        """The same after the drawing was pushed by (dx, dy) pixels."""
        return replace(self, x=self.x - dx / self.zoom, y=self.y - dy / self.zoom)

    def zoomed(self, factor: float, x: float, y: float) -> Camera:
        """``factor`` times as large; what is at the pixel (x, y) stays there."""
        zoom = max(SMALLEST, min(LARGEST, self.zoom * factor))
        at = self.to_scene(x, y)
        return Camera(zoom, at[0] - x / zoom, at[1] - y / zoom)

    def kept_near(self, box: Box, width: float, height: float) -> Camera:
        """The same, but never with all of ``box`` out of sight: a quarter of the widget always shows some of it."""
        view = self.seen(width, height)
        across, down = (view.right - view.left) / 4, (view.bottom - view.top) / 4
        x = min(max(self.x, box.left - 3 * across), box.right - across)
        y = min(max(self.y, box.top - 3 * down), box.bottom - down)
        return replace(self, x=x, y=y)

    def showing(self, box: Box, width: float, height: float) -> Camera:
        """Moved as little as needed so that ``box`` is seen, its upper left corner where it is too large."""
        view, margin = self.seen(width, height), 48 / self.zoom
        x = _moved(self.x, view.right - view.left, box.left - margin, box.right + margin)
        y = _moved(self.y, view.bottom - view.top, box.top - margin, box.bottom + margin)
        return replace(self, x=x, y=y)


def fitting(box: Box, width: float, height: float, most: float = 1.0) -> Camera:
    """All of ``box`` in the middle of a widget, at most ``most`` times as large as drawn."""
    across, down = max(1e-6, box.right - box.left), max(1e-6, box.bottom - box.top)
    zoom = max(SMALLEST, min(most, width / across, height / down))
    return Camera(zoom, (box.left + box.right - width / zoom) / 2, (box.top + box.bottom - height / zoom) / 2)


def beginning(box: Box, width: float, height: float, most: float = 1.0) -> Camera:
    """Where nothing was chosen yet: all of ``box`` where that is legible, else its beginning, as large as fits."""
    whole = fitting(box, width, height, 1.25 * most)
    if whole.zoom >= LEGIBLE * most:
        return whole
    across, down = box.right - box.left, box.bottom - box.top
    zoom = max(LEGIBLE * most, min(most, max(width / across, height / down)))
    x = box.left if across * zoom > width else (box.left + box.right - width / zoom) / 2
    y = box.top if down * zoom > height else (box.top + box.bottom - height / zoom) / 2
    return Camera(zoom, x, y)


def _moved(start: float, length: float, low: float, high: float) -> float:
    """The ``start`` of a stretch of ``length`` that holds low to high, as near to where it is as can be."""
    if high > start + length:
        start = high - length
    return min(start, low)
