"""What can be pressed on a card of the network list, by where it lies."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect

from widgets.network.cards import Card
from widgets.network.geometry import Geometry


def button_at(geometry: Geometry, card: Card, row: QRect, point: QPoint) -> str:
    """The button under ``point`` of a ``card`` whose row is ``row``: "fix", "fold", "copy_previous", "copy_next"; "" for none."""
    inner = geometry.indented(row, card.depth)
    if card.fix and geometry.fix_button(inner).contains(point):
        return "fix"
    if card.is_block and geometry.chevron(inner).contains(point):
        return "fold"
    if card.copy:
        back, _, on = geometry.stepper(inner, card.copy)
        return "copy_previous" if back.contains(point) else "copy_next" if on.contains(point) else ""
    return ""
