"""How large a window may be on a screen, and where it stands so that all of it is seen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize

BORDERS = 8
"""What a window's frame may take of width and height beside its title bar, in pixels; how much, only a shown window knows."""


def at_most(wanted: QSize, available: QRect, title_bar: int) -> QSize:
    """``wanted``, or as much as fits into ``available`` below a title bar so high, all in pixels."""
    return wanted.boundedTo(QSize(available.width() - BORDERS, available.height() - title_bar - BORDERS))


def moved_inside(frame: QRect, available: QRect) -> QRect:
    """``frame`` moved as little as brings it into ``available``; where it is larger, its top left corner is seen."""
    x = max(available.left(), min(frame.left(), available.right() + 1 - frame.width()))
    y = max(available.top(), min(frame.top(), available.bottom() + 1 - frame.height()))
    return QRect(QPoint(x, y), frame.size())
