"""Panel: a dock of the stage that shows something other than snapshots."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from engine.snapshot import Snapshot
from widgets.theme import Look
from widgets.viewing.base import Focus, View


class Panel(View):
    """A View without an empty state: it always shows the widget it is given."""

    workspaces = ()
    group = "tools"

    def __init__(self, look: Look, widget: QWidget, name: str, title: str, area: str, parent: QWidget | None = None) -> None:
        self.name, self.title, self.area = name, title, area  # type: ignore[misc]
        self.widget = widget
        super().__init__(look, parent)
        self.clear()

    def content(self) -> QWidget:
        return self.widget

    def draw(self, snapshot: Snapshot, focus: Focus) -> str:
        return ""

    def clear(self) -> None:
        self._stack.setCurrentIndex(1)
