"""How large a window may be on a screen, and where it stands so that all of it is seen. All in pixels."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect

BORDERS = 4
"""What a window's frame may take at each side beside the title bar; how much it is, only a shown window knows."""


def room_of(available: QRect, title_bar: int) -> QRect:
    """What ``available`` leaves to the inside of a window whose title bar is so high."""
    return available.adjusted(BORDERS, title_bar + BORDERS, -BORDERS, -BORDERS)


def inside(window: QRect, room: QRect) -> QRect:
    """``window`` no larger than ``room``, and moved as little as brings all of it in."""
    size = window.size().boundedTo(room.size())
    x = max(room.left(), min(window.left(), room.right() + 1 - size.width()))
    y = max(room.top(), min(window.top(), room.bottom() + 1 - size.height()))
    return QRect(QPoint(x, y), size)
