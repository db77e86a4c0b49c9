"""Qt properties set by name where a widget is made; Qt's constructors take them too, but its type stubs know only some."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


def given(widget: W, **properties: object) -> W:
    """``widget`` with ``properties`` such as ``objectName="muted"``; a name that Qt does not know is an AttributeError."""
    for name, value in properties.items():
        if widget.metaObject().indexOfProperty(name) < 0:
            raise AttributeError(f"{type(widget).__name__} has no property '{name}'")
        widget.setProperty(name, value)
    return widget
