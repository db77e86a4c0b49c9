"""CheckMarks: the actions that stand for something that is on or off show which it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from app.parts import Parts
from app.workspaces import WORKSPACES, Workspaces
from widgets.viewing.base import VIEWS


class CheckMarks(QObject):
    """GUI thread only. Whoever changed it, by key, menu or mouse: the mark says how it is."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.window)
        self._table = parts.window.actions_table
        spaces, sides = parts.window.workspaces, parts.window.sides
        self._is_on: dict[str, Callable[[], bool]] = {
            "view.light": lambda: parts.appearance.is_light,
            "view.presentation": lambda: parts.presentation.is_on,
            "view.network": lambda: sides.is_shown("network"),
            "view.inspector": lambda: sides.is_shown("inspector"),
        }
        for name, _ in WORKSPACES:
            self._is_on[f"view.{name}"] = partial(_is_current, spaces, name)
        for view in VIEWS.entries():
            self._is_on[f"show.{view.name}"] = partial(_is_open, spaces, view.name)
        for changed in (parts.look.changed, sides.changed, spaces.wants_changed, parts.window.menu.aboutToShow):
            changed.connect(self.refresh)
        for id in self._is_on:
            self._table[id].triggered.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Mark what is on."""
        for id, is_on in self._is_on.items():
            self._table[id].setChecked(is_on())


def _is_current(spaces: Workspaces, name: str) -> bool:
    return spaces.current == name


def _is_open(spaces: Workspaces, view: str) -> bool:
    return spaces.stage.is_open(view)
