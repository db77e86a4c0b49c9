"""What is hidden: Qt lays it out when it is shown, and until then says the sizes that it had at another scale."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def lay_out(part: QWidget) -> None:
    """Have ``part`` and all in it know what they need in the style and at the scale of now, from the inside."""
    parts = [part, *part.findChildren(QWidget)]
    for each in parts:
        each.ensurePolished()
    for layout in reversed([layout for each in parts if (layout := each.layout()) is not None]):
        layout.invalidate()
        layout.activate()
