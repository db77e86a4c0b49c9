"""TipZones: parts of a painted widget that each have a tooltip of their own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget


class TipZones:
    """Invisible children over the parts of ``owner``: Qt shows their tooltips itself, and the mouse goes on to the owner. They
    cost nothing until the mouse rests on one."""

    def __init__(self, owner: QWidget) -> None:
        self._owner = owner
        self._zones: list[QWidget] = []

    def place(self, tips: Sequence[tuple[QRect, str]]) -> None:
        """These parts have these tooltips from now on."""
        while len(self._zones) < len(tips):
            zone = QWidget(self._owner)
            zone.setMouseTracking(self._owner.hasMouseTracking())
            zone.show()
            self._zones.append(zone)
        for zone, (place, tip) in zip(self._zones, tips, strict=False):
            zone.setGeometry(place)
            zone.setToolTip(tip)
            zone.show()
            zone.raise_()
        for zone in self._zones[len(tips) :]:
            zone.hide()
